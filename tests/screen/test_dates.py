"""A date is chosen on the panel the page opens, whatever its make."""

from __future__ import annotations

import datetime as dt

import pytest

from rpa.errors import PageChanged, StoredOtherwise

from .conftest import ScreenOf

PACK = {"fields": {"day": {"label": "日期", "kind": "date"}, "name": "姓名"}}
KINDS = ["lists", "decades", "arrows", "months", "english", "natives", "easyui"]


def _box(**options: object) -> str:
    import json

    text = json.dumps({"name": "day", **options})
    return f"<div><label>日期</label><div><i data-date='{text}'></i></div></div><div><label>姓名</label><input></div>"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("day", ["2026-11-30", "2024-02-29", "2027-01-01"])
def test_a_near_day_is_chosen(screen_of: ScreenOf, kind: str, day: str) -> None:
    clerk = screen_of(_box(kind=kind), PACK)
    clerk.fill({"day": dt.date.fromisoformat(day)})
    assert clerk.js("Kit.model.day") == day
    assert clerk.js("Kit.presses.every(Boolean)")


@pytest.mark.parametrize("kind", ["lists", "decades", "arrows", "english", "natives", "easyui"])
@pytest.mark.parametrize("day", ["1905-03-01", "2035-12-31"])
def test_a_far_year_is_reached(screen_of: ScreenOf, kind: str, day: str) -> None:
    clerk = screen_of(_box(kind=kind), PACK)
    clerk.fill({"day": dt.date.fromisoformat(day)})
    assert clerk.js("Kit.model.day") == day


@pytest.mark.parametrize(
    "day", ["2026-11-01", "2026-11-07", "2026-11-30", "2026-08-31", "2026-02-01", "2026-02-28"]
)
@pytest.mark.parametrize("divs", [False, True])
def test_the_days_of_the_neighbouring_months_are_never_taken(
    screen_of: ScreenOf, day: str, divs: bool
) -> None:
    clerk = screen_of(_box(kind="lists", divs=divs), PACK)
    clerk.fill({"day": dt.date.fromisoformat(day)})
    assert clerk.js("Kit.model.day") == day


def test_a_panel_that_asks_for_confirmation_is_confirmed(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        _box(kind="lists", confirm=True) + "<button onclick='Kit.model.page = 1'>确定</button>", PACK
    )
    clerk.fill({"day": dt.date(2026, 11, 9)})
    assert clerk.js("Kit.model") == {"day": "2026-11-09"}


@pytest.mark.parametrize("confirm", [False, True])
def test_a_panel_that_stands_in_the_page_is_not_confirmed_with_the_pages_own_button(
    screen_of: ScreenOf, confirm: bool
) -> None:
    own = "<div><button onclick='Kit.model.page = 1'>确定</button></div>"
    fields = _box(kind="lists", inline=True, confirm=confirm) + own
    clerk = screen_of(f"<form onsubmit='return false'>{fields}</form>", PACK)
    clerk.fill({"day": dt.date(2026, 11, 9), "name": "甲"})
    assert clerk.js("Kit.model") == {"day": "2026-11-09"}


def test_a_panel_that_slides_in_is_waited_for(screen_of: ScreenOf) -> None:
    clerk = screen_of(_box(kind="lists", animated=True), PACK)
    clerk.fill({"day": dt.date(1990, 5, 31)})
    assert clerk.js("Kit.model.day") == "1990-05-31"


def test_a_box_at_the_end_of_a_long_page_is_reached(screen_of: ScreenOf) -> None:
    clerk = screen_of("<div style='height:3000px'></div>" + _box(kind="lists"), PACK)
    clerk.fill({"day": dt.date(1990, 5, 31)})
    assert clerk.js("Kit.model.day") == "1990-05-31"


def test_a_right_day_is_left_alone(screen_of: ScreenOf) -> None:
    clerk = screen_of(_box(kind="lists", value="1990-05-31"), PACK)
    clerk.fill({"day": dt.date(1990, 5, 31)})
    assert clerk.js("Kit.presses") == []


def test_another_day_replaces_the_one_that_is_there(screen_of: ScreenOf) -> None:
    clerk = screen_of(_box(kind="lists", value="1990-05-31"), PACK)
    clerk.fill({"day": dt.date(2026, 1, 2)})
    assert clerk.js("Kit.model.day") == "2026-01-02"


def test_two_date_boxes_side_by_side_get_their_own_days(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        '<div><label>签发日期</label><i data-date=\'{"name":"a","kind":"lists"}\'></i></div>'
        '<div><label>有效期至</label><i data-date=\'{"name":"b","kind":"lists"}\'></i></div>',
        {"fields": {"issued": "签发日期", "expires": "有效期至"}},
    )
    clerk.fill({"issued": dt.date(2025, 6, 30), "expires": dt.date(2035, 6, 29)})
    assert clerk.js("Kit.model") == {"a": "2025-06-30", "b": "2035-06-29"}


def test_a_calendar_that_always_stands_on_the_page_is_not_the_panel(screen_of: ScreenOf) -> None:
    cells = "".join(
        f"<td onclick='Kit.model.wrong = {n}'>{n}</td>" + ("</tr><tr>" if n % 7 == 0 else "")
        for n in range(1, 31)
    )
    calendar = (
        "<div style='position:absolute;right:10px;top:10px' class=calendar><span>2026年</span><span>11月</span>"
        f"<table><tr>{cells}</tr></table></div>"
    )
    clerk = screen_of(calendar + _box(kind="lists"), PACK)
    clerk.fill({"day": dt.date(2026, 11, 9)})
    assert clerk.js("Kit.model") == {"day": "2026-11-09"}


@pytest.mark.parametrize("shown", ["2026/11/09", "2026年11月9日", "20261109", "2026-11-9", "2026.11.09"])
def test_a_day_may_be_spelled_in_any_way(screen_of: ScreenOf, shown: str) -> None:
    clerk = screen_of(f"<div><label>日期</label><input readonly value='{shown}'></div>", PACK)
    assert clerk.differences({"day": dt.date(2026, 11, 9)}) == []
    assert clerk.differences({"day": dt.date(2026, 9, 11)}) == ["日期"]


def test_a_native_date_box_takes_the_day(screen_of: ScreenOf) -> None:
    clerk = screen_of("<div><label>日期</label><input type=date id=d></div>", PACK)
    clerk.fill({"day": dt.date(1905, 3, 12)})
    assert clerk.value("#d") == "1905-03-12"


def test_a_plain_text_box_takes_the_day_as_text(screen_of: ScreenOf) -> None:
    clerk = screen_of("<div><label>日期</label><input id=d></div>", PACK)
    clerk.fill({"day": dt.date(1905, 3, 12)})
    assert clerk.value("#d") == "1905-03-12"


def test_a_box_that_opens_no_panel_is_an_error_that_names_it(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        "<div><label>日期</label><input readonly placeholder=请选择日期></div>", PACK, patience=0.5
    )
    with pytest.raises(PageChanged, match="“日期”的日期面板") as caught:
        clerk.fill({"day": dt.date(1905, 3, 12)})
    assert "1905" not in str(caught.value)


def test_a_locked_date_that_differs_is_an_error_and_nothing_is_pressed(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        "<div><label>日期</label><input disabled placeholder=日期 value=2020-01-01></div>", PACK
    )
    with pytest.raises(StoredOtherwise, match="日期"):
        clerk.fill({"day": dt.date(1905, 3, 12)})
    assert clerk.js("Kit.presses") == []
