"""Hours of the day as settings say them: ``22:00-07:00``, over midnight or not."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated

from pydantic import AfterValidator

__all__ = ["Hours", "covers", "ends"]

_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


def _checked(text: str) -> str:
    if not _HOURS.fullmatch(text):
        raise ValueError("应写作 22:00-07:00")
    start, end = _pair(text)
    if start == end:  # nobody can tell whether that is never or always
        raise ValueError("时段的起止时间相同")
    return text


#: Two times of the day with a dash between them; the first is within the hours, the second no more.
Hours = Annotated[str, AfterValidator(_checked)]


def covers(hours: str | None, now: time) -> bool:
    """Is this time of the day within the hours? None has no hours."""
    if hours is None:
        return False
    start, end = _pair(hours)
    return start <= now < end if start <= end else now >= start or now < end


def ends(hours: str) -> time:
    """When the hours are over."""
    return _pair(hours)[1]


def _pair(hours: str) -> tuple[time, time]:
    start, _, end = hours.partition("-")
    return time.fromisoformat(start), time.fromisoformat(end)
