"""What is too old is thrown away; what is told, and told once, goes on as before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from rpa.alerts import Alerts, NoticeKind
from rpa.cases import Ledger
from rpa.status.outbox import enlist
from rpa.status.prune import NOTICES_KEPT, SWEEPS_KEPT, prune
from rpa.status.reminders import remind
from rpa.status.tables import channels, deliveries, groups, history, notices, sweeps, ticks

from ..cases.conftest import backend, ledger, run, url, vault  # noqa: F401

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def write(ledger: Ledger, run: Any) -> Callable[..., None]:  # noqa: F811
    async def work(table: Any, rows: list[dict[str, Any]]) -> None:
        async with ledger.writing() as connection:
            await connection.execute(insert(table), rows)

    return lambda table, rows: run(work(table, rows))


@pytest.fixture
def count(ledger: Ledger, run: Any) -> Callable[[Any], int]:  # noqa: F811
    async def work(table: Any) -> int:
        async with ledger.reading() as connection:
            return int(await connection.scalar(select(func.count()).select_from(table)) or 0)

    return lambda table: int(run(work(table)))


def swept(ended_at: datetime, account: str, *, complete: bool = True) -> dict[str, Any]:
    return {
        "portal": "mock",
        "account": account,
        "started_at": ended_at,
        "ended_at": ended_at,
        "complete": complete,
        "groups": 1,
        "changes": 0,
        "error": None if complete else {"message": "操作超时"},
    }


def noticed(number: int, kind: NoticeKind, at: datetime) -> dict[str, Any]:
    row = {"key": f"{kind}:{number}", "kind": str(kind), "portal": "mock", "account": "a", "at": at}
    return {**row, "group_no": f"GX-{number}", "case_id": None, "detail": {}}


def test_two_years_of_sweeps_leave_those_of_the_last_months(
    ledger: Ledger,  # noqa: F811
    run: Any,  # noqa: F811
    write: Any,
    count: Any,
) -> None:
    days = [NOW - later * DAY for later in range(730, 0, -1)]
    write(sweeps, [swept(day, "well") for day in days])
    write(sweeps, [swept(day, "failing", complete=day < NOW - 700 * DAY) for day in days])
    write(
        ticks,
        [
            {"schedule": "s", "due_at": day, "owner": "one", "taken_at": day, "ended_at": day}
            | {"outcome": "begun" if day == days[0] else "complete"}
            for day in days
        ],
    )
    assert run(remind(ledger, Alerts(), now=NOW)) == 1  # of the account that has failed for so long
    run(prune(ledger, now=NOW))
    kept = SWEEPS_KEPT // DAY
    assert kept <= count(ticks) <= kept + 1
    assert 2 * kept <= count(sweeps) <= 2 * kept + 4
    assert run(prune(ledger, now=NOW)) == 0
    assert run(remind(ledger, Alerts(), now=NOW)) == 0  # nobody is told again


def test_what_may_come_again_stays_and_is_told_once(
    ledger: Ledger,  # noqa: F811
    run: Any,  # noqa: F811
    write: Any,
    count: Any,
) -> None:
    alerts = Alerts.model_validate({"channels": {"office": {"type": "webhook"}}})
    long_ago = NOW - NOTICES_KEPT - DAY
    run(enlist(ledger, alerts, now=long_ago - DAY))
    about = {"portal": "mock", "account": "a", "group_no": "GX-still", "business_type": "new_card"}
    stands = {"state": "初审中", "kind": "in_review", "submitted_at": "", "digest": ""}
    write(groups, [{**about, **stands, "first_seen": long_ago, "moved_at": long_ago - 40 * DAY}])
    move = {"portal": "mock", "account": "a", "group_no": "GX-still", "member": 0, "economy": ""}
    write(history, [{**move, "to_state": "初审中", "first_seen": long_ago - 40 * DAY}])
    write(sweeps, [swept(long_ago, "a")])
    assert run(remind(ledger, alerts, now=long_ago)) == 1
    write(notices, [noticed(number, NoticeKind.STATE_CHANGED, long_ago) for number in range(100)])
    write(notices, [noticed(101, NoticeKind.STATE_CHANGED, NOW)])
    run(enlist(ledger, alerts, now=long_ago))
    assert count(deliveries) == 102
    assert run(prune(ledger, now=NOW)) == 200
    assert (count(notices), count(deliveries), count(channels)) == (2, 2, 1)
    assert (count(groups), count(history)) == (1, 1)
    write(sweeps, [swept(NOW, "a")])
    assert run(remind(ledger, alerts, now=NOW)) == 0
