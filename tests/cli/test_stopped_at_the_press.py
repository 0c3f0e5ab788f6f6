"""The program is told to end around the last press: it ends, and the next one finds out what became of the press."""

from __future__ import annotations

import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from subprocess import Popen

import pytest

from rpa.testing import Replica
from tests.replica.filer import Office

from .kit import Ywtb, one_group, processes_of, put_scans

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(300),
    pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to a whole console"),
]

_SECONDS = 90.0


def at_the_press(replica: Replica, process: Popen[bytes]) -> None:
    """Until the portal has the press before it and has not looked at it yet."""
    ends = time.monotonic() + _SECONDS
    office = Office(replica)
    while not any(fault["seen"] for fault in office.get("/faults")):
        assert process.poll() is None and time.monotonic() < ends
        time.sleep(0.01)  # between two looks at the portal


def in_reconciliation(_replica: Replica, process: Popen[bytes]) -> None:
    """Until 我的办件 is read because nobody knows what became of the press."""
    assert process.stderr is not None
    assert any("核对我的办件".encode() in line for line in process.stderr)


@pytest.mark.parametrize(
    ("how", "faults", "reached"),
    [
        (signal.SIGTERM, [{"name": "slow", "at": "submit", "ms": 3000, "times": 1}], at_the_press),
        (
            signal.SIGINT,
            [{"name": "error_after", "at": "submit"}, {"name": "slow", "at": "list", "ms": 3000}],
            in_reconciliation,
        ),
    ],
    ids=["SIGTERM at the press", "Ctrl-C in reconciliation"],
)
def test_an_end_around_the_press_leaves_the_intent_and_files_once(
    ywtb: Ywtb,
    replica: Replica,
    how: signal.Signals,
    faults: list[dict[str, object]],
    reached: Callable[[Replica, Popen[bytes]], None],
) -> None:
    ywtb.variables["YWTB_LOG_LEVEL"] = "DEBUG"
    put_scans(ywtb("submit", one_group(ywtb.work, "B"), "--portal", replica.address, "--json").document)
    for fault in faults:
        replica.faults(**fault)  # type: ignore[arg-type]
    process = ywtb.start("resume", "--json")
    reached(replica, process)
    process.send_signal(how)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err.decode("utf-8")
    assert b"Traceback" not in err
    assert '"kind": "Interrupted"' in out.decode("utf-8")
    assert not processes_of(ywtb.home)
    assert _rows(ywtb.home, "SELECT count(*) FROM leases") == [(0,)]
    assert _rows(ywtb.home, "SELECT state FROM cases") == [("committing",)]
    replica.clear_faults()
    again = ywtb("resume", "--json")
    assert again.code == 0, again.text
    (case,) = again.document["cases"]
    assert (case["state"], case["error"]) == ("submitted", None)
    submits = [event["detail"] for event in replica.events() if event["kind"] == "submit"]
    assert submits == ["accepted"]


def _rows(home: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / "ledger.db")) as ledger:
        return ledger.execute(query).fetchall()
