"""What every test may ask for: a replica, an empty home, and a page of the independent observer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rpa.browser import find_browser, launch_arguments
from rpa.testing import Replica


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
