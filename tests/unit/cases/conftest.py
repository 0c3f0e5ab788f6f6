"""A ledger in a real SQLite file and on a real PostgreSQL, and a loop to run it on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar

import pytest
import time_machine
from anyio.from_thread import start_blocking_portal
from pydantic import Field
from sqlalchemy import create_engine, text

from rpa.application import Application, Member
from rpa.cases import Ledger
from rpa.personal import Personal
from rpa.settings import load_settings
from rpa.vault import Vault

_Answer = TypeVar("_Answer")
Run = Callable[[Coroutine[Any, Any, _Answer]], _Answer]


class Person(Member):
    """A member with something to hide."""

    id_no: Annotated[str, Personal("身份证号")] = Field(title="身份证号")


class Group(Application):
    """A business type for tests of the ledger."""

    business_type: ClassVar[str] = "new_card"
    members: list[Person] = Field(min_length=1, title="成员")  # type: ignore[assignment]
    reason: str = ""

    @property
    def identity(self) -> tuple[str, ...]:
        return tuple(member.id_no for member in self.members)


@pytest.fixture
def group() -> Callable[..., Group]:
    """Makes an application of the given ID numbers."""

    def make(*numbers: str, key: str = "A", reason: str = "") -> Group:
        people = [
            Person(key=str(n), id_no=number) for n, number in enumerate(numbers or ("990000190503120010",))
        ]
        return Group(key=key, members=people, reason=reason)

    return make


@pytest.fixture
def run() -> Iterator[Run[Any]]:
    """Runs a coroutine on a loop of this test's own, in another thread: browser tests keep one in the main thread."""
    with start_blocking_portal() as portal:
        yield lambda work: portal.call(_result, work)


async def _result(work: Awaitable[Any]) -> Any:
    return await work


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Which database keeps the ledger; :data:`on_sqlite` for what only its file can show."""
    return str(request.param)


@pytest.fixture
def url(backend: str, home: Path, request: pytest.FixtureRequest) -> str:
    """The address of this test's own, still empty ledger."""
    address = request.getfixturevalue("postgres").database() if backend == "postgresql" else ""
    return load_settings(home=home, ledger=address).ledger_url


@pytest.fixture
def vault() -> Vault:
    """A vault with a key of its own."""
    return Vault(b"k" * 32)


@pytest.fixture
def ledger(run: Run[Any], url: str, vault: Vault) -> Iterator[Ledger]:
    """An open ledger."""
    opened: Ledger = run(Ledger.open(url, vault))
    yield opened
    run(opened.close())


@pytest.fixture
def turn_clock(backend: str, url: str) -> Iterator[Callable[[float], None]]:
    """Turns the clock that the ledger goes by, forth or (below zero) back by so many seconds; else it stands still.

    A server's clock is not a test's to turn: there the moments that it remembers are put off the other way.
    """
    if backend == "postgresql":
        yield partial(shift_moments, url)
        return
    with time_machine.travel(datetime(2026, 11, 23, 3, tzinfo=UTC), tick=False) as clock:
        yield clock.shift


def shift_moments(url: str, seconds: float) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for change in (
            "leases SET heartbeat = heartbeat - make_interval(secs => :seconds), "
            "expires = expires - make_interval(secs => :seconds)",
            "breakers SET paused_until = paused_until - make_interval(secs => :seconds)",
            "losses SET lost_at = lost_at - make_interval(secs => :seconds)",
        ):
            connection.execute(text(f"UPDATE {change}"), {"seconds": seconds})
    engine.dispose()
