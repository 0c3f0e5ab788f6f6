"""Two weeks of a server's life in two minutes: at the end the history is what the back office's own log says.

Both clocks are turned: ours (time-machine) and the portal's (its back office). The fortnight has 国庆节 in it, a Saturday
that is a working day, and an afternoon on which the server was down.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby

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
    swept = list(_serve(watch, office, schedule, clock))
    assert len(swept) == 6 * 4 - 1  # six working days; of two ticks missed one was caught up
    assert not [one for one in watch.rows(ticks) if one["outcome"] not in ("complete", "begun")]
    steps = replica.steps()
    for group_no in {step["group_no"] for step in steps}:
        mine = [(_moment(step["at"]), step["state"]) for step in steps if step["group_no"] == group_no]
        assert _history(watch, group_no, swept) == _seen_of(mine, swept), group_no
    changes = sum(len(watch.life(group_no)) - 1 for group_no in watch.states())
    assert len(watch.rows(notices)) >= changes > 20
    clock.move_to(END)
    # an economy's word changes no row of a list: what nobody had a reason to open, a full sweep opens
    assert watch.sweep(full=True).error is None
    groups = {group["group_no"]: group for group in replica.groups()}
    for group_no in groups:
        for code in ("AUS", "NZL", "VNM"):
            decided = groups[group_no]["members"][0]["economies"].get(code)
            assert watch.life(group_no, 1, code)[-1:] == ([decided] if decided else []), (group_no, code)


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
