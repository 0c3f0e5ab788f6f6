"""A table is known by its headings and read at once; a page that is only read gives its label-value pairs."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Frame, Page

from rpa.errors import PageChanged, PortalFault

from .clerk import Clerk
from .conftest import Engine, ScreenOf

PACK = {
    "tables": {"groups": ["团组号", "当前状态"]},
    "buttons": {"next_page": "下一页"},
    "patterns": {"page": [r"第\s*(\d+)\s*/\s*\d+\s*页"]},
}
HEAD = "<tr><th>团组号</th><th>当 前 状 态</th><th>操作</th></tr>"
ROWS = "".join(
    f"<tr><td>T-{n}</td><td> 待初审\n </td><td><a onclick='hit = {n}' href='#d{n}'>详情</a> <a onclick='1'>撤回</a></td></tr>"
    for n in (1, 2)
)
SHAPES = {
    "thead": f"<table><thead>{HEAD}</thead><tbody>{ROWS}</tbody></table>",
    "head among the rows": f"<table>{HEAD}{ROWS}</table>",
    "head and body in two tables": f"<div><table><thead>{HEAD}</thead></table></div><div><table><tbody>{ROWS}</tbody></table></div>",
    "caption row above": f"<table><tr><th colspan=3>我的办件</th></tr>{HEAD}{ROWS}</table>",
}


_CELLS = HEAD.replace("th>", "td>")
SHAPES |= {
    "a head over the scroll bar": f"<div><table><thead>{HEAD.replace('</tr>', '<th></th></tr>')}</thead></table></div><div><table>{ROWS}</table></div>",
    "a head that is not drawn over the scroll bar": f"<table><thead>{HEAD.replace('</tr>', '<th hidden>x</th></tr>')}</thead><tbody>{ROWS}</tbody></table>",
    "heads of plain cells in a table that calls itself head": f"<div class=grid-header><table>{_CELLS}</table></div><div><table>{ROWS}</table></div>",
    "heads of plain cells right above": f"<div><table class=even>{_CELLS}</table></div><div><table class=even>{ROWS}</table></div>",
}
EVEN = "<style>.even { table-layout: fixed; width: 600px; border-collapse: collapse } .even td { padding: 4px; height: 22px }</style>"


@pytest.mark.parametrize("shape", SHAPES)
def test_rows_are_read_by_heading(screen_of: ScreenOf, shape: str) -> None:
    clerk = screen_of(EVEN + "<h3>列表</h3>" + SHAPES[shape], PACK)
    table = clerk.table("groups")
    assert (table.headings, table.section) == (("团组号", "当前状态", "操作"), "列表")
    assert [(row["团组号"], row["当前状态"]) for row in table.rows] == [("T-1", "待初审"), ("T-2", "待初审")]
    assert list(table.rows[0].links) == ["详情"]


def test_a_button_of_one_row_is_pressed(screen_of: ScreenOf) -> None:
    clerk = screen_of("<script>var hit = 0</script>" + SHAPES["thead"], PACK)
    clerk.press_in_row(clerk.table("groups").rows[1], "详情")
    assert clerk.js("hit") == 2


def test_a_button_that_a_row_does_not_have_is_an_error(screen_of: ScreenOf) -> None:
    clerk = screen_of(SHAPES["thead"], PACK)
    with pytest.raises(PageChanged, match="没有“删除”"):
        clerk.press_in_row(clerk.table("groups").rows[0], "删除")


def _split(heads: list[str], rows: list[list[str]], style: str, mark: str = "td") -> str:
    cells = "".join(f"<{mark}>{head}</{mark}>" for head in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    parts = f"<div class=x-header><table class=even>{cells}</table></div><div><table class=even>{body}</table></div>"
    return f"<div style='position:absolute;{style}'>{parts.replace('600px', '300px')}</div>"


HIDE = "<span style='visibility:hidden'>{}</span>"
KEPT = {
    "beside the others": (
        _split(["操作"], [["详情"], ["详情"]], "left:8px;top:8px;width:100px;overflow:hidden")
        + _split(["团组号", "当前状态"], [["T-1", "a"], ["T-2", "b"]], "left:108px;top:8px"),
        ("操作", "团组号", "当前状态"),
    ),
    "over the others, which hide it": (
        _split(
            ["团组号", "当前状态", HIDE.format("操作"), HIDE.format("说明")],
            [["T-1", "a", HIDE.format("详情"), ""], ["T-2", "b", HIDE.format("详情"), ""]],
            "left:8px;top:8px",
            "th",
        )
        + _split(
            [HIDE.format("团组号"), HIDE.format("当前状态"), "操作", "说明"],
            [[HIDE.format("T-1"), "", "详情", "c"], [HIDE.format("T-2"), "", "详情", "d"]],
            "left:108px;top:8px",
            "th",
        ),
        ("团组号", "当前状态", "操作", "说明"),
    ),
}


@pytest.mark.parametrize("how", KEPT)
def test_columns_that_are_kept_in_view_belong_to_their_rows(screen_of: ScreenOf, how: str) -> None:
    body, heads = KEPT[how]
    clerk = screen_of(f"{EVEN}<div class=x-grid>{body}</div>", PACK)
    table = clerk.table("groups")
    assert table.headings == heads
    assert [(row["团组号"], row["当前状态"], row["操作"]) for row in table.rows] == [
        ("T-1", "a", "详情"),
        ("T-2", "b", "详情"),
    ]


def test_an_empty_list_in_two_tables_is_an_empty_table(screen_of: ScreenOf) -> None:
    clerk = screen_of(EVEN + _split(["团组号", "当前状态"], [], "left:8px;top:8px"), PACK)
    assert clerk.table("groups").rows == ()


FOOTED = "<div><table class=even>{}</table></div>"
ONE = "<tr><td>T-1</td><td>待初审</td><td>详情</td></tr>"
TOTAL = FOOTED.format("<tr><td>合计</td><td>1</td><td></td></tr>")


@pytest.mark.parametrize("rows", [1, 2])
@pytest.mark.parametrize("head", ["of heads", "of plain cells"])
def test_a_line_of_totals_below_makes_no_head_of_the_row_above_it(
    screen_of: ScreenOf, head: str, rows: int
) -> None:
    top = FOOTED.format(f"<thead>{HEAD}</thead>" if head == "of heads" else _CELLS)
    style = "<style>.even th { padding: 4px; height: 22px }</style>"
    mark = "" if head == "of heads" else " class=x-header"
    clerk = screen_of(f"{EVEN}{style}<div{mark}>{top}</div>{FOOTED.format(ONE * rows)}{TOTAL}", PACK)
    table = clerk.table("groups")
    assert table.headings == ("团组号", "当前状态", "操作")
    assert [row["团组号"] for row in table.rows] == ["T-1"] * rows


def _pair(left: list[list[str]], right: list[list[str]], *, titles: bool, heads: list[str]) -> str:
    """Two lists that touch, in one box, as those are drawn between which entries are moved."""
    title = "<p style='position:absolute;top:0;left:{}px'>{}</p>"
    said = title.format(8, "未选") + title.format(308, "已选") if titles else ""
    one = _split(["团组号", "当前状态"], left, "left:8px;top:48px")
    two = _split(heads, right, "left:308px;top:48px")
    return f"{EVEN}<div class=x-grid>{said}{one}{two}</div>"


SAME, OTHER = ["团组号", "当前状态"], ["材料", "操作"]
PAIRS = {
    "of the same columns": ([["T-1", "a"]], [["T-2", "b"]], False, SAME),
    "of the same columns, both empty": ([], [], False, SAME),
    "of other columns under titles of their own": ([["T-1", "a"]], [["照片", "b"]], True, OTHER),
    "of other columns under titles of their own, both empty": ([], [], True, OTHER),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_two_lists_that_touch_stay_two(screen_of: ScreenOf, pair: str) -> None:
    left, right, titles, heads = PAIRS[pair]
    clerk = screen_of(_pair(left, right, titles=titles, heads=heads), PACK)
    found = clerk.tables("groups")
    assert [table.headings for table in found] == [("团组号", "当前状态")] * (2 if heads == SAME else 1)
    read = [row["团组号"] for table in found for row in table.rows]
    assert read == [row[0] for row in (left + right if heads == SAME else left)]


@pytest.mark.parametrize("rows", [0, 1])
def test_two_lists_in_no_common_grid_stay_two(screen_of: ScreenOf, rows: int) -> None:
    body = _pair([["T-1", "a"]] * rows, [["照片", "b"]] * rows, titles=False, heads=OTHER)
    clerk = screen_of(body.replace("class=x-grid", ""), PACK)
    assert clerk.table("groups").headings == ("团组号", "当前状态")


def test_an_empty_list_with_columns_kept_in_view_is_one(screen_of: ScreenOf) -> None:
    body = _pair([], [], titles=False, heads=OTHER)
    empty = "<div class=x-empty style='position:absolute;top:90px'>暂无数据</div></div>"
    clerk = screen_of(body.removesuffix("</div>") + empty, PACK)
    assert clerk.table("groups").headings == ("团组号", "当前状态", *OTHER)


def test_two_tables_side_by_side_stay_two(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        "<div style='display:flex'><table><tr><th>团组号</th><th>当前状态</th></tr><tr><td>T-1</td><td>a</td></tr></table>"
        "<table><tr><th>材料</th><th>操作</th></tr><tr><td>照片</td><td>b</td></tr></table></div>",
        PACK,
    )
    assert clerk.table("groups").headings == ("团组号", "当前状态")


def test_a_table_that_lays_out_the_page_has_no_heads(screen_of: ScreenOf) -> None:
    layout = "<table class=even><tr><td>团组号</td><td>当前状态</td></tr></table>"
    rows = "<table class=even><tr><td>T-1</td><td>a</td></tr></table>"
    clerk = screen_of(EVEN + layout + rows, PACK, patience=0.3)
    with pytest.raises(PageChanged):
        clerk.table("groups")


def test_columns_without_a_name_are_no_columns_of_one_name(screen_of: ScreenOf) -> None:
    head = "<tr><th></th><th>团组号</th><th>当前状态</th><th></th></tr>"
    clerk = screen_of(f"<table>{head}<tr><td></td><td>T-1</td><td>a</td><td>详情</td></tr></table>", PACK)
    assert [(row["团组号"], row["当前状态"]) for row in clerk.table("groups").rows] == [("T-1", "a")]


def test_columns_of_one_name_cannot_be_told_apart(screen_of: ScreenOf) -> None:
    head = "<tr><th>团组号</th><th>当前状态</th><th>当前状态</th></tr>"
    clerk = screen_of(f"<table>{head}<tr><td>T-1</td><td>a</td><td>b</td></tr></table>", PACK)
    with pytest.raises(PageChanged, match="重名"):
        clerk.table("groups")


def test_rows_that_say_there_is_nothing_are_notes(screen_of: ScreenOf) -> None:
    clerk = screen_of(f"<table>{HEAD}<tr><td colspan=3>暂无数据</td></tr></table>", PACK)
    table = clerk.table("groups")
    assert (table.rows, table.notes) == ((), ("暂无数据",))


def test_a_table_of_no_rows_is_an_empty_table(screen_of: ScreenOf) -> None:
    assert screen_of(f"<table><thead>{HEAD}</thead><tbody></tbody></table>", PACK).table("groups").rows == ()


def test_hidden_rows_and_tables_are_not_read(screen_of: ScreenOf) -> None:
    hidden = f"<div hidden>{SHAPES['thead']}</div>"
    rows = ROWS.replace("<tr>", "<tr style='display:none'>", 1)
    clerk = screen_of(hidden + f"<table>{HEAD}{rows}</table>", PACK)
    assert [row["团组号"] for row in clerk.table("groups").rows] == ["T-2"]


def test_the_table_with_other_headings_is_another_one(screen_of: ScreenOf) -> None:
    other = "<table><tr><th>材料名称</th><th>操作</th></tr><tr><td>照片</td><td></td></tr></table>"
    clerk = screen_of(other + SHAPES["thead"], PACK)
    assert len(clerk.table("groups").rows) == 2


@pytest.mark.parametrize("count", [0, 2])
def test_not_exactly_one_table_is_an_error(screen_of: ScreenOf, count: int) -> None:
    clerk = screen_of(SHAPES["thead"] * count, PACK)
    with pytest.raises(PageChanged, match=f"实际 {count} 个"):
        clerk.table("groups")
    assert len(clerk.tables("groups")) == count


def test_a_table_within_a_cell_is_a_table_of_its_own(screen_of: ScreenOf) -> None:
    inner = "<table><tr><th>姓名</th></tr><tr><td>甲</td></tr></table>"
    rows = f"<tr><td>T-1</td><td>待初审</td><td>{inner}</td></tr>"
    table = screen_of(f"<table>{HEAD}{rows}</table>", PACK).table("groups")
    assert [row["团组号"] for row in table.rows] == ["T-1"]


def test_a_column_kept_in_view_by_a_second_table_is_not_read_twice(screen_of: ScreenOf) -> None:
    fixed = f"<div style='position:absolute;top:0;left:0'><table><thead>{HEAD}</thead></table><table>{ROWS}</table></div>"
    main = f"<div><table><thead>{HEAD}</thead></table><table>{ROWS}</table></div>"
    clerk = screen_of(f"<div style='position:relative'>{main}{fixed}</div>", PACK)
    assert len(clerk.table("groups").rows) == 2


def test_a_button_in_a_column_kept_in_view_is_pressed_in_its_own_row(screen_of: ScreenOf) -> None:
    fixed = (
        f"<div style='position:absolute;top:0;right:0;background:#fff'><table><thead>{HEAD}</thead></table>"
        f"<table>{ROWS.replace('hit = ', 'hit = 10 * ')}</table></div>"
    )
    hidden = SHAPES["head and body in two tables"].replace("<a ", "<a style='visibility:hidden' ")
    clerk = screen_of(
        f"<script>var hit = 0</script><div style='position:relative;width:600px'>{hidden}{fixed}</div>", PACK
    )
    clerk.press_in_row(clerk.tables("groups")[0].rows[1], "详情")
    assert clerk.js("hit") == 20


def test_a_hundred_rows_are_one_round_trip(screen_of: ScreenOf, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = screen_of(f"<table>{HEAD}{ROWS * 50}</table><p>共 100 条 第 1 / 1 页</p>", PACK)
    asked: list[str] = []
    evaluate = Frame.evaluate

    async def counted(self: Frame, expression: str, arg: Any = None) -> Any:
        asked.append(arg[0])
        return await evaluate(self, expression, arg)

    monkeypatch.setattr(Frame, "evaluate", counted)
    assert len(clerk.listing("groups").rows) == 100
    assert "共100条" in clerk.screen.heard.replace(" ", "")
    assert len(asked) == 1


PAGED = (
    "<div id=list>{}</div><span id=where>第 1 / 2 页</span><a style='cursor:pointer' onclick='turn()'>下一页</a>"
    "<script>const turn = () => setTimeout(() => {{ {} }}, 250)</script>"
)


def test_the_next_page_is_waited_for(screen_of: ScreenOf) -> None:
    act = "where.textContent = '第 2 / 2 页'; list.innerHTML = list.innerHTML.replace('T-1', 'T-3')"
    clerk = screen_of(PAGED.format(SHAPES["thead"], act), PACK)
    clerk.turn_page("1")
    assert [row["团组号"] for row in clerk.table("groups").rows] == ["T-3", "T-2"]


LONG = (
    "<table>" + HEAD + "<tr><td id=row>T-1</td><td>待初审</td><td></td></tr></table>"
    "<p>第 <span id=at>1</span> / 9 页</p><button onclick='turn(event)'>下一页</button><button onclick='hits.push(0)'>上报</button>"
    "<script>var hits = []; const turn = (event) => { hits.push(event.isTrusted); at.textContent = Number(at.textContent) + 1;"
    " row.textContent = 'T-' + at.textContent }</script>"
)


def _turn(clerk: Clerk, number: int) -> str:
    return str(clerk.next_listing("groups", str(number)).rows[0]["团组号"])


def test_pages_are_turned_one_after_the_other(screen_of: ScreenOf) -> None:
    clerk = screen_of(LONG, PACK)
    clerk.listing("groups")
    assert [_turn(clerk, number) for number in (1, 2, 3)] == ["T-2", "T-3", "T-4"]
    assert clerk.js("hits") == [True] * 3


@pytest.mark.parametrize(
    "change", ["the mouse is elsewhere", "the button is elsewhere", "something lies there"]
)
def test_a_page_is_turned_by_its_own_button_whatever_has_moved(
    screen_of: ScreenOf, engine: Engine, tab: Page, change: str
) -> None:
    clerk = screen_of(LONG, PACK)
    clerk.listing("groups")
    assert _turn(clerk, 1) == "T-2"
    if change == "the mouse is elsewhere":
        engine.portal.call(tab.mouse.move, 5, 5)
    elif change == "the button is elsewhere":
        clerk.js("document.querySelector('p').style.height = '200px'")
    else:  # 上报 comes to lie where 下一页 was
        clerk.js("document.querySelector('button').style.marginLeft = '300px'")
        clerk.js(
            "document.querySelectorAll('button')[1].style.cssText = 'position:absolute;left:0;width:100px'"
        )
    assert _turn(clerk, 2) == "T-3"
    assert clerk.js("hits") == [True] * 2


def test_a_page_that_does_not_turn_is_a_fault(screen_of: ScreenOf) -> None:
    clerk = screen_of(PAGED.format(SHAPES["thead"], ""), PACK, patience=0.4)
    with pytest.raises(PortalFault, match="没有更新"):
        clerk.turn_page("1")


FACTS = {
    "cells": "<table><tr><th>姓名：</th><td>甲</td><th>性别</th><td>男</td></tr></table>",
    "labelled cells": "<table><tr><td class=label>姓名</td><td>甲</td><td class=label>性别</td><td>男</td></tr></table>",
    "terms": "<dl><dt>姓名</dt><dd>甲</dd><dt>性别：</dt><dd>男</dd></dl>",
}


@pytest.mark.parametrize("shape", FACTS)
def test_a_page_that_is_only_read_gives_its_pairs(screen_of: ScreenOf, shape: str) -> None:
    clerk = screen_of(
        f"<h3>A 基本信息</h3>{FACTS[shape]}<h3>B 护照信息</h3><dl><dt>姓名</dt><dd>乙</dd></dl>"
    )
    assert [(fact.section, fact.label, fact.value) for fact in clerk.facts()] == [
        ("A 基本信息", "姓名", "甲"),
        ("A 基本信息", "性别", "男"),
        ("B 护照信息", "姓名", "乙"),
    ]


def test_a_list_is_not_taken_for_pairs(screen_of: ScreenOf) -> None:
    clerk = screen_of("<table><tr><th>时间</th><th>环节</th></tr><tr><td>今天</td><td>初审</td></tr></table>")
    assert clerk.facts() == []
