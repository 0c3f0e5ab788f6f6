"""The portal's clock: China Standard Time, wherever the replica runs. The back office may turn it."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

__all__ = ["CHINA", "now", "stamp", "today", "turn"]

# China keeps one offset all year; a fixed one needs no time-zone data on Windows.
CHINA = timezone(timedelta(hours=8))

# How far the portal's clock is ahead of the machine's. One for the process, as there is one portal in it.
_ahead = [timedelta()]


def turn(moment: datetime | None) -> None:
    """Set the clock to an aware moment, from which it goes on; None: it is the machine's again."""
    _ahead[0] = timedelta() if moment is None else moment - datetime.now(CHINA)


def now() -> datetime:
    """The present moment in China."""
    return datetime.now(CHINA) + _ahead[0]


def today() -> date:
    """The present day in China."""
    return now().date()


def stamp(moment: datetime | None = None) -> str:
    """A moment (the present one unless told) as the portal stores and shows it; sorts as text."""
    return (moment or now()).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
