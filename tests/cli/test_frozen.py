"""A program that is frozen right before its last press, for longer than its lease: another has the account by then."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

import psutil
import pytest

from rpa.testing import Replica

from .kit import Ywtb, one_group, put_scans


def _reaches(ywtb: Ywtb, state: str, seconds: float) -> bool:
    """Whether the one case of the ledger comes to this state in time."""
    ends = time.monotonic() + seconds
    with closing(sqlite3.connect(ywtb.home / "ledger.db")) as ledger:
        while time.monotonic() < ends:
            if ledger.execute("SELECT state FROM cases").fetchall() == [(state,)]:
                return True
            time.sleep(0.02)  # between two looks at what another program writes
    return False


@pytest.mark.long
@pytest.mark.timeout(400)
def test_a_program_that_wakes_before_its_last_press_leaves_it_to_the_one_that_has_the_account(
    ywtb: Ywtb, replica: Replica
) -> None:
    ywtb.variables["YWTB_LEASE_TTL"] = "3"
    prepared = ywtb("submit", one_group(ywtb.work, "B"), "--portal", replica.address, "--json")
    assert prepared.code == 0, prepared.text
    put_scans(prepared.document)
    replica.faults("slow", at="HEAD *", ms=5000, times=6)  # the lines that are used up before the press
    with ywtb.start("resume", "--json") as frozen:
        try:
            assert _reaches(ywtb, "committing", 120)
            psutil.Process(frozen.pid).suspend()
            filed = ywtb(
                "resume", "--json"
            )  # waits for the lease, finds out that nothing was pressed, and files
            assert [case["state"] for case in filed.document["cases"]] == ["submitted"], filed.text
            before = len(replica.events())
            psutil.Process(frozen.pid).resume()
            out, err = frozen.communicate(timeout=180)
        finally:
            frozen.kill()
    assert b"submitted" in out, (out, err)
    pressed = [
        event for event in replica.events()[before:] if "submit" in f"{event['kind']} {event['detail']}"
    ]
    assert pressed == []
    assert [group["state"] for group in replica.groups()] == ["待初审"]
    events = [(event["kind"], event["detail"]) for event in replica.events()]
    assert events.count(("submit", "accepted")) == 1
    assert events.count(("login", "")) == 3  # one each, and the one that prepared it
