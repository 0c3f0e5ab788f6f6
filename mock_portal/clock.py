"""The portal's clock: China Standard Time, wherever the replica runs."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

__all__ = ["CHINA", "now", "stamp", "today"]

# China keeps one offset all year; a fixed one needs no time-zone data on Windows.
CHINA = timezone(timedelta(hours=8))


def now() -> datetime:
    """The present moment in China."""
    return datetime.now(CHINA)


def today() -> date:
    """The present day in China."""
    return now().date()


def stamp(moment: datetime | None = None) -> str:
    """A moment (the present one unless told) as the portal stores and shows it; sorts as text."""
    return (moment or now()).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
