"""Several processes, several tasks, one ledger: one of them wins and nothing is done twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from rpa.cases import CaseState, Ledger, LostRace
from rpa.settings import load_settings
from rpa.vault import Vault

from .programs import programs

# Each process opens the (new) ledger and then does the same things as all the others, at the same moment.
_SCRIPT = """
import asyncio, json, sys
from rpa.application import Application, Member
from rpa.cases import *
from rpa.vault import Vault

class Group(Application):
    business_type = "new_card"
    @property
    def identity(self): return tuple(member.key for member in self.members)

async def receive(ledger, name):
    groups = [Group(key="A", members=[Member(key=str(n))]) for n in range(10)]
    receipts = [await ledger.receive(group, portal="mock", account="a") for group in groups]
    return [[str(receipt.outcome), receipt.case.id] for receipt in receipts]

async def move(ledger, name):
    won = []
    for case in await ledger.list():
        try:
            won.append((await ledger.move(case.id, CaseState.PREPARING, expect=CaseState.RECEIVED)).id)
        except LostRace:
            pass
    return won

async def acquire(ledger, name):
    return [await ledger.acquire("mock", f"account {n}", name, 60) for n in range(10)]

async def main(url, name):
    print(json.dumps("up"), flush=True)
    sys.stdin.readline()
    async with await Ledger.open(url, Vault(b"k" * 32)) as ledger:
        for act in (receive, move, acquire):
            print(json.dumps("ready"), flush=True)
            sys.stdin.readline()
            print(json.dumps(await act(ledger, name)), flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


@dataclass
class Races:
    """What each process got in the three races, and where the ledger lies."""

    url: str
    received: list[Any]
    moved: list[Any]
    acquired: list[Any]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def races(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Races:
    """Three processes that open a new ledger, receive, move and take accounts, each at the same moment."""
    home = tmp_path_factory.mktemp("races")
    address = request.getfixturevalue("postgres").database() if request.param == "postgresql" else ""
    url = load_settings(home=home, ledger=address).ledger_url
    answers: list[list[Any]] = []
    with programs(_SCRIPT, *([url, f"process {n}"] for n in range(3))) as three:
        assert three.said() == ["up"] * 3
        three.go()
        for _ in range(3):
            assert three.said() == ["ready"] * 3
            three.go()
            answers.append(three.said())
    return Races(url, *answers)


def test_processes_that_receive_the_same_groups_make_one_case_of_each(races: Races) -> None:
    answers = [tuple(receipt) for process in races.received for receipt in process]
    assert Counter(outcome for outcome, _ in answers) == {"created": 10, "already": 20}
    assert len({case_id for _, case_id in answers}) == 10


def test_only_one_process_moves_a_case(races: Races, run: Any, vault: Vault) -> None:
    won = [case_id for process in races.moved for case_id in process]
    assert len(won) == len(set(won)) == 10
    ledger: Ledger = run(Ledger.open(races.url, vault))
    for case_id in won:
        assert [event.kind for event in run(ledger.events(case_id))] == ["received", "moved"]
    run(ledger.close())


def test_only_one_process_gets_the_account(races: Races) -> None:
    assert [sum(column) for column in zip(*races.acquired, strict=True)] == [1] * 10


def test_tasks_of_one_process_share_the_ledger(run: Any, ledger: Ledger, group: Any) -> None:
    async def race() -> list[Any]:
        case = (await ledger.receive(group(), portal="mock", account="a")).case
        moves = [ledger.move(case.id, CaseState.PREPARING, expect=case) for _ in range(30)]
        return await asyncio.gather(*moves, return_exceptions=True)

    answers = run(race())
    assert sum(not isinstance(answer, BaseException) for answer in answers) == 1
    assert sum(isinstance(answer, LostRace) for answer in answers) == 29


@pytest.mark.parametrize("after", [0, 1, 2, 3, 5, 8, 13, 21])
def test_a_cancelled_move_happens_with_its_event_or_not_at_all(
    run: Any, ledger: Ledger, group: Any, after: int
) -> None:
    async def cancel() -> tuple[Any, Any]:
        case = (await ledger.receive(group(), portal="mock", account="a")).case
        task = asyncio.ensure_future(ledger.move(case.id, CaseState.PREPARING))
        for _ in range(after):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        seen = (await ledger.get(case.id)).state  # when the cancelled task ends, so has its writing
        await ledger.note(case.id, "after")
        assert (await ledger.get(case.id)).state == seen
        return seen, await ledger.events(case.id)

    state, events = run(cancel())
    kinds = [event.kind for event in events]
    assert kinds == (["received", "moved", "after"] if state == "preparing" else ["received", "after"])


def test_a_time_limit_in_the_middle_of_a_move_is_still_told(run: Any, ledger: Ledger, group: Any) -> None:
    async def limited() -> str:
        case = (await ledger.receive(group(), portal="mock", account="a")).case
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await ledger.move(case.id, CaseState.PREPARING)
        return (await ledger.get(case.id)).state

    assert run(limited()) in ("received", "preparing")
