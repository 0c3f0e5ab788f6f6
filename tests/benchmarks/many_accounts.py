"""A team with many accounts: ``python -m tests.benchmarks.many_accounts [ACCOUNTS [GROUPS]]``, by default 100 of 20 groups.

One `ywtb serve` sweeps them all, four at a time. Printed are its seconds per account and the peak of the memory of all
its processes (:func:`tests.endurance.remains.memory_of`): in the first sweep, which opens every detail page, and in a
quiet one. It ends with code 1 when a peak is above the limit, or a group was not found.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil

from rpa.accounts import variable_name
from rpa.testing import Replica
from tests.cli.kit import Ywtb
from tests.cli.server import Serving, rows, serving, write_settings
from tests.endurance.remains import memory_of

_PASSWORD = "Units-2026"
_AT_ONCE = 4
_LONGEST_SECONDS = 300.0
_GLANCE_SECONDS = 0.5
LIMIT_MEGABYTES = 700


class _Peak:
    """The most memory that the server and its processes hold while a block lasts, and how it is divided then."""

    def __init__(self, server: Serving) -> None:
        self._server = server
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.parts: Counter[str] = Counter()

    def __enter__(self) -> _Peak:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_GLANCE_SECONDS):
            parts: Counter[str] = Counter()
            for process in self._server.family():
                with suppress(psutil.Error):  # it has ended meanwhile
                    parts[_role(process)] += memory_of(process)
            if parts.total() > self.parts.total():
                self.parts = parts

    @property
    def megabytes(self) -> float:
        """All of it."""
        return self.parts.total() / 1e6

    def __str__(self) -> str:
        divided = ", ".join(f"{role} {held / 1e6:.0f}" for role, held in self.parts.most_common())
        return f"{self.megabytes:.0f} MB, limit {LIMIT_MEGABYTES} ({divided})"


def _role(process: psutil.Process) -> str:
    kind = [word.partition("=")[2] for word in process.cmdline() if word.startswith("--type=")]
    return kind[0] if kind else process.name()


def main(accounts: int = 100, groups: int = 20) -> int:
    """Print a line a measurement; 1 when the program holds too much, or has missed a group."""
    most = 0.0
    names = [f"unit-{number}" for number in range(1, accounts + 1)]
    with tempfile.TemporaryDirectory() as folder, Replica() as replica:
        replica.add_accounts(names, _PASSWORD)
        for name in names:
            replica.add_groups(name, groups, "待初审", "待复审", "经济体审批中", "制卡中", "已办结")
        home, work = Path(folder) / "home", Path(folder) / "work"
        work.mkdir()
        listed = ", ".join(f'"{name}"' for name in names)
        write_settings(
            home, f'[schedules.all]\nevery = "20s"\nportal = "{replica.address}"\naccounts = [{listed}]\n'
        )
        program = Ywtb(home, work, {variable_name(name): _PASSWORD for name in names})
        program.variables["YWTB_ACCOUNTS_AT_ONCE"] = str(_AT_ONCE)
        with serving(program) as server:
            for sweep in ("first", "quiet"):
                server.until("计划 all", "开始读取")
                started = time.perf_counter()
                with _Peak(server) as peak:
                    told = server.until("计划 all", "处变化", seconds=_LONGEST_SECONDS)
                seconds = time.perf_counter() - started
                print(f"{sweep}_sweep {told.rpartition('：')[2]}")
                print(f"{sweep}_sweep_seconds_per_account {seconds / accounts:.2f}")
                print(f"{sweep}_sweep_peak_memory {peak}", flush=True)
                most = max(most, peak.megabytes)
            server.stop()
        found = rows(home, "SELECT count(*) FROM groups")[0][0]
        print(f"groups_known {found} of {accounts * groups}; load {os.getloadavg()[0]:.1f}")
    return int(most > LIMIT_MEGABYTES or found != accounts * groups)


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:3])))
