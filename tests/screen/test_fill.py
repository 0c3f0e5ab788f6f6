"""Filling sets every control as a person would, proves what the page then shows, and touches nothing that is right."""

from __future__ import annotations

import json
from threading import Event, Timer
from typing import Any

import pytest
from playwright.async_api import Frame

from rpa.errors import PageChanged, StoredOtherwise

from .conftest import ScreenOf
from .site import Site

FIELD = {"fields": {"x": "项目"}}


def _item(control: str, label: str = "项目") -> str:
    return f"<div class=row><label>{label}</label><div>{control}</div></div>"


def _select(**options: Any) -> str:
    return f"<i data-select='{json.dumps({'name': 'x', 'options': ['甲', '乙', '丙'], **options})}'></i>"


@pytest.mark.parametrize("control", ["<input id=x>", "<textarea id=x></textarea>", "<input id=x value=旧>"])
def test_a_text_is_set(screen_of: ScreenOf, control: str) -> None:
    clerk = screen_of(_item(control), FIELD)
    clerk.fill({"x": "桂林路 1 号"})
    assert clerk.value("#x") == "桂林路 1 号"


def test_lines_of_a_textarea_are_kept(screen_of: ScreenOf) -> None:
    clerk = screen_of(_item("<textarea id=x></textarea>"), FIELD)
    clerk.fill({"x": "第一行\n第二行"})
    assert clerk.value("#x") == "第一行\n第二行"


def test_a_native_select_is_set(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        _item("<select id=x><option value=''>请选择<option value=1>甲<option value=2>乙</select>"), FIELD
    )
    clerk.fill({"x": "乙"})
    assert clerk.value("#x") == "2"


def test_a_native_select_whose_options_come_late_is_waited_for(screen_of: ScreenOf, site: Site) -> None:
    gate = Event()
    site.put("/options", "甲,乙", gate=gate)
    clerk = screen_of(
        _item("<select id=x></select>")
        + "<script>fetch('/options').then(a => a.text()).then(t => t.split(',').forEach(o => x.add(new Option(o))))</script>",
        FIELD,
    )
    Timer(0.2, gate.set).start()
    clerk.fill({"x": "乙"})
    assert clerk.value("#x") == "乙"


def test_a_native_select_without_the_option_tells_what_it_offers(screen_of: ScreenOf) -> None:
    clerk = screen_of(_item("<select id=x><option>甲<option>乙乙</select>"), FIELD, patience=0.3)
    with pytest.raises(PageChanged, match="甲、乙乙") as caught:
        clerk.fill({"x": "丁"})
    assert "丁" not in str(caught.value)
    assert clerk.value("#x") == "甲"


def test_a_native_select_left_empty_goes_back_to_its_first_line(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        _item("<select id=x><option value=''>请选择<option value=1 selected>甲</select>"), FIELD
    )
    clerk.fill({"x": None})
    assert clerk.value("#x") == ""


SELECTS: dict[str, dict[str, Any]] = {
    "list inside the item": {"at": "item"},
    "list at the end of the page": {"at": "body"},
    "list that unfolds": {"at": "body", "animated": True},
    "searched list": {"at": "body", "search": True},
    "searched list inside the item": {"at": "item", "search": True},
}


@pytest.mark.parametrize("make", SELECTS)
def test_a_drawn_select_is_pressed(screen_of: ScreenOf, make: str) -> None:
    clerk = screen_of(_item(_select(**SELECTS[make])), FIELD)
    clerk.fill({"x": "乙"})
    assert clerk.js("Kit.model.x") == "乙"
    assert clerk.js("Kit.presses.length > 1 && Kit.presses.every(Boolean)")


EASYUI = """<table><tr><td>项目:</td><td><input class='easyui-combobox combo-f textbox-f' style='display:none'>
<span class='textbox combo' style='display:inline-block'><span class=textbox-addon><a class='textbox-icon combo-arrow'
style='display:inline-block;width:18px;height:18px'></a></span><input id=t class='textbox-text' readonly><input id=v
type=hidden class=textbox-value></span></td></tr></table><div id=p class='panel combo-p' style='display:none;position:absolute;
z-index:110001;background:#fff'><div class='combo-panel panel-body'><div class=combobox-item>甲</div><div class=combobox-item>乙</div>
</div></div><script>t.onclick = () => { p.style.display = 'block' }; p.onclick = (event) => { t.value = v.value =
event.target.textContent; p.style.display = 'none' }</script>"""


def test_a_combo_of_easyui_is_pressed(screen_of: ScreenOf) -> None:
    clerk = screen_of(EASYUI, FIELD)
    clerk.fill({"x": "乙"})
    assert clerk.value("#v") == "乙"


def test_a_drawn_select_changes_its_mind(screen_of: ScreenOf) -> None:
    clerk = screen_of(_item(_select()), FIELD)
    for text in ("乙", "丙", "甲"):
        clerk.fill({"x": text})
        assert clerk.js("Kit.model.x") == text


def test_options_that_are_loaded_on_the_press_are_waited_for(screen_of: ScreenOf, site: Site) -> None:
    gate = Event()
    site.put("/options", '["甲", "乙"]', kind="application/json", gate=gate)
    clerk = screen_of(_item(_select(address="/options")), FIELD)
    Timer(1.2, gate.set).start()  # later than a list that is there needs
    clerk.fill({"x": "乙"})
    assert clerk.js("Kit.model.x") == "乙"


def test_two_drawn_selects_with_equal_options_keep_apart(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        _item(_select(name="a", at="body"), "甲项") + _item(_select(name="b", at="body"), "乙项"),
        {"fields": {"a": "甲项", "b": "乙项"}},
    )
    clerk.fill({"a": "丙", "b": "丙"})
    assert clerk.js("Kit.model") == {"a": "丙", "b": "丙"}


def test_a_text_of_the_page_that_reads_like_an_option_is_not_pressed(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        "<a onclick='Kit.model.wrong = 1'>乙</a>" + _item(_select(at="body")) + "<span>乙</span>", FIELD
    )
    clerk.fill({"x": "乙"})
    assert clerk.js("Kit.model") == {"x": "乙"}


def test_a_cascade_is_pressed_step_by_step(screen_of: ScreenOf, site: Site) -> None:
    site.put("/cities", '["南宁市", "桂林市"]', kind="application/json")
    site.put("/districts", '["青秀区", "兴宁区"]', kind="application/json")
    boxes = (
        _select(name="a", options=["广西", "广东"], at="body")
        + _select(name="b", address="/cities")
        + _select(name="c", address="/districts")
    )
    clerk = screen_of(_item(boxes), FIELD)
    clerk.fill({"x": ("广西", "南宁市", "青秀区")})
    assert clerk.js("Kit.model") == {"a": "广西", "b": "南宁市", "c": "青秀区"}


def test_a_cascade_of_native_selects_waits_for_each_step(screen_of: ScreenOf) -> None:
    html = """<select id=a><option value=''>请选择<option>广西<option>广东</select><select id=b></select>
    <script>a.onchange = () => setTimeout(() => b.replaceChildren(new Option('请选择', ''), new Option('南宁市')), 100)</script>"""
    clerk = screen_of(_item(html), FIELD)
    clerk.fill({"x": ("广西", "南宁市")})
    assert (clerk.value("#a"), clerk.value("#b")) == ("广西", "南宁市")


def test_a_cascade_with_another_number_of_steps_is_an_error(screen_of: ScreenOf) -> None:
    clerk = screen_of(_item(_select(name="a") + _select(name="b")), FIELD)
    with pytest.raises(PageChanged, match="2 级"):
        clerk.fill({"x": ("广西", "南宁市", "青秀区")})


RADIOS = {
    "plain": "<label><input type=radio name=s value=1>男</label><label><input type=radio name=s value=2>女</label>",
    "text beside": "<input type=radio name=s value=1>男 <input type=radio name=s value=2>女",
    "drawn twin": "<input type=radio name=s value=1 title=男 hidden><div onclick='previousElementSibling.checked = true'>男</div>"
    "<input type=radio name=s value=2 title=女 hidden><div onclick='previousElementSibling.checked = true'>女</div>",
    "transparent": "<label style='position:relative'><input type=radio name=s value=1 style='opacity:0'>男</label>"
    "<label><input type=radio name=s value=2 style='opacity:0'>女</label>",
}


@pytest.mark.parametrize("make", RADIOS)
def test_a_radio_is_chosen(screen_of: ScreenOf, make: str) -> None:
    clerk = screen_of(_item(RADIOS[make]), FIELD)
    clerk.fill({"x": "女"})
    assert clerk.js("document.querySelector('input:checked').value") == "2"


def test_a_radio_that_takes_only_real_presses_gets_one(screen_of: ScreenOf) -> None:
    heedful = "onclick='if (event.isTrusted) previousElementSibling.checked = true'"
    clerk = screen_of(
        _item(RADIOS["drawn twin"].replace("onclick='", "data-was='").replace("<div", f"<div {heedful}")),
        FIELD,
    )
    clerk.fill({"x": "女"})
    assert clerk.js("document.querySelector('input:checked').value") == "2"
    assert clerk.js("Kit.presses.at(-1)") is True


def test_a_radio_whose_text_is_there_twice_is_not_chosen(screen_of: ScreenOf) -> None:
    clerk = screen_of(_item(RADIOS["plain"].replace("男", "女")), FIELD)
    with pytest.raises(PageChanged, match="所要选项"):
        clerk.fill({"x": "女"})
    assert clerk.js("document.querySelector('input:checked')") is None


@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize("now", [True, False])
def test_a_checkbox_ends_as_wanted(screen_of: ScreenOf, now: bool, wanted: bool) -> None:
    box = f"<label><input type=checkbox {'checked' if now else ''}>设为默认</label>"
    clerk = screen_of(box, {"fields": {"x": "设为默认"}})
    clerk.fill({"x": wanted})
    assert clerk.js("document.querySelector('input').checked") is wanted
    assert len(clerk.js("Kit.presses")) <= (now != wanted) * 2


def test_a_field_that_appears_once_another_is_set_is_filled_too(screen_of: ScreenOf) -> None:
    html = (
        _item(
            "<label><input type=radio name=h onclick='document.querySelector(\"#more\").hidden = false'>是</label>"
            "<label><input type=radio name=h>否</label>",
            "是否曾持有",
        )
        + "<div id=more hidden>"
        + _item("<input id=x>", "原卡号")
        + "</div>"
    )
    clerk = screen_of(html, {"fields": {"old": "原卡号", "held": "是否曾持有"}})
    clerk.fill({"old": "C001", "held": "是"})
    assert clerk.value("#x") == "C001"


def test_a_field_that_is_loaded_once_another_is_set_is_waited_for(screen_of: ScreenOf) -> None:
    html = _item(
        "<select id=h onchange='setTimeout(() => more.hidden = false, 300)'><option>否<option>是</select>",
        "是否曾持有",
    )
    clerk = screen_of(
        html + "<div id=more hidden>" + _item("<input id=x>", "原卡号") + "</div>",
        {"fields": {"old": "原卡号", "held": "是否曾持有"}},
    )
    clerk.fill({"held": "是", "old": "C001"})
    assert clerk.value("#x") == "C001"


def test_a_form_that_is_still_being_drawn_is_waited_for(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        f"<div id=place></div><script>setTimeout(() => place.innerHTML = '{_item('<input id=x>')}', 300)</script>",
        FIELD,
    )
    clerk.fill({"x": "甲"})
    assert clerk.value("#x") == "甲"


# Frameworks that keep a model of their own: what a script writes is put back unless real keys brought it.
KEYS_ONLY = """<input id=x><script>
let model = '', typed = false;
x.addEventListener('keydown', (event) => typed = event.isTrusted);
x.addEventListener('input', () => { if (typed) model = x.value; else x.value = model; });
</script>"""


def test_a_box_that_listens_to_keys_only_is_typed_into(screen_of: ScreenOf) -> None:
    clerk = screen_of(_item(KEYS_ONLY), FIELD)
    clerk.fill({"x": "王一 E12"})
    assert clerk.value("#x") == "王一 E12"


REFUSERS = {
    "text that is cut": ("<input id=x oninput='value = value.slice(0, 3)'>", "11010519491231002X"),
    "text that is put back": ("<input id=x onchange=\"value = '旧'\">", "11010519491231002X"),
    "textarea": ("<textarea id=x oninput=\"value = ''\"></textarea>", "11010519491231002X"),
    "drawn select": (_select(broken=True), "乙"),
    "radio": ("<label onclick='event.preventDefault()'><input type=radio name=r>乙</label>", "乙"),
    "native select": ("<select onchange='selectedIndex = 0'><option>甲<option>乙</select>", "乙"),
}


@pytest.mark.parametrize("make", REFUSERS)
def test_a_control_that_does_not_take_its_value_stops_the_case(screen_of: ScreenOf, make: str) -> None:
    html, value = REFUSERS[make]
    clerk = screen_of(
        _item(html) + _item("<input>", "部门"), {"fields": {"x": "项目", "dept": "部门"}}, patience=1
    )
    with pytest.raises(StoredOtherwise) as caught:
        clerk.fill({"x": value, "dept": "贸易部"})
    assert caught.value.fields == ("项目",)
    assert value not in str(caught.value)


def test_every_field_that_did_not_take_is_named(screen_of: ScreenOf) -> None:
    bad = "<input oninput=\"value = ''\">"
    clerk = screen_of(
        _item(bad, "姓名") + _item("<input>", "部门") + _item(bad, "职务"),
        {"fields": {"name": "姓名", "dept": "部门", "job": "职务"}},
    )
    with pytest.raises(StoredOtherwise) as caught:
        clerk.fill({"name": "甲", "dept": "乙", "job": "丙"})
    assert caught.value.fields == ("姓名", "职务")


@pytest.mark.parametrize("control", ["<input id=x value=旧>", "<textarea id=x>旧</textarea>"])
def test_none_leaves_a_text_empty(screen_of: ScreenOf, control: str) -> None:
    clerk = screen_of(_item(control), FIELD)
    clerk.fill({"x": None})
    assert clerk.value("#x") == ""


def test_none_for_a_field_that_is_not_there_is_right(screen_of: ScreenOf) -> None:
    clerk = screen_of(_item("<input id=y>", "姓名"), {"fields": {"x": "原卡号", "name": "姓名"}})
    clerk.fill({"x": None, "name": "甲"})
    assert clerk.value("#y") == "甲"


@pytest.mark.parametrize("lock", ["readonly", "disabled"])
def test_a_locked_field_with_the_right_value_is_right(screen_of: ScreenOf, lock: str) -> None:
    screen_of(_item(f"<input {lock} value='广西 公司'>"), FIELD).fill({"x": "广西公司"})


@pytest.mark.parametrize("lock", ["readonly", "disabled", "aria-disabled=true"])
def test_a_locked_field_with_another_value_stops_the_case(screen_of: ScreenOf, lock: str) -> None:
    clerk = screen_of(_item(f"<input id=x {lock} value=别的公司>"), FIELD)
    with pytest.raises(StoredOtherwise, match="项目"):
        clerk.fill({"x": "广西公司"})
    assert clerk.value("#x") == "别的公司"


def test_a_locked_textarea_or_set_of_fields_is_not_written_to(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        _item("<textarea readonly id=a>旧</textarea>", "事由")
        + f"<fieldset disabled>{_item('<input id=b value=旧>', '部门')}</fieldset>",
        {"fields": {"reason": "事由", "dept": "部门"}},
    )
    with pytest.raises(StoredOtherwise) as caught:
        clerk.fill({"reason": "新", "dept": "新"})
    assert caught.value.fields == ("事由", "部门")
    assert (clerk.value("#a"), clerk.value("#b")) == ("旧", "旧")


def test_a_text_is_written_as_it_was_given(screen_of: ScreenOf) -> None:
    clerk = screen_of(_item("<input id=x>"), FIELD)
    clerk.fill({"x": "洽谈（二期），阿依 古丽"})
    assert clerk.value("#x") == "洽谈（二期），阿依 古丽"


def test_what_is_right_already_is_not_touched(screen_of: ScreenOf) -> None:
    html = (
        "<script>window.events = []; for (const kind of ['input', 'change', 'focus', 'click'])"
        " addEventListener(kind, (event) => events.push(kind), true)</script>"
        + _item("<input value=甲>", "姓名")
        + _item("<textarea>乙</textarea>", "事由")
        + _item("<select><option>甲<option selected>乙</select>", "类别")
        + _item(
            "<label><input type=radio name=s checked>男</label><label><input type=radio name=s>女</label>",
            "性别",
        )
        + "<label><input type=checkbox checked>设为默认</label>"
        + _item('<i data-date=\'{"name":"d","kind":"lists","value":"2020-01-31"}\'></i>', "日期")
    )
    labels = {"a": "姓名", "b": "事由", "c": "类别", "d": "性别", "e": "设为默认", "f": "日期"}
    clerk = screen_of(html, {"fields": labels})
    clerk.fill({"a": "甲", "b": "乙", "c": "乙", "d": "男", "e": True, "f": "2020-01-31"})
    assert clerk.js("events") == []


def test_a_text_is_set_with_the_events_of_typing(screen_of: ScreenOf) -> None:
    watch = "['focus', 'input', 'change', 'blur'].forEach((kind) => x.addEventListener(kind, () => events.push(kind)))"
    clerk = screen_of(_item("<input id=x>") + f"<script>window.events = []; {watch}</script>", FIELD)
    clerk.fill({"x": "甲"})
    assert clerk.js("events") == ["focus", "input", "change", "blur"]


def test_thirty_texts_cost_three_round_trips(screen_of: ScreenOf, monkeypatch: pytest.MonkeyPatch) -> None:
    labels = {f"f{number}": f"栏目{number}" for number in range(30)}
    clerk = screen_of("".join(_item("<input>", label) for label in labels.values()), {"fields": labels})
    asked: list[Any] = []
    evaluate = Frame.evaluate

    async def counted(self: Frame, expression: str, arg: Any = None) -> Any:
        asked.append(arg[0])
        return await evaluate(self, expression, arg)

    monkeypatch.setattr(Frame, "evaluate", counted)
    clerk.fill({key: f"值{key}" for key in labels})
    assert asked == ["formWith", "set"]
    assert clerk.read() == {key: f"值{key}" for key in labels}
    assert asked == ["formWith", "set", "form"]


def test_a_screen_tells_which_fields_differ(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        _item("<input value=甲>", "姓名") + _item("<input>", "部门"),
        {"fields": {"a": "姓名", "b": "部门", "c": "职务"}},
    )
    assert clerk.differences({"a": "甲", "b": "乙", "c": "丙"}) == ["部门", "职务"]
    assert clerk.read() == {"a": "甲", "b": ""}


def test_a_layer_is_filled_and_the_page_below_it_is_not(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        _item("<input id=under>") + "<div style='position:fixed;inset:0;background:#0008;z-index:10'></div>"
        "<div style='position:fixed;left:200px;top:100px;z-index:11;background:#fff'>"
        + _item("<input id=over>")
        + _item(_select(at="body"), "类别")
        + "<a onclick='1'>确定</a></div>"
        "<style>.x-list { z-index: 99 !important }</style>",
        {"fields": {"x": "项目", "kind": "类别"}},
    )
    clerk.fill({"x": "甲", "kind": "丙"})
    assert (clerk.value("#under"), clerk.value("#over"), clerk.js("Kit.model.x")) == ("", "甲", "丙")
