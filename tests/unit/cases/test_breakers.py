"""The breaker of a portal: so many faults in a row, whoever meets them, and everybody leaves it alone for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from rpa.cases import Ledger
from rpa.vault import Vault

from .programs import programs

PAUSE, LIMIT = 900.0, 3
Turn = Callable[[float], None]


@dataclass
class Portal:
    """The portal `mock` as one program sees it through its ledger."""

    run: Any
    ledger: Ledger
    name: str = "mock"

    def faults(self, times: int) -> list[bool]:
        """Meet so many faults; which of them opened the breaker."""
        return [self.run(self.ledger.count_fault(self.name, LIMIT, PAUSE)) is not None for _ in range(times)]

    def works(self) -> None:
        self.run(self.ledger.clear_faults(self.name))

    def is_left_alone(self, pause: float = PAUSE) -> bool:
        return self.run(self.ledger.paused_until(self.name, pause)) is not None


@pytest.fixture
def portal(run: Any, ledger: Ledger, turn_clock: Turn) -> Portal:
    return Portal(run, ledger)


def test_so_many_faults_in_a_row_open_it_and_say_until_when(portal: Portal, turn_clock: Turn) -> None:
    assert not portal.is_left_alone()
    assert portal.faults(LIMIT - 1) == [False] * (LIMIT - 1)
    assert not portal.is_left_alone()
    until = portal.run(portal.ledger.count_fault("mock", LIMIT, PAUSE))
    assert until is not None and portal.run(portal.ledger.paused_until("mock", PAUSE)) == until
    assert not Portal(portal.run, portal.ledger, "gxzf").is_left_alone(), "another portal is asked"


def test_it_closes_when_the_pause_is_over_and_counts_anew(portal: Portal, turn_clock: Turn) -> None:
    portal.faults(LIMIT)
    turn_clock(PAUSE - 20)
    assert portal.is_left_alone()
    turn_clock(20)
    assert not portal.is_left_alone()
    assert portal.faults(LIMIT) == [False, False, True]


def test_a_success_clears_the_count(portal: Portal) -> None:
    for _ in range(3):
        assert portal.faults(LIMIT - 1) == [False] * (LIMIT - 1)
        portal.works()
    assert not portal.is_left_alone()


def test_what_was_at_work_already_neither_ends_nor_empties_a_pause(portal: Portal) -> None:
    portal.faults(LIMIT)
    portal.works()
    assert portal.is_left_alone(), "a success that was under way"
    portal.faults(1)
    assert portal.is_left_alone(), "a fault that was under way"


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_is_changed_prolongs_no_pause(portal: Portal, turn_clock: Turn, days: int) -> None:
    portal.faults(LIMIT)
    turn_clock(86400.0 * days)
    assert portal.is_left_alone() is (days < 0)
    turn_clock(PAUSE - 20)
    assert portal.is_left_alone() is (days < 0)
    turn_clock(20)
    assert not portal.is_left_alone()


def test_the_first_faults_of_many_are_all_counted(run: Any, ledger: Ledger) -> None:
    async def at_once() -> list[Any]:
        return await asyncio.gather(*(ledger.count_fault("mock", 8, PAUSE) for _ in range(8)))

    assert sum(until is not None for until in run(at_once())) == 1


_SCRIPT = """
import asyncio, json, sys
from rpa.cases import Ledger
from rpa.vault import Vault

async def main(url):
    async with await Ledger.open(url, Vault(b"k" * 32)) as ledger:
        print(json.dumps("ready"), flush=True)
        sys.stdin.readline()
        told = [await ledger.count_fault("mock", 20, 900) for _ in range(10)]
        print(json.dumps([str(until) for until in told if until]), flush=True)
        sys.stdin.readline()
        print(json.dumps(str(await ledger.paused_until("mock", 900))), flush=True)

asyncio.run(main(sys.argv[1]))
"""


def test_two_programs_share_it(run: Any, url: str, vault: Vault) -> None:
    run(_close(url, vault))  # migrated
    with programs(_SCRIPT, [url], [url]) as both:
        assert both.said() == ["ready"] * 2
        both.go()
        (until,) = [
            moment for told in both.said() for moment in told
        ]  # ten faults each: the twentieth opens it, once
        both.go()
        assert both.said() == [until, until], "and both know"


async def _close(url: str, vault: Vault) -> None:
    await (await Ledger.open(url, vault)).close()
