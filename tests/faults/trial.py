"""One fault against one business type: the robot at work, what came of it, and what the portal holds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rpa.application import Application
from rpa.browser import find_browser
from rpa.browser.chromium import Chromium
from rpa.browser.keeper import Keeper
from rpa.cases import Case, CaseState, Ledger
from rpa.cases.runner import Runner
from rpa.cases.sign_ins import SignIns
from rpa.flow import pack_files
from rpa.logs import set_up_logs
from rpa.profile import Breaker, Retry, load_profile
from rpa.screen import load_packs
from rpa.settings import Settings
from rpa.testing import Replica
from rpa.vault import open_vault
from tests.flows.sources import Inputs, Portal
from tests.samples import signed_sample

from .rows import Row

__all__ = ["Result", "trials"]

_RUNS = 4
_FINAL = frozenset({CaseState.SUBMITTED, CaseState.REJECTED})


@dataclass(frozen=True)
class Result:
    """How a case stood while the fault lasted and after it, each with the number of groups filed, and its last error."""

    row: Row
    kind: str
    during: str
    after: str
    error: str
    twice: int
    doubled: int
    orphans: int
    again: int
    sign_ins: int

    @property
    def good(self) -> bool:
        """Whether it is what must come of it."""
        return not self.wrong

    @property
    def wrong(self) -> str:
        """What is not as it must be."""
        wanted = self.row.but.get(self.kind, self.row.during)
        found = [
            f"{name} {value}, not {right}"
            for name, value, right in (("during", self.during, wanted), ("after", self.after, self.row.after))
            if value not in right.split(" | ")
        ]
        if self.row.error not in self.error:
            found.append(f"told {self.error!r}, not {self.row.error}")
        if self.row.sign_ins and self.sign_ins > self.row.sign_ins:
            found.append(f"sign_ins={self.sign_ins}, not {self.row.sign_ins} at most")
        found += [
            f"{name}={getattr(self, name)}"
            for name in ("twice", "doubled", "again", "orphans")
            if getattr(self, name)
        ]
        return "; ".join(found)


def trials(rows: Sequence[Row], kinds: Sequence[str], folder: Path) -> list[Result]:
    """Try these faults on these business types, one after the other, each on a portal and with a ledger of its own."""
    set_up_logs("CRITICAL")
    with Replica() as replica:
        return asyncio.run(_trials(replica, rows, kinds, folder))


async def _trials(replica: Replica, rows: Sequence[Row], kinds: Sequence[str], folder: Path) -> list[Result]:
    results = []
    async with Keeper(lambda: Chromium.started(find_browser(headed=False))) as keeper:
        for row in rows:
            for kind in row.only or kinds:
                home = folder / f"{len(results)}-{row.name}-{kind}"
                home.mkdir(parents=True)
                results.append(await _Trial(replica, row, kind, home, keeper).run())
    return results


@dataclass
class _Trial:
    replica: Replica
    row: Row
    kind: str
    home: Path
    keeper: Keeper

    async def run(self) -> Result:
        self.replica.reset()
        portal = Portal(self.replica)
        application = self._application(portal)
        settings = Settings(home=self.home)
        profile = load_profile(self.replica.address, settings).model_copy(
            update={
                "reconcile_waits": (0, 0.2, 0.5, 1, 2),
                "retry": Retry(first=0.05, factor=1, jitter=0),
                "breaker": Breaker(faults=1000, pause=0.1),
            }
        )
        async with await Ledger.open(settings.ledger_url, open_vault(self.home)) as ledger:
            sign_ins = SignIns(
                ledger,
                profile,
                load_packs(pack_files()),
                self.keeper,
                lambda account: profile.demo_accounts[account],
            )
            runner = Runner(ledger, sign_ins)
            account = application.account or ""
            case = (await ledger.receive(application, portal=profile.name, account=account)).case
            for spec in self.row.specs:
                self.replica.faults(**spec)
            case = await self._go_on(runner, case)
            sign_ins = self._noted("login") - self._noted("login", "elsewhere")
            during, error = self._standing(portal, case), _error(case)
            self.replica.clear_faults()
            if not _is_done(case):
                if case.state is CaseState.NEEDS_PERSON and case.came_from:
                    case = await ledger.move(case.id, case.came_from)
                case = await self._go_on(runner, case)
                error = " | ".join(filter(None, (error, _error(case))))
        mine = [one for one in portal.filed() if one["business_type"] == self.kind]
        held = [files for one in mine for files in (one["files"], *(m["files"] for m in one["members"]))]
        return Result(
            self.row,
            self.kind,
            during,
            self._standing(portal, case),
            error,
            twice=max(0, self._filed(portal) - 1),
            doubled=sum(len(files) - len({file["slot"] for file in files}) for files in held),
            # a refused group's own draft waits for the correction
            orphans=sum(one["state"] == "暂存" and one["group_no"] != case.group_no for one in mine),
            again=self._noted("upload_again"),
            sign_ins=sign_ins,
        )

    async def _go_on(self, runner: Runner, case: Case) -> Case:
        """As often as a person would try; a case that a person must look at, once."""
        for _ in range(_RUNS):
            await self._pause_over(runner)
            [filed] = await runner.run([case])
            case = filed.case
            if _is_done(case) or case.state is CaseState.NEEDS_PERSON:
                break
        return case

    async def _pause_over(self, runner: Runner) -> None:
        """Nobody comes back before the breaker's pause is over."""
        profile = runner.sign_ins.profile
        if until := await runner.ledger.paused_until(profile.name, profile.breaker.pause):
            await asyncio.sleep((until - datetime.now(UTC)).total_seconds())

    def _standing(self, portal: Portal, case: Case) -> str:
        unproved = "?" if case.state is CaseState.SUBMITTED and case.error else ""
        return f"{case.state}{unproved} {self._filed(portal)}"

    def _noted(self, kind: str, detail: str = "") -> int:
        """How many such events the portal has noted."""
        return sum(one["kind"] == kind and detail in one["detail"] for one in self.replica.events())

    def _filed(self, portal: Portal) -> int:
        mine = [one for one in portal.filed() if one["business_type"] == self.kind]
        return sum(one["state"] != "暂存" for one in mine)

    def _application(self, portal: Portal) -> Application:
        if self.kind == "new_card":
            return signed_sample()
        inputs = Inputs(self.home / "papers")
        return inputs.signed(inputs.of(self.kind, portal))


def _is_done(case: Case) -> bool:
    return case.state in _FINAL and (case.state is CaseState.REJECTED or not case.error)


def _error(case: Case) -> str:
    return f"{case.error['kind']} {case.error['message']}" if case.error else ""
