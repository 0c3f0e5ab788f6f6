"""Schedules: ``[schedules.NAME]`` of ``ywtb.toml`` and the moments at which each is due, in Beijing time.

::

    [schedules.daytime]           # a Chinese name stands in quotes: [schedules."白天"]
    every = "30m"                 # or cron = "0 9-18 * * 1-5"
    windows = ["08:00-20:00"]     # only then
    working_days = true           # only on working days, 调休 included
    accounts = ["demo-soe"]       # all that are known, if not said
    portal = "gxzf"               # that of the settings, if not said
    full = true                   # every detail page is read, not only those of rows that changed

The moments of `every` are counted from a Monday's midnight, so that every server finds the same ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import takewhile
from typing import Annotated, Any, Literal, Self

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from rpa.errors import SettingsError
from rpa.profile import PORTAL_TIME, Profile, load_profile
from rpa.settings import Settings
from rpa.status.crontab import cron_trigger
from rpa.status.workdays import is_working_day

__all__ = ["MISFIRE_GRACE", "Rule", "Schedule", "load_schedules"]

#: Ticks that were missed longer ago than this are not counted one by one when there is a newer one.
MISFIRE_GRACE = timedelta(hours=72)

_FIRST_MONDAY = datetime(2000, 1, 3, tzinfo=PORTAL_TIME)
_FARTHEST = timedelta(days=5 * 366)  # a leap day is in it
_LEAST_GAP = timedelta(minutes=1)  # on a portal that is not our own replica (design D13)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_EVERY = re.compile(r"([1-9]\d{0,4})\s*([smhd])")
_BARE = re.compile(r"[A-Za-z0-9_-]+")  # toml.io/en/v1.0.0#keys
_WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))")


def _interval(text: object) -> object:
    found = _EVERY.fullmatch(text.strip().lower()) if isinstance(text, str) else None
    gap = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else timedelta()
    if not timedelta() < gap <= timedelta(days=31):
        raise ValueError("应写作 30m、2h 或 1d，最长 31d")
    return gap


def _spans(said: object) -> object:
    spans = []
    for text in [said] if isinstance(said, str) else said if isinstance(said, list) else [None]:
        found = _WINDOW.fullmatch(text.strip()) if isinstance(text, str) else None
        if found is None:
            raise ValueError('应写作 "08:00-20:00"，多个时段写成列表')
        start = time(int(found[1]), int(found[2]))
        end = time.max if found[5] else time(int(found[3]), int(found[4]))
        if start == end:
            raise ValueError("时段的起止时间相同")
        spans.append((start, end))
    if not spans:
        raise ValueError("没有写时段")
    return tuple(spans)


def _names(said: object) -> object:
    if said in ("all", "全部"):
        return "all"
    names = [said] if isinstance(said, str) else said
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
        raise ValueError('应为账号的列表，或 "all"')
    return tuple(dict.fromkeys(names))


class Rule(BaseModel):
    """What a person writes of one schedule."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    every: Annotated[timedelta, BeforeValidator(_interval)] | None = None
    cron: str | None = None
    windows: Annotated[tuple[tuple[time, time], ...], BeforeValidator(_spans)] = ()
    working_days: bool = False
    accounts: Annotated[Literal["all"] | tuple[str, ...], BeforeValidator(_names)] = "all"
    portal: str | None = Field(default=None, min_length=1)
    full: bool = False

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.every is None) == (self.cron is None):
            raise ValueError("every 和 cron 要写一个，也只能写一个")
        self.trigger()
        return self

    def trigger(self) -> BaseTrigger:
        """When it is due, the windows and days left aside."""
        if self.every is not None:
            seconds = int(self.every.total_seconds())
            return IntervalTrigger(seconds=seconds, start_date=_FIRST_MONDAY, timezone=PORTAL_TIME)
        try:
            return cron_trigger(self.cron or "", PORTAL_TIME)
        except ValueError as error:
            raise ValueError(f"cron {error}") from None


@dataclass(frozen=True)
class Schedule:
    """A schedule of one portal. All its moments are aware, in Beijing time; within a window both ends are."""

    name: str
    rule: Rule
    profile: Profile
    _trigger: BaseTrigger

    def is_open(self, moment: datetime) -> bool:
        """Whether the portal may be swept at this moment: its windows, its days, the portal's quiet hours."""
        local = moment.astimezone(PORTAL_TIME)
        now = local.time()
        if self.rule.working_days and not is_working_day(local.date()):
            return False
        within = (
            start <= now <= end if start < end else now >= start or now <= end
            for start, end in self.rule.windows
        )
        return (not self.rule.windows or any(within)) and not self.profile.is_quiet(moment)

    def next_after(self, moment: datetime) -> datetime | None:
        """The first time it is due after `moment`; None when that is not within five years."""
        end = moment + _FARTHEST
        start = moment + timedelta(microseconds=1)
        while start <= end:
            due: datetime | None = self._trigger.get_next_fire_time(None, start.astimezone(PORTAL_TIME))
            if due is None or self.is_open(due):
                return due
            start = self._next_opening(due)
        return None

    def runs_after(self, moment: datetime) -> Iterator[datetime]:
        """Every time it is due after `moment`."""
        while (due := self.next_after(moment)) is not None:
            yield due
            moment = due

    def due_between(self, after: datetime, until: datetime) -> list[datetime]:
        """The times it was due after one moment and until another.

        Those that lie beyond the grace are left out, but never the newest: what a weekly schedule has missed is caught
        up however long nobody was there to do it.
        """
        reach = MISFIRE_GRACE
        while True:
            start = max(after, until - reach)
            due = list(takewhile(lambda moment: moment <= until, self.runs_after(start)))
            if due or start == after:
                return due
            reach *= 4  # so that a year of minutes need not be counted to find its last

    def _next_opening(self, closed: datetime) -> datetime:
        """The first moment after a closed one at which it may be open again, or a little earlier."""
        starts = {time.min, *(start for start, _ in self.rule.windows)}
        if quiet := self.profile.quiet_hours:
            starts.add(time.fromisoformat(quiet.partition("-")[2]))
        days = (closed.date(), closed.date() + timedelta(days=1))
        moments = [datetime.combine(day, start, PORTAL_TIME) for day in days for start in sorted(starts)]
        return next(moment for moment in moments if moment > closed)


def load_schedules(settings: Settings) -> list[Schedule]:
    """All schedules of the settings, in their order. Raises :class:`SettingsError`, in Chinese, with the place."""
    return [_schedule(name, values, settings) for name, values in settings.schedules.items()]


def _schedule(name: str, values: Mapping[str, Any], settings: Settings) -> Schedule:
    where = f"[schedules.{name}]" if _BARE.fullmatch(name) else f'[schedules."{name}"]'
    if len(name) > 100:
        raise SettingsError("计划的名称太长", where=where[:60], advice="请不要超过 100 个字")
    try:
        rule = Rule.model_validate(dict(values))
    except ValidationError as error:
        problems = "；".join(_retell(item) for item in error.errors(include_input=False, include_url=False))
        raise SettingsError(
            f"计划有误：{problems}", where=where, advice="请检查 ywtb.toml；写法见 docs/service.md"
        ) from None
    profile = load_profile(rule.portal or settings.portal, settings)
    if rule.every and rule.every < _LEAST_GAP and not profile.is_local:
        raise SettingsError("every 不能短于 1m", where=where, advice="过于频繁会给网站带来负担")
    schedule = Schedule(name, rule, profile, rule.trigger())
    if schedule.next_after(_FIRST_MONDAY + timedelta(days=366 * 26)) is None:
        raise SettingsError(
            "这个计划永远不会到期",
            where=where,
            advice="请检查 cron、windows、working_days 和网站的 quiet_hours",
        )
    return schedule


def _retell(item: Any) -> str:
    place = str(item["loc"][0]) if item["loc"] else ""
    told = {
        "value_error": str(item.get("ctx", {}).get("error", "")),
        "extra_forbidden": "没有这一项",
        "bool_type": "应为 true 或 false",
        "bool_parsing": "应为 true 或 false",
        "string_type": "应为文字",
    }
    return f"{place} {told.get(item['type'], '的值无效')}".strip()
