"""Schedules: what may be written, when each is due, and what is told of a mistake."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import time_machine

from rpa.errors import SettingsError
from rpa.profile import PORTAL_TIME
from rpa.settings import Settings, load_settings
from rpa.status.schedule import MISFIRE_GRACE, Schedule, load_schedules

MONDAY = datetime(2026, 11, 23, 7, 10, tzinfo=PORTAL_TIME)


def _schedule(home: Path, own: dict[str, Any] | None = None, **values: Any) -> Schedule:
    portals = {
        "own": {"extends": "gxzf", "address": "https://example.org/", "quiet_hours": None, **(own or {})}
    }
    settings = Settings(home=home, portal="own", portals=portals, schedules={"白天": values})
    (schedule,) = load_schedules(settings)
    return schedule


def _runs(schedule: Schedule, count: int, after: datetime = MONDAY) -> list[str]:
    return [f"{moment:%m-%d %H:%M}" for moment in islice(schedule.runs_after(after), count)]


@pytest.mark.parametrize(
    ("values", "runs"),
    [
        ({"every": "30m"}, ["11-23 07:30", "11-23 08:00", "11-23 08:30"]),
        ({"every": "2h"}, ["11-23 08:00", "11-23 10:00", "11-23 12:00"]),
        ({"every": "1d"}, ["11-24 00:00", "11-25 00:00", "11-26 00:00"]),
        ({"every": "7d"}, ["11-30 00:00", "12-07 00:00", "12-14 00:00"]),
        ({"cron": "0 9-18 * * 1-5"}, ["11-23 09:00", "11-23 10:00", "11-23 11:00"]),
        ({"cron": "15 8 * * 6"}, ["11-28 08:15", "12-05 08:15", "12-12 08:15"]),  # 6 is Saturday
        ({"cron": "0 8 * * 0"}, ["11-29 08:00", "12-06 08:00", "12-13 08:00"]),
        ({"cron": "0 8 * * 7"}, ["11-29 08:00", "12-06 08:00", "12-13 08:00"]),
        ({"cron": "0 8 * * 5-7"}, ["11-27 08:00", "11-28 08:00", "11-29 08:00"]),
        ({"cron": "0 8 * * sat-mon"}, ["11-23 08:00", "11-28 08:00", "11-29 08:00"]),
        ({"cron": "0 8 * * */3"}, ["11-25 08:00", "11-28 08:00", "11-29 08:00"]),  # 0, 3, 6
        ({"cron": "30 10 1 * *"}, ["12-01 10:30", "01-01 10:30", "02-01 10:30"]),
        ({"cron": "0 0 29 2 *"}, ["02-29 00:00"]),
    ],
)
def test_it_is_due(home: Path, values: dict[str, str], runs: list[str]) -> None:
    schedule = _schedule(home, **values)
    after = datetime(2027, 6, 1, tzinfo=PORTAL_TIME) if "29 2" in str(values) else MONDAY
    assert _runs(schedule, len(runs), after) == runs


def test_a_moment_at_which_it_is_due_is_not_after_itself(home: Path) -> None:
    schedule = _schedule(home, every="30m")
    due = datetime(2026, 11, 23, 8, tzinfo=PORTAL_TIME)
    assert schedule.next_after(due) == due + timedelta(minutes=30)
    assert schedule.next_after(due - timedelta(microseconds=1)) == due
    assert schedule.next_after(due.astimezone(UTC)) == due + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("windows", "runs"),
    [
        ("08:00-10:00", ["11-23 08:00", "11-23 09:00", "11-23 10:00", "11-24 08:00"]),
        (["08:00-08:30", "17:00-24:00"], ["11-23 08:00", "11-23 17:00", "11-23 18:00", "11-23 19:00"]),
        (["22:00-01:00"], ["11-23 22:00", "11-23 23:00", "11-24 00:00", "11-24 01:00", "11-24 22:00"]),
    ],
)
def test_it_is_due_within_its_windows_only(home: Path, windows: Any, runs: list[str]) -> None:
    assert _runs(_schedule(home, every="1h", windows=windows), len(runs)) == runs


def test_a_window_between_two_ticks_of_a_day_is_found_however_short_the_gap(home: Path) -> None:
    schedule = _schedule(home, every="1m", windows="23:59-24:00")
    assert _runs(schedule, 2) == ["11-23 23:59", "11-24 23:59"]


def test_the_portals_quiet_hours_are_no_time_to_be_due(home: Path) -> None:
    schedule = _schedule(home, {"quiet_hours": "22:00-07:00"}, every="3h")
    assert _runs(schedule, 5) == ["11-23 09:00", "11-23 12:00", "11-23 15:00", "11-23 18:00", "11-23 21:00"]
    assert _runs(schedule, 6)[-1] == "11-24 09:00"


def test_working_days_are_those_of_the_calendar(home: Path) -> None:
    schedule = _schedule(home, cron="0 9 * * *", working_days=True)
    before = datetime(2026, 9, 30, 12, tzinfo=PORTAL_TIME)
    # 国庆节 is from the 1st to the 7th; Saturday the 10th makes up for it, Sunday the 11th is free
    assert _runs(schedule, 4, before) == ["10-08 09:00", "10-09 09:00", "10-10 09:00", "10-12 09:00"]
    assert not schedule.is_open(datetime(2026, 10, 11, 9, tzinfo=PORTAL_TIME))


def test_every_server_finds_the_same_moments_whenever_it_starts(home: Path) -> None:
    with time_machine.travel(MONDAY, tick=False):
        one = _schedule(home, every="7m")
    with time_machine.travel(MONDAY + timedelta(days=3, minutes=3), tick=False):
        other = _schedule(home, every="7m")
    later = MONDAY + timedelta(days=9)
    assert _runs(one, 20, later) == _runs(other, 20, later)


def test_what_was_missed_too_long_ago_is_not_counted_but_the_newest_never_left_out(home: Path) -> None:
    schedule = _schedule(home, every="1h")
    missed = schedule.due_between(MONDAY, MONDAY + timedelta(hours=3))
    assert [f"{moment:%H:%M}" for moment in missed] == ["08:00", "09:00", "10:00"]
    assert schedule.due_between(MONDAY, MONDAY + timedelta(minutes=10)) == []
    month = schedule.due_between(MONDAY, MONDAY + timedelta(days=30))
    assert len(month) == MISFIRE_GRACE / timedelta(hours=1)
    weekly = _schedule(home, cron="0 9 * * 1")
    assert weekly.due_between(MONDAY, MONDAY + timedelta(days=6)) == [MONDAY.replace(hour=9, minute=0)]
    assert weekly.due_between(MONDAY.replace(hour=9, minute=0), MONDAY + timedelta(days=6)) == []
    yearly = _schedule(home, cron="0 9 23 11 *")
    assert yearly.due_between(MONDAY, MONDAY + timedelta(days=360)) == [MONDAY.replace(hour=9, minute=0)]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "every 和 cron 要写一个"),
        ({"every": "1h", "cron": "0 8 * * *"}, "every 和 cron 要写一个"),
        ({"every": "half an hour"}, "every 应写作 30m、2h 或 1d"),
        ({"every": 30}, "every 应写作 30m、2h 或 1d"),
        ({"every": "0m"}, "every 应写作"),
        ({"every": "99d"}, "最长 31d"),
        ({"every": "30s"}, "every 不能短于 1m"),
        ({"cron": "0 9 * *"}, "cron 应为五段"),
        ({"cron": "61 9 * * *"}, "cron 第 1 段（分）写法有误"),
        ({"cron": "0 25 * * *"}, "cron 第 2 段（时）写法有误"),
        ({"cron": "0 9 32 * *"}, "cron 第 3 段（日）写法有误"),
        ({"cron": "0 9 * 13 *"}, "cron 第 4 段（月）写法有误"),
        ({"cron": "0 9 * * 8"}, "cron 第 5 段（星期）写法有误"),
        ({"cron": "0 9 * * mo"}, "cron 第 5 段（星期）写法有误"),
        ({"cron": "0 9 * * abc"}, "cron 第 5 段（星期）写法有误"),
        ({"cron": "0 9 13 * 5"}, "不能同时限定"),
        ({"cron": "0 9 31 2 *"}, "永远不会到期"),
        ({"every": "1h", "windows": "8-20"}, 'windows 应写作 "08:00-20:00"'),
        ({"every": "1h", "windows": "08:00-25:00"}, "windows 应写作"),
        ({"every": "1h", "windows": []}, "windows 没有写时段"),
        ({"every": "1h", "windows": "08:00-08:00"}, "windows 时段的起止时间相同"),
        ({"every": "1d", "windows": "08:00-20:00"}, "永远不会到期"),
        ({"every": "1h", "accounts": []}, "accounts 应为账号的列表"),
        ({"every": "1h", "accounts": 5}, "accounts 应为账号的列表"),
        ({"every": "1h", "working_days": "sometimes"}, "working_days 应为 true 或 false"),
        ({"every": "1h", "evry": "2h"}, "evry 没有这一项"),
        ({"every": "1h", "portal": "nowhere"}, "没有名为“nowhere”的网站配置"),
    ],
)
def test_a_mistake_is_told_with_its_place(home: Path, values: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        _schedule(home, **values)
    assert said in str(caught.value)
    if values.get("portal") != "nowhere":
        assert '[schedules."白天"]' in str(caught.value)


def test_they_are_read_from_the_file(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ywtb.toml").write_text(
        '[schedules."白天"]\nevery = "30m"\nwindows = ["08:00-20:00"]\nworking_days = true\n'
        '[schedules."夜里"]\ncron = "0 3 * * *"\naccounts = ["demo-soe", "demo-soe"]\nportal = "mock"\nfull = true\n',
        encoding="utf-8",
    )
    day, night = load_schedules(load_settings())
    assert (day.name, day.rule.accounts, day.profile.name, day.rule.full) == ("白天", "all", "gxzf", False)
    assert (night.name, night.rule.accounts, night.profile.name) == ("夜里", ("demo-soe",), "mock")
    assert night.rule.full and not night.rule.working_days
