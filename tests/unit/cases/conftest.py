"""A ledger in a real SQLite file, and a loop to run it on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar

import pytest
from anyio.from_thread import start_blocking_portal
from pydantic import Field

from rpa.application import Application, Member
from rpa.cases import Ledger
from rpa.personal import Personal
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


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of this test's ledger."""
    return f"sqlite+aiosqlite:///{(tmp_path / 'home' / 'ledger.db').as_posix()}"


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
