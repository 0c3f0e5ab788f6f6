"""Lists of entries (stored ones, people, travel cards): read, chosen, changed by their own buttons, filled inside one of them."""

from __future__ import annotations

import json

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


# --- entries known by a line of theirs: people, travel cards ------------------------------------------------------------

PEOPLE = {
    "fields": {"number": "新护照号码", "place": "签发地点"},
    "cards": {
        "people": {"text": ["中文姓名", "姓名"], "kind": "lines", "section": "B 补充信息"},
        "others": {"text": "姓名", "kind": "lines", "section": "其他旅行卡"},
        "anywhere": {"text": "姓名", "kind": "lines"},
    },
}


def _person(name: str, rest: str = "") -> str:
    """Somebody as a card: label and value in elements of their own, a cross, and what is asked about them."""
    place = f'<i data-select=\'{{"name": "{name}", "options": ["广西", "广东"]}}\'></i>'
    return (
        f"<div class=person id=p{name}><span style='cursor:pointer' onclick='this.parentElement.remove()'>×</span>"
        f"<div><div><span>姓名：</span><span>{name}</span></div><div><span>性别：</span><span>男</span></div></div>"
        f"<div class=row><label>新护照号码</label><input></div>"
        f"<div class=row><label>签发地点</label><div>{place}</div></div>{rest}</div>"
    )


def _tile(name: str) -> str:
    return f"<div class=tile onclick='pressed.push(\"{name}\")'><p>姓名：{name}</p><p>卡号：CHN{len(name)}</p></div>"


FILING = (
    f"<script>var pressed = []</script><div><h3>B 补充信息</h3><div id=people>{_person('甲')}{_person('乙乙')}</div>"
    f"<button>添加</button><h4>其他旅行卡</h4><div>{_tile('丙')}{_tile('丁丁')}</div></div>"
)


def test_people_are_read_by_their_lines_and_told_apart_from_another_list(screen_of: ScreenOf) -> None:
    clerk = screen_of(FILING, PEOPLE)
    people = clerk.cards("people")
    assert [card.lines for card in people] == [{"姓名": "甲", "性别": "男"}, {"姓名": "乙乙", "性别": "男"}]
    assert [card.lines for card in clerk.cards("others")] == [
        {"姓名": "丙", "卡号": "CHN1"},
        {"姓名": "丁丁", "卡号": "CHN2"},
    ]
    assert len(clerk.cards("anywhere")) == 4


@pytest.mark.parametrize("people", ["", _person("甲")])
def test_none_and_a_single_one_are_a_list_too(screen_of: ScreenOf, people: str) -> None:
    body = f"<div><h3>B 补充信息</h3><div>{people}</div></div><div><h3>C 附件信息</h3><input type=file></div>"
    found = screen_of(body, PEOPLE).cards("people")
    assert [card.lines["姓名"] for card in found] == (["甲"] if people else [])


def test_the_cross_of_one_person_removes_that_one(screen_of: ScreenOf) -> None:
    clerk = screen_of(FILING, PEOPLE)
    before = clerk.mark_cards("people")
    clerk.press_on_card(clerk.cards("people")[1], "X", "×")
    clerk.await_other_cards("people", before)
    assert [card.lines["姓名"] for card in clerk.cards("people")] == ["甲"]


def test_a_card_without_a_button_is_chosen_by_pressing_it(screen_of: ScreenOf) -> None:
    clerk = screen_of(FILING, PEOPLE)
    clerk.choose_card(clerk.cards("others")[1])
    assert clerk.js("pressed") == ["丁丁"]


# --- entries that are rows of a table ------------------------------------------------------------------------------------

ROWS = {
    "cards": {
        "people": {"text": ["姓名", "中文姓名"], "kind": "rows", "section": "A 人员列表"},
        "offered": {"text": ["姓名", "中文姓名"], "kind": "rows"},
    }
}


def _table(*names: str, heading: str = "姓名") -> str:
    rows = "".join(
        f"<tr><td>{name}</td><td>PE{len(name)}</td><td><a onclick='pressed.push(\"{name}\")'>选择</a></td></tr>"
        for name in names
    )
    none = "" if names else "<tr><td colspan=3>没有可添加的成员</td></tr>"
    return f"<table><thead><tr><th>{heading}</th><th>护照号码</th><th>操作</th></tr></thead><tbody>{rows}{none}</tbody></table>"


def test_rows_are_read_by_their_headings_in_their_section(screen_of: ScreenOf) -> None:
    body = (
        f"<script>var pressed = []</script><h3>A 人员列表</h3>{_table('甲', '乙乙')}<h3>B 附件</h3>{_table('丙')}"
        "<table><tr><th>材料名称</th><th>操作</th></tr><tr><td>报告</td><td>预览</td></tr></table>"
    )
    clerk = screen_of(body, ROWS)
    people = clerk.cards("people")
    assert [card.lines for card in people] == [
        {"姓名": "甲", "护照号码": "PE1", "操作": "选择"},
        {"姓名": "乙乙", "护照号码": "PE2", "操作": "选择"},
    ]
    assert [card.lines["姓名"] for card in clerk.cards("offered")] == ["甲", "乙乙", "丙"]
    clerk.press_on_card(people[1], "添加", "选择")
    assert clerk.js("pressed") == ["乙乙"]


def test_rows_of_an_open_layer_are_the_layers_alone_and_a_note_is_no_row(screen_of: ScreenOf) -> None:
    layer = f"Kit.layer({{ title: '添加成员', html: {json.dumps(_table('丁', heading='中文姓名'))} }})"
    empty = f"Kit.layer({{ title: '添加成员', html: {json.dumps(_table())} }})"
    body = f"<h3>A 人员列表</h3>{_table('甲')}<button id=add>添加</button><button id=none>再添加</button>"
    clerk = screen_of(body, ROWS)
    clerk.js(f"() => void ({layer})")
    assert [card.lines["中文姓名"] for card in clerk.cards("offered")] == ["丁"]
    clerk.js(f"() => void ({empty})")
    assert clerk.cards("offered") == []


# --- inside one entry ----------------------------------------------------------------------------------------------------


def test_each_person_is_filled_inside_their_own_entry(screen_of: ScreenOf) -> None:
    clerk = screen_of(FILING, PEOPLE)
    with pytest.raises(PageChanged, match="2 个“新护照号码”"):
        clerk.fill({"number": "PE1"})
    first, second = clerk.cards("people")
    wanted = [{"number": "PE0000002", "place": "广东"}, {"number": "PE0000001", "place": "广西"}]
    for entry, values in ((second, wanted[1]), (first, wanted[0])):
        clerk.run(clerk.inside(entry).fill, values)
    assert clerk.run(clerk.inside(first).read) == wanted[0]
    assert clerk.run(clerk.inside(second).read) == wanted[1]
    assert clerk.run(clerk.inside(first).differences, wanted[1]) == ["新护照号码", "签发地点"]
    assert clerk.run(clerk.inside(second).differences, wanted[1]) == []


@pytest.mark.parametrize("left", [0, 1], ids=["nobody is left", "somebody is left"])
@pytest.mark.parametrize("how", ["remove()", "outerHTML += ''"], ids=["removed", "drawn anew"])
def test_an_entry_that_has_gone_away_is_an_error_and_nothing_else_is_filled(
    screen_of: ScreenOf, how: str, left: int
) -> None:
    body = f"<h3>B 补充信息</h3><div>{_person('甲')}{_person('乙') if left else ''}</div>"
    clerk = screen_of(body, PEOPLE, patience=0.6)
    gone = clerk.inside(clerk.cards("people")[0])
    clerk.js(f"() => void (document.getElementById('p甲').{how})")
    with pytest.raises(PageChanged, match="找不到：新护照号码"):
        clerk.run(gone.fill, {"number": "PE0000001"})
    assert clerk.run(gone.differences, {"number": "PE0000001"}) == ["新护照号码"]
    assert clerk.run(gone.read) == {}
    assert not any(clerk.js("[...document.querySelectorAll('input')].map((e) => e.value)"))
