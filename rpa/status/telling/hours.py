"""When a channel may be told: its digest times, its quiet hours and its working days, in Beijing time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from rpa.alerts import Channel
from rpa.hours import covers, ends
from rpa.profile import PORTAL_TIME
from rpa.status.workdays import is_working_day

__all__ = ["due", "opens"]

_DAYS = 60  # no holiday is longer


def opens(channel: Channel, moment: datetime) -> datetime:
    """The first moment, not before `moment`, at which the channel may be told."""
    local = moment.astimezone(PORTAL_TIME)
    for _ in range(2 * _DAYS):
        if channel.working_days_only and not is_working_day(local.date()):
            local = _next_day(local)
        elif channel.quiet_hours and covers(channel.quiet_hours, local.time()):
            end = datetime.combine(local.date(), ends(channel.quiet_hours), PORTAL_TIME)
            local = end if end > local else end + timedelta(days=1)
        else:
            break
    return local.astimezone(UTC)


def due(channel: Channel, moment: datetime) -> datetime:
    """When the channel is told of what happened at `moment`: at once when it may be, or at its next digest time."""
    if not channel.digest:
        return opens(channel, moment)
    day = moment.astimezone(PORTAL_TIME).replace(hour=0, minute=0, second=0, microsecond=0)
    times = (
        datetime.combine(day + timedelta(days=later), at, PORTAL_TIME)
        for later in range(_DAYS)
        for at in channel.digest
    )
    return next(at.astimezone(UTC) for at in times if at >= moment and opens(channel, at) == at)


def _next_day(local: datetime) -> datetime:
    return datetime.combine(local.date() + timedelta(days=1), time(), PORTAL_TIME)
