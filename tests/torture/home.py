"""The data folder of the program under torture: its cases, the people who sign, and the count against the portal."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rpa.application import Application
from rpa.cases import SIGNED_FOLDER, Case, CaseState, Ledger
from rpa.profile import load_profile
from rpa.settings import Settings
from rpa.testing import Replica
from rpa.vault import open_vault
from tests.flows.clerk import write_scan
from tests.flows.sources import Portal

from .program import Program, Traces

__all__ = ["Figures", "Home", "submits"]

_TRIES = 30


@dataclass
class Figures:
    """What came of it: groups filed twice, cases lost, drafts left on the portal, materials that reached it twice.

    `boundaries` is how many were to be met, `covered` at how many of them the program was killed.
    """

    kills: int = 0
    browser: int = 0
    alone: int = 0
    boundaries: int = 0
    covered: int = 0
    cases: int = 0
    twice: int = 0
    lost: int = 0
    orphans: int = 0
    doubled: int = 0
    processes: int = 0
    files: int = 0
    trouble: list[str] = field(default_factory=list)

    def add(self, other: Figures) -> None:
        """Count another round's too."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    @property
    def good(self) -> bool:
        """Whether the promise was kept."""
        broken = self.twice or self.lost or self.orphans or self.doubled or self.processes or self.files
        return not broken


@dataclass
class Home:
    """`folder` is where the program keeps its ledger, `portal` where its cases go."""

    replica: Replica
    portal: Portal
    folder: Path
    traces: Traces

    def receive(self, applications: Iterable[Application]) -> list[Case]:
        """Take these in as cases."""
        return asyncio.run(self._receive(list(applications)))

    def cases(self) -> list[Case]:
        """All cases as they are now."""
        return asyncio.run(self._cases())

    @property
    def are_filed(self) -> bool:
        """Whether every case is submitted."""
        return all(case.state is CaseState.SUBMITTED for case in self.cases())

    def happened(self) -> list[tuple[int, str]]:
        """The ledger's events in their order: number, and the state that was reached or else the kind."""
        query = "SELECT seq, COALESCE(to_state, kind) FROM events ORDER BY seq"
        with suppress(sqlite3.OperationalError), closing(self._looking()) as ledger:  # nothing is there yet
            return [(int(seq), str(word)) for seq, word in ledger.execute(query)]
        return []

    def sign(self) -> None:
        """Play the people: every form that is out comes back."""
        for case in self.cases():
            for form in case.to_sign:
                scan = case.folder / SIGNED_FOLDER / f"{form.path.stem}.pdf"
                if not scan.exists():
                    write_scan(scan, case.id)

    def finish(self) -> None:
        """Run the program, unharmed, until all is filed."""
        for _ in range(_TRIES):
            self.sign()
            if self.are_filed:
                break
            with Program.started(self.folder, self.traces) as program:
                program.wait()

    def count(self, figures: Figures) -> None:
        """What the back office holds and has noted, against the cases."""
        fresh = self.portal.filed()
        for case in self.cases():
            figures.cases += 1
            mine = [one for one in fresh if one["business_type"] == case.business_type]
            filed = [one for one in mine if one["state"] != "暂存"]
            figures.twice += max(0, len(filed) - 1)
            figures.orphans += len([one for one in mine if one["state"] == "暂存"])
            right = case.state is CaseState.SUBMITTED and [one["group_no"] for one in filed] == [
                case.group_no
            ]
            figures.lost += not right
            if not right or len(mine) > 1:
                groups = [(one["group_no"], one["state"]) for one in mine]
                figures.trouble.append(f"{case.business_type} {case.state} {case.error} {groups}")
            figures.doubled += sum(map(_held_twice, filed))
        again = [one["detail"] for one in self.replica.events() if one["kind"] == "upload_again"]
        figures.doubled += len(again)
        figures.trouble += [f"arrived twice: {slot}" for slot in again]

    def _looking(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{self._path.as_uri()}?mode=ro", uri=True)

    @property
    def _path(self) -> Path:
        return self.folder / "ledger.db"

    @property
    def _profile(self) -> str:
        return load_profile(self.replica.address, Settings(home=self.folder)).name

    async def _receive(self, applications: list[Application]) -> list[Case]:
        async with await self._ledger() as ledger:
            return [
                (await ledger.receive(one, portal=self._profile, account=one.account or "")).case
                for one in applications
            ]

    async def _cases(self) -> list[Case]:
        async with await self._ledger() as ledger:
            return list(await ledger.list(portal=self._profile))

    async def _ledger(self) -> Ledger:
        self.folder.mkdir(parents=True, exist_ok=True)
        return await Ledger.open(f"sqlite+aiosqlite:///{self._path.as_posix()}", open_vault(self.folder))


def submits(replica: Replica) -> int:
    """How many presses of 保存并上报 the portal has accepted, those of its own scenario not counted."""
    return sum(one["kind"] == "submit" and one["detail"].startswith("accepted") for one in replica.events())


def _held_twice(group: dict[str, Any]) -> int:
    """How many materials of a group lie there more than once."""
    held = [group["files"], *(member["files"] for member in group["members"])]
    return sum(number - 1 for files in held for number in Counter(file["slot"] for file in files).values())
