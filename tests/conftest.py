"""What every test may ask for: a replica, an empty home, and a page of the independent observer."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from rpa.browser import find_browser, launch_arguments
from rpa.testing import Replica

from .postgres import Postgres, postgres_server


@pytest.fixture(scope="session")
def replica_server() -> Iterator[Replica]:
    """One replica for all tests of this process; ask for `replica` unless its state does not matter."""
    with Replica() as replica:
        yield replica


@pytest.fixture
def replica(replica_server: Replica) -> Replica:
    """The replica with nothing but its seed in it."""
    replica_server.start()  # only does something when a test has ended it
    replica_server.reset()
    return replica_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for all tests of this process; each takes a database of its own."""
    if sys.platform == "win32":
        pytest.skip("on Windows the ledger is a file: see rpa.cases.database")
    with ExitStack() as running:
        try:
            server = running.enter_context(postgres_server())
        except Exception as trouble:
            if sys.platform == "linux":
                raise  # there it always starts: no ledger goes untested unseen
            pytest.skip(f"PostgreSQL does not start on {sys.platform}: {type(trouble).__name__}")
        yield server


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, and none of the developer's own settings."""
    for name in os.environ:
        if name.startswith("YWTB_") and name != "YWTB_BROWSER":
            monkeypatch.delenv(name)
    folder = tmp_path / "home"
    monkeypatch.setenv("YWTB_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """pytest-playwright's `page`, in the browser that the robot would use and with its switches."""
    headed = browser_type_launch_args.get("headless") is False
    return {
        **browser_type_launch_args,
        "executable_path": str(find_browser(headed=headed).path),
        "args": launch_arguments(),
    }
