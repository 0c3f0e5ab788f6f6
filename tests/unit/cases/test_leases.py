"""Leases: one sign-in per account, given back, renewed, or taken over when its holder died."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine

from rpa.cases import Ledger

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


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


def test_a_dead_holders_lease_is_taken_over_when_it_expires(run: Any, ledger: Ledger) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        assert run(ledger.acquire("mock", "a", "dead", 60))
        clock.move_to(NOW + timedelta(seconds=59))
        assert not run(ledger.acquire("mock", "a", "two", 60))
        clock.move_to(NOW + timedelta(seconds=60))
        assert run(ledger.acquire("mock", "a", "two", 60))
        assert not run(ledger.renew("mock", "a", "dead", 60)), "who lost it must stop"


def test_a_renewed_lease_lives_on(run: Any, ledger: Ledger) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        assert run(ledger.acquire("mock", "a", "one", 60))
        clock.move_to(NOW + timedelta(seconds=50))
        assert run(ledger.renew("mock", "a", "one", 60))
        clock.move_to(NOW + timedelta(seconds=100))
        assert not run(ledger.acquire("mock", "a", "two", 60))
        assert not run(ledger.renew("mock", "b", "one", 60)), "nothing to renew"
