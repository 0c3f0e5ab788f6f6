"""What is tried again, and when: system faults only, with growing gaps, a little chance, a longest gap and an end."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from rpa.cases import Case, CaseState, Ledger
from rpa.cases.retry import is_passing, put_off
from rpa.cases.runner import Runner
from rpa.cases.sign_ins import Lender, SignIns
from rpa.desk import Desk
from rpa.errors import (
    AccountContested,
    AccountTaken,
    NeedsPerson,
    NotNow,
    OutcomeUnknown,
    PageChanged,
    PortalFault,
    PortalRefusal,
    SignInLost,
    StoredOtherwise,
    YwtbError,
)
from rpa.profile import Breaker, Profile, Retry
from rpa.screen import Pack

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture
def case(run: Any, ledger: Ledger, group: Any) -> Case:
    """A received case."""
    return cast(Case, run(ledger.receive(group(), portal="mock", account="a")).case)


retries = st.builds(
    Retry,
    first=st.floats(0, 3600),
    factor=st.floats(1, 10),
    longest=st.floats(0, 86400),
    jitter=st.floats(0, 1),
)


_ROUNDED = 1 + 1e-9  # what arithmetic with floats may lose


@settings(deadline=None)
@given(retries, st.integers(1, 10**9), st.floats(0, 1))
def test_a_gap_is_never_below_zero_nor_above_the_longest(retry: Retry, faults: int, chance: float) -> None:
    assert 0 <= retry.gap(faults, chance) <= retry.longest_gap * _ROUNDED


@settings(deadline=None)
@given(retries, st.integers(1, 1000), st.floats(0, 1))
def test_with_the_same_luck_no_gap_is_shorter_than_the_one_before(
    retry: Retry, faults: int, chance: float
) -> None:
    assert retry.gap(faults, chance) <= retry.gap(faults + 1, chance) * _ROUNDED


def test_the_gaps_grow_up_to_the_longest_and_chance_moves_them_either_way() -> None:
    retry = Retry(first=10, factor=3, longest=200, jitter=0.25)
    assert [retry.gap(faults, 0.5) for faults in (1, 2, 3, 4, 5)] == [10, 30, 90, 200, 200]
    assert (retry.gap(1, 0), retry.gap(1, 1), retry.longest_gap) == (7.5, 12.5, 250)


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        (PortalFault("x"), True),
        (SignInLost("x"), True),
        (NotNow("x"), False),
        (AccountTaken("x"), False),
        (AccountContested("x"), False),
        (PortalRefusal("x"), False),
        (NeedsPerson("x"), False),
        (PageChanged("x"), False),
        (StoredOtherwise("x"), False),
        (YwtbError("x"), False),
    ],
)
def test_only_what_may_pass_by_itself_is_tried_again(case: Case, error: YwtbError, passing: bool) -> None:
    assert is_passing(error) is passing
    kept = put_off(case, error, Retry())
    assert kept["error"] is error
    assert (kept["due_at"] is not None, "faults" in kept) == (passing, passing)


def test_a_case_is_put_off_by_the_gap_after_its_faults_in_a_row(case: Case) -> None:
    retry = Retry(first=10, factor=2, longest=600, jitter=0.5)
    with time_machine.travel(NOW, tick=False):
        kept = [put_off(case, PortalFault("x"), retry) for _ in range(40)]
    gaps = [(cast(datetime, one["due_at"]) - NOW).total_seconds() for one in kept]
    assert {one["faults"] for one in kept} == {1}
    assert all(5 <= gap <= 15 for gap in gaps)
    assert max(gaps) - min(gaps) > 2, "chance keeps programs apart that met the same fault"


def test_the_count_lasts_through_tries_and_ends_with_a_step_forward(
    run: Any, ledger: Ledger, case: Case
) -> None:
    retry = Retry(jitter=0)
    for faults in (1, 2, 3):
        case = run(ledger.move(case.id, CaseState.PREPARING))
        case = run(ledger.move(case.id, CaseState.RECEIVED, **put_off(case, PortalFault("x"), retry)))
        assert (case.faults, case.due_at is not None) == (faults, True)
    case = run(ledger.move(case.id, CaseState.PREPARING))
    assert (case.faults, case.due_at) == (3, None)
    case = run(ledger.move(case.id, CaseState.AWAITING_SIGNATURE))
    assert case.faults == 0


# What the runner makes of it, on a portal where nobody can sign in


class Closed(SignIns):
    """Sign-ins on a portal that is out of order; counts how often it was asked."""

    def __init__(
        self,
        ledger: Ledger,
        retry: Retry,
        breaker: Breaker | None = None,
        error: YwtbError | None = None,
    ) -> None:
        breaker = breaker or Breaker(faults=1000)
        profile = Profile(name="mock", title="x", address="http://127.0.0.1/", retry=retry, breaker=breaker)
        super().__init__(ledger, profile, cast(Pack, None), cast(Lender, None), SecretStr)
        self.error = error or PortalFault("网站无法访问")
        self.tries = 0

    @asynccontextmanager
    async def signed_in(self, *_: object) -> AsyncIterator[Desk]:
        await self.mind_the_portal()
        self.tries += 1
        raise self.error
        yield

    def try_for(self, run: Any, case: Case, patience: float, **options: Any) -> Case:
        """Let a runner try the case until its patience ends."""
        runner = Runner(self.ledger, self, patience=patience, **options)
        return cast(Case, run(runner.run([case]))[0].case)


def test_a_run_tries_again_with_growing_gaps_until_its_budget_is_spent(
    run: Any, ledger: Ledger, case: Case
) -> None:
    portal = Closed(ledger, Retry(first=0.01, factor=10, jitter=0))
    started = time.monotonic()
    left = portal.try_for(run, case, patience=9)
    spent = time.monotonic() - started
    # gaps of 0.01, 0.1, 1 s; the next, of 10 s, would end too late
    assert portal.tries == left.faults == 4
    assert 1.11 <= spent < 9
    assert (left.state, left.error and left.error["kind"]) == (CaseState.RECEIVED, "PortalFault")
    assert left.due_at is not None, "a later run knows when"


def test_what_does_not_pass_by_itself_is_tried_once(run: Any, ledger: Ledger, case: Case) -> None:
    portal = Closed(ledger, Retry(first=0), error=PortalRefusal("不予受理"))
    left = portal.try_for(run, case, patience=60)
    assert (portal.tries, left.faults, left.due_at) == (1, 0, None)


def test_the_breaker_ends_the_tries_of_a_run(run: Any, ledger: Ledger, case: Case) -> None:
    portal = Closed(ledger, Retry(first=0), Breaker(faults=3, pause=900))
    started = time.monotonic()
    left = portal.try_for(run, case, patience=60)
    assert time.monotonic() - started < 30
    assert portal.tries == 3, "and it does not go on asking whether the pause is over"
    assert left.error and (left.error["kind"], "暂停访问到" in left.error["message"]) == ("NotNow", True)


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_is_changed_while_a_case_waits_keeps_it_from_nothing(
    run: Any, ledger: Ledger, case: Case, days: int
) -> None:
    portal = Closed(ledger, Retry(first=0.05, factor=1, jitter=0))
    with time_machine.travel(NOW) as clock:

        def tell(_case: Case, _step: str) -> None:
            portal.error = PortalRefusal("网站又能访问了")  # that is how the test knows
            clock.shift(timedelta(days=days))

        left = portal.try_for(run, case, patience=5, tell=tell)
    assert portal.tries == 2
    assert left.error and left.error["kind"] == "PortalRefusal"


def test_a_clock_set_back_after_a_case_was_put_off_lets_it_wait_no_longer_than_a_gap(
    run: Any, ledger: Ledger, case: Case
) -> None:
    portal = Closed(ledger, Retry(first=0.05, longest=0.1))
    runner = Runner(ledger, cast(SignIns, portal), patience=5)
    put_off_then = replace(case, due_at=datetime.now(UTC) + timedelta(days=1))
    started = time.monotonic()
    assert run(runner._await_due([put_off_then], {})) == [put_off_then]
    assert time.monotonic() - started < 2


def test_a_case_is_waited_for_so_long_after_its_own_first_fault_whatever_the_others_take(
    run: Any, ledger: Ledger, case: Case
) -> None:
    runner = Runner(ledger, cast(SignIns, Closed(ledger, Retry(first=0.05, longest=0.1))), patience=5)
    old, new = (replace(case, id=name, due_at=datetime.now(UTC)) for name in ("old", "new"))
    ends = {"old": time.monotonic() - 1}  # its first fault was more than five seconds ago
    assert run(runner._await_due([old, new], ends)) == [new]
    assert ends["new"] > time.monotonic() + 3


@settings(deadline=None)
@given(retries, st.integers(0, 3000))
def test_a_case_is_given_up_when_its_gaps_make_up_the_budget(retry: Retry, faults: int) -> None:
    waited = sum(retry.gap(fault, 0.5) for fault in range(1, faults + 1))
    if abs(waited - retry.give_up) > 1:  # what arithmetic with floats may lose
        assert retry.is_spent(faults) is (waited > retry.give_up)


def test_a_case_that_a_server_has_tried_for_too_long_is_a_persons_who_may_have_it_tried_anew(
    run: Any, ledger: Ledger, case: Case
) -> None:
    portal = Closed(ledger, Retry(first=0.01, factor=1, jitter=0, give_up=0.025))
    kinds = [(case := portal.try_for(run, case, patience=0)).state for _ in range(3)]
    assert kinds == [CaseState.RECEIVED, CaseState.RECEIVED, CaseState.NEEDS_PERSON]
    assert case.error and case.error["kind"] == "NeedsPerson"
    assert case.error["message"] == "连续 3 次遇到网站故障，不再自动重试；最后一次：网站无法访问"
    case = portal.try_for(run, case, patience=60)
    assert portal.tries == 3, "it is left alone"
    case = run(ledger.move(case.id, CaseState.RECEIVED))
    assert portal.try_for(run, case, patience=60).state is CaseState.NEEDS_PERSON
    assert portal.tries == 6


@pytest.mark.parametrize(
    ("error", "count"),
    [
        (None, 0),
        (PortalFault("x"), 2),
        (SignInLost("x"), 2),
        (OutcomeUnknown("x"), 2),
        (NotNow("x"), 1),
        (PortalRefusal("x"), 1),
        (PageChanged("x"), 1),
        (StoredOtherwise("x"), 1),
    ],
)
def test_only_a_step_forward_ends_the_count_of_faults_in_a_row(
    run: Any, ledger: Ledger, case: Case, error: YwtbError | None, count: int
) -> None:
    runner = Runner(ledger, cast(SignIns, Closed(ledger, Retry())))
    run(ledger.count_fault("mock", 100, 0))
    after = replace(
        case, state=CaseState.SUBMITTED if error is None else case.state, error=error and error.as_dict()
    )
    run(runner._count(case, after))
    assert run(ledger.count_fault("mock", count + 1, 0)) is not None
    run(runner._count(case, case))
    for _ in range(count):
        assert run(ledger.count_fault("mock", count + 1, 0)) is None
