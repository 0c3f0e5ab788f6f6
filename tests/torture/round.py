"""One round: five cases, one of each business type, a program that is killed again and again, and the portal's own count."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

from flows.new_card import NewCard
from rpa import resources
from rpa.application import Application
from rpa.cases import SIGNED_FOLDER, Case, CaseState, Ledger
from rpa.flow import flows
from rpa.intake import read
from rpa.profile import load_profile
from rpa.settings import Settings
from rpa.testing import Replica
from rpa.vault import open_vault
from tests.flows.clerk import write_scan
from tests.flows.sources import Inputs, Portal

__all__ = ["Figures", "Round"]

_DONE = frozenset({CaseState.SUBMITTED})
_TRIES = 30
_SECONDS = 120.0


@dataclass
class Figures:
    """What came of it: groups filed twice, cases lost, drafts left on the portal, materials held twice."""

    kills: int = 0
    browser_kills: int = 0
    cases: int = 0
    twice: int = 0
    lost: int = 0
    orphans: int = 0
    doubled: int = 0
    trouble: list[str] = field(default_factory=list)

    def add(self, other: Figures) -> None:
        """Count another round's too."""
        for name in ("kills", "browser_kills", "cases", "twice", "lost", "orphans", "doubled"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.trouble += other.trouble

    @property
    def good(self) -> bool:
        """Whether the promise was kept."""
        return not (self.twice or self.lost or self.orphans or self.doubled)


@dataclass
class Round:
    """`dice` decides when and what is killed; `home` is the data folder of the program."""

    replica: Replica
    home: Path
    dice: random.Random

    def run(self, kills: int) -> Figures:
        """File the five cases through so many kills."""
        self.replica.reset()
        portal = Portal(self.replica)
        figures = Figures(cases=0)
        applications = self._applications(portal)
        cases = asyncio.run(self._receive(applications))
        figures.cases = len(cases)
        for _ in range(kills):
            self._sign(asyncio.run(self._cases()))
            if all(case.state in _DONE for case in asyncio.run(self._cases())):
                break
            figures.browser_kills += self._killed_run()
            figures.kills += 1
        for _ in range(_TRIES):
            cases = asyncio.run(self._cases())
            self._sign(cases)
            if all(case.state in _DONE for case in cases):
                break
            with self._program() as program:
                program.wait(_SECONDS)
        self._count(portal, asyncio.run(self._cases()), figures)
        return figures

    def _applications(self, portal: Portal) -> list[Application]:
        private = read([resources.folder("fixtures") / "new_card.yaml"], dict(flows()))
        [new_card] = [
            one.application for one in private.applications if one.application.account == "demo-private"
        ]
        assert isinstance(new_card, NewCard)
        inputs = Inputs(self.home / "papers")
        # one card may not be in two groups at once
        cancelled, replaced = portal.cards()[:2]
        number, members = portal.deciding()
        return [
            new_card,
            inputs.passport_change([members[2]], source_group=number),
            inputs.early_card([members[0]], source_group=number),
            inputs.card_replacement([replaced]),
            inputs.card_cancellation([cancelled]),
        ]

    # --- the program ------------------------------------------------------------------------------------------------

    @contextmanager
    def _program(self) -> Iterator[subprocess.Popen[bytes]]:
        """A real ``ywtb resume`` in a process of its own; whatever it leaves behind is ended with it."""
        variables = {"YWTB_HOME": str(self.home), "YWTB_LEASE_TTL": "1", "YWTB_LOG_LEVEL": "DEBUG"}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("YWTB_")}
        if browser := os.environ.get("YWTB_BROWSER"):
            kept["YWTB_BROWSER"] = browser
        with subprocess.Popen(
            [sys.executable, "-m", "rpa.cli", "resume", "--json"],
            env={**kept, **variables},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ) as program:
            family: list[psutil.Process] = []
            try:
                yield program
            finally:
                with suppress(psutil.NoSuchProcess):
                    family = psutil.Process(program.pid).children(recursive=True)
                _end([*family])
                with suppress(psutil.NoSuchProcess):
                    program.kill()

    def _killed_run(self) -> int:
        """Run the program up to a random line of its log or a random moment, and kill it, or its browser; 1 for the browser."""
        browser = self.dice.random() < 0.25
        with self._program() as program:
            assert program.stderr is not None
            reader = _Lines(program.stderr)
            if self.dice.random() < 0.5:
                reader.await_line(self.dice.randint(1, 60))  # the boundary of a step
            else:
                reader.await_end(self.dice.uniform(0.5, 12.0))
            family = _family(program.pid)
            if browser:
                _end([one for one in family if "run-driver" not in _words(one)])
                with suppress(subprocess.TimeoutExpired):
                    program.wait(_SECONDS)
            program.kill()
            program.wait()
            _end(family)
        return int(browser)

    # --- the ledger ---------------------------------------------------------------------------------------------------

    def _profile_name(self) -> str:
        return load_profile(self.replica.address, Settings(home=self.home)).name

    async def _receive(self, applications: list[Application]) -> list[Case]:
        async with await self._ledger() as ledger:
            return [
                (await ledger.receive(one, portal=self._profile_name(), account=one.account or "")).case
                for one in applications
            ]

    async def _cases(self) -> list[Case]:
        async with await self._ledger() as ledger:
            return list(await ledger.list(portal=self._profile_name()))

    async def _ledger(self) -> Ledger:
        self.home.mkdir(parents=True, exist_ok=True)
        url = f"sqlite+aiosqlite:///{(self.home / 'ledger.db').as_posix()}"
        return await Ledger.open(url, open_vault(self.home))

    def _sign(self, cases: list[Case]) -> None:
        """Play the people: every form that is out comes back."""
        for case in cases:
            for form in case.to_sign:
                scan = case.folder / SIGNED_FOLDER / f"{form.path.stem}.pdf"
                if not scan.exists():
                    write_scan(scan, case.id)

    # --- the count ----------------------------------------------------------------------------------------------------

    def _count(self, portal: Portal, cases: list[Case], figures: Figures) -> None:
        """What the back office holds, against the cases."""
        fresh = portal.filed()
        for case in cases:
            mine = [one for one in fresh if one["business_type"] == case.business_type]
            filed = [one for one in mine if one["state"] != "暂存"]
            figures.twice += max(0, len(filed) - 1)
            figures.orphans += len([one for one in mine if one["state"] == "暂存"])
            right = case.state in _DONE and [one["group_no"] for one in filed] == [case.group_no]
            figures.lost += not right
            if not right or len(mine) > 1:
                groups = [(one["group_no"], one["state"]) for one in mine]
                figures.trouble.append(f"{case.business_type} {case.state} {case.error} {groups}")
            for group in filed:
                held = [group["files"], *(member["files"] for member in group["members"])]
                for files in held:
                    twice = Counter(file["slot"] for file in files)
                    figures.doubled += sum(number - 1 for number in twice.values())


class _Lines:
    """The lines a program writes, read by a thread of their own."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._count = 0
        self._more = threading.Condition()
        self._ended = False
        threading.Thread(target=self._read, args=(stream,), daemon=True).start()

    def _read(self, stream: IO[bytes]) -> None:
        for _ in stream:
            with self._more:
                self._count += 1
                self._more.notify_all()
        with self._more:
            self._ended = True
            self._more.notify_all()

    def await_line(self, number: int) -> None:
        """Until so many lines were written, or the program has ended."""
        with self._more:
            self._more.wait_for(lambda: self._count >= number or self._ended, _SECONDS)

    def await_end(self, seconds: float) -> None:
        """So long, or until the program has ended: the random moment of a kill."""
        with self._more:
            self._more.wait_for(lambda: self._ended, seconds)


def _family(pid: int) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).children(recursive=True)
    return []


def _words(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return process.cmdline()
    return []


def _end(processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(processes, timeout=10)
