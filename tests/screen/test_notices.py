"""What the portal lays over a page by itself is put away as a person does it, and never taken for an answer."""

from __future__ import annotations

import datetime as dt

import pytest

from rpa.errors import PortalRefusal

from .conftest import ScreenOf

PACK = {
    "landmarks": ["成员信息"],
    "fields": {"name": "姓名", "born": "出生日期", "place": "出生地点"},
    "buttons": {"go": "保存"},
    "messages": {"saved": ["暂存成功"]},
}
PAGE = (
    "<h2>成员信息</h2><div class=f><label>姓名</label><div><input></div></div>"
    "<button onclick=\"Kit.pressed = (Kit.pressed || 0) + 1; Kit.toast({ words: '暂存成功' })\">保存</button>"
)


def _notice(title: str = "通知公告", close: str = "我知道了", inside: str = "请各单位按期申办。") -> str:
    """A shade and a layer, put over the page by a script, with a press of its button that takes both away."""
    return (
        "<script>function notice() { const d = document.createElement('div');"
        "d.innerHTML = `<div style='position:fixed;inset:0;background:#0008;z-index:9'></div>"
        "<div style='position:fixed;left:200px;top:100px;width:400px;background:#fff;z-index:10'>"
        f"<div>{title}</div><p>{inside}</p><button class=c>{close}</button></div>`;"
        "document.body.append(d); d.querySelector('.c').onclick = () => { Kit.read = (Kit.read || 0) + 1; d.remove(); }; }"
        "</script>"
    )


def test_a_notice_that_lies_there_is_put_away_before_a_press(screen_of: ScreenOf) -> None:
    clerk = screen_of(PAGE + _notice() + "<script>notice()</script>", PACK)
    clerk.press("go")
    assert clerk.await_message("saved")[0] == "saved"
    assert clerk.js("[Kit.read, Kit.pressed]") == [1, 1]


def test_a_notice_that_comes_after_the_press_is_no_answer_to_it(screen_of: ScreenOf) -> None:
    slow = PAGE.replace("Kit.toast(", "notice(); setTimeout(Kit.toast, 300, ")
    clerk = screen_of(slow + _notice(), PACK)
    clerk.press("go")
    assert clerk.await_message("saved")[0] == "saved"
    assert clerk.js("Kit.read") == 1


UNDER_THE_MOUSE = "<script>addEventListener('mouseover', notice, { capture: true, once: true })</script>"


def test_a_notice_that_comes_under_the_mouse_takes_no_press_with_it(screen_of: ScreenOf) -> None:
    clerk = screen_of(PAGE + _notice() + UNDER_THE_MOUSE, PACK)
    clerk.press("go")
    assert clerk.js("[Kit.read, Kit.pressed]") == [1, 1]


def test_a_notice_that_comes_over_a_date_panel_is_put_away(screen_of: ScreenOf) -> None:
    panel = """<div><label>出生日期</label><div><i data-date='{"name": "born", "kind": "lists"}'></i></div></div>"""
    clerk = screen_of(f"<h2>成员信息</h2>{panel}{_notice()}{UNDER_THE_MOUSE}", PACK)
    clerk.fill({"born": dt.date(2026, 11, 3)})
    assert clerk.js("[Kit.read, Kit.model.born]") == [1, "2026-11-03"]


HEADS = {
    "cross behind": "<span>系统公告</span> <a class=x style='cursor:pointer'>×</a>",
    "cross before": "<button style='float:left'>×</button><h4>系统公告</h4>",
    "close behind": "<b>系统公告</b><a style='cursor:pointer;float:right'>收起</a>",
    "in two parts": "<i>&#xe645;</i><span>系统</span><span>公告：</span>",
}


@pytest.mark.parametrize("head", HEADS)
def test_a_notice_is_known_by_its_heading_whatever_is_drawn_beside_it(screen_of: ScreenOf, head: str) -> None:
    clerk = screen_of(PAGE + _notice(HEADS[head]) + "<script>notice()</script>", PACK)
    clerk.press("go")
    assert clerk.js("[Kit.read, Kit.pressed]") == [1, 1]


MENTIONS = {
    "in a line of its own": ("提示", "<b>公告</b><br>本单位尚有未填项"),
    "in the heading": ("<b>公告</b>所列材料不全", "本单位尚有未填项"),
    "in place of a heading": ("", "尚有未填项，请先阅读<b>公告</b>"),
}


@pytest.mark.parametrize("where", MENTIONS)
def test_a_layer_that_merely_speaks_of_a_notice_is_an_answer(screen_of: ScreenOf, where: str) -> None:
    title, inside = MENTIONS[where]
    says = PAGE.replace("Kit.toast({ words: '暂存成功' })", "notice()") + _notice(title, "关闭", inside)
    clerk = screen_of(says, PACK)
    clerk.press("go")
    with pytest.raises(PortalRefusal, match="未填项"):
        clerk.await_message("saved")
    assert clerk.js("Kit.read") is None


def test_a_layer_with_another_title_is_an_answer(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        PAGE.replace("Kit.toast({ words: '暂存成功' })", "notice()") + _notice("提示", inside="有未填项"),
        PACK,
    )
    clerk.press("go")
    with pytest.raises(PortalRefusal, match="有未填项"):
        clerk.await_message("saved")
    assert clerk.js("Kit.read") is None


def test_a_layer_that_asks_for_something_is_no_notice(screen_of: ScreenOf) -> None:
    asks = _notice(inside="请填写回执 <input>")
    clerk = screen_of(PAGE.replace("Kit.toast({ words: '暂存成功' })", "notice()") + asks, PACK)
    clerk.press("go")
    with pytest.raises(PortalRefusal):
        clerk.await_message("saved")
    assert clerk.js("Kit.read") is None
