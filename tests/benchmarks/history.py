"""A history of a million rows: what `ywtb cases`, `ywtb report` and a sweep's comparison cost on it, in seconds.

``python -m tests.benchmarks.history`` seeds a ledger in a temporary folder by bulk insert: 20,000 groups of ten accounts,
each filed by a case and with 50 rows of history. Each line it prints is a name, the seconds by the clock, those of the
processor (what is left of the former on an idle machine) and the limit; it ends with code 1 when one is over its limit.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, insert
from sqlalchemy.engine import Connection

from rpa.cases import Ledger
from rpa.cases.tables import cases
from rpa.flow import pack_files
from rpa.screen import StateKind, load_packs
from rpa.status.compare import Seen
from rpa.status.record import Books
from rpa.status.tables import groups, history, sweeps
from rpa.vault import Vault, open_vault

PORTAL = "mock"
LIMITS = {"cases": 2.0, "report": 30.0, "comparison, quiet": 1.0, "comparison, 20 changes": 1.0}
_ACCOUNTS = ("demo-soe", "demo-private", *(f"bench-{place}" for place in range(8)))
_TYPES = ("new_card", "passport_change", "early_card", "card_replacement", "card_cancellation")
_STATES = (
    ("待初审", StateKind.SUBMITTED),
    ("待复审", StateKind.IN_REVIEW),
    ("待缴费", StateKind.TO_PAY),
    ("已受理", StateKind.ACCEPTED),
    ("外交部审核中", StateKind.IN_REVIEW),
    ("经济体审批中", StateKind.DECIDING),
    ("制卡中", StateKind.MAKING),
    ("待领取", StateKind.TO_COLLECT),
    ("已办结", StateKind.CLOSED),
)
_ECONOMIES = tuple("AUS BRN CHL HKG IDN JPN KOR MYS MEX NZL PNG PER PHL SGP THA VNM".split())  # noqa: SIM905
_BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
_ROWS_OF_A_GROUP = 50


def main() -> int:
    """Seed, measure, print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="ywtb-bench-") as folder:
        home = Path(folder)
        vault = open_vault(home)
        url = f"sqlite+aiosqlite:///{(home / 'ledger.db').as_posix()}"
        asyncio.run(_made(url, vault))
        engine = create_engine(f"sqlite:///{(home / 'ledger.db').as_posix()}")
        with engine.begin() as connection:
            made = seed(connection, rows, vault)
        engine.dispose()
        sys.stdout.write(f"rows of history {made}\n")
        measured = {
            "cases": _command(home, "cases"),
            "report": _command(home, "report"),
            **asyncio.run(_comparisons(url, vault)),
        }
    for name, (seconds, busy) in measured.items():
        sys.stdout.write(
            f"{name:<24} {seconds:6.2f} s   processor {busy:6.2f} s   limit {LIMITS[name]:.0f} s\n"
        )
    return int(any(seconds > LIMITS[name] for name, (seconds, _) in measured.items()))


async def _made(url: str, vault: Vault) -> None:
    async with await Ledger.open(url, vault):
        pass


def _command(home: Path, word: str) -> tuple[float, float]:
    """The seconds of a whole run of the program, its start included."""
    before = os.times()
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "rpa.cli", word],
        env={**os.environ, "YWTB_HOME": str(home), "YWTB_LEDGER": ""},
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=300,
    )
    after = os.times()
    busy = after.children_user - before.children_user + after.children_system - before.children_system
    return time.perf_counter() - began, busy


async def _comparisons(url: str, vault: Vault) -> dict[str, tuple[float, float]]:
    """What a sweep of one account of 2,000 groups does with its list: nothing has changed, then twenty have."""
    async with await Ledger.open(url, vault) as ledger:
        books = Books(ledger, PORTAL, _ACCOUNTS[0], load_packs(pack_files()).state_kind)
        found, _ = await books.known()
        seen = [
            Seen(
                row.group_no,
                row.business_type,
                row.state,
                StateKind(row.kind),
                row.members,
                row.submitted_at,
                row.digest,
            )
            for row in found.values()
        ]
        changed = [
            replace(one, state="已作废", kind=StateKind.VOID, digest="1" * 64) if place % 100 == 0 else one
            for place, one in enumerate(seen)
        ]
        seconds = {}
        for name, shown in (("comparison, quiet", seen), ("comparison, 20 changes", changed)):
            began, busy = time.perf_counter(), time.process_time()
            await books.known()
            recorded = await books.keep(shown, (), timedelta())
            seconds[name] = time.perf_counter() - began, time.process_time() - busy
            wanted = sum(one is not other for one, other in zip(shown, seen, strict=True))
            if len(recorded.changes) != wanted:
                raise SystemExit(f"{name}: {len(recorded.changes)} changes instead of {wanted}")
        return seconds


def seed(connection: Connection, rows: int, vault: Vault) -> int:
    """Fill the tables of a ledger with about so many rows of history; returns how many there are."""
    dice = random.Random(1)
    content = {"content": vault.encrypt("{}"), "to_sign": vault.encrypt(json.dumps([]))}
    made = 0
    lots = itertools.batched if sys.version_info >= (3, 12) else _batched
    for lot in lots(range(rows // _ROWS_OF_A_GROUP), 500):
        group_rows: list[dict[str, Any]] = []
        history_rows: list[dict[str, Any]] = []
        case_rows: list[dict[str, Any]] = []
        for number in lot:
            row, past = _group(dice, number)
            group_rows.append(row)
            case_rows.append(_case(row, number, content))
            history_rows += past
        connection.execute(insert(groups), group_rows)
        connection.execute(insert(history), history_rows)
        connection.execute(insert(cases), case_rows)
        made += len(history_rows)
    now = datetime.now(UTC)
    connection.execute(
        insert(sweeps),
        [
            {
                "portal": PORTAL,
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


def _group(dice: random.Random, number: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A group with its whole past: nine or fewer states of its own, then its members' economies one by one."""
    key = {"portal": PORTAL, "account": _ACCOUNTS[number % len(_ACCOUNTS)], "group_no": f"GX{number:08d}"}
    began = _BEGAN + timedelta(minutes=dice.randrange(60 * 24 * 850))
    reached = dice.randint(3, len(_STATES))
    past: list[dict[str, Any]] = []
    at = began
    for place, (state, _) in enumerate(_STATES[:reached]):
        past.append(_row(key, 0, "", _STATES[place - 1][0] if place else None, state, at))
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
        "state": _STATES[reached - 1][0],
        "kind": _STATES[reached - 1][1],
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


def _case(group: dict[str, Any], number: int, content: dict[str, str]) -> dict[str, Any]:
    return {
        "id": f"20240101-{number:06d}",
        **{name: group[name] for name in ("portal", "account", "business_type", "group_no", "members")},
        **content,
        "state": "closed" if group["kind"] is StateKind.CLOSED else "submitted",
        "came_from": None,
        "key": f"B{number % 50}",
        "source": "bench.xlsx",
        "revision": 1,
        "attempt": 0,
        "error": None,
        "identity": f"{number:064d}",
        "digest": f"{number:064d}",
        "intent": None,
        "created_at": group["first_seen"],
        "updated_at": group["moved_at"],
        "faults": 0,
        "due_at": None,
    }


if __name__ == "__main__":
    raise SystemExit(main())
