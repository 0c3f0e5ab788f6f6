"""The server's own loop, with time that is turned on: no schedule is starved, no failure is without a word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from rpa.cases import CaseState
from rpa.cli.office import Office
from rpa.cli.output import Output
from rpa.cli.service import Service
from rpa.cli.started import Started
from rpa.errors import NeedsPerson, SettingsError
from rpa.profile import PORTAL_TIME
from rpa.settings import load_settings
from rpa.status.schedule import Schedule, load_schedules
from rpa.status.servers import beat
from rpa.status.tables import notices, sweeps
from rpa.status.ticks import Outcome, Tick, end

from ..cases.conftest import group  # noqa: F401

Apart = Callable[..., Any]
START = datetime(2026, 11, 23, 9, 0, 30, tzinfo=PORTAL_TIME)


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(START, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def apart() -> Iterator[Apart]:
    """Calls a function in one other thread: browser tests keep a loop running in the main one."""
    with ThreadPoolExecutor(1) as thread:
        yield lambda function, *arguments: thread.submit(function, *arguments).result()


@pytest.fixture
def office(home: Path, clock: object, apart: Apart) -> Iterator[Office]:
    opening = Office.open(Started(load_settings(home=home, portal="mock"), Output(as_json=True)))
    yield apart(opening.__enter__)
    apart(opening.__exit__, None, None, None)


class Server:
    """A server whose steps are taken one by one."""

    def __init__(self, office: Office, apart: Apart, schedules: dict[str, Any]) -> None:
        settings = office.started.settings.model_copy(update={"schedules": schedules})
        self.office = office
        self.do: Apart = lambda work: apart(office.do, work)
        self.service = Service(office, load_schedules(settings))

    def look(self) -> float:
        """Say that it lives, and sweep what is due."""

        async def go() -> float:
            await beat(self.office.ledger, self.service.owner, START)
            waits = await self.service._sweep_what_is_due()
            await self.service._remind()
            return waits

        answer: float = self.do(go())
        return answer

    def kept(self, table: Any) -> list[Any]:
        async def read() -> list[Any]:
            async with self.office.ledger.reading() as connection:
                return list((await connection.execute(select(table))).all())

        rows: list[Any] = self.do(read())
        return rows


def test_a_slow_schedule_starves_no_other(
    office: Office, apart: Apart, clock: time_machine.Coordinates, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its sweeps take three times as long as the time between them."""
    server = Server(office, apart, {"slow": {"every": "1m"}, "other": {"cron": "*/2 * * * *"}})
    done: list[str] = []

    async def sweep(schedule: Schedule, tick: Tick) -> None:
        done.append(schedule.name)
        clock.shift(180)
        await beat(office.ledger, server.service.owner, START)
        await end(office.ledger, tick, Outcome.COMPLETE)

    monkeypatch.setattr(server.service, "_sweep", sweep)
    for _ in range(8):
        clock.shift(min(30.0, server.look()))
    assert abs(done.count("slow") - done.count("other")) <= 1 and len(done) >= 6


def test_a_schedule_that_fails_before_it_signs_in_holds_up_no_other_and_is_told_of(
    office: Office, apart: Apart, clock: time_machine.Coordinates, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> Any:
        raise SettingsError("selectors 配置有误", where="x.yaml")

    monkeypatch.setattr(office, "sign_ins", broken)
    every = {"every": "1h", "accounts": ["demo-soe"]}
    server = Server(office, apart, {"one": every, "two": {**every, "accounts": ["demo-private"]}})
    for _ in range(30):
        server.look()
        clock.shift(3600)
    tried = {(row.account, row.complete, row.error["message"]) for row in server.kept(sweeps)}
    assert tried == {(account, False, "selectors 配置有误") for account in ("demo-soe", "demo-private")}
    told = {(row.kind, row.account, row.detail["error"]) for row in server.kept(notices)}
    assert told == {
        ("sweep_failing", account, "selectors 配置有误") for account in ("demo-soe", "demo-private")
    }


def test_a_case_that_stops_for_a_person_is_told_of_at_once(
    office: Office,
    apart: Apart,
    clock: Any,
    group: Any,  # noqa: F811
) -> None:
    server = Server(office, apart, {})
    server.look()
    ledger = office.ledger
    case = server.do(ledger.receive(group(), portal="mock", account="demo-soe")).case
    server.do(ledger.move(case.id, CaseState.NEEDS_PERSON, error=NeedsPerson("账号已被锁定")))
    clock.shift(timedelta(minutes=1))
    server.service._ring()  # its work has ended
    server.look()
    assert [row.kind for row in server.kept(notices)] == ["needs_person"]
