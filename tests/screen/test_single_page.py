"""A portal made as one page: its root lies over the whole window, and is the page itself, no layer."""

from __future__ import annotations

import pytest

from rpa.errors import PortalRefusal

from .conftest import ScreenOf

PACK = {
    "landmarks": ["成员信息"],
    "fields": {"name": "姓名"},
    "buttons": {"go": "保存", "confirm": "确定"},
    "messages": {"saved": ["暂存成功"]},
}
ROOTS = {
    "absolute": "<div id=app style='position:absolute;inset:0'>{}</div>",
    "fixed": "<div id=app style='position:fixed;inset:0;overflow:auto;background:#fff'>{}</div>",
    "high": "<div id=app style='position:fixed;inset:0;z-index:100'>{}</div>",
    "one in another": "<div style='position:fixed;inset:0'><div id=app style='position:absolute;inset:0'>{}</div></div>",
    "beside words for a screen reader": "<p style='position:absolute;width:1px;height:1px;overflow:hidden'>成员信息</p>"
    "<div id=app style='position:fixed;inset:0'>{}</div>",
    "over a picture": "<div style='position:fixed;inset:0;background:#cde'></div>"
    "<div id=app style='position:fixed;inset:0'>{}</div>",
    "below a bar": "<div id=app style='position:fixed;inset:0'>{}</div>"
    "<div style='position:fixed;left:200px;top:0;z-index:9'>领事业务</div>",
}
MAKES = ["layui", "element", "easyui"]


def _page(root: str, act: str) -> str:
    inside = (
        "<h2>成员信息</h2><div><label>姓名</label><div><input id=n value=甲></div></div>"
        f'<button onclick="{act}">保存</button>'
    )
    return ROOTS[root].format(inside)


@pytest.mark.parametrize("root", ROOTS)
def test_the_root_of_the_page_is_no_layer(screen_of: ScreenOf, root: str) -> None:
    clerk = screen_of(_page(root, "setTimeout(() => n.value = '', 100)"), PACK)
    assert clerk.stands()
    assert clerk.labels() == ["姓名"]
    clerk.press("go")
    clerk.await_changed("name", "甲")
    assert clerk.js("Boolean(__ywtb.layer())") is False


@pytest.mark.parametrize("root", ["absolute", "fixed"])
def test_what_changes_in_the_root_is_no_message(screen_of: ScreenOf, root: str) -> None:
    act = "n.closest('div').innerHTML = '<p>甲</p>'; setTimeout(() => Kit.toast({ words: '暂存成功' }), 300)"
    clerk = screen_of(_page(root, act), PACK)
    clerk.press("go")
    assert clerk.await_message("saved") == ("saved", "暂存成功")


@pytest.mark.parametrize("make", MAKES)
@pytest.mark.parametrize("place", ["app", "document.body"])
@pytest.mark.parametrize("root", ROOTS)
def test_a_layer_over_the_root_or_in_it_is_one(screen_of: ScreenOf, root: str, place: str, make: str) -> None:
    act = f"Kit.root = {place}; Kit.layer({{ make: '{make}', words: '该人员已持有有效的旅行卡' }})"
    clerk = screen_of(_page(root, act), PACK)
    clerk.press("go")
    with pytest.raises(PortalRefusal, match="该人员已持有有效的旅行卡"):
        clerk.await_message("saved")
    assert clerk.labels() == []  # the form lies beneath
    clerk.close_layer()
    assert clerk.labels() == ["姓名"]
    assert clerk.js("Boolean(__ywtb.layer())") is False
