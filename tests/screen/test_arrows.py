"""A box that its text does not open is opened by its own arrow, late, and nothing else beside it is ever pressed."""

from __future__ import annotations

import datetime as dt
import time
from threading import Event, Timer

import pytest

from rpa.errors import PageChanged

from .conftest import ScreenOf
from .site import Site

FIELD = {"fields": {"x": "项目"}}
DAY = {"fields": {"x": {"label": "项目", "kind": "date"}}}
MARK = "style='display:inline-block;width:16px;height:16px;cursor:pointer;background:#ccc'"
LIST = "<{0} id=list class='{1}' style='display:none;position:absolute;top:200px'>{2}</{0}>"
ENTRIES = "<li>甲</li><li>乙</li>"
CHOOSE = "<script>var hits = [], asks = 0; list.onclick = (e) => { t.value = e.target.textContent; list.style.display = 'none' }</script>"


def _row(box: str, beside: str = "") -> str:
    return f"<div class=row><label>项目</label><div>{box}{beside}</div></div>"


def _box(mark: str, name: str = "x-select") -> str:
    return f"<span id=box class={name} style='display:inline-block'><input id=t readonly>{mark}</span>"


CARET = f"<i id=caret class='x-caret' {MARK}></i>"
LATE = {
    "nothing is drawn until it comes": LIST.format("ul", "x-dropdown", ENTRIES),
    "its frame is a menu that is drawn at once": LIST.format("div", "x-menu", "请稍候"),
}
OPEN_LATE = """<script>let shown = false; box.onclick = async () => {
  hits.push(0); shown = !shown;
  if (list.className === 'x-menu') list.style.display = shown ? 'block' : 'none';
  await fetch('/options');
  list.innerHTML = '<div>甲</div><div>乙</div>'; list.style.display = shown ? 'block' : 'none' }</script>"""


@pytest.mark.parametrize("make", LATE)
def test_a_list_that_is_late_is_not_shut_by_its_own_caret(screen_of: ScreenOf, site: Site, make: str) -> None:
    gate = Event()
    site.put("/options", "", gate=gate)
    clerk = screen_of(_row(_box(CARET)) + LATE[make] + CHOOSE + OPEN_LATE, FIELD)
    Timer(2, gate.set).start()  # later than a list that is there needs
    clerk.fill({"x": "乙"})
    assert clerk.value("#t") == "乙"
    assert clerk.js("hits.length") == 1


def test_a_list_that_never_fills_is_not_shut_either(screen_of: ScreenOf, site: Site) -> None:
    site.put("/options", "", gate=Event())
    make = "its frame is a menu that is drawn at once"
    clerk = screen_of(_row(_box(CARET)) + LATE[make] + CHOOSE + OPEN_LATE, FIELD, patience=1)
    with pytest.raises(PageChanged, match="没有所要的选项"):
        clerk.fill({"x": "乙"})
    assert clerk.js("hits.length") == 1


OTHER_ICONS = {
    "trash": "class='icon-trash'",
    "minus": "class='fa fa-minus'",
    "reset": "class='x-icon' title='重置'",
    "help": "class='help-icon'",
    "no name": "",
    "arrow that deletes": "class='arrow-delete'",
}


@pytest.mark.parametrize("pack", [FIELD, DAY], ids=["list", "date"])
@pytest.mark.parametrize("icon", OTHER_ICONS)
def test_another_icon_in_the_box_is_not_pressed(
    screen_of: ScreenOf, icon: str, pack: dict[str, object]
) -> None:
    mark = f"<i onclick='hits.push(0)' {OTHER_ICONS[icon]} {MARK}></i>"
    clerk = screen_of(
        _row(_box(mark)) + LIST.format("ul", "x-dropdown", ENTRIES) + CHOOSE, pack, patience=0.4
    )
    with pytest.raises(PageChanged):
        clerk.fill({"x": dt.date(2026, 1, 2) if pack is DAY else "乙"})
    assert clerk.js("hits") == []


@pytest.mark.parametrize("where", ["row", "cell"])
def test_an_arrow_that_moves_the_row_is_not_pressed(screen_of: ScreenOf, where: str) -> None:
    move = f"<i onclick='hits.push(0)' class='icon-arrow-down' {MARK}></i>"
    box = "<span class=x-select><input id=t readonly></span>"
    cells = f"<td>{box}{move}</td>" if where == "cell" else f"<td>{box}</td><td>{move}</td>"
    html = f"<table><tr><td>项目</td>{cells}</tr></table>" + LIST.format("ul", "x-dropdown", ENTRIES) + CHOOSE
    clerk = screen_of(html, FIELD, patience=0.4)
    with pytest.raises(PageChanged):
        clerk.fill({"x": "乙"})
    assert clerk.js("hits") == []


OPENS = "<script>mark.onclick = () => { hits.push(0); list.style.display = 'block' }</script>"


@pytest.mark.parametrize("name", ["x-caret", "icon-arrow-down", "layui-edge", "input-group-addon dropdown"])
def test_an_arrow_opens_the_box_that_its_text_does_not_open(screen_of: ScreenOf, name: str) -> None:
    box = _box(f"<i id=mark class='{name}' {MARK}></i>")
    clerk = screen_of(
        _row(box) + LIST.format("ul", "x-dropdown", ENTRIES) + CHOOSE + OPENS, FIELD, patience=1
    )
    clerk.fill({"x": "乙"})
    assert clerk.value("#t") == "乙"
    assert clerk.js("hits.length") == 1


def test_the_arrow_of_easyui_is_not_waited_for(screen_of: ScreenOf) -> None:
    box = _box(f"<a id=mark class='textbox-icon combo-arrow' {MARK}></a>", "'textbox combo'")
    html = _row(box.replace(" readonly", "")) + LIST.format("div", "combo-panel", ENTRIES) + CHOOSE + OPENS
    clerk = screen_of(html, FIELD, patience=20)
    began = time.monotonic()
    clerk.fill({"x": "乙"})
    assert time.monotonic() - began < 10
    assert clerk.value("#t") == "乙"
