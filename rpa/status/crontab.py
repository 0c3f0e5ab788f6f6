"""A line of crontab as a trigger of APScheduler, which counts the days of the week otherwise than crontab does."""

from __future__ import annotations

import re
from datetime import tzinfo

from apscheduler.triggers.cron import CronTrigger

__all__ = ["cron_trigger"]

_PARTS = (("minute", "分"), ("hour", "时"), ("day", "日"), ("month", "月"), ("day_of_week", "星期"))
_DAYS = (
    "sun",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
)  # crontab begins with Sunday, APScheduler with Monday
_DAY_RANGE = re.compile(r"(?:(\*)|([0-7]|[a-z]{3})(?:-([0-7]|[a-z]{3}))?)(?:/([1-7]))?")


def cron_trigger(line: str, zone: tzinfo) -> CronTrigger:
    """The trigger of a line as in crontab(5): minute, hour, day, month, day of the week (0 and 7 are Sunday).

    Raises ``ValueError``, in Chinese, saying which part is wrong.
    """
    words = line.lower().split()
    if len(words) != len(_PARTS):
        raise ValueError("应为五段：分 时 日 月 星期，如 0 9-18 * * 1-5")
    parts = dict(zip((name for name, _ in _PARTS), words, strict=True))
    if "*" not in (parts["day"], parts["day_of_week"]):
        # crontab joins the two by "or", APScheduler by "and": neither is what everybody expects
        raise ValueError("“日”和“星期”不能同时限定，请分成两个计划")
    for place, (name, title) in enumerate(_PARTS, start=1):
        try:
            if name == "day_of_week":
                parts[name] = _days(parts[name])
            CronTrigger(timezone=zone, **{name: parts[name]})
        except ValueError:
            raise ValueError(f"第 {place} 段（{title}）写法有误") from None
    return CronTrigger(timezone=zone, **parts)


def _days(text: str) -> str:
    """The days of the week by their names."""
    if text == "*":
        return text
    found: set[int] = set()
    for part in text.split(","):
        match = _DAY_RANGE.fullmatch(part)
        if match is None:
            raise ValueError(part)
        every, first, last, step = match.groups()
        begin = 0 if every else _day(first)
        end = 6 if every or (step and not last) else _day(last or first)
        end += 7 if end < begin else 0  # fri-mon, 5-7
        found |= {day % 7 for day in range(begin, end + 1, int(step or 1))}
    return ",".join(_DAYS[day] for day in sorted(found))


def _day(text: str) -> int:
    return int(text) % 7 if text.isdigit() else _DAYS.index(text)
