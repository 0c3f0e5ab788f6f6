"""The runner takes cases through their life: account by account, each signed in once, each case in its own log."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from rpa.cases.case import Case, CaseState
from rpa.cases.ledger import Ledger
from rpa.cases.papers import Gate
from rpa.cases.sign_ins import SignIns
from rpa.cases.trouble import as_ours
from rpa.cases.work import GOES_ON, Work, is_unproved
from rpa.desk import Desk
from rpa.errors import NeedsPerson, PortalFault
from rpa.flow import flow
from rpa.logs import case_log, hide
from rpa.personal import personal_values

__all__ = ["Filed", "Runner", "can_go_on"]


async def can_go_on(ledger: Ledger, case: Case) -> tuple[Case, bool]:
    """Whether there is anything to do for a case; an unfit scan is said in the case and leaves it waiting."""
    if case.state is not CaseState.AWAITING_SIGNATURE:
        return case, case.state in GOES_ON or await is_unproved(ledger, case)
    try:
        application = await ledger.application(case.id, flow(case.business_type).model)
        return case, await asyncio.to_thread(Gate(case, application).is_open)
    except NeedsPerson as error:
        return await ledger.keep(case.id, error=error), False


def _silent(_case: Case, _step: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Filed:
    """A case as the runner left it, the seconds it worked on it (0 when there was nothing to do), its evidence."""

    case: Case
    seconds: float
    evidence: Path


@dataclass
class Runner:
    """Takes cases as far as they go. `dry_run` stops before 保存并上报; `tell(case, step)` shows progress.

    `step_timeout` is the time limit in seconds of one step of the manual, `case_timeout` that of one case for each of
    its members. Both are kept outside the browser: one that hangs cannot hold them up.
    """

    ledger: Ledger
    sign_ins: SignIns
    dry_run: bool = False
    step_timeout: float = 600.0
    case_timeout: float = 900.0
    tell: Callable[[Case, str], None] = _silent

    async def run(self, cases: Sequence[Case]) -> list[Filed]:
        """Take these cases on and give them back as they then are, in the same order."""
        filed: dict[str, Filed] = {}
        for account in dict.fromkeys(case.account for case in cases):
            due = []
            for case in (case for case in cases if case.account == account):
                looked_at, goes_on = await can_go_on(self.ledger, case)
                if goes_on:
                    due.append(looked_at)
                else:
                    filed[case.id] = _filed(looked_at)
            if due:
                filed |= {one.case.id: one for one in await self._run_account(account, due)}
        return [filed[case.id] for case in cases]

    async def _run_account(self, account: str, cases: Sequence[Case]) -> list[Filed]:
        filed: list[Filed] = []
        try:
            async with self.sign_ins.signed_in(account, flow(cases[0].business_type)) as desk:
                for case in cases:
                    if filed and filed[-1].case.error:
                        await desk.arrive()  # away from the page where the last one stopped
                    filed.append(await self._run_case(desk, case))
        except Exception as trouble:
            error = as_ours(trouble)
            # the sign-in failed: nothing was begun for the cases that are left
            for case in cases[len(filed) :]:
                filed.append(_filed(await self.ledger.keep(case.id, error=error)))
        return filed

    async def _run_case(self, desk: Desk, case: Case) -> Filed:
        started = time.monotonic()
        case = await self.ledger.get(case.id)  # another program may have had the account until now
        one = flow(case.business_type)
        try:
            application = await self.ledger.application(case.id, one.model)
        except NeedsPerson as error:
            return _filed(await self.ledger.keep(case.id, error=error))
        with case_log(case.folder, case.id), hide(personal_values(application)):
            deadline = _Deadline(self.step_timeout, self.case_timeout * max(1, case.members))
            work = Work(self.ledger, desk, one, application, case, self.dry_run, deadline.watching(self.tell))
            try:
                async with deadline:
                    await work.advance()
            except TimeoutError:
                await work.stop(PortalFault(deadline.missed))
        return _filed(work.case, time.monotonic() - started)


class _Deadline:
    """The time limits of one case and of each of its steps, as a block that is cut off when one of them has passed."""

    def __init__(self, step: float, case: float) -> None:
        self._step = step
        self._end = time.monotonic() + case
        self._timeout = asyncio.timeout(None)

    def watching(self, tell: Callable[[Case, str], None]) -> Callable[[Case, str], None]:
        """`tell`, which is told every step, and a new limit with each of them."""

        def begin(case: Case, step: str) -> None:
            self._begin_step()
            tell(case, step)

        return begin

    def _begin_step(self) -> None:
        left = max(0.0, min(self._step, self._end - time.monotonic()))
        if not self._timeout.expired():
            self._timeout.reschedule(asyncio.get_running_loop().time() + left)

    @property
    def missed(self) -> str:
        """Which of the limits has passed."""
        return "单个团组超过了时限" if time.monotonic() >= self._end else "单个步骤超过了时限"

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()
        self._begin_step()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._timeout.__aexit__(kind, error, trace)


def _filed(case: Case, seconds: float = 0.0) -> Filed:
    return Filed(case, seconds, case.folder / "evidence")
