"""The pages of the types that keep no draft: files, people and cards on them, and the group they became held against the input."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from flows.parts.attachments import bring_in, by_key, digest
from flows.parts.chosen_people import people_of
from flows.parts.source_card import choose_card, choose_holders
from rpa.cases.commit import commit
from rpa.desk import Desk
from rpa.errors import PortalRefusal
from rpa.flow import Difference, Flow
from tests.replica.visitor import PDF

from .clerk import Clerk, outcome
from .sources import ACCOUNT, INVOICE, PAGES, REPORTS, Inputs, Portal

FILES = {
    "passport_change": ("P9", "P10", "P11"),
    "early_card": ("E8", "E9", "E10"),
    "card_replacement": ("R16", "R17", "R18"),
    "card_cancellation": ("C10", "C11", "C12"),
}

# --- 附件信息 -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=pytest.mark.manual(*rows)) for kind, rows in FILES.items()]
)
def test_a_wrong_file_is_looked_at_deleted_and_replaced_and_the_right_ones_stay(
    clerk: Clerk, portal: Portal, inputs: Inputs, kind: str
) -> None:
    application = inputs.of(kind, portal)
    report, added, stray = REPORTS[kind], "情况说明(自定义材料)", "误传的材料"
    given = by_key({}, application.files) | {added: inputs.paper(added).path}
    right = {"report": inputs.paper(report).path, **given}
    wrong = {"report": inputs.paper(report, "误传").path, **given, stray: inputs.paper(stray).path}
    papers = inputs.papers()

    async def file_it(flow: Flow, desk: Desk) -> str:
        page, _ = await import_module(f"flows.{kind}").fill_in(desk, application)
        await bring_in(desk, page, wrong)
        papers.brought_in.clear()  # as for a run that did not bring them in itself
        await bring_in(desk, page, right)
        return await commit(flow, desk)

    number = clerk.at_desk(ACCOUNT, kind, file_it, papers)
    held = {file["slot"]: file for file in portal.replica.group(number)["files"]}
    assert set(held) == {report, *given}
    assert held[report]["sha256"] == digest(right["report"].read_bytes())
    acts = [
        (event["kind"], event["detail"])
        for event in portal.replica.events()
        if event["kind"] in ("upload", "preview", "download", "delete")
    ]
    first, later = acts[: len(wrong)], acts[len(wrong) :]
    assert sorted(first) == sorted(("upload", name) for name in (report, *given, stray))
    assert later[0] == ("delete", stray)
    looked = [("preview", name) for name in (report, *given)] + [
        ("download", name) for name in (report, *given)
    ]
    assert sorted(later[1:]) == sorted([*looked, ("delete", report), ("upload", report)])
    assert (
        later.index(("download", report)) < later.index(("delete", report)) < later.index(("upload", report))
    )


# --- people and cards -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("card_replacement", marks=pytest.mark.manual("R11", "R12")),
        pytest.param("card_cancellation", marks=pytest.mark.manual("C5", "C6")),
    ],
)
def test_a_holder_who_is_not_wanted_is_removed_and_his_card_is_among_the_others_again(
    clerk: Clerk, portal: Portal, inputs: Inputs, kind: str
) -> None:
    first, second, third = portal.cards()[:3]
    make = getattr(inputs, kind)

    async def choose(_: Flow, desk: Desk) -> tuple[list[str], set[str]]:
        await choose_card(desk, make([first]), "")
        page = await desk.screen(f"{kind}.filing")
        people = await choose_holders(desk, page, people_of(make([third, second])), "")
        # cleared filters show every other card again
        await page.fill({"name": None, "card_no": None})
        await page.press("query")
        await desk.settled()
        others = await page.cards("others")
        return [one.lines["卡号"] for one in people], {one.lines["卡号"] for one in others}

    chosen, others = clerk.at_desk(ACCOUNT, kind, choose, inputs.papers())
    assert chosen == [third["卡号"], second["卡号"]]
    assert first["卡号"] in others
    assert not others & set(chosen)


@pytest.mark.long
@pytest.mark.parametrize("kind", list(PAGES))
def test_the_last_member_stays_and_the_portals_words_are_told(
    clerk: Clerk, portal: Portal, inputs: Inputs, kind: str
) -> None:
    application = inputs.of(kind, portal, people=2)

    async def remove_all(_: Flow, desk: Desk) -> tuple[int, str]:
        page, _ = await import_module(f"flows.{kind}").fill_in(desk, application)
        cross = page.words.buttons["remove"].texts
        try:
            for entry in await page.cards("people"):
                before = await page.mark_cards("people")
                await page.press_on_card(entry, *cross)
                await page.await_other_cards("people", before)
        except PortalRefusal as refusal:
            await page.close_layer("confirm")
            return len(await page.cards("people")), str(refusal)
        return 0, ""

    left, words = clerk.at_desk(ACCOUNT, kind, remove_all, inputs.papers())
    assert left == 1
    assert "至少保留一名成员" in words
    assert portal.filed() == []


@pytest.mark.long
@pytest.mark.parametrize("place", [0, 1], ids=["on the selection page", "among the other cards"])
@pytest.mark.manual("C2", "C5")
def test_a_card_on_a_later_page_of_the_list_is_found(
    clerk: Clerk, portal: Portal, inputs: Inputs, place: int
) -> None:
    [first, *_] = portal.cards()
    wanted = portal.another_card(姓名="韦样同", 性别="男", 身份证号="990000190504010114")
    for _ in range(11):  # newer ones of that name, all a woman's
        portal.another_card(姓名="韦样同", 性别="女", 身份证号="990000190504010026")
    people = [{**wanted, "卡号": None}, first]
    if place:
        people.reverse()
    case = clerk.receive(inputs.signed(inputs.card_cancellation(people)))
    assert outcome(clerk.again(case)) == "submitted"
    [group] = portal.filed()
    assert sorted(group["source"]) == sorted([wanted["卡号"], first["卡号"]])


# --- 我的办件 -------------------------------------------------------------------------------------------------------


def differences(clerk: Clerk, inputs: Inputs, application: Any, number: str) -> list[str]:
    """What the robot tells of a filed group that ought to be this application; the signed report is as it was filed."""
    scan = inputs.folder / "signed.pdf"
    scan.write_bytes(PDF)

    async def compare(flow: Flow, desk: Desk) -> Sequence[Difference]:
        return await flow.find_differences(desk, application, number)

    kind = application.business_type
    found = clerk.at_desk(ACCOUNT, kind, compare, inputs.papers(scan))
    said = sorted(map(str, found))
    for member in application.members:
        assert not [one for one in said if member.name in one or member.id_no in one]
    return said


def as_filed(inputs: Inputs, material: str) -> Any:
    """A paper with the bytes that a person filed."""
    paper = inputs.paper(material, "as filed")
    Path(paper.path).write_bytes(PDF)
    return paper


@pytest.mark.long
@pytest.mark.manual("P13")
def test_every_difference_of_a_passport_change_is_told(clerk: Clerk, portal: Portal, inputs: Inputs) -> None:
    number, (first, second, _) = portal.deciding()
    with portal.filer() as filer:
        filed = filer.filed("passport_change", number)
    application = inputs.passport_change(
        [first, second],
        source_group="APEC202611230099",
        reason="签证页用完",
        files=[as_filed(inputs, "旧护照信息页"), inputs.paper("新护照信息页"), inputs.paper("情况说明")],
    )
    assert differences(clerk, inputs, application, filed) == sorted(
        [
            "团组 原团组号",
            "团组 办理原因",
            "团组 人数（1 人）",
            "成员 1 新护照号码",
            "成员 2 没有这名成员",
            "团组 新护照信息页（内容不同）",
            "团组 情况说明（没有文件）",
        ]
    )


@pytest.mark.long
@pytest.mark.manual("E12")
def test_every_difference_of_an_early_card_is_told(clerk: Clerk, portal: Portal, inputs: Inputs) -> None:
    number, (first, _, third) = portal.deciding()
    with portal.filer() as filer:
        filed = filer.filed("early_card", number, filer.keys("early_card", number))
    application = inputs.early_card([third], source_group="APEC202611230099")
    assert differences(clerk, inputs, application, filed) == ["团组 人数（2 人）", "团组 原团组号"]
    other = inputs.early_card([third, {**first, "姓名": "韦样丁"}], source_group=number)
    assert differences(clerk, inputs, other, filed) == ["成员 2 没有这名成员"]


@pytest.mark.long
@pytest.mark.manual("R20")
def test_every_difference_of_a_card_replacement_is_told(clerk: Clerk, portal: Portal, inputs: Inputs) -> None:
    first, second, *_ = portal.cards()
    with portal.filer() as filer:
        filed = filer.filed("card_replacement", first["卡号"])
    application = inputs.card_replacement(
        [{**first, "卡号": second["卡号"]}],
        reason="申请提前制卡后获更多经济体批准",
        delivery={
            "method": "邮寄",
            "recipient": "覃样例",
            "phone": "13900000011",
            "province": "广西壮族自治区",
            "city": "南宁市",
            "district": "青秀区",
            "street": "样例路1号国贸大厦10层",
            "postcode": "530022",
        },
        payment={"method": "在线支付"},
        invoice={**INVOICE, "email": "other@soe.example.invalid"},
    )
    assert differences(clerk, inputs, application, filed) == sorted(
        [
            "团组 换卡原因",
            "团组 领取方式",
            "团组 收件人",
            "团组 手机号",
            "团组 所在地区",
            "团组 详细地址",
            "团组 邮编",
            "团组 支付方式",
            "团组 接收邮箱",
            "成员 1 没有这名成员",
            "团组 原卡正反面扫描件（内容不同）",
        ]
    )


@pytest.mark.long
@pytest.mark.manual("C14")
def test_every_difference_of_a_card_cancellation_is_told(
    clerk: Clerk, portal: Portal, inputs: Inputs
) -> None:
    first, second, *_ = portal.cards()
    with portal.filer() as filer:
        filed = filer.filed("card_cancellation", first["卡号"], [first["卡号"], second["卡号"]])
    application = inputs.card_cancellation(
        [second, first], reason="其他", other_reason="部门撤销", note="旧卡已交回"
    )
    assert differences(clerk, inputs, application, filed) == sorted(
        ["团组 办理原因", "团组 其他原因", "团组 说明"]
    )
    right = inputs.card_cancellation([second, first], reason="离职/调离原单位")
    assert differences(clerk, inputs, right, filed) == []
