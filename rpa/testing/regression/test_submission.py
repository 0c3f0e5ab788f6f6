"""Manual 2.1.2, 上报: everything of it but 保存并上报."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from rpa.desk import Desk
from rpa.screen import Card, Screen, Value
from rpa.testing.regression.sample import ADDRESS, INVOICE, REASON, scan
from rpa.testing.regression.steps import delete_entry, with_entry, write_entry
from rpa.testing.regression.test_new_card import form_text


@pytest.mark.parametrize(
    "way",
    [
        pytest.param("自取", marks=pytest.mark.manual("N19")),
        pytest.param("邮寄", marks=pytest.mark.manual("N20")),
    ],
)
async def test_a_way_of_delivery_is_chosen(submission: Screen, way: str) -> None:
    """领取方式可选择自取或邮寄."""
    await submission.fill({"delivery": way})
    assert await submission.differences({"delivery": way}) == []


@pytest.mark.parametrize(
    "way",
    [
        pytest.param("在线支付", marks=pytest.mark.manual("N24")),
        pytest.param("窗口支付", marks=pytest.mark.manual("N25")),
    ],
)
async def test_a_way_of_payment_is_chosen(submission: Screen, way: str) -> None:
    """支付方式可选择在线支付或窗口支付."""
    await submission.fill({"payment": way})
    assert await submission.differences({"payment": way}) == []


@pytest.mark.parametrize(
    "book",
    [
        pytest.param("address", marks=pytest.mark.manual("N21")),
        pytest.param("invoice", marks=pytest.mark.manual("N26", "N27")),
    ],
)
async def test_an_entry_is_added_and_chosen(desk: Desk, submission: Screen, book: str) -> None:
    """新增邮寄地址, 新增发票信息."""
    await _show(submission, book)
    async with with_entry(desk, submission, book, _values(book)) as entry:
        await submission.choose_card(entry)
        chosen = [card for card in await submission.cards(book) if card.chosen]
        assert [_named(card, book) for card in chosen] == [True]


@pytest.mark.parametrize(
    "book",
    [
        pytest.param("address", marks=pytest.mark.manual("N22")),
        pytest.param("invoice", marks=pytest.mark.manual("N28")),
    ],
)
async def test_a_changed_entry_is_stored(desk: Desk, submission: Screen, book: str) -> None:
    """修改邮寄地址, 修改发票信息: the list shows the change."""
    key, value = (
        ("street", "样例大道9号检查楼2层") if book == "address" else ("email", "changed@soe.example.invalid")
    )
    await _show(submission, book)
    async with with_entry(desk, submission, book, _values(book)) as entry:
        await write_entry(desk, submission, book, {key: value}, entry)
        shown = [card.lines for card in await submission.cards(book) if _named(card, book)]
        assert [value in lines.values() for lines in shown] == [True], "修改后列表仍显示原来的内容"


@pytest.mark.parametrize(
    "book",
    [
        pytest.param("address", marks=pytest.mark.manual("N23")),
        pytest.param("invoice", marks=pytest.mark.manual("N29")),
    ],
)
async def test_a_deleted_entry_is_gone(desk: Desk, submission: Screen, book: str) -> None:
    """删除邮寄地址, 删除发票信息."""
    await _show(submission, book)
    async with with_entry(desk, submission, book, _values(book)) as entry:
        await delete_entry(desk, submission, book, entry)
        assert not [card for card in await submission.cards(book) if _named(card, book)], (
            "删除后记录仍在列表中"
        )


@pytest.mark.manual("N30", "N31")
async def test_the_letter_tells_the_reason(desk: Desk, submission: Screen) -> None:
    """填写申请事由; 下载《APEC商务旅行卡申请函》: a document that has it in it."""
    await submission.fill({"reason": REASON})
    row = (await submission.upload_rows(["letter"]))["letter"]
    data, kind = await desk.download(lambda: submission.press_on(row, row.words.template), row.material)
    assert REASON in form_text(data, kind), "申请函中没有申请事由"


@pytest.mark.manual("N33")
async def test_the_signed_letter_is_uploaded(desk: Desk, submission: Screen, tmp_path: Path) -> None:
    """按要求签字盖章后上传至系统."""
    await submission.upload({"letter": scan(tmp_path, "申请函")})
    assert (await submission.upload_rows(["letter"]))["letter"].filled
    await submission.remove_file("letter", desk.pack.screen("common.question").messages["delete_file"])


async def _show(page: Screen, book: str) -> None:
    if book == "address":
        await page.fill({"delivery": "邮寄"})


def _values(book: str) -> Mapping[str, Value]:
    return ADDRESS if book == "address" else INVOICE


def _named(card: Card, book: str) -> bool:
    return _values(book)["recipient" if book == "address" else "title"] in card.lines.values()
