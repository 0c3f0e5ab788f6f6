"""The robot at work on the replica, beside tests that stay plain and synchronous."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from flows.new_card import NewCard
from rpa import resources
from rpa.browser import find_browser
from rpa.browser.chromium import Chromium
from rpa.cases import Ledger
from rpa.flow import flows
from rpa.intake import read
from rpa.profile import load_profile
from rpa.settings import Settings
from rpa.testing import Replica
from rpa.vault import Vault
from tests.replica.visitor import Visitor

from .clerk import Clerk, WatchedChromium
from .sources import Inputs, Portal

#: ``hire(replica, **profile)``: a clerk with an empty ledger; the named values of the portal's profile are changed.
Hire = Callable[..., Clerk]


@pytest.fixture(scope="session")
def loop() -> Iterator[BlockingPortal]:
    """A loop in a thread of its own: pytest-playwright's own pages keep the main thread."""
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture(scope="session")
def chromium(loop: BlockingPortal) -> Iterator[Chromium]:
    """The browser that the robot would use."""
    started = Chromium.started(find_browser(headed=False))
    with loop.wrap_async_context_manager(started) as chromium:
        yield chromium


@contextmanager
def _hiring(loop: BlockingPortal, chromium: Chromium) -> Iterator[Hire]:
    with ExitStack() as stack:
        clerks: list[Clerk] = []

        def hire(replica: Replica, *, browser: Chromium | None = None, **profile: Any) -> Clerk:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
            url = f"sqlite+aiosqlite:///{(home / 'ledger.db').as_posix()}"
            ledger = loop.call(Ledger.open, url, Vault(b"k" * 32))
            stack.callback(loop.call, ledger.close)
            known = load_profile(replica.address, Settings(home=home)).model_copy(update=profile)
            clerks.append(Clerk(loop, ledger, known, WatchedChromium(browser or chromium)))
            return clerks[-1]

        yield hire
        for clerk in clerks:
            assert not any("/_backoffice" in asked.address for asked in clerk.chromium.requests)
            assert not clerk.chromium.open_contexts


@pytest.fixture
def hire(loop: BlockingPortal, chromium: Chromium) -> Iterator[Hire]:
    """Clerks of one test."""
    with _hiring(loop, chromium) as hire:
        yield hire


@pytest.fixture(scope="module")
def hire_for_all(loop: BlockingPortal, chromium: Chromium) -> Iterator[Hire]:
    """Clerks whose work several tests look at."""
    with _hiring(loop, chromium) as hire:
        yield hire


@pytest.fixture(scope="module")
def own_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `own_replica` keeps its state."""
    return tmp_path_factory.mktemp("replica") / "portal.db"


@pytest.fixture(scope="module")
def own_replica(own_database: Path) -> Iterator[Replica]:
    """A replica for the tests of one file alone, which nothing resets behind their back."""
    with Replica(data=own_database) as replica:
        yield replica


@pytest.fixture
def visit(replica: Replica) -> Iterator[Callable[[str], Visitor]]:
    """A person of an account who sits down after the robot has left: ``visit("demo-soe")``."""
    with ExitStack() as stack:

        def sit_down(account: str) -> Visitor:
            visitor = Visitor(replica.address, account)
            stack.callback(visitor.http.close)
            return visitor

        yield sit_down


@pytest.fixture
def clerk(hire: Hire, replica: Replica) -> Clerk:
    """A clerk at a fresh replica, who does not look long for a group that is not there."""
    return hire(replica, reconcile_waits=(0, 0.1, 0.2))


@cache
def _samples() -> dict[str, NewCard]:
    intake = read([resources.folder("fixtures") / "new_card.yaml"], flows(), today=datetime.now(UTC).date())
    intake.require()
    return {one.application.key: one.application for one in intake.applications}  # type: ignore[misc]


@pytest.fixture(scope="session")
def soe_group() -> NewCard:
    """The sample of the state-owned unit: 覃样例, whom its portal knows, and 韦样一; 邮寄 to a new address."""
    return _samples()["A"]


@pytest.fixture(scope="session")
def private_group() -> NewCard:
    """The sample of the private unit: 蓝样三 alone; 自取, a new invoice."""
    return _samples()["B"]


@pytest.fixture
def portal(replica: Replica) -> Portal:
    """The replica with a handful of groups and cards, fresh."""
    return Portal(replica)


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    """Applications about them."""
    return Inputs(tmp_path)
