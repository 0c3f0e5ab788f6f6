"""Two weeks of a server's life in two minutes: at the end the history is what the back office's own log says.

Both clocks are turned: ours (time-machine) and the portal's (its back office). The fortnight has 国庆节 in it, a Saturday
that is a working day, and an afternoon on which the server was down.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import pytest
import time_machine

from rpa.profile import PORTAL_TIME
from rpa.settings import Settings
from rpa.status.schedule import Schedule, load_schedules
from rpa.status.servers import beat
from rpa.status.tables import history, notices, ticks
from rpa.status.ticks import Outcome, end, take
from rpa.testing import Replica
from rpa.testing.replica import ReplicaError

from .conftest import Hire
from .watching import ACCOUNT, Watch

BEGIN = datetime(2026, 9, 28, 8, tzinfo=PORTAL_TIME)
END = BEGIN + timedelta(days=14)
DOWN = (BEGIN + timedelta(days=1, hours=3), BEGIN + timedelta(days=1, hours=8, minutes=20))
_TOLD = {"初审退回": "returned", "待缴费": "to_pay", "待领取": "to_collect", "已邮寄": "to_collect"}
_RULE = {"cron": "0 9,12,15,18 * * *", "working_days": True, "accounts": [ACCOUNT]}


class _Office:
    """The approving authority: now and then it moves a group; sometimes the unit files another one by hand."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._dice = random.Random(20260928)
        self._groups = replica.add_groups(ACCOUNT, 12, "待初审", "待复审", "暂存", "经济体审批中")
        self._next = BEGIN

    def work_until(self, moment: datetime) -> None:
        """All that it does until then, each thing at its own time."""
        while self._next < moment:
            self._replica.turn_clock(self._next)
            self._do_one()
            self._next += timedelta(minutes=self._dice.randint(20, 300))
        self._replica.turn_clock(moment)

    def _do_one(self) -> None:
        group = self._dice.choice(self._groups)
        what = self._dice.random()
        try:
            if what < 0.1:
                self._groups += self._replica.add_groups(ACCOUNT, 1, "待初审")
            elif what < 0.2:
                self._replica.set_state(group, "初审退回", "请更换照片")
            elif what < 0.35:
                self._replica.decide(group, {self._dice.choice(("AUS", "NZL", "VNM")): "已批准"})
            else:
                self._replica.advance(group)
        except ReplicaError:  # it leads nowhere from there
            return


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    """Our own clock, which goes on from where it is set."""
    with time_machine.travel(BEGIN, tick=True) as coordinates:
        yield coordinates


@pytest.mark.long
@pytest.mark.timeout(600)
def test_after_two_weeks_the_history_is_the_back_offices_own_log(
    hire: Hire, replica: Replica, clock: time_machine.Coordinates
) -> None:
    replica.turn_clock(BEGIN)
    watch, office = Watch(hire(replica)), _Office(replica)
    (schedule,) = load_schedules(Settings(portal=replica.address, schedules={"s": _RULE}))
    should, swept = _Should(), []
    for moment in _serve(watch, office, schedule, clock):
        should.see(replica.groups(), moment)
        swept.append(moment)
    assert len(swept) == 6 * 4 - 1  # six working days; of two ticks missed one was caught up
    assert not [one for one in watch.rows(ticks) if one["outcome"] not in ("complete", "begun")]
    steps = replica.steps()
    for group_no in {step["group_no"] for step in steps}:
        mine = [(_moment(step["at"]), step["state"]) for step in steps if step["group_no"] == group_no]
        assert _history(watch, group_no, swept) == _seen_of(mine, swept), group_no
    # an economy's word changes no row of a list: what nobody had a reason to open, a full sweep opens
    clock.move_to(END)
    should.see(replica.groups(), END, full=True)
    assert watch.sweep(full=True).error is None
    swept.append(END)
    told = [
        (
            row["kind"],
            row["group_no"],
            row["detail"]["from"],
            row["detail"]["to"],
            "economies" in row["detail"],
        )
        for row in watch.rows(notices)
    ]
    assert sorted(told) == sorted(should.told)
    assert sum(before != to for _, _, before, to, _ in told) > 20
    assert sum(economies for *_, economies in told) > 5
    lives: dict[tuple[str, int, str], list[tuple[str, datetime]]] = {}
    for row in watch.rows(history):
        seen = max(moment for moment in swept if moment <= row["first_seen"])
        lives.setdefault((row["group_no"], row["member"], row["economy"]), []).append((row["to_state"], seen))
    assert lives == should.lives


class _Should:
    """What somebody knows and tells who sees the back office's own groups at the moments of the sweeps, and opens a
    group when its row has changed."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, str, str, bool]] = []
        self.lives: dict[tuple[str, int, str], list[tuple[str, datetime]]] = {}
        self._rows: dict[str, tuple[str, str]] = {}

    def see(self, groups: list[dict[str, Any]], moment: datetime, *, full: bool = False) -> None:
        """One sweep."""
        first = not self._rows
        for group in groups:
            self._see_one(group, moment, first=first, full=full)

    def _see_one(self, group: dict[str, Any], moment: datetime, *, first: bool, full: bool) -> None:
        group_no, state, [member] = group["group_no"], group["state"], group["members"]
        old, row = self._rows.get(group_no), (state, group["submitted_at"])
        self._rows[group_no] = row
        self._step((group_no, 0, ""), state, moment)
        moved, steps = old is None or old[0] != state, []
        if state != "暂存" and (full or (old != row and not (first and state == "已办结"))):
            steps = [self._step((group_no, 1, ""), member["state"], moment) and member["state"] != state]
            for code, decision in member["economies"].items():
                steps.append(self._step((group_no, 1, code), decision, moment))
        kind = _TOLD.get(state, "state_changed")
        if old is None:
            tells = state in _TOLD if first else state not in ("暂存", "待初审")
        else:
            tells = moved or any(steps)
        if tells:
            economies = any(steps[1:])
            self.told.append(
                (kind if moved else "state_changed", group_no, old[0] if old else "", state, economies)
            )

    def _step(self, who: tuple[str, int, str], state: str, moment: datetime) -> bool:
        """Whether it is other than it was."""
        life = self.lives.setdefault(who, [])
        if not life or life[-1][0] != state:
            life.append((state, moment))
            return len(life) > 1
        return False


def _serve(
    watch: Watch, office: _Office, schedule: Schedule, clock: time_machine.Coordinates
) -> Iterator[datetime]:
    """Be the server from the beginning to the end; gives the moments at which it swept."""
    do, ledger = watch.clerk.do, watch.clerk.ledger
    do(take, ledger, schedule, "one")  # from now on it is known
    moment = BEGIN
    while (due := schedule.next_after(moment)) is not None and due < END:
        moment = DOWN[1] if DOWN[0] < due < DOWN[1] else due
        office.work_until(moment)
        clock.move_to(moment)
        do(beat, ledger, "one", BEGIN)
        tick = do(take, ledger, schedule, "one").tick
        assert tick is not None
        swept = watch.sweep()
        assert swept.error is None and swept.listing.complete, swept.error
        do(end, ledger, tick, Outcome.COMPLETE)
        yield moment
    office.work_until(END)


def _seen_of(steps: list[tuple[datetime, str]], swept: list[datetime]) -> list[tuple[str, datetime]]:
    """What sweeps at these moments see of a group with these steps: each state, and the first moment it is seen."""
    seen = [
        (state, moment) for moment in swept for state in [state for at, state in steps if at <= moment][-1:]
    ]
    return [next(same) for _, same in groupby(seen, key=lambda one: one[0])]


def _history(watch: Watch, group_no: str, swept: list[datetime]) -> list[tuple[str, datetime]]:
    """The group's own rows: each state, and the sweep that first saw it."""
    rows = [row for row in watch.rows(history) if row["group_no"] == group_no and row["member"] == 0]
    return [(row["to_state"], max(moment for moment in swept if moment <= row["first_seen"])) for row in rows]


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp).replace(tzinfo=PORTAL_TIME)
