"""A history of a million rows: what `ywtb cases`, `ywtb report` and a sweep's comparison cost on it, in seconds.

``python -m tests.benchmarks.history`` seeds a ledger in a temporary folder by bulk insert, 20,000 groups of five
accounts with 50 rows each, and prints a line for each: name, seconds, the limit.
"""

from __future__ import annotations

import itertools
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.engine import Connection

from rpa.status.tables import groups, history, sweeps

__all__ = ["PORTAL", "seed"]

PORTAL = "mock"
_ACCOUNTS = ("demo-soe", "demo-private", "bench-1", "bench-2", "bench-3")
_TYPES = ("new_card", "passport_change", "early_card", "card_replacement", "card_cancellation")
_STATES = (
    "待初审",
    "待复审",
    "待缴费",
    "已受理",
    "外交部审核中",
    "经济体审批中",
    "制卡中",
    "待领取",
    "已办结",
)
_ECONOMIES = tuple(
    "AUS BRN CHL HKG IDN JPN KOR MYS MEX NZL PNG PER PHL RUS SGP TWN THA VNM".split()  # noqa: SIM905 - a table of codes
)
_BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
_ROWS_OF_A_GROUP = 50


def seed(connection: Connection, rows: int, *, portal: str = PORTAL) -> int:
    """Fill the tables of a ledger with about so many rows of history; returns how many there are."""
    dice = random.Random(1)
    made = 0
    lots = itertools.batched if sys.version_info >= (3, 12) else _batched
    for lot in lots(range(rows // _ROWS_OF_A_GROUP), 500):
        group_rows: list[dict[str, Any]] = []
        history_rows: list[dict[str, Any]] = []
        for number in lot:
            row, past = _group(dice, number, portal)
            group_rows.append(row)
            history_rows += past
        connection.execute(insert(groups), group_rows)
        connection.execute(insert(history), history_rows)
        made += len(history_rows)
    now = datetime.now(UTC)
    connection.execute(
        insert(sweeps),
        [
            {
                "portal": portal,
                "account": account,
                "started_at": now - timedelta(minutes=2),
                "ended_at": now,
                "complete": True,
                "groups": rows // _ROWS_OF_A_GROUP // len(_ACCOUNTS),
                "changes": 0,
                "error": None,
            }
            for account in _ACCOUNTS
        ],
    )
    return made


def _batched(numbers: range, size: int) -> Iterator[range]:
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]


def _group(dice: random.Random, number: int, portal: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A group with its whole past: nine or fewer states of its own, then its members' economies one by one."""
    key = {"portal": portal, "account": _ACCOUNTS[number % len(_ACCOUNTS)], "group_no": f"GX{number:08d}"}
    began = _BEGAN + timedelta(minutes=dice.randrange(60 * 24 * 900))
    reached = dice.randint(3, len(_STATES))
    past: list[dict[str, Any]] = []
    at = began
    for place, state in enumerate(_STATES[:reached]):
        past.append(_row(key, 0, "", _STATES[place - 1] if place else None, state, at))
        at += timedelta(minutes=dice.randrange(60, 60 * 24 * 20))
    moved_at = past[-1]["first_seen"]
    for member, economy in itertools.product((1, 2, 3), _ECONOMIES):
        if len(past) + 2 > _ROWS_OF_A_GROUP:
            break
        past.append(_row(key, member, economy, None, "审批中", began))
        past.append(
            _row(key, member, economy, "审批中", "已批准", began + timedelta(days=dice.randint(5, 90)))
        )
    while len(past) < _ROWS_OF_A_GROUP:
        past.append(_row(key, 9, "", None, "已受理", began))
    latest = {(row["member"], row["economy"]): row for row in past}
    for row in past:
        if latest[row["member"], row["economy"]] is not row:
            row["last_seen"] = row["first_seen"] + timedelta(hours=1)
    group = {
        **key,
        "business_type": _TYPES[number % len(_TYPES)],
        "state": _STATES[reached - 1],
        "kind": "final" if reached == len(_STATES) else "waiting",
        "members": 3,
        "submitted_at": f"{began:%Y-%m-%d %H:%M}",
        "digest": f"{number:064d}",
        "first_seen": began,
        "moved_at": moved_at,
        "detail_at": moved_at,
        "gone_at": None,
    }
    return group, past


def _row(
    key: dict[str, Any], member: int, economy: str, before: str | None, state: str, at: datetime
) -> dict[str, Any]:
    return {
        **key,
        "member": member,
        "economy": economy,
        "from_state": before,
        "to_state": state,
        "first_seen": at,
        "last_seen": None,
    }
