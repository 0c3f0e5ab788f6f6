"""Ticks: each is one server's, what was missed is caught up once, and a dead server's is taken over."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from loguru import logger

from rpa.cases import Ledger
from rpa.cli.schedule import _result
from rpa.profile import PORTAL_TIME
from rpa.settings import Settings, load_settings
from rpa.status.schedule import Schedule, load_schedules
from rpa.status.servers import beat, known_servers, leave
from rpa.status.ticks import Outcome, Tick, end, last_ticks, take
from rpa.vault import Vault

ROOT = Path(__file__).parents[3]
START = datetime(2026, 11, 23, 9, 10, tzinfo=PORTAL_TIME)


def _schedule(**values: Any) -> Schedule:
    (schedule,) = load_schedules(Settings(portal="mock", schedules={"s": {"every": "1h", **values}}))
    return schedule


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    """The time, which stands still until it is moved."""
    with time_machine.travel(START, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def warnings() -> Iterator[list[str]]:
    """What the log warns of."""
    lines: list[str] = []
    sink = logger.add(lambda line: lines.append(str(line)), level="WARNING", format="{message}")
    yield lines
    logger.remove(sink)


class Desk:
    """A ledger in a file, asked by servers of this process by turns."""

    def __init__(self, path: Path) -> None:
        self._url = Settings(home=path).ledger_url
        self._runner = asyncio.Runner()
        self.ledger: Ledger = self.run(Ledger.open(self._url, Vault(b"k" * 32)))

    def run(self, work: Any) -> Any:
        return self._runner.run(work)

    def take(self, schedule: Schedule, owner: str = "one") -> Tick | None:
        self.run(beat(self.ledger, owner, START))
        return self.run(take(self.ledger, schedule, owner)).tick

    def close(self) -> None:
        self.run(self.ledger.close())
        self._runner.close()


@pytest.fixture
def desk(tmp_path: Path, clock: time_machine.Coordinates) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def _at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=PORTAL_TIME)


def test_a_new_schedule_has_missed_nothing_and_its_first_tick_comes_once(desk: Desk, clock: Any) -> None:
    schedule = _schedule()
    assert desk.take(schedule) is None
    assert desk.take(schedule) is None
    clock.move_to(_at("23 10:00:00"))
    tick = desk.take(schedule)
    assert tick is not None and tick.due_at == _at("23 10:00")
    assert desk.take(schedule, "two") is None  # it is the first one's
    desk.run(end(desk.ledger, tick, Outcome.COMPLETE))
    assert desk.take(schedule) is None and desk.take(schedule, "two") is None
    last = desk.run(last_ticks(desk.ledger, ["s", "t"]))
    assert list(last) == ["s"]
    assert (last["s"].owner, last["s"].outcome, last["s"].ended_at) == ("one", "complete", _at("23 10:00"))


def test_three_missed_ticks_are_told_and_caught_up_once(desk: Desk, clock: Any, warnings: list[str]) -> None:
    schedule = _schedule()
    desk.take(schedule)
    clock.move_to(_at("23 12:20"))
    tick = desk.take(schedule)
    assert tick is not None and tick.due_at == _at("23 12:00")
    assert [line for line in warnings if "错过 2 次" in line and "11-23 10:00:00、11-23 11:00:00" in line]
    desk.run(end(desk.ledger, tick, Outcome.COMPLETE))
    assert desk.take(schedule) is None
    clock.move_to(_at("23 13:00"))
    following = desk.take(schedule)
    assert following is not None and following.due_at == _at("23 13:00")


def test_what_is_missed_while_the_window_is_closed_waits_for_it(desk: Desk, clock: Any) -> None:
    schedule = _schedule(windows="08:00-12:00")
    desk.take(schedule)
    clock.move_to(_at("23 21:30"))
    assert desk.take(schedule) is None
    clock.move_to(_at("24 08:00"))
    tick = desk.take(schedule)
    assert tick is not None and tick.due_at == _at("24 08:00")


def test_a_schedule_that_was_down_for_a_month_goes_on(desk: Desk, clock: Any) -> None:
    schedule = _schedule()
    desk.take(schedule)
    clock.move_to(_at("30 09:20") + timedelta(days=30))
    tick = desk.take(schedule)
    assert tick is not None and tick.due_at == _at("30 09:00") + timedelta(days=30)


def test_what_a_weekly_schedule_has_missed_is_caught_up_days_later_and_said_so(
    desk: Desk, clock: Any, warnings: list[str]
) -> None:
    clock.move_to(_at("22 12:00"))  # a Sunday
    schedule = _weekly()
    desk.take(schedule)
    clock.move_to(_at("27 12:00"))
    tick = desk.take(schedule)
    assert tick is not None and tick.due_at == _at("23 09:00") and tick.is_late
    assert _result(tick).endswith("\n11-27 12:00:00 补做")  # and `ywtb schedule` says so
    assert [line for line in warnings if "11-23 09:00:00 的一次没有按时做，现在补做" in line]
    desk.run(end(desk.ledger, tick, Outcome.COMPLETE))
    assert desk.take(schedule) is None
    clock.move_to(_at("30 09:00"))
    following = desk.take(schedule)
    assert following is not None and not following.is_late


def _weekly() -> Schedule:
    (schedule,) = load_schedules(Settings(portal="mock", schedules={"s": {"cron": "0 9 * * 1"}}))
    return schedule


def test_the_tick_of_a_server_that_died_is_taken_over_by_another(
    desk: Desk, clock: Any, warnings: list[str]
) -> None:
    schedule = _schedule()
    desk.take(schedule)
    clock.move_to(_at("23 10:00"))
    first = desk.take(schedule)
    assert first is not None
    clock.shift(60)
    assert desk.take(schedule, "two") is None  # it may still live
    clock.shift(60)
    second = desk.take(schedule, "two")
    assert second is not None and (second.due_at, second.owner) == (first.due_at, "two")
    assert "没有做完" in warnings[-1]
    desk.run(end(desk.ledger, first, Outcome.FAILED))  # the dead one was only asleep: it is not its any more
    assert desk.run(last_ticks(desk.ledger, ["s"]))["s"].ended_at is None
    desk.run(end(desk.ledger, second, Outcome.COMPLETE))
    assert desk.run(last_ticks(desk.ledger, ["s"]))["s"].outcome == "complete"


def test_a_server_that_leaves_leaves_its_tick_at_once(desk: Desk, clock: Any) -> None:
    schedule = _schedule()
    desk.take(schedule)
    clock.move_to(_at("23 10:00"))
    assert desk.take(schedule) is not None
    assert desk.take(schedule, "two") is None
    desk.run(leave(desk.ledger, "one"))
    assert desk.take(schedule, "two") is not None


def test_a_dead_servers_tick_and_those_after_it_are_one_sweep(desk: Desk, clock: Any) -> None:
    schedule = _schedule()
    desk.take(schedule)
    clock.move_to(_at("23 10:00"))
    assert desk.take(schedule) is not None
    clock.move_to(_at("23 12:00"))
    tick = desk.take(schedule, "two")
    assert tick is not None and tick.due_at == _at("23 12:00")
    assert desk.take(schedule, "three") is None


def test_no_second_sweep_begins_while_a_living_server_is_at_one(desk: Desk, clock: Any) -> None:
    schedule = _schedule()
    desk.take(schedule)
    clock.move_to(_at("23 10:00"))
    long = desk.take(schedule)
    assert long is not None
    clock.move_to(_at("23 11:00"))
    desk.run(beat(desk.ledger, "one", START))
    assert desk.take(schedule, "two") is None
    desk.run(end(desk.ledger, long, Outcome.COMPLETE))
    assert desk.take(schedule, "two") is not None


def test_a_clock_that_was_years_ahead_does_not_stop_a_schedule(desk: Desk, clock: Any) -> None:
    schedule = _schedule()
    desk.take(schedule)
    clock.move_to(START + timedelta(days=1500))
    ahead = desk.take(schedule)
    assert ahead is not None
    desk.run(end(desk.ledger, ahead, Outcome.COMPLETE))
    clock.move_to(_at("23 10:00"))
    tick = desk.take(schedule)
    assert tick is not None and tick.due_at == _at("23 10:00")


def test_a_server_is_known_alive_then_silent_then_forgotten(desk: Desk, clock: Any) -> None:
    desk.run(beat(desk.ledger, "one", START))
    (server,) = desk.run(known_servers(desk.ledger))
    assert (server.owner, server.started_at, server.seen_at, server.alive) == ("one", START, START, True)
    clock.shift(120)
    assert not desk.run(known_servers(desk.ledger))[0].alive
    desk.run(beat(desk.ledger, "one", START))
    assert desk.run(known_servers(desk.ledger))[0].alive
    clock.shift(8 * 24 * 3600)
    desk.run(beat(desk.ledger, "two", datetime.now(UTC)))
    assert [one.owner for one in desk.run(known_servers(desk.ledger))] == ["two"]


# Two servers, each a process: until the line comes they look again and again, and do what they take.
_SCRIPT = """
import asyncio, json, sys
from rpa.cases import Ledger
from rpa.settings import Settings
from rpa.status.schedule import load_schedules
from rpa.status.servers import beat
from rpa.status.ticks import Outcome, end, take
from rpa.vault import Vault
from datetime import UTC, datetime

async def main(url, name, count):
    schedules = load_schedules(Settings(portal="mock", schedules={n: {"every": "1s"} for n in ("s", "t")}))
    done = []
    async with await Ledger.open(url, Vault(b"k" * 32)) as ledger:
        await beat(ledger, name, datetime.now(UTC))
        print("up", flush=True)
        sys.stdin.readline()
        while len(done) < int(count):
            for schedule in schedules:
                looked = await take(ledger, schedule, name)
                if looked.tick:
                    done.append([schedule.name, looked.tick.due_at.isoformat()])
                    await end(ledger, looked.tick, Outcome.COMPLETE)
    print(json.dumps(done), flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_servers_on_one_ledger_do_each_tick_once(
    kind: str, home: Path, request: pytest.FixtureRequest
) -> None:
    address = request.getfixturevalue("postgres").database() if kind == "postgresql" else ""
    url = load_settings(home=home, ledger=address).ledger_url
    with ExitStack() as running:
        servers = [
            running.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", _SCRIPT, url, name, "4"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    cwd=ROOT,
                )
            )
            for name in ("one", "two")
        ]
        for server in servers:
            assert server.stdout and server.stdout.readline() == "up\n"
        for server in servers:
            assert server.stdin
            server.stdin.write("go\n")
            server.stdin.flush()
        answers = [json.loads(server.communicate(timeout=60)[0]) for server in servers]
    taken = Counter(tuple(tick) for answer in answers for tick in answer)
    assert max(taken.values()) == 1
    for name in ("s", "t"):
        moments = sorted(datetime.fromisoformat(due) for schedule, due in taken if schedule == name)
        assert len(moments) >= 2 and len(moments) == len(set(moments))
