"""Leases: one sign-in per account, given back, renewed, or taken over when its holder died, whatever the clocks do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from rpa.cases import Ledger

DAY = 86400.0
Turn = Callable[[float], None]


def test_an_account_is_held_by_one_owner_until_it_is_given_back(run: Any, ledger: Ledger) -> None:
    assert run(ledger.acquire("mock", "a", "one", 60))
    assert run(ledger.acquire("mock", "a", "one", 60)), "an owner may take its own again"
    assert not run(ledger.acquire("mock", "a", "two", 60))
    run(ledger.release("mock", "a", "two"))
    assert not run(ledger.acquire("mock", "a", "two", 60)), "nobody gives back another's"
    run(ledger.release("mock", "a", "one"))
    assert run(ledger.acquire("mock", "a", "two", 60))


def test_other_accounts_and_other_portals_are_free(run: Any, ledger: Ledger) -> None:
    assert run(ledger.acquire("mock", "a", "one", 60))
    assert run(ledger.acquire("mock", "b", "two", 60))
    assert run(ledger.acquire("gxzf", "a", "two", 60))


def test_a_dead_holders_lease_is_taken_over_when_it_expires(
    run: Any, ledger: Ledger, turn_clock: Turn
) -> None:
    assert run(ledger.acquire("mock", "a", "dead", 60))
    turn_clock(50)
    assert not run(ledger.acquire("mock", "a", "two", 60))
    turn_clock(10)
    assert run(ledger.acquire("mock", "a", "two", 60))
    assert not run(ledger.renew("mock", "a", "dead", 60)), "who lost it must stop"


def test_a_renewed_lease_lives_on(run: Any, ledger: Ledger, turn_clock: Turn) -> None:
    assert run(ledger.acquire("mock", "a", "one", 60))
    turn_clock(50)
    assert run(ledger.renew("mock", "a", "one", 60))
    turn_clock(50)
    assert not run(ledger.acquire("mock", "a", "two", 60))
    assert not run(ledger.renew("mock", "b", "one", 60)), "nothing to renew"


@pytest.mark.parametrize("length", [60, 3000])
def test_after_the_clock_is_set_back_a_dead_holders_lease_lasts_no_longer_than_before(
    run: Any, ledger: Ledger, turn_clock: Turn, length: float
) -> None:
    assert run(ledger.acquire("mock", "a", "dead", length))
    turn_clock(-DAY)
    assert not run(ledger.acquire("mock", "a", "two", 60))
    turn_clock(length - 10)
    assert not run(ledger.acquire("mock", "a", "two", 60)), "for its own length, not for the other's"
    turn_clock(10)
    assert run(ledger.acquire("mock", "a", "two", 60))


def test_after_the_clock_is_set_back_a_living_holder_keeps_its_lease(
    run: Any, ledger: Ledger, turn_clock: Turn
) -> None:
    assert run(ledger.acquire("mock", "a", "one", 60))
    turn_clock(-DAY)
    assert not run(ledger.acquire("mock", "a", "two", 60))
    turn_clock(20)
    assert run(ledger.renew("mock", "a", "one", 60))
    turn_clock(50)
    assert not run(ledger.acquire("mock", "a", "two", 60))


def test_after_the_clock_is_set_forth_only_one_of_two_goes_on(
    run: Any, ledger: Ledger, turn_clock: Turn
) -> None:
    assert run(ledger.acquire("mock", "a", "one", 60))
    turn_clock(DAY)
    assert run(ledger.acquire("mock", "a", "two", 60))
    assert not run(ledger.renew("mock", "a", "one", 60)), "it is told before it may press"
    assert run(ledger.renew("mock", "a", "two", 60))


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize("wrong", [timedelta(days=1), timedelta(days=-1)])
def test_a_machine_whose_clock_is_wrong_takes_nobodys_lease_from_a_server(
    run: Any, ledger: Ledger, turn_clock: Turn, wrong: timedelta
) -> None:
    assert run(ledger.acquire("mock", "a", "one", 60))
    with time_machine.travel(wrong):  # this program's clock; the server's is right
        assert not run(ledger.acquire("mock", "a", "two", 60))
        turn_clock(60)
        assert run(ledger.acquire("mock", "a", "two", 60))
    assert not run(ledger.acquire("mock", "a", "one", 60)), "nor is its own taken as too old or too new"
