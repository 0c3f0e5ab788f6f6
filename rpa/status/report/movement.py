"""How many groups of each business type were in which state at the end of each day, week or month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from rpa.profile import PORTAL_TIME
from rpa.status.report.scope import Scope, day_of, of_a_group, same_group
from rpa.status.tables import groups, history

__all__ = ["Movement", "movements"]

_FIRST = date(1970, 1, 1)
_FEWEST = 14
"""A young history is drawn as two weeks, most of them empty: one bar as wide as the page says nothing."""
_MOST = 60
"""More bars than these cannot be told apart: then a bar is a week, or a month."""


@dataclass(frozen=True)
class Movement:
    """One business type: `counts[state][i]` groups were in `state` at the end of `days[i]`; states as they first came up."""

    business_type: str
    days: Sequence[date]
    counts: Mapping[str, Sequence[int]]
    step: str
    """What a bar stands for: 天, 周 or 个月."""

    @property
    def now(self) -> dict[str, int]:
        """The groups by state at the end."""
        return {state: counts[-1] for state, counts in self.counts.items() if counts[-1]}


async def movements(connection: AsyncConnection, scope: Scope) -> list[Movement]:
    """The movement of each business type that has any group; aggregated by the database, day by day."""
    changes: dict[str, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    first: int | None = None
    for business_type, day, state, many in await connection.execute(_changes(scope)):
        changes[business_type][state][int(day)] += int(many)
        first = int(day) if first is None else min(first, int(day))
    if first is None:
        return []
    last = _number(scope.now.astimezone(PORTAL_TIME).date())
    if scope.since is None:
        begin = min(first, last - _FEWEST + 1)
    else:
        begin = min(max(first, _number(scope.since.astimezone(PORTAL_TIME).date())), last)
    step, ends = _ends(begin, last)
    return [
        Movement(
            business_type,
            [_FIRST + timedelta(days=end) for end in ends],
            {
                state: counted
                for state, moves in sorted(states.items(), key=_began)
                if any(counted := _at(ends, moves))
            },
            step,
        )
        for business_type, states in changes.items()
    ]


def _changes(scope: Scope) -> Select[Any]:
    """By type, day and state: groups that came into the state, less those that left it or are gone."""
    day = day_of(history.c.first_seen).label("day")
    rows = history.join(groups, same_group())
    kind = groups.c.business_type
    came = (
        select(kind, day, history.c.to_state.label("state"), func.count().label("many"))
        .select_from(rows)
        .where(of_a_group(), scope.of(history))
        .group_by(kind, day, history.c.to_state)
    )
    left = (
        select(kind, day, history.c.from_state.label("state"), (-func.count()).label("many"))
        .select_from(rows)
        .where(of_a_group(), history.c.from_state.is_not(None), scope.of(history))
        .group_by(kind, day, history.c.from_state)
    )
    gone_day = day_of(groups.c.gone_at).label("day")
    gone = (
        select(kind, gone_day, groups.c.state.label("state"), (-func.count()).label("many"))
        .where(groups.c.gone_at.is_not(None), scope.of(groups))
        .group_by(kind, gone_day, groups.c.state)
    )
    together = union_all(came, left, gone).subquery()
    return select(together.c.business_type, together.c.day, together.c.state, together.c.many)


def _at(ends: Sequence[int], moves: Mapping[int, int]) -> list[int]:
    """The running total at the end of each of these days."""
    days = sorted(moves)
    totals = list(accumulate(moves[day] for day in days))
    found, place = [], 0
    for end in ends:
        while place < len(days) and days[place] <= end:
            place += 1
        found.append(totals[place - 1] if place else 0)
    return found


def _ends(begin: int, last: int) -> tuple[str, list[int]]:
    """The last days of the bars: all days, or weeks, or months when there are too many; the newest is always there."""
    for word, length in (("天", 1), ("周", 7)):
        if (last - begin) // length < _MOST:
            return word, sorted(range(last, begin - 1, -length))
    return "个月", list(_month_ends(begin, last))


def _month_ends(begin: int, last: int) -> Iterable[int]:
    day, end = _FIRST + timedelta(days=begin), _FIRST + timedelta(days=last)
    while day <= end:
        following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        yield min(_number(following) - 1, last)
        day = following


def _began(state: tuple[str, Mapping[int, int]]) -> tuple[int, str]:
    """When any group first came into a state: the way that groups go."""
    return min(state[1]), state[0]


def _number(day: date) -> int:
    return (day - _FIRST).days
