"""What the database counts is what a plain count over the same history gives, on SQLite and PostgreSQL."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

import pytest

from rpa.cases import Case, Ledger
from rpa.profile import PORTAL_TIME
from rpa.status.report.movement import Movement, movements
from rpa.status.report.scope import Scope
from rpa.status.report.stays import Stay, stays

from .seeded import NOW, PORTAL, Past, ago, past_of, seed


def moved(run: Any, ledger: Ledger, **scope: Any) -> dict[str, Movement]:
    async def look() -> list[Movement]:
        async with ledger.reading() as connection:
            return await movements(connection, Scope(NOW, **scope))

    return {one.business_type: one for one in run(look())}


def stayed(run: Any, ledger: Ledger, **scope: Any) -> dict[tuple[str, str], Stay]:
    async def look() -> list[Stay]:
        async with ledger.reading() as connection:
            return await stays(connection, Scope(NOW, **scope))

    return {(one.business_type, one.state): one for one in run(look())}


def state_at(one: Past, day: Any) -> str | None:
    """The state of a group at the end of a Beijing day, by a plain look at its past."""
    if one.gone is not None and ago(one.gone).astimezone(PORTAL_TIME).date() <= day:
        return None
    seen = [state for state, days in one.states if ago(days).astimezone(PORTAL_TIME).date() <= day]
    return seen[-1] if seen else None


def test_every_bar_is_a_plain_count_of_that_day(run: Any, ledger: Ledger, made: list[Case]) -> None:
    found, past = moved(run, ledger), past_of(made)
    assert set(found) == {one.business_type for one in past}
    for business_type, movement in found.items():
        for place, day in enumerate(movement.days):
            plain = Counter(
                state for one in past if one.business_type == business_type and (state := state_at(one, day))
            )
            drawn = {state: counts[place] for state, counts in movement.counts.items() if counts[place]}
            assert drawn == plain, (business_type, day)


def test_an_account_and_a_beginning_narrow_the_bars(run: Any, ledger: Ledger, made: list[Case]) -> None:
    since = ago(10)
    found = moved(run, ledger, account="demo-private", since=since)
    day = since.astimezone(PORTAL_TIME).date()
    assert all(movement.days[0] == day for movement in found.values())
    # what was there before the beginning still counts on its first day
    plain = Counter(
        state for one in past_of(made) if one.account == "demo-private" and (state := state_at(one, day))
    )
    drawn = Counter({s: c[0] for movement in found.values() for s, c in movement.counts.items() if c[0]})
    assert sum(drawn.values()) <= sum(plain.values())
    assert sum(c[0] for movement in found.values() for c in movement.counts.values()) == sum(plain.values())


@pytest.mark.parametrize(
    ("days", "step", "bars"), [(3, "天", 14), (50, "天", 51), (300, "周", 43), (900, "个月", 30)]
)
def test_a_bar_is_a_day_a_week_or_a_month(run: Any, ledger: Ledger, days: int, step: str, bars: int) -> None:
    run(seed(ledger, [Past("GX1", "new_card", "demo-soe", [("待初审", days)])]))
    movement = moved(run, ledger)["new_card"]
    assert (movement.step, len(movement.days)) == (step, bars)
    assert movement.days[-1] == NOW.astimezone(PORTAL_TIME).date()
    assert movement.counts["待初审"][-1] == 1


def test_medians_and_longest_stays_are_those_of_a_plain_count(
    run: Any, ledger: Ledger, made: list[Case]
) -> None:
    spans: dict[tuple[str, str], list[timedelta]] = defaultdict(list)
    waiting: Counter[tuple[str, str]] = Counter()
    for one in past_of(made):
        for place, (state, days) in enumerate(one.states):
            if place + 1 < len(one.states):
                spans[one.business_type, state].append(ago(one.states[place + 1][1]) - ago(days))
            elif one.gone is None:
                waiting[one.business_type, state] += 1
    found = stayed(run, ledger)
    assert {key for key, stay in found.items() if stay.ended} == set(spans)
    for key, lengths in spans.items():
        median, longest = found[key].median, found[key].longest
        assert found[key].ended == len(lengths)
        assert median is not None
        assert abs(median - statistics.median(lengths)) <= timedelta(seconds=2), key
        assert longest is not None
        assert abs(longest - max(lengths)) <= timedelta(seconds=2)
    assert {key: stay.waiting for key, stay in found.items() if stay.waiting} == waiting


def test_a_beginning_leaves_out_stays_that_ended_before_it(
    run: Any, ledger: Ledger, made: list[Case]
) -> None:
    late = sum(
        ago(after[1]) >= ago(10)
        for one in past_of(made)
        for before, after in zip(one.states, one.states[1:], strict=False)
    )
    found = stayed(run, ledger, since=ago(10), portal=PORTAL)
    assert sum(stay.ended for stay in found.values()) == late
    assert late > 0


def test_an_empty_ledger_has_no_figures(run: Any, ledger: Ledger) -> None:
    assert moved(run, ledger) == {}
    assert stayed(run, ledger) == {}
