"""A control is known by the words a person reads beside it, however the page ties the two together."""

from __future__ import annotations

import pytest

from .conftest import ScreenOf

WAYS = {
    "for and id": "<label for=a>姓名</label><input id=a>",
    "aria-label": "<input aria-label=姓名>",
    "aria-labelledby": "<span id=n>姓名</span><input aria-labelledby=n>",
    "wrapping label": "<label>姓名 <input></label>",
    "form item": "<div class=item><label>姓名</label><div class=block><input></div></div>",
    "form item of spans": "<div class=item><span>姓名</span><div><div><input></div></div></div>",
    "text without element": "<div>姓名 <input></div>",
    "for that names no element": "<div><label for=name>姓名</label><div><div><input></div></div></div>",
    "table cell left": "<table><tr><td>姓名</td><td><input></td></tr></table>",
    "table head left": "<table><tr><th>姓名</th><td><div><input></div></td></tr></table>",
    "table head above": "<table><thead><tr><th>序号</th><th>姓名</th></tr></thead>"
    "<tbody><tr><td>1</td><td><input></td></tr></tbody></table>",
    "placeholder": "<input placeholder=姓名>",
    "dt and dd": "<dl><dt>姓名</dt><dd><input></dd></dl>",
    "label above in its own row": "<div><div><label>姓名</label></div><div><input></div></div>",
    "trailing colon": "<div><label>姓名：</label><input></div>",
    "half-width colon": "<div><label>姓名 :</label><input></div>",
    "stretched": "<div><label>姓　名</label><input></div>",
    "stretched with spaces": "<div><label>姓 &nbsp; 名：</label><input></div>",
    "hint after the control": "<div><label>姓名</label><input><span class=tip>与护照一致</span></div>",
    "icon in the label": "<div><label>姓名<i class=icon></i></label><input></div>",
    "hint of the box before": "<div><label>编码</label><input><span>选填</span></div>"
    "<div><label>姓名</label><input></div>",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_label_is_found(screen_of: ScreenOf, way: str) -> None:
    assert screen_of(WAYS[way]).labels()[-1] == "姓名"


def test_two_pairs_in_a_row_keep_to_their_own_labels(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        "<div class=item><div class=inline><label>拼音姓</label><div><input></div></div>"
        "<div class=inline><label>拼音名</label><div><input></div></div></div>"
        "<div class=item><label>部门</label><input> <label>职务</label><input></div>"
        "<table><tr><td>手机号</td><td><input></td><td>邮箱</td><td><input></td></tr></table>"
    )
    assert clerk.labels() == ["拼音姓", "拼音名", "部门", "职务", "手机号", "邮箱"]


MARKS = {
    "star before": "<label>*姓名</label><input>",
    "star in an element": "<label><em>*</em> 姓名</label><input>",
    "star after": "<label>姓名 *</label><input>",
    "full-width star before the colon": "<label>姓名＊：</label><input>",
    "drawn before": "<style>.req::before { content: '*' }</style><label class=req>姓名</label><input>",
    "drawn after": "<style>.req::after { content: '* ' }</style><label class=req>姓名</label><input>",
    "attribute": "<label>姓名</label><input required>",
    "aria": "<label>姓名</label><input aria-required=true>",
}


@pytest.mark.parametrize("mark", MARKS)
def test_a_required_mark_is_seen_and_is_no_part_of_the_label(screen_of: ScreenOf, mark: str) -> None:
    assert screen_of(f"<div>{MARKS[mark]}</div>").control("姓名").required


def test_no_mark_means_not_required(screen_of: ScreenOf) -> None:
    clerk = screen_of("<div><label>姓名</label><input></div><div><label>*部门</label><input></div>")
    assert not clerk.control("姓名").required


def test_a_control_belongs_to_the_heading_above_it(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        "<h3>A 基本信息</h3><div><label>姓名</label><input></div>"
        "<fieldset><legend>B 护照信息</legend><div><label>护照号码</label><input></div></fieldset>"
    )
    assert [(c.label, c.section) for c in clerk.controls()] == [
        ("姓名", "A 基本信息"),
        ("护照号码", "B 护照信息"),
    ]


KINDS = {
    "text": "<input>",
    "textarea": "<textarea></textarea>",
    "select": "<select><option>甲</select>",
    "date": "<input readonly placeholder=请选择日期>",
    "date ": "<div class=date-editor><input></div>",
    "text ": "<input class=validatebox-text>",
    "text  ": "<div class='update candidate-list'><input></div>",
    "date  ": "<div class='textbox combo datebox'><input></div>",
    "date   ": "<input class=layDate-icon>",
    "drawn": "<div class=x-select><input readonly></div>",
    "drawn ": "<input readonly role=combobox>",
    "drawn  ": "<select style='display:none'><option>甲</select><div><div><input readonly></div></div>",
    "readonly": "<input readonly value=甲>",
    "radio": "<input type=radio name=r value=甲>甲",
    "checkbox": "<label><input type=checkbox>甲</label>",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_control_is_of_the_kind_a_person_would_say(screen_of: ScreenOf, kind: str) -> None:
    clerk = screen_of(f"<div><label>项目</label><div>{KINDS[kind]}</div></div>")
    (control,) = clerk.controls()
    assert control.kind == kind.strip()


BOXES = {
    "empty": (
        "<div class='x-select-selection' tabindex=0><span>请选择</span><span hidden>甲</span></div>",
        "",
    ),
    "hint": (
        "<div class='x-select-selection' tabindex=0><span class=x-select-placeholder>选一项</span></div>",
        "",
    ),
    "chosen": (
        "<div class='x-select-selection' tabindex=0><input type=hidden value=1><span>甲</span></div>",
        "甲",
    ),
    "role": ("<div role=combobox class=box><div class=hint-placeholder>选一项</div></div>", ""),
    "button": ("<button aria-haspopup=listbox>甲</button>", "甲"),
    "around an input": ("<div class=x-select tabindex=0><input readonly value=甲></div>", "甲"),
    "around an input that is named": (
        "<div class=x-select role=combobox tabindex=0><input role=combobox readonly value=甲></div>",
        "甲",
    ),
    "two around each other": (
        "<div class=x-select tabindex=0><div role=combobox tabindex=0><span>甲</span></div></div>",
        "甲",
    ),
}


@pytest.mark.parametrize("box", BOXES)
def test_a_box_without_an_input_is_a_control(screen_of: ScreenOf, box: str) -> None:
    body, shown = BOXES[box]
    clerk = screen_of(f"<div><label>项目</label><div>{body}</div></div><div><label>姓名</label><input></div>")
    assert [(c.label, c.kind, c.value) for c in clerk.controls()] == [
        ("项目", "drawn", shown),
        ("姓名", "text", ""),
    ]


NO_BOXES = {
    "chosen tab": "<div class=selected tabindex=0>甲</div>",
    "chosen entry": "<ul><li class=menu-select tabindex=0>甲</li></ul>",
    "list": "<div class=x-select-dropdown tabindex=0>甲</div>",
    "text": "<div tabindex=0>甲</div>",
}


@pytest.mark.parametrize("box", NO_BOXES)
def test_what_only_takes_the_focus_is_no_control(screen_of: ScreenOf, box: str) -> None:
    assert screen_of(f"<div>{NO_BOXES[box]}</div><div><label>姓名</label><input></div>").labels() == ["姓名"]


TWINS = {
    "title beside": "<input type=radio name=s title=男 hidden><div class=drawn>男</div>"
    "<input type=radio name=s title=女 hidden checked><div class=drawn>女</div>",
    "wrapping label": "<label><input type=radio name=s style='opacity:0;position:absolute'><span>男</span></label>"
    "<label><input type=radio name=s checked style='opacity:0;position:absolute'><span>女</span></label>",
    "plain": "<input type=radio name=s id=m><label for=m>男</label>"
    "<input type=radio name=s id=f checked><label for=f>女</label>",
    "text after": "<input type=radio name=s>男 <input type=radio name=s checked>女",
}


@pytest.mark.parametrize("twin", TWINS)
def test_radios_with_drawn_twins_are_one_field(screen_of: ScreenOf, twin: str) -> None:
    clerk = screen_of(
        f"<div><label>性别</label><div>{TWINS[twin]}</div></div><div><label>姓名</label><input></div>"
    )
    assert clerk.labels() == ["性别", "姓名"]
    control = clerk.control("性别")
    assert (control.kind, control.options, control.value) == ("radio", ("男", "女"), "女")


def test_two_radio_questions_in_a_row_are_two_fields(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        "<div><label>有无被拒签记录</label><div><label><input type=radio name=a>有</label>"
        "<label><input type=radio name=a checked>无</label></div>"
        "<label>有无犯罪记录</label><div><label><input type=radio name=b checked>有</label>"
        "<label><input type=radio name=b>无</label></div></div>"
    )
    assert [(c.label, c.value) for c in clerk.controls()] == [
        ("有无被拒签记录", "无"),
        ("有无犯罪记录", "有"),
    ]


@pytest.mark.parametrize(
    "box",
    [
        "<label><input type=checkbox checked> 设为默认</label>",
        "<input type=checkbox checked title=设为默认 hidden><div>设为默认</div>",
        "<input type=checkbox checked id=d><label for=d>设为默认</label>",
        "<input type=checkbox checked>设为默认",
    ],
)
def test_a_checkbox_is_known_by_its_own_words(screen_of: ScreenOf, box: str) -> None:
    clerk = screen_of(f"<div><label>默认</label><div>{box}</div></div>")
    (control,) = clerk.controls()
    assert (control.label, control.value) == ("设为默认", "true")


def test_three_boxes_behind_one_label_are_a_cascade(screen_of: ScreenOf) -> None:
    box = "<div class=x-select><input readonly value={}></div>"
    clerk = screen_of(
        f"<div><label>所在地区</label><div>{box.format('广西')}{box.format('南宁市')}{box.format('')}</div></div>"
        f"<div><label>签发地点</label><div>{box.format('')}</div></div>"
    )
    assert [(c.label, c.kind, c.value) for c in clerk.controls()] == [
        ("所在地区", "cascade", "广西/南宁市/"),
        ("签发地点", "drawn", ""),
    ]


def test_native_boxes_behind_one_label_are_a_cascade_too(screen_of: ScreenOf) -> None:
    boxes = "".join(f"<select><option>请选择<option selected>{text}</select>" for text in ("广西", "南宁市"))
    clerk = screen_of(f"<div><label>所在地区</label><div>{boxes}</div></div>")
    (control,) = clerk.controls()
    assert (control.kind, control.value) == ("cascade", "广西/南宁市")


HIDDEN = {
    "display none": "<div style='display:none'><label>密级</label><input></div>",
    "visibility": "<div style='visibility:hidden'><label>密级</label><input></div>",
    "type hidden": "<div><label>密级</label><input type=hidden></div>",
    "no size": "<div><label>密级</label><input style='width:0;height:0;border:0;padding:0'></div>",
    "transparent": "<div style='opacity:0'><label>密级</label><input></div>",
    "another tab": "<div hidden><label>密级</label><input></div>",
    "clipped to nothing": "<div style='height:0;overflow:hidden'><label>密级</label><input></div>",
    "pushed off the page": "<div style='position:absolute;left:-9999px'><label>密级</label><input></div>",
}


@pytest.mark.parametrize("how", HIDDEN)
def test_what_a_person_cannot_see_is_no_control(screen_of: ScreenOf, how: str) -> None:
    assert screen_of(HIDDEN[how] + "<div><label>姓名</label><input></div>").labels() == ["姓名"]


def test_a_control_further_down_the_page_is_seen(screen_of: ScreenOf) -> None:
    clerk = screen_of("<div style='height:5000px'></div><div><label>姓名</label><input></div>")
    assert clerk.labels() == ["姓名"]


def test_controls_beneath_an_open_layer_are_not_seen(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        "<div><label>姓名</label><input id=under></div>"
        "<div style='position:fixed;inset:0;background:#0008;z-index:10'></div>"
        "<div style='position:fixed;left:300px;top:200px;z-index:11;background:#fff'><div>新增</div>"
        "<div><label>收件人</label><input></div><a onclick='1'>确定</a></div>"
    )
    assert clerk.labels() == ["收件人"]
