"""`ywtb serve`: it sweeps at its ticks, files what can go on, and ends when it is asked to; two share the ticks."""

from __future__ import annotations

import re
import signal
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from rpa.testing import Replica

from .kit import Ywtb, one_group, put_scans
from .server import Serving, change, rows, serving, write_settings

pytestmark = pytest.mark.long

_ENDED = "SELECT due_at, outcome FROM ticks WHERE outcome <> 'begun' ORDER BY due_at"
_LIMIT = 150 * 1024 * 1024


def _schedule(home: Path, replica: Replica, every: str, account: str = "demo-private") -> None:
    write_settings(
        home,
        f'[schedules.quick]\nevery = "{every}"\nportal = "{replica.address}"\naccounts = ["{account}"]\n',
    )


def _dues(home: Path) -> list[datetime]:
    return [datetime.fromisoformat(due) for due, _ in rows(home, _ENDED)]


@pytest.mark.timeout(300)
def test_it_sweeps_at_its_tick_files_what_came_back_signed_and_stops(ywtb: Ywtb, replica: Replica) -> None:
    source = one_group(ywtb.work, "B")
    prepared = ywtb("submit", source, "--portal", replica.address, "--json")
    assert prepared.code == 0, prepared.text
    (case,) = prepared.document["cases"]
    _schedule(ywtb.home, replica, "30s")
    with serving(ywtb) as server:
        server.until("计划 quick", "全部账号已读完")
        put_scans(prepared.document)
        server.until(f"办件 {case['id']}", "已上报")
        seen = replica.groups()[0]["group_no"]
        server.until("计划 quick", "全部账号已读完")
        shown = ywtb("schedule", "--json").document
        assert server.stop() == 0
    assert not [line for line in server.lines if "ERROR" in line or "Traceback" in line]
    assert [event["kind"] for event in replica.events()].count("submit") == 1
    (plan,) = shown["schedules"]
    assert plan["last"]["outcome"] in ("complete", None)  # None: the next one has begun
    assert len(plan["next"]) == 5
    (known,) = shown["servers"]
    assert known["alive"]
    assert rows(ywtb.home, "SELECT state, group_no FROM cases") == [("submitted", seen)]
    assert rows(ywtb.home, "SELECT count(*) FROM leases") == [(0,)]
    assert rows(ywtb.home, "SELECT count(*) FROM servers") == [(0,)]
    (log,) = (ywtb.home / "logs").glob("serve-*.log")
    assert "服务已停止" in log.read_text(encoding="utf-8")
    after = ywtb("schedule")
    assert "没有正在运行的 ywtb serve" in after.text and "每 30 秒" in after.text


@pytest.mark.timeout(300)
def test_it_ends_in_the_middle_of_a_sweep_and_the_next_one_does_the_tick_again(
    ywtb: Ywtb, replica: Replica
) -> None:
    _schedule(ywtb.home, replica, "1h")
    _have_missed_one(ywtb)
    with serving(ywtb) as server:
        server.until("已登录")
        assert server.stop() == 0
    assert rows(ywtb.home, "SELECT count(*) FROM leases") == [(0,)]
    ((due, outcome),) = rows(ywtb.home, "SELECT due_at, outcome FROM ticks WHERE outcome IS NULL")
    assert outcome is None
    with serving(ywtb) as server:
        server.until("没有做完，现在补做")
        server.until("计划 quick", "全部账号已读完")
        assert server.stop() == 0
    assert rows(ywtb.home, _ENDED) == [(due, "complete")]


def _have_missed_one(ywtb: Ywtb) -> None:
    """The schedule has been known for an hour: one tick was missed."""
    with serving(ywtb) as server:
        server.until("计划 quick", "启用")
        assert server.stop() == 0
    ((begun,),) = rows(ywtb.home, "SELECT due_at FROM ticks")
    earlier = datetime.fromisoformat(begun) - timedelta(hours=1)
    change(ywtb.home, f"UPDATE ticks SET due_at = '{earlier:%Y-%m-%d %H:%M:%S.%f}'")


@pytest.mark.timeout(300)
def test_two_servers_on_one_ledger_do_each_tick_once(ywtb: Ywtb, replica: Replica) -> None:
    _schedule(ywtb.home, replica, "4s")
    with serving(ywtb) as one, serving(ywtb) as other:
        ends = time.monotonic() + 150
        while len(_dues(ywtb.home)) < 4:  # which of the two does them is nobody's business
            assert time.monotonic() < ends
            time.sleep(0.2)  # between two looks into the ledger
        assert (one.stop(), other.stop()) == (0, 0)
    begun = [line for server in (one, other) for line in server.lines if "开始读取" in line]
    dues = _dues(ywtb.home)
    assert len(begun) == len(rows(ywtb.home, "SELECT 1 FROM ticks WHERE outcome IS NOT 'begun'"))
    assert len(dues) == len(set(dues)) >= 4
    # the tick that the first of them left behind may be lost to the other one's next
    outcomes = [outcome for _, outcome in rows(ywtb.home, _ENDED) if outcome != "lost"]
    assert rows(ywtb.home, "SELECT count(*) FROM sweeps")[0][0] >= len(outcomes) >= 4, outcomes


@pytest.mark.skipif(sys.platform == "win32", reason="no process can be suspended there by a signal")
@pytest.mark.timeout(300)
def test_a_process_asleep_over_three_ticks_makes_one_catch_up_sweep(ywtb: Ywtb, replica: Replica) -> None:
    _schedule(ywtb.home, replica, "6s")
    with serving(ywtb) as server:
        server.until("计划 quick", "全部账号已读完")
        before = len(_dues(ywtb.home))
        server.process.send_signal(signal.SIGSTOP)
        time.sleep(20)  # three ticks pass: it is time itself that is tested
        server.process.send_signal(signal.SIGCONT)
        told = server.until("计划 quick", "错过", "补做一次")
        server.until("计划 quick", "全部账号已读完")
        caught_up = _dues(ywtb.home)[before:]
        assert server.stop() == 0
    assert len(caught_up) == 1, (told, caught_up)
    missed = re.search(r"错过 (\d+) 次", told)
    assert missed and int(missed[1]) >= 2, told


@pytest.mark.timeout(300)
def test_a_server_that_waits_has_no_browser_and_little_memory(ywtb: Ywtb, replica: Replica) -> None:
    _schedule(ywtb.home, replica, "15s")
    with serving(ywtb) as server:
        server.until("计划 quick", "全部账号已读完")
        memory = _at_rest(server)
        assert memory < _LIMIT, f"{memory / 1e6:.0f} MB"
        assert server.stop() == 0


def _at_rest(server: Serving) -> int:
    """The bytes of the server once it is alone."""
    ends = time.monotonic() + 10
    while len(server.family()) > 1 and time.monotonic() < ends:
        time.sleep(0.1)  # between two looks at what a browser leaves behind while it ends
    (alone,) = server.family()
    return int(alone.memory_info().rss)


def test_a_trial_run_is_marked_so_that_no_server_files_it_until_somebody_means_it(
    ywtb: Ywtb, replica: Replica
) -> None:
    source = one_group(ywtb.work, "B")
    prepared = ywtb("submit", source, "--portal", replica.address, "--dry-run", "--json")
    assert prepared.code == 0, prepared.text
    assert rows(ywtb.home, "SELECT state, rehearsal FROM cases") == [("awaiting_signature", 1)]
    meant = ywtb("submit", source, "--portal", replica.address, "--json")
    assert meant.code == 0, meant.text
    assert rows(ywtb.home, "SELECT state, rehearsal FROM cases") == [("awaiting_signature", 0)]


def test_a_mistake_in_a_schedule_is_told_before_anything_starts(ywtb: Ywtb) -> None:
    write_settings(ywtb.home, '[schedules."白天"]\nevery = "soon"\n')
    for command in ("serve", "schedule"):
        ran = ywtb(command, "--json")
        assert ran.code == 2
        assert ran.document["error"]["where"] == '[schedules."白天"]'
        assert "every 应写作 30m" in ran.document["error"]["message"]
