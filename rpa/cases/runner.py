"""The runner takes cases through their life: account by account, each signed in once, each case in its own log."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from loguru import logger

from rpa.cases.case import Case, CaseState, is_legal
from rpa.cases.errors import IllegalTransition, LostRace
from rpa.cases.ledger import Ledger
from rpa.cases.papers import Gate
from rpa.cases.retry import left_alone, put_off
from rpa.cases.sign_ins import SignIns
from rpa.cases.trouble import as_ours
from rpa.cases.work import GOES_ON, Work, is_unproved
from rpa.desk import Desk
from rpa.errors import (
    AccountContested,
    AccountTaken,
    Challenged,
    NeedsPerson,
    OutcomeUnknown,
    PortalFault,
    SignInLost,
    YwtbError,
)
from rpa.flow import Entrance, flow
from rpa.logs import case_log, hide
from rpa.personal import personal_values
from rpa.private_files import private_folder, write_private
from rpa.screen.evidence import keep_evidence

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


def _unwatched(_step: str) -> None:
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

    `at_once` accounts are worked on side by side. `step_timeout` is the time limit in seconds of one step of the
    manual, `case_timeout` that of one case for each of its members. Both are kept outside the browser: one that hangs
    cannot hold them up. With `patience`, in seconds, a case that meets a passing fault is tried again when it is due
    (`retry` of the portal's profile); the account is free meanwhile.
    """

    ledger: Ledger
    sign_ins: SignIns
    dry_run: bool = False
    at_once: int = 1
    step_timeout: float = 600.0
    case_timeout: float = 900.0
    patience: float = 0.0
    tell: Callable[[Case, str], None] = _silent

    async def run(self, cases: Sequence[Case]) -> list[Filed]:
        """Take these cases on and give them back as they then are, in the same order."""
        places = asyncio.Semaphore(self.at_once)
        accounts = dict.fromkeys(case.account for case in cases)
        done = await asyncio.gather(
            *(
                self._look_after(account, [case for case in cases if case.account == account], places)
                for account in accounts
            ),
            return_exceptions=True,  # what goes wrong with one account's cases takes nothing from the others'
        )
        filed: dict[str, Filed] = {}
        for mine in done:
            if isinstance(mine, BaseException):
                raise mine
            filed |= {one.case.id: one for one in mine}
        return [filed[case.id] for case in cases]

    async def _look_after(
        self, account: str, cases: Sequence[Case], places: asyncio.Semaphore
    ) -> list[Filed]:
        """All cases of one account, until none is left that may be tried again within the runner's patience."""
        ends: dict[str, float] = {}
        filed = {case.id: _filed(case) for case in cases}
        due = list(cases)
        while due:
            async with places:
                for one in await self._run_account(account, due):
                    filed[one.case.id] = Filed(
                        one.case, filed[one.case.id].seconds + one.seconds, one.evidence
                    )
            due = await self._await_due([one.case for one in filed.values()], ends)
        return list(filed.values())

    async def _await_due(self, cases: Sequence[Case], ends: dict[str, float]) -> list[Case]:
        """Wait for the first of the cases that were put off; those that are due then, none when it takes too long.

        `ends` is until when, by the monotonic clock, a case is waited for: so long after its own first fault.
        """
        now, passed = datetime.now(UTC), time.monotonic()
        longest = self.sign_ins.profile.retry.longest_gap
        off: dict[str, datetime] = {}
        for case in cases:
            if case.due_at and case.state in GOES_ON and not _is_contested(case):
                # no longer than any gap is, even if the clock was set back since the case was put off
                gap = min(max(0.0, (case.due_at - now).total_seconds()), longest)
                if passed + gap < ends.setdefault(case.id, passed + self.patience):
                    off[case.id] = case.due_at
        if not off:
            return []
        first = min(off.values())
        gap = min(max(0.0, (first - now).total_seconds()), longest)
        for case in cases:
            if case.id in off:
                self.tell(case, f"网站故障，{gap:.0f} 秒后再试")
        await asyncio.sleep(gap)
        then = max(first, now + timedelta(seconds=gap))  # not the clock again: it may be changed meanwhile
        return [case for case in cases if case.id in off and off[case.id] <= then]

    async def _run_account(self, account: str, cases: Sequence[Case]) -> list[Filed]:
        """One sign-in of the account: each case that can go on does."""
        filed: dict[str, Filed] = {}
        due = []
        for case in cases:
            looked_at, goes_on = await can_go_on(self.ledger, case)
            filed[case.id] = _filed(looked_at)
            if goes_on:
                due.append(looked_at)
        begun = 0

        async def met(desk: Desk, error: YwtbError) -> None:
            await _keep_stop(desk, error, due[begun:], flow(due[0].business_type).entrance)

        try:
            if due:
                async with self.sign_ins.signed_in(account, flow(due[0].business_type), met) as desk:
                    for case in due:
                        if begun and filed[due[begun - 1].id].case.error:
                            try:
                                await desk.arrive()  # away from the page where the last one stopped
                            except Exception as trouble:
                                await met(desk, desk.ended or as_ours(trouble))
                                raise
                        done = await self._run_case(desk, case)
                        begun += 1
                        filed[case.id] = done
                        if ended := desk.ended:
                            raise ended
                        await self._count(case, done.case)
                        filed[case.id] = replace(done, case=await self._mind_the_budget(done.case))
                        await self._mind_others(done.case)
        except Exception as trouble:
            error = as_ours(trouble)
            await self.sign_ins.count_error(error)
            # the sign-in failed, or nothing more may be done with it: nothing was begun for the cases that are left
            for case in due[begun:]:
                filed[case.id] = _filed(await self._leave(case.id, error))
        return list(filed.values())

    async def _leave(self, case_id: str, error: YwtbError) -> Case:
        """A case for which nothing was begun: what only a person can mend it waits for, anything else is put off.

        Somebody else at the account may be gone in a while, so that is no reason to stop what was not begun.
        """
        case = await self.ledger.get(case_id)  # another program may have had the account meanwhile
        if isinstance(error, AccountTaken):
            return case  # it is that program's now
        with case_log(case.folder, case.id):
            logger.error("{}", error)
        profile, to = self.sign_ins.profile, CaseState.NEEDS_PERSON
        # a case at the press too: it goes back to committing, where the program finds out what became of it
        mendable = isinstance(error, NeedsPerson) and not isinstance(error, AccountContested)
        if mendable and case.state in GOES_ON and is_legal(case.state, to):
            with suppress(IllegalTransition):  # lost to that program just now
                return await self.ledger.move(case.id, to, expect=case, error=error)
        if isinstance(error, AccountContested):
            kept = left_alone(case, error, profile.contest_seconds)
        else:
            kept = put_off(case, error, profile.retry)
        try:
            case = await self.ledger.keep(case.id, expect=case, **kept)
        except LostRace:
            return await self.ledger.get(case.id)
        return await self._mind_the_budget(case)

    async def _mind_the_budget(self, case: Case) -> Case:
        """A case that was put off as often as the portal's profile allows is a person's."""
        spent = case.due_at is not None and self.sign_ins.profile.retry.is_spent(case.faults)
        if not spent or case.state not in GOES_ON or not is_legal(case.state, CaseState.NEEDS_PERSON):
            return case
        last = (case.error or {}).get("message", "")
        message = f"连续 {case.faults} 次遇到网站故障，不再自动重试；最后一次：{last}"
        where = str((case.error or {}).get("where", ""))
        error: YwtbError = OutcomeUnknown(message, where=where)
        if case.state is not CaseState.COMMITTING:
            error = NeedsPerson(message, where=where, advice="请确认网站可以正常打开，再用 ywtb resume 继续")
        with suppress(IllegalTransition):  # another program has it by now
            return await self.ledger.move(case.id, CaseState.NEEDS_PERSON, expect=case, error=error)
        return await self.ledger.get(case.id)

    async def _count(self, before: Case, after: Case) -> None:
        """Let the portal's breaker know how a case went. What is neither a fault nor a step forward tells nothing."""
        if after.due_at is not None or _is_of_the_portal(after.error):
            await self.sign_ins.count_fault()
        elif after.error is None and after.state is not before.state:
            await self.sign_ins.clear_faults()

    async def _mind_others(self, case: Case) -> None:
        """No further case of an account that is challenged, nor of a portal left alone.

        Nor one in quiet hours that have begun since the sign-in; the one under way has come to where it could stop.
        """
        if case.error and case.error.get("kind") == Challenged.__name__:
            raise Challenged(str(case.error["message"]), advice=str(case.error["advice"]))
        await self.sign_ins.mind_the_portal()

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
            finally:
                desk.watch = (
                    _unwatched  # what the desk does next is no step of this case, nor under its limits
                )
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


async def _keep_stop(desk: Desk, error: YwtbError, cases: Sequence[Case], entrance: Entrance) -> None:
    """The page at which signing in has stopped, once for each of the cases that waited for it."""
    if not desk.page.url.startswith(desk.profile.origin):
        return  # nothing of the portal has come
    fields = desk.pack.screen(entrance.login).fields.values()
    first, *others = (case.folder / "evidence" for case in cases)
    picture = await keep_evidence(
        desk.page,
        first,
        type(error).__name__,
        step=desk.step,
        values=[desk.account],
        labels={text for field in fields for text in field.texts},
        error=error,
    )
    if picture is None:
        return

    def copy() -> None:
        for folder in others:
            for kept in (picture, picture.with_suffix(".json")):
                write_private(private_folder(folder) / kept.name, kept.read_bytes())

    await asyncio.to_thread(copy)


def _filed(case: Case, seconds: float = 0.0) -> Filed:
    return Filed(case, seconds, case.folder / "evidence")


def _is_contested(case: Case) -> bool:
    """Whether somebody else was at the account: no run waits for that to be over, a later one sees to it."""
    return case.error is not None and case.error.get("kind") == AccountContested.__name__


def _is_of_the_portal(error: Mapping[str, Any] | None) -> bool:
    """Whether what a case keeps is a fault of the portal, the network or the browser, or the doubt that one has left."""
    kinds = {kind.__name__ for kind in (PortalFault, SignInLost, OutcomeUnknown)}
    return error is not None and error.get("kind") in kinds
