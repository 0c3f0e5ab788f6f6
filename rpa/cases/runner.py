"""The runner takes cases through their life: prepare, the signature gate, complete, the last press, the comparison."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from loguru import logger
from playwright.async_api import Error

from rpa.application import Application
from rpa.cases.case import Case, CaseState
from rpa.cases.commit import commit, reconcile, write_intent
from rpa.cases.ledger import Ledger
from rpa.cases.papers import Gate
from rpa.cases.sign_ins import SignIns
from rpa.desk import Desk
from rpa.errors import NeedsPerson, OutcomeUnknown, PortalFault, PortalRefusal, StoredOtherwise, YwtbError
from rpa.flow import Flow, flow
from rpa.logs import case_log, hide
from rpa.personal import personal_values
from rpa.screen.evidence import keep_evidence
from rpa.screen.script import Navigated

__all__ = ["Filed", "Runner"]

_S = CaseState
# States that the runner can take further by itself.
_GOES_ON = frozenset({_S.RECEIVED, _S.PREPARING, _S.READY, _S.COMPLETING, _S.COMMITTING})


@dataclass(frozen=True, slots=True)
class Filed:
    """What the runner did with a case: the case as it now is, the seconds it took, whether anything was done."""

    case: Case
    seconds: float
    evidence: Path


@dataclass
class Runner:
    """Takes cases as far as they go. `dry_run` stops before 保存并上报; `tell(case, step)` shows progress."""

    ledger: Ledger
    sign_ins: SignIns
    dry_run: bool = False
    case_timeout: float = 900.0
    tell: Callable[[Case, str], None] = lambda case, step: None

    async def run(self, cases: Sequence[Case]) -> list[Filed]:
        """Take these cases on, account by account, each account signed in once."""
        done: dict[str, Filed] = {}
        for account in dict.fromkeys(case.account for case in cases):
            mine = [case for case in cases if case.account == account]
            due = [case for case in mine if await self._is_due(case)]
            for case in mine:
                if case not in due:
                    done[case.id] = self._filed(case, 0.0)
            if due:
                done |= {filed.case.id: filed for filed in await self._run_account(account, due)}
        return [done[case.id] for case in cases]

    async def _is_due(self, case: Case) -> bool:
        if case.state is _S.AWAITING_SIGNATURE:
            gate = await self._gate(case)
            return await asyncio.to_thread(gate.is_open)
        return case.state in _GOES_ON

    async def _run_account(self, account: str, cases: Sequence[Case]) -> list[Filed]:
        filed = []
        try:
            async with self.sign_ins.signed_in(account, flow(cases[0].business_type)) as desk:
                for case in cases:
                    filed.append(await self._run_case(desk, case))
                    if filed[-1].case.error and case is not cases[-1]:
                        await desk.arrive()  # away from the page where it stopped
        except YwtbError as error:
            # the sign-in failed: nothing was begun for the cases that are left
            for case in cases[len(filed) :]:
                filed.append(self._filed(await self.ledger.keep(case.id, error=error), 0.0))
        return filed

    async def _run_case(self, desk: Desk, case: Case) -> Filed:
        started = time.monotonic()
        one = flow(case.business_type)
        application = await self.ledger.application(case.id, one.model)
        with case_log(case.folder, case.id), hide(personal_values(application)):
            try:
                async with asyncio.timeout(self.case_timeout):
                    case = await self._advance(desk, one, application, case)
            except TimeoutError:
                case = await self._stopped(desk, case, application, PortalFault("单个团组超过了时限"))
        return self._filed(case, time.monotonic() - started)

    def _filed(self, case: Case, seconds: float) -> Filed:
        return Filed(case, seconds, case.folder / "evidence")

    async def _advance(self, desk: Desk, one: Flow, application: Application, case: Case) -> Case:
        """One state after the other, until the case waits for somebody or is done."""
        while True:
            before = case
            case = await self._begin(case)
            try:
                case = await self._step(desk, one, application, case)
            except (YwtbError, Error, Navigated) as error:
                return await self._stopped(desk, case, application, _as_ours(error))
            if case.state is before.state or case.state not in _GOES_ON or case.error:
                return case
            if self.dry_run and case.state is _S.READY:
                return case

    async def _begin(self, case: Case) -> Case:
        """A state that a crash left half-done goes back to where it can be begun anew."""
        if case.state is _S.PREPARING:
            return await self.ledger.move(
                case.id, _S.RECEIVED, reason="上次中断，重新开始", attempt=case.attempt + 1
            )
        if case.state is _S.COMPLETING:
            return await self.ledger.move(
                case.id, _S.READY, reason="上次中断，重新开始", attempt=case.attempt + 1
            )
        return case

    async def _step(self, desk: Desk, one: Flow, application: Application, case: Case) -> Case:
        self.tell(case, case.state.meaning)
        match case.state:
            case _S.RECEIVED:
                return await self._prepare(desk, one, application, case)
            case _S.AWAITING_SIGNATURE:
                return await self._await_signature(case)
            case _S.READY:
                return await self._complete(desk, one, application, case)
            case _S.COMMITTING:
                return await self._reconcile(desk, one, application, case)
            case _:
                return case

    # --- the states ---------------------------------------------------------------------------------------------

    async def _gate(self, case: Case) -> Gate:
        application = await self.ledger.application(case.id, flow(case.business_type).model)
        return Gate(case, application)

    @asynccontextmanager
    async def _papers(self, desk: Desk, application: Application, case: Case) -> AsyncIterator[Gate]:
        """The case's papers on the desk while the block lasts."""
        gate = Gate(case, application)

        async def keep_draft(number: str) -> None:
            await self.ledger.keep(case.id, group_no=number)

        desk.papers = gate.papers(keep_draft)
        try:
            yield gate
        finally:
            desk.papers = None

    async def _prepare(self, desk: Desk, one: Flow, application: Application, case: Case) -> Case:
        resumed = case.attempt > 0
        case = await self.ledger.move(case.id, _S.PREPARING, expect=case, attempt=case.attempt + 1)
        async with self._papers(desk, application, case) as gate:
            desk.case.resumed = resumed
            await one.prepare(desk, application)
            forms = gate.to_sign()
            case = await self.ledger.move(case.id, _S.AWAITING_SIGNATURE, expect=case, to_sign=forms)
        return await self._await_signature(case)

    async def _await_signature(self, case: Case) -> Case:
        gate = await self._gate(case)
        if not await asyncio.to_thread(gate.is_open):
            return case
        return await self.ledger.move(case.id, _S.READY, expect=case)

    async def _complete(self, desk: Desk, one: Flow, application: Application, case: Case) -> Case:
        case = await self.ledger.move(case.id, _S.COMPLETING, expect=case)
        async with self._papers(desk, application, case) as gate:
            await one.complete(desk, application)
            if desk.case.awaits_signature:
                forms = gate.to_sign()
                return await self.ledger.move(case.id, _S.AWAITING_SIGNATURE, expect=case, to_sign=forms)
            if self.dry_run:
                return await self.ledger.move(case.id, _S.READY, expect=case, reason="试运行，没有上报")
            case = await write_intent(self.ledger, case, one, desk)
            return await self._commit(desk, one, application, case)

    async def _commit(self, desk: Desk, one: Flow, application: Application, case: Case) -> Case:
        self.tell(case, "正在上报")
        try:
            number = await commit(one, desk)
        except (YwtbError, Error, Navigated, TimeoutError) as error:
            problem = _as_ours(error)
            logger.warning("上报结果不明，核对我的办件：{}", problem)
            await self._keep_evidence(desk, case, application, problem)
            return await self._settle(desk, one, application, case, problem)
        case = await self.ledger.move(case.id, _S.SUBMITTED, expect=case, group_no=number)
        return await self._verify(desk, one, application, case)

    async def _reconcile(self, desk: Desk, one: Flow, application: Application, case: Case) -> Case:
        async with self._papers(desk, application, case):
            return await self._settle(desk, one, application, case, None)

    async def _settle(
        self, desk: Desk, one: Flow, application: Application, case: Case, problem: YwtbError | None
    ) -> Case:
        number = await reconcile(one, desk, case.intent or {})
        if number is None:
            return await self.ledger.move(
                case.id, _S.READY, expect=case, reason="我的办件中没有，未上报", error=problem
            )
        case = await self.ledger.move(
            case.id, _S.SUBMITTED, expect=case, group_no=number, reason="由我的办件确认"
        )
        return await self._verify(desk, one, application, case)

    async def _verify(self, desk: Desk, one: Flow, application: Application, case: Case) -> Case:
        """The detail page against the input; what differs is kept with the case and said, the case stays submitted."""
        self.tell(case, "正在核对办件详情")
        try:
            await desk.arrive()  # away from the layer that told the number
            differences = await one.find_differences(desk, application, case.group_no or "")
        except (YwtbError, Error, Navigated, TimeoutError) as error:
            problem = _as_ours(error)
            problem.advice = "已上报成功，但没有完成核对；请在“我的办件”中核对办件详情"
        else:
            await self._keep_evidence(desk, case, application, None)
            if not differences:
                await self.ledger.note(case.id, "verified")
                return case
            places = tuple(str(difference) for difference in differences)
            problem = StoredOtherwise(
                f"已上报，但办件详情与输入不一致：{'、'.join(places)}",
                fields=places,
                where=case.group_no or "",
            )
        logger.error("{}", problem)
        return await self.ledger.keep(case.id, error=problem)

    # --- when it stops --------------------------------------------------------------------------------------------

    async def _stopped(self, desk: Desk, case: Case, application: Application, error: YwtbError) -> Case:
        """Evidence, and the state that this error means for the state the case is in now."""
        case = await self.ledger.get(case.id)
        if not error.where:
            error.where = desk.step
        logger.error("{}", error)
        await self._keep_evidence(desk, case, application, error)
        if case.state is _S.COMMITTING:
            return await self.ledger.move(case.id, _S.NEEDS_PERSON, error=_unknown(error))
        if case.state not in (_S.PREPARING, _S.COMPLETING):
            return await self.ledger.keep(case.id, error=error)
        if isinstance(error, PortalRefusal):
            to = _S.REJECTED
        elif isinstance(error, NeedsPerson):
            to = _S.NEEDS_PERSON
        else:
            to = _S.RECEIVED if case.state is _S.PREPARING else _S.READY
        return await self.ledger.move(case.id, to, error=error)

    async def _keep_evidence(
        self, desk: Desk, case: Case, application: Application, error: YwtbError | None
    ) -> None:
        name = type(error).__name__ if error else "verified"
        await keep_evidence(
            desk.page,
            case.folder / "evidence",
            name,
            step=desk.step,
            values=personal_values(application),
            error=error,
        )


def _unknown(error: YwtbError) -> YwtbError:
    return error if isinstance(error, OutcomeUnknown) else OutcomeUnknown(error.message, where=error.where)


def _as_ours(error: BaseException) -> YwtbError:
    """An error of the browser's driver as one of the tree; its text may quote the page, so only its first line is kept."""
    if isinstance(error, YwtbError):
        return error
    if isinstance(error, TimeoutError):
        return PortalFault("操作超时")
    if isinstance(error, Navigated):
        return PortalFault("页面意外跳转")
    return PortalFault(
        f"浏览器操作失败：{str(error).splitlines()[0][:120] if str(error) else type(error).__name__}"
    )
