"""A ledger that cannot be written, and a clock that is wrong: told in Chinese, nothing filed without its row, nothing stuck."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import pytest

from rpa.testing import Replica

from .kit import Ran, Ywtb, closed_port, one_group, put_scans

NO_BROWSER = {"YWTB_BROWSER": sys.executable}  # found, and never started where nothing is filed


def refused(ran: Ran, kind: str, code: int, *said: str) -> None:
    """The run ended with this error, in Chinese, and told no more than that."""
    assert ran.code == code, ran.text
    error = ran.document["error"]
    assert error["kind"] == kind
    assert [word for word in said if word in error["message"]], error["message"]
    assert error["advice"] and error["advice"] in ran.err.decode("utf-8")
    assert "Traceback" not in ran.text


def rows(home: Path, query: str) -> list[tuple[object, ...]]:
    """What the ledger's file holds."""
    with closing(sqlite3.connect(home / "ledger.db")) as ledger:
        return ledger.execute(query).fetchall()


# Held by another program

_HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
held.execute("ROLLBACK")
"""


@contextmanager
def held(ledger: Path) -> Iterator[None]:
    """Another program has the ledger for itself, as a viewer or a copying program may."""
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(ledger)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout and holder.stdout.readline() == "held\n"
    try:
        yield
    finally:
        holder.communicate("\n", timeout=30)


@pytest.fixture
def impatient(ywtb: Ywtb) -> Ywtb:
    """It waits for a held ledger for one second only."""
    ywtb.variables["YWTB_LEDGER"] = f"sqlite:///{(ywtb.home / 'ledger.db').as_posix()}?timeout=1"
    return ywtb


def test_a_ledger_held_by_another_program_lets_nothing_begin(impatient: Ywtb, replica: Replica) -> None:
    assert impatient("cases").code == 0
    impatient.variables |= NO_BROWSER
    source = one_group(impatient.work, "B")
    with held(impatient.home / "ledger.db"):
        ran = impatient("submit", source, "--portal", replica.address, "--json")
        reading = impatient("cases", "--json")
    refused(ran, "LedgerBusy", 1, "台账被占用")
    assert (reading.code, reading.document) == (0, {"cases": [], "more": False}), (
        "who only looks need not wait"
    )
    assert replica.events() == []


@pytest.mark.long
def test_a_ledger_held_in_the_middle_of_the_work_stops_it_before_the_last_press(
    impatient: Ywtb, replica: Replica
) -> None:
    source = one_group(impatient.work, "B")
    put_scans(impatient("submit", source, "--portal", replica.address, "--json").document)
    process = impatient.start("resume", "--json")
    assert process.stderr is not None
    for line in process.stderr:
        if "正在上传扫描件".encode() in line:
            break
    with held(impatient.home / "ledger.db"):
        out, err = process.communicate(timeout=120)
    refused(Ran(process.returncode, out, err), "LedgerBusy", 1, "台账被占用")
    assert not [event for event in replica.events() if event["kind"] == "submit"]
    assert rows(impatient.home, "SELECT state FROM cases") == [("completing",)]
    again = impatient("resume", "--json")
    assert (again.code, [case["state"] for case in again.document["cases"]]) == (0, ["submitted"])
    assert [event["kind"] for event in replica.events()].count("submit") == 1


# A disk that is full, or may not be written


@pytest.fixture
def small_disk(ywtb: Ywtb) -> Iterator[Callable[[str], None]]:
    """The data folder on a disk of its own, of 2 MB; gives a way to mount it anew with other options."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root of a Linux machine can give a test a disk of its own")
    ywtb.home.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs", ywtb.home]
    mounted = subprocess.run(mount, check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine (a container?) lets nobody mount a disk")

    def remount(options: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{options}", ywtb.home], check=True)

    yield remount
    subprocess.run(["umount", "-l", ywtb.home], check=True)


def fill(folder: Path) -> Path:
    """Not a byte is left on the disk of this folder."""
    path = folder / "somebody-elses-film"
    with path.open("wb", buffering=0) as file:
        _write_all(file)
    return path


def _write_all(file: IO[bytes]) -> None:
    for size in (65536, 4096, 1):
        try:
            while file.write(b"\0" * size) == size:
                pass
        except OSError:
            continue


@pytest.mark.usefixtures("small_disk")
def test_on_a_full_disk_nothing_is_filed_without_a_row(ywtb: Ywtb, replica: Replica) -> None:
    assert ywtb("cases").code == 0
    ywtb.variables |= NO_BROWSER
    source = one_group(ywtb.work, "B")
    film = fill(ywtb.home)
    refused(
        ywtb("submit", source, "--portal", replica.address, "--json"),
        "LedgerFull",
        1,
        "磁盘已满",
        "磁盘出错",
    )
    assert replica.events() == []
    film.unlink()
    assert ywtb("cases", "--json").document == {"cases": [], "more": False}, "and the ledger is whole"


@pytest.mark.long
@pytest.mark.usefixtures("small_disk")
def test_a_disk_that_is_full_at_the_intent_stops_the_case_before_the_last_press(
    ywtb: Ywtb, replica: Replica
) -> None:
    ywtb.variables["YWTB_LOG_LEVEL"] = "DEBUG"
    put_scans(ywtb("submit", one_group(ywtb.work, "B"), "--portal", replica.address, "--json").document)
    replica.faults("upload_slow", ms=2000)  # the last upload is under way while the disk is filled
    process = ywtb.start("resume", "--json")
    assert process.stderr is not None
    for line in process.stderr:
        if "上传《APEC商务旅行卡申请函》".encode() in line:
            break
    film = fill(ywtb.home)
    out, err = process.communicate(timeout=120)
    refused(Ran(process.returncode, out, err), "LedgerFull", 1, "磁盘已满", "磁盘出错")
    assert not [event for event in replica.events() if event["kind"] == "submit"]
    film.unlink()
    assert rows(ywtb.home, "SELECT state FROM cases") == [("completing",)]
    again = ywtb("resume", "--json")
    assert (again.code, [case["state"] for case in again.document["cases"]]) == (0, ["submitted"])
    assert [event["kind"] for event in replica.events()].count("submit") == 1


@pytest.mark.usefixtures("small_disk")
def test_a_new_data_folder_on_a_full_disk_is_told(ywtb: Ywtb) -> None:
    fill(ywtb.home)
    refused(ywtb("cases", "--json"), "SettingsError", 2, "密钥文件")


def test_a_data_folder_that_is_write_protected_is_told(
    ywtb: Ywtb, replica: Replica, small_disk: Callable[[str], None]
) -> None:
    small_disk("ro")
    refused(ywtb("cases", "--json"), "SettingsError", 2, "密钥文件")
    small_disk("rw")
    assert ywtb("cases").code == 0
    ywtb.variables |= NO_BROWSER
    source = one_group(ywtb.work, "B")
    small_disk("ro")
    ran = ywtb("submit", source, "--portal", replica.address, "--json")
    refused(ran, "LedgerUnwritable", 2, "台账是只读的", "无法打开台账文件", "无法建立台账文件")
    assert replica.events() == []


# A clock that was a day ahead when the last program died


def in_the_future(home: Path) -> None:
    """What a program has left that was killed while the clock was a day ahead: a lease, and a pause of the portal."""
    ahead = datetime.now(UTC) + timedelta(days=1)
    moments = [f"{moment:%Y-%m-%d %H:%M:%S.%f}" for moment in (ahead, ahead + timedelta(seconds=3))]
    with closing(sqlite3.connect(home / "ledger.db")) as ledger:
        ledger.execute("UPDATE cases SET due_at = ?, faults = 1", moments[:1])
        (portal, account), *_ = ledger.execute("SELECT portal, account FROM cases").fetchall()
        ledger.execute("INSERT INTO leases VALUES (?, ?, 'dead', ?, ?)", (portal, account, *moments))
        ledger.execute("INSERT OR REPLACE INTO breakers VALUES (?, 0, ?)", (portal, moments[0]))
        ledger.commit()


def forget_the_pause(home: Path) -> None:
    """As if its five seconds were over."""
    with closing(sqlite3.connect(home / "ledger.db")) as ledger:
        ledger.execute("DELETE FROM breakers")
        ledger.commit()


def test_a_clock_set_back_by_a_day_holds_nothing_up_for_a_day(ywtb: Ywtb) -> None:
    address = closed_port()
    source = one_group(ywtb.work, "B")
    assert ywtb("submit", source, "--portal", address, "--json").code == 5
    in_the_future(ywtb.home)
    with Replica(port=int(address.rpartition(":")[2])) as replica:
        paused = ywtb("resume", "--json")
        assert paused.code == 5
        (case,) = paused.document["cases"]
        assert (case["error"]["kind"], "暂停访问到" in case["error"]["message"]) == ("NotNow", True)
        assert replica.events() == []
        until = datetime.fromisoformat(str(rows(ywtb.home, "SELECT paused_until FROM breakers")[0][0]))
        assert until.replace(tzinfo=UTC) <= datetime.now(UTC) + timedelta(seconds=5), "the profile's pause"
        forget_the_pause(ywtb.home)
        ran = ywtb("resume", "--json")  # waits for what the dead program's lease has left
    assert ran.code == 0, ran.text
    assert [one["state"] for one in ran.document["cases"]] == ["awaiting_signature"]
