"""The lease is asked for right before each of the last presses: whoever lost it meanwhile presses nothing (D4, D7)."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from flows.new_card import NewCard
from rpa.cases import CaseState
from rpa.cases.database import database_file
from rpa.screen import Screen
from rpa.testing import Replica

from .clerk import Clerk

pytestmark = pytest.mark.long


def submits(replica: Replica) -> list[str]:
    """What the portal made of every press that reached it."""
    return [event["detail"] for event in replica.events() if event["kind"] == "submit"]


@pytest.mark.parametrize("before", ["保存并上报", "确定"])
def test_whose_account_was_taken_while_its_machine_slept_presses_nothing_more(
    clerk: Clerk, replica: Replica, private_group: NewCard, monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    case = clerk.ready(private_group)
    asked = Screen.await_message

    def fall_asleep() -> None:
        """Awake again, it finds that the lease is another's; no clock of its own has told it how long it slept."""
        file = database_file(clerk.ledger._engine.url)
        assert file
        with closing(sqlite3.connect(file, isolation_level=None)) as ledger:
            assert ledger.execute("UPDATE leases SET owner='another'").rowcount == 1

    async def await_message(screen: Screen, *names: str) -> tuple[str, str]:
        found = await asked(screen, *names)
        if names[0] == "sure":
            fall_asleep()
        return found

    if before == "确定":
        monkeypatch.setattr(Screen, "await_message", await_message)
    else:
        clerk.meanwhile = lambda step: fall_asleep() if step == "保存并上报" else None
    case = clerk.again(case)
    assert case.state is CaseState.COMMITTING  # the other program's to find out
    assert submits(replica) == []
    assert [group["state"] for group in replica.groups()] == ["暂存"]
