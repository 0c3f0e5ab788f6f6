"""The ledger's state machine: whatever happens in whatever order, it is where its own rules put it, and loses nothing.

Every rule does one thing to the real ledger and to a model of a few lines; after every step both must agree.
"""

from __future__ import annotations

import asyncio
import math
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import pytest
import time_machine
from anyio.from_thread import start_blocking_portal
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url

from rpa.cases import Case, CaseState, FormToSign, IllegalTransition, Ledger, LostRace, Outcome
from rpa.cases.retry import put_off
from rpa.errors import NeedsPerson, PortalFault
from rpa.logs import hide
from rpa.profile import Retry
from rpa.vault import Vault

from .conftest import Group, Person, shift_moments
from .known import Known, Lease, stands

S = CaseState
PEOPLE = ("990000190503120010", "990000190708210021", "990000190911050032")
NAME = "韦样一"
OWNERS = ("one", "two")
LENGTH, LIMIT, PAUSE = 60.0, 3, 100.0
DAY = 86400.0
ONWARD = {
    S.RECEIVED: [S.PREPARING],
    S.PREPARING: [S.AWAITING_SIGNATURE, S.READY],
    S.AWAITING_SIGNATURE: [S.READY],
    S.READY: [S.COMPLETING],
    S.COMPLETING: [S.COMMITTING],
    S.COMMITTING: [S.SUBMITTED, S.READY, S.NEEDS_PERSON],
    S.SUBMITTED: [S.RETURNED],
}
VAULT = Vault(b"k" * 32)


def group_of(person: str, reason: str) -> Group:
    """An application with something to hide in every field that may hold it."""
    return Group(key="A", members=[Person(key="1", id_no=person)], reason=f"{NAME}{reason}")


class Life(RuleBasedStateMachine):
    """Everything that programs and people do to a ledger, in any order."""

    new_ledger: ClassVar[Callable[[], str]]  # the address of a fresh one, its tables made

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        self._loop = self._open.enter_context(start_blocking_portal())
        self._open.enter_context(hide([NAME]))
        self.url = type(self).new_ledger()
        self._turn = self._turner()
        self._ledgers = [self._opened()]
        self.known: dict[str, Known] = {}
        self.told: dict[str, tuple[Any, ...]] = {}
        self.views: list[Case] = []
        self.now = 0.0
        self.lease = Lease()
        self.paused = -math.inf
        self.faults = 0

    def _turner(self) -> Callable[[float], None]:
        if self.url.startswith("postgresql"):
            return partial(shift_moments, self.url)
        stopped = time_machine.travel(datetime(2026, 11, 23, 3, tzinfo=UTC), tick=False)
        return self._open.enter_context(stopped).shift

    def run(self, work: Any) -> Any:
        return self._loop.call(_result, work)

    @property
    def ledger(self) -> Ledger:
        return self._ledgers[-1]

    @rule()
    def crash(self) -> None:
        """A new program opens the ledger; the one before never closed it."""
        self._ledgers.append(self._opened())

    def _opened(self) -> Ledger:
        return self.run(Ledger.open(self.url, VAULT, Path("cases")))  # type: ignore[no-any-return]

    # --- what comes in ---

    @initialize(person=st.sampled_from(PEOPLE))
    def receive_the_first(self, person: str) -> None:
        self.receive(person, "", again=False)

    @rule(person=st.sampled_from(PEOPLE), reason=st.sampled_from(("", "更正", "再更正")), again=st.booleans())
    def receive(self, person: str, reason: str, again: bool) -> None:
        receipt = self.run(
            self.ledger.receive(group_of(person, reason), portal="mock", account="a", again=again)
        )
        self.views.append(receipt.case)
        case_id = next(
            (i for i, one in self.known.items() if one.person == person and not one.has_ended), None
        )
        filed = {
            i
            for i, one in self.known.items()
            if (one.person, one.reason, one.state) == (person, reason, S.CLOSED)
        }
        if case_id is None and filed and not again:
            assert receipt.outcome is Outcome.ALREADY and receipt.case.id in filed
            return
        if case_id is None:
            assert receipt.outcome is Outcome.CREATED and receipt.case.id not in self.known
            self.known[receipt.case.id] = Known(person, reason)
            return
        one = self.known[case_id]
        assert receipt.case.id == case_id
        if one.reason == reason:
            assert receipt.outcome is Outcome.ALREADY
            return
        if not one.is_revisable:  # the invariants see that nothing was taken of it
            assert receipt.outcome is Outcome.TOO_LATE
            return
        assert receipt.outcome is Outcome.UPDATED
        way = (*one.way, ("revised", one.state, S.RECEIVED))
        self.known[case_id] = replace(
            one,
            reason=reason,
            state=S.RECEIVED,
            came_from=None,
            revision=one.revision + 1,
            faults=0,
            intent=None if one.state is S.RETURNED else one.intent,
            way=way,
        )

    # --- where cases go ---

    def _pick(self, data: st.DataObject, *, going: bool = False) -> str:
        ids = [case_id for case_id, one in self.known.items() if one.may_go() or not going]
        return data.draw(st.sampled_from(ids), label="case")

    def _changes(self, one: Known, to: CaseState, data: st.DataObject) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        if to is S.COMMITTING and (one.state is not S.NEEDS_PERSON or one.intent is None):
            changes["intent"] = {"draft": one.group_no, "people": [one.person, NAME]}
        if to is S.SUBMITTED:
            changes["group_no"] = one.group_no or f"GX-{len(one.way)}"
        if to is S.NEEDS_PERSON:
            changes["error"] = NeedsPerson(f"{NAME} {one.person}")
        if to is S.AWAITING_SIGNATURE:
            changes["to_sign"] = [FormToSign("个人事项表", "1", NAME, Path("cases") / f"{NAME}.pdf")]
        if (one.state, to) in {(S.PREPARING, S.RECEIVED), (S.COMPLETING, S.READY)} and data.draw(
            st.booleans(), label="a fault"
        ):
            changes |= put_off(self._case(one), PortalFault(f"{NAME} {one.person}"), Retry())
        return changes

    def _case(self, one: Known) -> Case:
        case_id = next(i for i, known in self.known.items() if known is one)
        return self.run(self.ledger.get(case_id))  # type: ignore[no-any-return]

    @precondition(lambda self: any(one.may_go() for one in self.known.values()))
    @rule(data=st.data())
    def go(self, data: st.DataObject) -> None:
        """Any legal move."""
        case_id = self._pick(data, going=True)
        self._go(case_id, data.draw(st.sampled_from(self.known[case_id].may_go()), label="to"), data)

    @precondition(lambda self: any(one.state in ONWARD for one in self.known.values()))
    @rule(data=st.data(), steps=st.integers(1, 8))
    def go_on(self, data: st.DataObject, steps: int) -> None:
        """So many moves on the way to the office and back."""
        ids = [case_id for case_id, one in self.known.items() if one.state in ONWARD]
        case_id = data.draw(st.sampled_from(ids), label="case")
        for _ in range(steps):
            if ways := ONWARD.get(self.known[case_id].state):
                self._go(case_id, data.draw(st.sampled_from(ways), label="to"), data)

    def _go(self, case_id: str, to: CaseState, data: st.DataObject) -> None:
        one = self.known[case_id]
        changes = self._changes(one, to, data)
        case = self.run(self.ledger.move(case_id, to, reason=f"{NAME} {one.person}", **changes))
        self.known[case_id] = one.moved(to, **_kept(changes))
        self.views.append(case)

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def go_where_it_may_not(self, data: st.DataObject) -> None:
        """Every illegal move, with all that would make a legal one."""
        one = self.known[case_id := self._pick(data)]
        to = data.draw(st.sampled_from([to for to in S if to not in one.may_go()]), label="to")
        with pytest.raises(IllegalTransition):
            self.run(self.ledger.move(case_id, to, intent={"draft": "G"}, group_no="G"))

    @precondition(lambda self: self._standing(S.COMPLETING) or self._standing(S.COMMITTING))
    @rule()
    def go_without_what_it_needs(self) -> None:
        """No press without an intent, no success without a number."""
        for case_id in self._standing(S.COMPLETING):
            with pytest.raises(IllegalTransition):  # that of an earlier press is none
                self.run(self.ledger.move(case_id, S.COMMITTING))
        for case_id in self._standing(S.COMMITTING):
            if self.known[case_id].group_no is None:
                with pytest.raises(IllegalTransition):
                    self.run(self.ledger.move(case_id, S.SUBMITTED))

    def _standing(self, state: CaseState) -> list[str]:
        return [case_id for case_id, one in self.known.items() if one.state is state]

    @precondition(lambda self: self.views)
    @rule(data=st.data())
    def act_on_an_old_view(self, data: st.DataObject) -> None:
        old = [view for view in self.views if stands(view) != stands(self.known[view.id])]
        # the same state of another input is the one that is easily taken for the case itself
        alike = [view for view in old if view.state is self.known[view.id].state]
        if not old:
            return
        view = data.draw(st.sampled_from(alike or old), label="view")
        for to in self.known[view.id].may_go():
            with pytest.raises(LostRace):
                self.run(self.ledger.move(view.id, to, expect=view, intent={"draft": "G"}, group_no="G"))

    @precondition(lambda self: any(one.may_go() for one in self.known.values()))
    @rule(data=st.data(), after=st.integers(0, 40))
    def be_cut_off(self, data: st.DataObject, after: int) -> None:
        """Ctrl-C in the middle of a move: it has happened with its event, or it has not."""
        case_id = self._pick(data, going=True)
        one = self.known[case_id]
        to = data.draw(st.sampled_from(one.may_go()), label="to")
        changes = self._changes(one, to, data)

        async def cut() -> Case:
            task = asyncio.ensure_future(self.ledger.move(case_id, to, **changes))
            for _ in range(after):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
            return await self.ledger.get(case_id)

        case = self.run(cut())
        if case.state is to and len(self.run(self.ledger.events(case_id))) > len(one.way):
            self.known[case_id] = one.moved(to, **_kept(changes))

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def keep_the_drafts_number(self, data: st.DataObject) -> None:
        one = self.known[case_id := self._pick(data)]
        number = one.group_no or f"GX-{len(one.way)}"
        self.run(self.ledger.keep(case_id, group_no=number))
        self.known[case_id] = replace(one, group_no=number, way=(*one.way, ("kept", None, None)))

    # --- who has the account ---

    @rule(owner=st.sampled_from(OWNERS), act=st.sampled_from(("acquire", "renew", "release")))
    def have_the_account(self, owner: str, act: str) -> None:
        held, free = self.lease, self.lease.owner in ("", owner) or self.lease.ends <= self.now
        anew = Lease(owner, self.now, self.now + LENGTH)
        if act == "acquire":
            assert self.run(self.ledger.acquire("mock", "a", owner, LENGTH)) is free
            if free:
                self.lease = anew
            elif held.begun > self.now:  # the clock was set back
                self.lease = replace(anew, owner=held.owner)
        elif act == "renew":
            assert self.run(self.ledger.renew("mock", "a", owner, LENGTH)) is (held.owner == owner)
            self.lease = anew if held.owner == owner else held
        else:
            self.run(self.ledger.release("mock", "a", owner))
            self.lease = Lease() if held.owner == owner else held

    @rule(seconds=st.sampled_from((25.0, 25.0, 25.0, DAY, -DAY)))
    def turn_the_clock(self, seconds: float) -> None:
        self._turn(seconds)
        self.now += seconds

    # --- is the portal left alone ---

    @rule(meets=st.sampled_from(("fault", "fault", "success", "nothing")))
    def ask_the_portal(self, meets: str) -> None:
        if meets == "fault":
            self.faults += 1
            until = self.run(self.ledger.count_fault("mock", LIMIT, PAUSE))
            assert (until is not None) is (self.faults >= LIMIT)
            if until:
                self.faults, self.paused = 0, self.now + PAUSE
        elif meets == "success":
            self.run(self.ledger.clear_faults("mock"))
            self.faults = 0
        self.paused = min(self.paused, self.now + PAUSE)
        told = self.run(self.ledger.paused_until("mock", PAUSE))
        assert (told is not None) is (self.paused > self.now)

    # --- what holds at any time ---

    @invariant()
    def the_ledger_is_where_its_rules_put_it(self) -> None:
        cases = {case.id: case for case in self.run(self.ledger.list())}
        assert set(cases) == set(self.known)
        for case_id, one in self.known.items():
            case = cases[case_id]
            told = (case.state, case.came_from, case.revision, case.group_no, case.intent, case.faults)
            assert told == (
                one.state,
                one.came_from,
                one.revision,
                one.group_no,
                one.intent,
                one.faults,
            )

    @invariant()
    def an_application_has_one_open_case(self) -> None:
        people = [one.person for one in self.known.values() if not one.has_ended]
        assert len(people) == len(set(people))

    @invariant()
    def events_are_only_added_and_tell_the_way(self) -> None:
        for case_id, one in self.known.items():
            if len(self.told.get(case_id, ())) == len(one.way):
                continue
            events = self.run(self.ledger.events(case_id))
            before = self.told.get(case_id, ())
            assert events[: len(before)] == before
            assert tuple((event.kind, event.from_state, event.to_state) for event in events) == one.way
            self.told[case_id] = events

    def teardown(self) -> None:
        """At the end nothing about people can be read, and all that was told before is still told."""
        try:
            for case_id in self.known:
                assert self.run(self.ledger.events(case_id)) == self.told[case_id]
                content = self.run(self.ledger.application(case_id, Group))
                assert content == group_of(self.known[case_id].person, self.known[case_id].reason)
            kept = self._at_rest()
            assert not self.known or b"received" in kept
            for secret in (*PEOPLE, NAME):
                forms = (secret.encode(), secret.encode("utf-16-le"), secret.encode("unicode_escape"))
                assert not [form for form in forms if form in kept]
        finally:
            for ledger in self._ledgers:
                self.run(ledger.close())
            self._open.close()

    def _at_rest(self) -> bytes:
        """All that the database holds, as it lies there."""
        if not self.url.startswith("postgresql"):
            file = Path(str(make_url(self.url).database))
            return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
        engine = create_engine(self.url)
        with engine.connect() as connection:
            rows = [
                str(row)
                for table in inspect(connection).get_table_names()
                for row in connection.execute(text(f"SELECT t::text FROM {table} AS t")).scalars()
            ]
        engine.dispose()
        return "\n".join(rows).encode()


def _kept(changes: dict[str, Any]) -> dict[str, Any]:
    return {name: changes[name] for name in ("group_no", "intent", "faults") if name in changes}


async def _result(work: Any) -> Any:
    return await work


def _live(url: Callable[[], str], examples: int) -> None:
    machine = type("Life", (Life,), {"new_ledger": staticmethod(url)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def empty_file(run: Any, tmp_path: Path) -> Path:
    """A ledger's file with its tables and nothing in it."""
    path = tmp_path / "empty.db"
    run(run_and_close(f"sqlite+aiosqlite:///{path.as_posix()}"))
    return path


async def run_and_close(url: str) -> None:
    await (await Ledger.open(url, VAULT, Path("cases"))).close()


def test_whatever_happens_to_a_ledger_in_a_file(empty_file: Path) -> None:
    def new() -> str:
        path = empty_file.with_name(f"{uuid4().hex}.db")
        shutil.copyfile(empty_file, path)
        return f"sqlite+aiosqlite:///{path.as_posix()}"

    _live(new, 40)


def test_whatever_happens_to_a_ledger_on_a_server(postgres: Any) -> None:
    _live(lambda: _as_driver(postgres.database()), 8)


def _as_driver(address: str) -> str:
    return str(make_url(address).set(drivername="postgresql+psycopg").render_as_string(hide_password=False))
