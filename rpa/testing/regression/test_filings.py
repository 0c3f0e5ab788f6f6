"""Manual 2.2 to 2.5, the business types that start from a group or a card: their pages, but for 保存并上报."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from rpa.desk import Desk
from rpa.screen import Screen
from rpa.testing.regression.sample import ADDRESS, INVOICE, scan
from rpa.testing.regression.steps import (
    choose_source,
    open_business,
    people_added,
    remove_person,
    with_entry,
    write_entry,
)
from rpa.testing.regression.test_new_card import add_material, form_text

KINDS = ("passport_change", "early_card", "card_replacement", "card_cancellation")


def _each(*rows: str) -> pytest.MarkDecorator:
    """One case for each business type, with its row of the manual."""
    cases = [pytest.param(kind, marks=pytest.mark.manual(row)) for kind, row in zip(KINDS, rows, strict=True)]
    return pytest.mark.parametrize("kind", cases)


def _reasons(kind: str, rows: Mapping[str, str]) -> list[object]:
    return [pytest.param(kind, reason, marks=pytest.mark.manual(row)) for reason, row in rows.items()]


@pytest.mark.parametrize(
    ("kind", "screen"),
    [
        pytest.param("new_card", "notice", marks=pytest.mark.manual("N1")),
        pytest.param("passport_change", "selection", marks=pytest.mark.manual("P1")),
        pytest.param("early_card", "selection", marks=pytest.mark.manual("E1")),
        pytest.param("card_replacement", "selection", marks=pytest.mark.manual("R1")),
        pytest.param("card_cancellation", "selection", marks=pytest.mark.manual("C1")),
    ],
)
async def test_the_home_page_leads_to_the_business_type(desk: Desk, kind: str, screen: str) -> None:
    """点击商务旅行卡 and the business type."""
    await open_business(desk, kind)
    await desk.screen(f"{kind}.{screen}")


@_each("P2", "E2", "R2", "C2")
async def test_what_to_start_from_is_found_and_chosen(desk: Desk, kind: str) -> None:
    """选择团组, 选择APEC卡: 查询 shows what the filter says, and 选择 leads on."""
    await open_business(desk, kind)
    page = await desk.screen(f"{kind}.selection")
    await desk.settled()
    sources = await page.cards("sources")
    if not sources:
        pytest.skip("the account has nothing to choose from")
    key = "group_no" if "group_no" in page.words.fields else "card_no"
    [label] = [label for label in page.words.fields[key].texts if label in sources[-1].lines]
    wanted = sources[-1].lines[label]
    await page.fill({key: wanted})
    await page.press("query")
    await desk.settled()
    found = await page.cards("sources")
    assert [card.lines[label] for card in found] == [wanted], "查询结果与条件不符"
    await page.press_on_card(found[0], *page.words.buttons["choose"].texts)
    await desk.screen(f"{kind}.filing")


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        pytest.param("passport_change", "护照污损", marks=pytest.mark.manual("P3")),
        *_reasons(
            "card_replacement",
            {
                "旅行卡旧卡破损": "R3",
                "申请提前制卡后获更多经济体批准": "R4",
                "关联护照丢失/过期/签证页满": "R5",
                "旅行卡丢失": "R6",
            },
        ),
        pytest.param("card_cancellation", "退休", marks=pytest.mark.manual("C3")),
    ],
)  # fmt: skip
async def test_the_reason_can_be_chosen(desk: Desk, kind: str, reason: str) -> None:
    """选择办理原因, 选择换卡原因."""
    page = await choose_source(desk, kind)
    await page.fill({"reason": reason})
    assert await page.differences({"reason": reason}) == []


@pytest.mark.manual("R7")
async def test_the_delivery_of_a_new_card_is_chosen(desk: Desk) -> None:
    """领取方式可选择自取或邮寄，选择邮寄时可进行新增、修改、删除邮寄地址."""
    page = await choose_source(desk, "card_replacement")
    for way in ("自取", "邮寄"):
        await page.fill({"delivery": way})
    async with with_entry(desk, page, "address", ADDRESS) as entry:
        changed = {"street": "样例大道9号检查楼2层"}
        await write_entry(desk, page, "address", changed, entry)
        assert any(changed["street"] in card.lines.values() for card in await page.cards("address"))
    left = [card for card in await page.cards("address") if ADDRESS["recipient"] in card.lines.values()]
    assert left == [], "删除后地址仍在列表中"


@pytest.mark.manual("R8")
async def test_the_payment_of_a_new_card_is_chosen(desk: Desk) -> None:
    """支付方式可选择在线支付或窗口支付."""
    page = await choose_source(desk, "card_replacement")
    for way in ("在线支付", "窗口支付"):
        await page.fill({"payment": way})
        assert await page.differences({"payment": way}) == []


@pytest.mark.manual("R9")
async def test_the_invoice_of_a_new_card_is_chosen(desk: Desk) -> None:
    """可以直接选择已添加的发票信息，也可以进行新增、修改、删除发票信息."""
    page = await choose_source(desk, "card_replacement")
    async with with_entry(desk, page, "invoice", INVOICE) as entry:
        await page.choose_card(entry)
        changed = {"email": "changed@soe.example.invalid"}
        await write_entry(desk, page, "invoice", changed, entry)
        assert any(changed["email"] in card.lines.values() for card in await page.cards("invoice"))
    left = [card for card in await page.cards("invoice") if INVOICE["title"] in card.lines.values()]
    assert left == [], "删除后发票信息仍在列表中"


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("card_replacement", marks=pytest.mark.manual("R10")),
        pytest.param("card_cancellation", marks=pytest.mark.manual("C4")),
    ],
)
async def test_the_chosen_card_stands_in_the_further_information(desk: Desk, kind: str) -> None:
    """补充信息: the card that was chosen, with its holder."""
    await open_business(desk, kind)
    selection = await desk.screen(f"{kind}.selection")
    await desk.settled()
    sources = await selection.cards("sources")
    if not sources:
        pytest.skip("the account has no card to choose")
    await selection.press_on_card(sources[0], *selection.words.buttons["choose"].texts)
    page = await desk.screen(f"{kind}.filing")
    await desk.settled()
    [person] = await page.cards("people")
    words = desk.pack.screen("common.person").fields
    for key in ("name", "card_no"):
        [label] = [label for label in words[key].texts if label in sources[0].lines]
        assert person.lines.get(label) == sources[0].lines[label]


@_each("P4", "E3", "R11", "C5")
async def test_a_person_is_added(desk: Desk, kind: str) -> None:
    """点击【添加】, 点击其它APEC卡进行添加成员."""
    before, after = await people_added(desk, await _with_two(desk, kind))
    assert len(after) == len(before) + 1


@_each("P5", "E4", "R12", "C6")
async def test_a_persons_cross_removes_the_person(desk: Desk, kind: str) -> None:
    """点击人员的【X】按钮可以删除人员."""
    page = await _with_two(desk, kind)
    _, people = await people_added(desk, page)
    await remove_person(page, people[-1])
    assert len(await page.cards("people")) == len(people) - 1


@_each("P6", "E5", "R13", "C7")
async def test_the_report_is_downloaded(desk: Desk, kind: str) -> None:
    """下载《护照更换申请》, 《申请报告》, 《换卡报告》, 《注销报告》: a document that names the person."""
    page = await choose_source(desk, kind)
    await _choose_reason(page)
    names = desk.pack.screen("common.person").fields["name"].texts
    [person] = await page.cards("people")
    row = (await page.upload_rows(["report"]))["report"]
    data, form = await desk.download(lambda: page.press_on(row, row.words.template), row.material)
    assert next(person.lines[name] for name in names if name in person.lines) in form_text(data, form)


@_each("P8", "E7", "R15", "C9")
async def test_the_signed_report_is_uploaded(desk: Desk, kind: str, tmp_path: Path) -> None:
    """签字盖章后，再扫描上传至系统中."""
    page = await _with_report(desk, kind, tmp_path)
    assert (await page.upload_rows(["report"]))["report"].filled


@_each("P9", "E8", "R16", "C10")
async def test_the_preview_gives_the_file(desk: Desk, kind: str, tmp_path: Path) -> None:
    """点击“预览”，可在线预览上传的附件材料."""
    page = await _with_report(desk, kind, tmp_path)
    row = (await page.upload_rows(["report"]))["report"]
    assert await desk.preview(row) == (tmp_path / "报告.pdf").read_bytes()


@_each("P10", "E9", "R17", "C11")
async def test_a_deleted_report_is_gone(desk: Desk, kind: str, tmp_path: Path) -> None:
    """点击“删除”，可删除已上传的文件: another one can take its place."""
    page = await _with_report(desk, kind, tmp_path)
    await page.remove_file("report", desk.pack.screen("common.question").messages["delete_file"])
    await page.upload({"report": scan(tmp_path, "另一份报告")})
    row = (await page.upload_rows(["report"]))["report"]
    assert await desk.preview(row) == (tmp_path / "另一份报告.pdf").read_bytes()


@_each("P11", "E10", "R18", "C12")
async def test_a_material_of_ones_own_is_added(desk: Desk, kind: str, tmp_path: Path) -> None:
    """点击“新增附件”，自定义新增材料名称，再将该文件上传."""
    page = await choose_source(desk, kind)
    await _choose_reason(page)
    await add_material(desk, page, tmp_path)


async def _choose_reason(page: Screen) -> None:
    if "reason" in page.words.fields:
        reason = {"passport_change": "护照污损", "card_cancellation": "退休"}
        await page.fill({"reason": reason.get(page.name.partition(".")[0], "旅行卡旧卡破损")})


async def _with_report(desk: Desk, kind: str, folder: Path) -> Screen:
    page = await choose_source(desk, kind)
    await _choose_reason(page)
    await page.upload({"report": scan(folder, "报告")})
    return page


async def _with_two(desk: Desk, kind: str) -> Screen:
    """A page to fill in where somebody more can be added: of groups, one of several members."""
    if kind in ("card_replacement", "card_cancellation"):
        return await choose_source(desk, kind)
    await open_business(desk, kind)
    selection = await desk.screen(f"{kind}.selection")
    await desk.settled()
    sources = await selection.cards("sources")
    several = [place for place, card in enumerate(sources) if int(card.lines.get("人数", "0") or 0) > 2]
    if not several:
        pytest.skip("the account has no group of several members to choose")
    return await choose_source(desk, kind, several[0])
