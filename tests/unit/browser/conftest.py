"""Computers that are not this one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rpa.browser.machine import Machine, Ran

NODE = "/driver/node --version"


class Computer:
    """A made-up computer: its programs, what its installers do, and what it was told to run.

    Playwright's driver starts, and its check is not listed: no test of a browser is about it.
    """

    def __init__(self, platform: str, home: Path) -> None:
        self._home = home
        self.programs: set[str] = set()
        self.on_path: dict[str, str] = {}
        self.registry: dict[str, str] = {}
        self.commands: list[str] = []
        self.reactions: list[tuple[str, Callable[[], Ran]]] = [(NODE, lambda: Ran(0, "v26\n"))]
        self.machine = Machine(
            platform=platform,
            env={"PLAYWRIGHT_BROWSERS_PATH": str(home / "cache")},
            home=str(home),
            is_root=False,
            which=self.on_path.get,
            is_program=self._is_program,
            app_path=self.registry.get,
            run=self._run,
        )

    def with_env(self, **env: str) -> Machine:
        """The machine with these variables besides."""
        self.machine = replace(self.machine, env={**self.machine.env, **env})
        return self.machine

    def as_root(self) -> Machine:
        """The machine as root finds it, with apt."""
        self.on_path["apt-get"] = "/usr/bin/apt-get"
        self.machine = replace(self.machine, is_root=True)
        return self.machine

    def install(self, *paths: str) -> None:
        """Put programs there; those of /usr/bin are on PATH."""
        for path in paths:
            self.programs.add(path)
            if path.startswith("/usr/bin/"):
                self.on_path[path.rpartition("/")[2]] = path

    def when(self, part: str, then: Callable[[], Ran]) -> None:
        """What a command that contains `part` does; the first that fits, in the order told."""
        self.reactions.append((part, then))

    def ran(self, parts: Iterable[str]) -> list[str]:
        """Of the commands that ran, in order, which of `parts` they hold."""
        return [part for command in self.commands for part in parts if part in command]

    def _is_program(self, path: str) -> bool:
        # what a test puts into Playwright's cache lies on the real disk
        return path in self.programs or (Path(path).is_relative_to(self._home) and Path(path).is_file())

    def _run(self, command: Sequence[str], _seconds: float) -> Ran:
        line = " ".join(command)
        if NODE not in line:
            self.commands.append(line)
        for part, then in self.reactions:
            if part in line:
                return then()
        return Ran(1, f"no: {line}\n")


@pytest.fixture
def linux(tmp_path: Path) -> Computer:
    """A bare Linux."""
    return Computer("linux", tmp_path)


@pytest.fixture
def windows(tmp_path: Path) -> Computer:
    """A bare Windows."""
    computer = Computer("win32", tmp_path)
    computer.with_env(
        **{
            "ProgramFiles": r"C:\Program Files",
            "ProgramFiles(x86)": r"C:\Program Files (x86)",
            "LocalAppData": r"C:\Users\lin\AppData\Local",
        }
    )
    return computer


@pytest.fixture
def mac(tmp_path: Path) -> Computer:
    """A bare macOS."""
    return Computer("darwin", tmp_path)
