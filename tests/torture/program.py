"""The program under torture: a real ``ywtb``, what it has told so far, and the ways in which it is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import IO

import psutil

__all__ = ["Kill", "Program", "Step", "Traces"]

_SECONDS = 300.0
_LEASE_SECONDS = 2
_GLANCE_SECONDS = 0.003
_REST_SECONDS = 15.0
_VARIABLES = ("TMPDIR", "TEMP", "TMP")

#: A step as the log tells it: what the program is doing with the case, and the step within it.
Step = tuple[str, str]


class Kill(Enum):
    """Who is ended without a word: the program with its driver and browser, the program alone, or its browser alone."""

    FAMILY = "family"
    ALONE = "alone"
    BROWSER = "browser"


@dataclass
class Traces:
    """What programs that were killed may leave behind: processes that outlive them, files in `temp`, which is all theirs."""

    temp: Path
    _survivors: set[psutil.Process] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.temp.mkdir(parents=True, exist_ok=True)

    @property
    def variables(self) -> dict[str, str]:
        """For the environment of a program, so that it puts its temporary files here."""
        return dict.fromkeys(_VARIABLES, str(self.temp))

    def remember(self, processes: Sequence[psutil.Process]) -> None:
        """These were there when their program was killed."""
        self._survivors.update(processes)

    def processes(self) -> list[str]:
        """The survivors that have not ended by themselves soon after; they are ended."""
        # long ago for some: their numbers may be others' by now, of threads even, which cannot be waited for
        rest = [one for one in self._survivors if one.is_running()]
        _, alive = psutil.wait_procs(rest, timeout=_REST_SECONDS)
        left = [f"{one.pid} {' '.join(_words(one))[:120]}" for one in alive]
        _end(alive)
        self._survivors.clear()
        return left

    def files(self) -> list[str]:
        """What lies in the folder for temporary files."""
        return sorted(path.name for path in self.temp.iterdir())


class Program:
    """A running ``ywtb``; use :meth:`started`."""

    def __init__(self, process: subprocess.Popen[bytes], log: IO[bytes], traces: Traces) -> None:
        self._process = process
        self._log = log
        self._traces = traces
        self._rest = b""
        self._doing = ""
        self.lines = 0
        self.steps: list[Step] = []

    @classmethod
    @contextmanager
    def started(cls, home: Path, traces: Traces, *, lease: int = _LEASE_SECONDS) -> Iterator[Program]:
        """Start ``ywtb resume``; what still belongs to it in the end is ended.

        So many seconds after a program was killed its account is free again. On a machine that is very busy a short
        `lease` may also be lost by a program that lives, which then stops: one that is to come through needs a longer one.
        """
        kept = {name: value for name, value in os.environ.items() if not name.startswith("YWTB_")}
        if browser := os.environ.get("YWTB_BROWSER"):
            kept["YWTB_BROWSER"] = browser
        mine = {"YWTB_HOME": str(home), "YWTB_LEASE_TTL": str(lease), "YWTB_LOG_LEVEL": "DEBUG"}
        # a file and no pipe: a driver that outlives the program would hold the pipe open
        path = home / "torture.log"
        with path.open("wb") as written, path.open("rb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "rpa.cli", "resume", "--json"],
                env={**kept, **mine, **traces.variables},
                stdout=subprocess.DEVNULL,
                stderr=written,
            )
            try:
                yield cls(process, log, traces)
            finally:
                if process.poll() is None:  # somebody has had enough, or a block has failed
                    family = _family(process.pid)
                    process.kill()
                    _end(family)
                process.wait()

    def until(self, reached: Callable[[Program], bool], seconds: float = _SECONDS) -> bool:
        """Wait until that is so; False when it has not been by the program's end, or within this time."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            ended = self._process.poll() is not None
            self._read()
            if reached(self):
                return not ended
            if ended:
                return False
            time.sleep(_GLANCE_SECONDS)  # between two looks at a log, a ledger or a portal
        return False

    def wait(self) -> None:
        """Let it work to its end."""
        self.until(lambda _: False)

    def kill(self, how: Kill) -> None:
        """End it so. What outlives it is left to itself; of its own accord it must go."""
        family = _family(self._process.pid)
        if how is Kill.BROWSER:
            _end([one for one in family if "run-driver" not in _words(one)])
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_SECONDS)
            family = _family(self._process.pid)
        self._process.kill()
        self._process.wait()
        if how is Kill.FAMILY:
            _end(family)
        else:
            self._traces.remember(family)

    def _read(self) -> None:
        *whole, self._rest = (self._rest + self._log.read()).split(b"\n")
        for line in whole:
            self.lines += 1
            parts = line.decode("utf-8", "replace").split(maxsplit=2)
            if len(parts) < 3:
                continue
            _, level, message = parts
            case, _, words = message.partition(" ")
            if "-" not in case or not case[:8].isdigit():  # no case is under way
                case, words = "", message
            if level == "INFO":
                self._doing = words.strip() if case else ""
                self.steps.append((self._doing, ""))
            elif level == "DEBUG":
                self.steps.append((self._doing, words.strip()))


def _family(pid: int) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).children(recursive=True)
    return []


def _words(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return process.cmdline()
    return []


def _end(processes: Sequence[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(processes, timeout=10)
