"""Stored entries drawn as cards: read by their lines, chosen by their radio, changed by their own buttons."""

from __future__ import annotations

import pytest

from rpa.errors import PageChanged, PortalFault, PortalRefusal

from .conftest import ScreenOf

PACK = {
    "cards": {
        "address": {"text": "修改", "section": "A 领取方式"},
        "invoice": {"text": "修改", "section": "C 发票信息"},
    }
}


def _card(name: str, group: str, radio: str = "") -> str:
    radio = radio or f"<label><input type=radio name={group} value={name}>使用</label>"
    return (
        f"<div class=card>{radio}<p>收件人：{name}</p><p>手机号 : 1380000000{len(name)}</p>"
        f"<a onclick='pressed.push(\"{name}\")'>修改</a> <a onclick='1'>删除</a></div>"
    )


BOOK = (
    "<script>var pressed = []</script>"
    f"<h3>A 领取方式</h3><div id=book>{_card('甲', 'a')}{_card('乙乙', 'a')}</div>"
    f"<h3>C 发票信息</h3>{_card('丙', 'c')}"
)


def test_cards_are_read_by_their_lines_in_their_section(screen_of: ScreenOf) -> None:
    clerk = screen_of(BOOK, PACK)
    cards = clerk.cards("address")
    assert [card.lines for card in cards] == [
        {"收件人": "甲", "手机号": "13800000001"},
        {"收件人": "乙乙", "手机号": "13800000002"},
    ]
    assert [card.lines["收件人"] for card in clerk.cards("invoice")] == ["丙"]
    assert not any(card.chosen for card in cards)


DRAWN = "<input type=radio name=a value=甲 hidden><div style='cursor:pointer' onclick='previousElementSibling.checked = true'>使用</div>"


@pytest.mark.parametrize("radio", ["", DRAWN])
def test_a_card_is_chosen_by_its_radio_and_once_only(screen_of: ScreenOf, radio: str) -> None:
    clerk = screen_of(f"<h3>A 领取方式</h3>{_card('甲', 'a', radio)}{_card('乙', 'a')}", PACK)
    clerk.choose_card(clerk.cards("address")[0])
    assert clerk.js("document.querySelector('input:checked').value") == "甲"
    chosen, other = clerk.cards("address")
    assert (chosen.chosen, other.chosen) == (True, False)
    pressed = clerk.js("Kit.presses.length")
    clerk.choose_card(chosen)
    assert clerk.js("Kit.presses.length") == pressed


def test_a_button_of_one_card_is_pressed(screen_of: ScreenOf) -> None:
    clerk = screen_of(BOOK, PACK)
    clerk.press_on_card(clerk.cards("address")[1], "修改")
    assert clerk.js("pressed") == ["乙乙"]
    with pytest.raises(PageChanged, match="没有“停用”"):
        clerk.press_on_card(clerk.cards("address")[1], "停用")


def test_a_list_drawn_anew_is_waited_for(screen_of: ScreenOf) -> None:
    clerk = screen_of(BOOK, PACK)
    before = clerk.mark_cards("address")
    clerk.js("() => void setTimeout(() => book.querySelector('p').textContent = '收件人：丁', 300)")
    clerk.await_other_cards("address", before)
    assert clerk.cards("address")[0].lines["收件人"] == "丁"


def test_a_list_that_stays_is_a_fault(screen_of: ScreenOf) -> None:
    clerk = screen_of(BOOK, PACK, patience=0.6)
    with pytest.raises(PortalFault, match="改动后的列表"):
        clerk.await_other_cards("address", clerk.mark_cards("address"))


@pytest.mark.parametrize(
    "say", ["Kit.toast({ words: '最多保存十个地址' })", "Kit.layer({ words: '最多保存十个地址' })"]
)
def test_a_refused_change_is_a_refusal(screen_of: ScreenOf, say: str) -> None:
    clerk = screen_of(BOOK + f'<button onclick="{say}">保存</button>', PACK)
    before = clerk.mark_cards("address")
    clerk.press_text("保存")
    with pytest.raises(PortalRefusal, match="最多保存十个地址"):
        clerk.await_other_cards("address", before)
