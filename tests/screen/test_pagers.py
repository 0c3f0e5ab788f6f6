"""A list's page is turned by the one arrow of its one pager, and has turned when its number and its rows say so."""

from __future__ import annotations

from typing import Any

import pytest

from rpa.errors import PageChanged, PortalFault
from rpa.screen.survey import hits

from .clerk import Clerk
from .conftest import ScreenOf
from .site import Site, page

PACK: dict[str, Any] = {
    "tables": {"groups": ["团组号", "当前状态"]},
    "buttons": {"next_page": "下一页"},
    "patterns": {"page": [r"第\s*(\d+)\s*/\s*\d+\s*页"]},
}
TABLE = "<table><tr><th>团组号</th><th>当前状态</th></tr><tr><td id=row>T-1</td><td>待初审</td></tr></table>"
STYLE = "<style>.pager > * { cursor: pointer; display: inline-block; vertical-align: middle; width: 24px; height: 20px }</style>"
NUMBERS = "<a class='no active'>1</a><a class=no>2</a><a class=no>3</a>"
ARROW = "<a id=next><i></i></a>"
BACK = "<a id=back><i></i></a>"
TURN = """<script>
let shown = 1, presses = 0;
const mark = (to) => document.querySelectorAll('.no').forEach((e) => e.classList.toggle('active', e.textContent == to));
const turn = (to = shown + 1) => { shown = to; mark(to); row.textContent = 'T-' + to };
for (const e of document.querySelectorAll('.pager *, .more')) e.addEventListener('click', (event) => { event.stopPropagation(); presses += 1; if (e.matches('#next, #next *')) act() });
const act = () => { %s };
</script>"""


def _page(pager: str, act: str = "turn()") -> str:
    return STYLE + TABLE + f"<div class=pager>{pager}</div>" + TURN % act


def _turned(clerk: Clerk, number: int = 1) -> str:
    return str(clerk.next_listing("groups", str(number)).rows[0]["团组号"])


PAGERS = {
    "an arrow after the numbers": BACK + NUMBERS + ARROW,
    "with a gap before the last number": BACK
    + NUMBERS
    + "<a class=no>4</a><a>…</a><a class=no>9</a>"
    + ARROW,
    "a list of numbers of its own": f"{BACK}<ul style='padding:0;margin:0;width:auto'>{NUMBERS}</ul>{ARROW}",
    "a sign of an icon font": NUMBERS + "<a id=next>&#xe602;</a>",
    "one arrow of plain text": NUMBERS + "<a id=next>›</a>",
    "the arrow to the end after it": NUMBERS + ARROW + "<a id=last><i></i></a>",
    "the mark of a screen reader": NUMBERS.replace("class='no active'", "class=no aria-current=page")
    + "<button id=next></button>",
    "a name that is not seen": NUMBERS + "<a>尾页</a><a id=next title=下一页><i></i></a>",
    "a name in English": NUMBERS + "<a>Last</a><a id=next aria-label='Go to next page'></a>",
}


@pytest.mark.parametrize("shape", PAGERS)
def test_a_pager_without_words_is_turned(screen_of: ScreenOf, shape: str) -> None:
    act = (
        "turn()"
        if "screen reader" not in shape
        else "turn(); document.querySelectorAll('.no').forEach((e) => e.removeAttribute('aria-current'))"
    )
    clerk = screen_of(
        _page(PAGERS[shape].replace("<ul style='", "<ul style='display:inline-block;"), act), PACK
    )
    clerk.listing("groups")
    assert [_turned(clerk, 1), _turned(clerk, 2)] == ["T-2", "T-3"]
    assert clerk.js("presses") == 2


def test_the_words_of_the_page_win_over_its_pager(screen_of: ScreenOf) -> None:
    act = "turn(); where.textContent = '第 2 / 3 页'; mark(1)"  # a pager that is late
    clerk = screen_of("<p id=where>第 1 / 3 页</p>" + _page(NUMBERS + ARROW, act), PACK)
    assert _turned(clerk) == "T-2"


UNCLEAR = {
    "two pagers": BACK + NUMBERS + ARROW + "</div><div class=pager>" + BACK + NUMBERS + "<a><i></i></a>",
    "two names": "<a title=下一页></a><a title=下一页></a>" + NUMBERS + ARROW,
    "words between": NUMBERS + "<a>尾页</a><a id=next><i></i></a>",
    "two arrows in one": NUMBERS + "<a id=next>&raquo;</a>",
    "no number is marked": NUMBERS.replace(" active", "") + ARROW,
    "two numbers are marked": NUMBERS.replace("class=no>2", "class='no active'>2") + ARROW,
    "numbers that do not rise": NUMBERS + "<a class=no>2</a>" + ARROW,
    "numbers that nobody presses": NUMBERS.replace("<a class=no>", "<span class=no style='cursor:auto'>")
    + ARROW,
    "an arrow that nobody presses": NUMBERS + "<span id=next style='cursor:auto'></span>",
    "an arrow before the numbers": ARROW + NUMBERS,
    "an arrow far away": NUMBERS + "<a id=next style='margin-left:90px'><i></i></a>",
    "an arrow below": NUMBERS + "<br>" + ARROW,
    "a name of another thing": NUMBERS + "<a>尾页</a><a title=下一页材料></a>",
}


@pytest.mark.parametrize("how", UNCLEAR)
def test_an_arrow_that_may_be_another_one_is_not_pressed(screen_of: ScreenOf, how: str) -> None:
    clerk = screen_of(_page(UNCLEAR[how]), PACK, patience=0.3)
    clerk.listing("groups")
    with pytest.raises(PageChanged, match="下一页"):
        _turned(clerk)
    assert clerk.js("presses") == 0


def test_numbers_in_a_column_of_the_list_are_no_pager(screen_of: ScreenOf) -> None:
    rows = "".join(
        f"<tr class='{'active' if n == 1 else ''}' style='cursor:pointer'><td>{n}</td><td>T-{n}</td><td>a</td></tr>"
        for n in (1, 2, 3)
    )
    table = f"<table><tr><th>序号</th><th>团组号</th><th>当前状态</th></tr>{rows}</table>"
    clerk = screen_of(f"{table}<button class=more><i></i></button>" + TURN % "", PACK, patience=0.3)
    with pytest.raises(PageChanged):
        clerk.next_listing("groups", "1")
    assert clerk.js("presses") == 0


UNTURNED = {
    "the rows stay": "mark(2)",
    "the number stays": "row.textContent = 'T-2'",
    "a page is passed by": "turn(3)",
    "the rows go": "mark(2); row.parentElement.remove()",
}


@pytest.mark.parametrize("how", UNTURNED)
def test_a_page_that_has_half_turned_is_a_fault(screen_of: ScreenOf, how: str) -> None:
    clerk = screen_of(_page(NUMBERS + ARROW, UNTURNED[how]), PACK, patience=0.4)
    clerk.listing("groups")
    with pytest.raises(PortalFault, match="没有更新"):
        _turned(clerk)
    assert clerk.js("presses") == 1


def test_rows_that_come_after_the_number_are_waited_for(screen_of: ScreenOf) -> None:
    act = "mark(2); row.textContent = ''; row.parentElement.hidden = true; setTimeout(() => { row.parentElement.hidden = false; turn(2) }, 250)"
    clerk = screen_of(_page(NUMBERS + ARROW, act), PACK)
    clerk.listing("groups")
    assert _turned(clerk) == "T-2"


def test_another_table_that_changes_is_no_sign(screen_of: ScreenOf) -> None:
    other = "<table><tr><th>材料</th><th>操作</th></tr><tr><td id=other>照片</td><td>a</td></tr></table>"
    clerk = screen_of(
        other + _page(NUMBERS + ARROW, "mark(2); other.textContent = '签名'"), PACK, patience=0.4
    )
    with pytest.raises(PortalFault, match="没有更新"):
        clerk.turn_page("1")


def test_a_pager_that_shows_another_page_is_not_turned(screen_of: ScreenOf) -> None:
    clerk = screen_of(_page(NUMBERS + ARROW), PACK)
    clerk.listing("groups")
    with pytest.raises(PageChanged, match="不是第 2 页"):
        _turned(clerk, 2)
    assert clerk.js("presses") == 0


def test_a_list_that_tells_no_page_is_not_turned(screen_of: ScreenOf) -> None:
    pack = {**PACK, "patterns": {}}
    clerk = screen_of(_page("<a id=next>下一页</a>"), pack)
    with pytest.raises(PageChanged, match="没有页码"):
        clerk.turn_page("1")
    assert clerk.js("presses") == 0


@pytest.mark.parametrize("arrow", ["<button id=next disabled></button>", "<a id=next class=is-disabled></a>"])
def test_the_last_page_is_told_as_that(screen_of: ScreenOf, arrow: str) -> None:
    clerk = screen_of(_page(NUMBERS + arrow), PACK, patience=0.3)
    with pytest.raises(PageChanged, match="已是最后一页"):
        clerk.turn_page("1")
    assert clerk.js("presses") == 0


def test_each_page_of_a_list_may_be_a_page_of_the_portal(screen_of: ScreenOf, site: Site) -> None:
    site.put("/2", page(TABLE.replace("T-1", "T-2") + "<p>第 2 / 2 页</p>"))
    clerk = screen_of(TABLE + "<p>第 1 / 2 页</p><a href='/2'>下一页</a>", PACK)
    clerk.listing("groups")
    assert _turned(clerk) == "T-2"


def test_the_doctor_sees_the_arrow_that_would_be_pressed(screen_of: ScreenOf) -> None:
    clerk = screen_of(_page(BACK + NUMBERS + ARROW), PACK)
    button = clerk.screen.words.buttons["next_page"]
    (ref,) = clerk.run(hits, clerk.screen.view, button, button.candidates[0])
    assert clerk.js("ref => __ywtb.element(ref).id", ref) == "next"
