"""The work on one case, state by state (design 6): prepare, the signature gate, complete, the last press, comparison."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from loguru import logger

from rpa.application import Application
from rpa.cases.case import Case, CaseState
from rpa.cases.commit import commit, find_late, list_filed, presses, reconcile, write_intent
from rpa.cases.errors import LostRace
from rpa.cases.ledger import Ledger
from rpa.cases.papers import Gate
from rpa.cases.retry import put_off
from rpa.cases.trouble import as_ours
from rpa.desk import Desk, Papers
from rpa.errors import (
    AccountTaken,
    NeedsPerson,
    OutcomeUnknown,
    PortalFault,
    PortalRefusal,
    SignInLost,
    StoredOtherwise,
    YwtbError,
)
from rpa.flow import Flow
from rpa.personal import personal_titles, personal_values
from rpa.screen.evidence import keep_evidence

__all__ = ["GOES_ON", "Work", "is_unproved"]

_S = CaseState

#: States from which a case goes on without anybody's help.
GOES_ON = frozenset({_S.RECEIVED, _S.PREPARING, _S.READY, _S.COMPLETING, _S.COMMITTING})

_DOING = {
    _S.RECEIVED: _S.PREPARING.meaning,
    _S.AWAITING_SIGNATURE: "正在检查扫描件",
    _S.READY: _S.COMPLETING.meaning,
    _S.COMMITTING: "正在核对上次是否已上报",
    _S.SUBMITTED: "正在继续核对",
}

_VERIFIED = "verified"


async def is_unproved(ledger: Ledger, case: Case) -> bool:
    """Whether a submitted case was not yet found to be on the portal as its input says."""
    if case.state is not _S.SUBMITTED:
        return False
    proved = False
    for event in await ledger.events(case.id):
        proved = event.kind == _VERIFIED or (proved and event.to_state is not _S.SUBMITTED)
    return bool(case.error) or not proved


@dataclass
class Work:
    """One case on the desk of its signed-in account. `case` is always the case as the ledger has it."""

    ledger: Ledger
    desk: Desk
    flow: Flow
    application: Application
    case: Case
    dry_run: bool
    tell: Callable[[Case, str], None]
    _gate: Gate = field(init=False)
    _papers: Papers = field(init=False)

    def __post_init__(self) -> None:
        self._gate = Gate(self.case, self.application)
        self._papers = self._gate.papers(self._keep_draft)
        self.desk.watch = lambda step: self.tell(self.case, step)

    async def advance(self) -> None:
        """One state after the other, until the case waits for somebody, is done, or is stopped by an error."""
        steps = {
            _S.RECEIVED: self._prepare,
            _S.AWAITING_SIGNATURE: self._await_signature,
            _S.READY: self._complete,
            _S.COMMITTING: self._look_what_happened,
            _S.SUBMITTED: self._verify_again,
        }
        while True:
            await self._begin_anew()
            before = self.case.state
            if before not in steps:
                return
            self._say(_DOING[before])
            try:
                await steps[before]()
            except Exception as error:
                if await self._sign_in_again(self.desk.ended or as_ours(error)):
                    continue
                return
            except asyncio.CancelledError:  # Ctrl-C, the time is over, or the account is another's
                with suppress(YwtbError):  # nothing may take the place of the cancellation
                    await self.desk.hold()  # whoever has the account now begins the case anew by himself
                    self.case = await self.ledger.get(self.case.id)  # the cut may have come within a move
                    await self._begin_anew()
                raise
            rehearsed = self.dry_run and before is _S.READY
            if self.case.state is before or self.case.state not in GOES_ON or rehearsed or self.case.error:
                return

    async def _sign_in_again(self, error: YwtbError) -> bool:
        """After a lost sign-in: back on the home page, and the case goes on from what the portal has kept.

        Any other error stops the case, and so does a second loss soon after the first, whichever case or program met that
        (:attr:`~rpa.desk.Desk.arrive`). Then False.
        """
        if isinstance(error, SignInLost) and not isinstance(error, AccountTaken):
            logger.warning("{}，重新登录", error)
            try:
                await self.desk.arrive()
            except Exception as again:
                error = as_ours(again)
            else:
                return True
        await self.stop(error)
        return False

    def _say(self, doing: str) -> None:
        logger.info(doing)
        self.tell(self.case, doing)

    async def _begin_anew(self) -> None:
        """A state left half-done, now or by a crash, goes back to where it can be begun again."""
        back = {_S.PREPARING: _S.RECEIVED, _S.COMPLETING: _S.READY}.get(self.case.state)
        if back is not None:
            await self._move(back, reason="中断，退回重新开始")

    async def _move(self, to: CaseState, **changes: object) -> None:
        self.case = await self.ledger.move(self.case.id, to, expect=self.case, **changes)  # type: ignore[arg-type]

    async def _keep_draft(self, number: str) -> None:
        await self.desk.hold()  # another program that has the account now keeps its own
        self.case = await self.ledger.keep(self.case.id, expect=self.case, group_no=number)

    @contextmanager
    def _on_the_desk(self) -> Iterator[Papers]:
        """The case's papers lie on the desk while the block lasts."""
        self._papers.awaits_signature = False
        self.desk.papers = self._papers
        try:
            yield self._papers
        finally:
            self.desk.papers = None

    # --- the states -----------------------------------------------------------------------------------------------

    async def _prepare(self) -> None:
        """received: the pages are filled, the draft is kept, the blank forms are handed out."""
        is_corrected = self.case.revision > 1
        if is_corrected and self.case.attempt == 0:
            await asyncio.to_thread(self._gate.set_aside)
        # the attempts at the old content may have left a draft too
        tried_at = self.case.updated_at if self.case.attempt > 0 or is_corrected else None
        await self._move(_S.PREPARING, attempt=self.case.attempt + 1)
        with self._on_the_desk() as papers:
            papers.tried_at = tried_at
            if await self._is_filed_late() or not await self._fill(self.flow.prepare):
                return
            await self._move(_S.AWAITING_SIGNATURE, to_sign=self._gate.to_sign())
        await self._await_signature()

    async def _await_signature(self) -> None:
        """awaiting_signature: on, once every form that is out has come back signed."""
        if await asyncio.to_thread(self._gate.is_open):
            await self._move(_S.READY)

    async def _complete(self) -> None:
        """ready: scans are brought in, what the portal has kept is proved, and the group is submitted."""
        tried_at = self.case.updated_at
        await self._move(_S.COMPLETING)
        with self._on_the_desk() as papers:
            papers.tried_at = tried_at
            if await self._is_filed_late() or not await self._is_signed():
                return
            filed = await self._list_filed(papers)
            if not await self._fill(self.flow.complete):
                return
            if papers.awaits_signature:
                await self._move(_S.AWAITING_SIGNATURE, to_sign=self._gate.to_sign())
            elif self.dry_run:
                await self._move(_S.READY, reason="试运行，没有上报")
            else:
                self.case = await write_intent(self.ledger, self.case, self.desk, filed)
                await self._commit()

    async def _is_signed(self) -> bool:
        """Whether the signed forms of just this content are there; a case whose scans have gone waits for them again."""
        if await asyncio.to_thread(self._gate.is_open):
            return True
        if not self.case.to_sign:
            raise NeedsPerson("没有这份内容的签字表，不能上报", advice="请用 ywtb submit 重新提交输入")
        await self._move(_S.AWAITING_SIGNATURE)
        return False

    async def _is_filed_late(self) -> bool:
        """Whether an earlier press of this case, of which 我的办件 showed nothing then, has filed it after all."""
        if self.case.intent is None:
            return False
        self._papers.stands_at = ""  # the list takes the place of the page
        number = await find_late(self.flow, self.desk, self.application, self.case.intent)
        if number is None:
            return False
        await self._found(number, "上次的上报后来才出现在我的办件中")
        return True

    async def _list_filed(self, papers: Papers) -> Sequence[str]:
        if self.case.intent is not None:  # what has come since may be of the earlier press
            return list(self.case.intent.get("filed", ()))
        if papers.draft_no is not None:
            return []
        papers.stands_at = ""
        return await list_filed(self.flow, self.desk)

    async def _fill(self, steps: Callable[[Desk, Application], Awaitable[None]]) -> bool:
        """The flow's own steps; False when the portal refuses what an earlier press may have filed: that is settled then."""
        try:
            await steps(self.desk, self.application)
        except PortalRefusal as refusal:
            if not presses(self.case):
                raise
            await self._keep_evidence(refusal)
            await self._settle(refusal, earlier=True)
            return False
        return True

    async def _commit(self) -> None:
        """committing: the one press. Whatever goes wrong from here on, 我的办件 tells what happened."""
        self._say("正在上报")
        try:
            number = await commit(self.flow, self.desk)
        except Exception as error:
            problem = as_ours(error)
            logger.warning("上报结果不明，核对我的办件：{}", problem)
            await self._keep_evidence(problem)
            await self._settle(problem, earlier=presses(self.case) > 1)
        else:
            await self._move(_S.SUBMITTED, group_no=number)
            await self._verify()

    async def _look_what_happened(self) -> None:
        """committing, found so: an earlier run was cut off after its intent."""
        with self._on_the_desk():
            await self._settle(None)

    async def _settle(self, problem: YwtbError | None, *, earlier: bool = False) -> None:
        """What became of the press, by 我的办件; `earlier` when there was one before, which the list did not show."""
        # also when the portal seems to have refused: what a layer says is a guess, what the list shows is not
        number = await reconcile(self.flow, self.desk, self.application, self.case.intent or {})
        if number is None:
            if earlier and isinstance(problem, PortalRefusal):
                # the portal may know the group that its list does not show yet
                raise OutcomeUnknown(
                    f"此前上报过一次，列表中没有该团组，再次申报时网站不予受理：{problem.message}"
                )
            kept = put_off(self.case, problem, self.desk.profile.retry) if problem else {"error": None}
            to = _S.REJECTED if isinstance(problem, PortalRefusal) else _S.READY
            await self._move(to, reason="我的办件中没有，未上报", **kept)
            return
        await self._found(number, "由我的办件确认")

    async def _found(self, number: str, reason: str) -> None:
        await self._move(_S.SUBMITTED, group_no=number, reason=reason)
        await self._verify()

    async def _verify_again(self) -> None:
        """submitted, but an earlier comparison was cut off, not completed, or found a difference."""
        if await is_unproved(self.ledger, self.case):
            with self._on_the_desk():
                await self._verify()

    async def _verify(self) -> None:
        """The detail page against the input; what differs is kept with the case and said, the case stays submitted."""
        self._say("正在核对办件详情")
        problem: YwtbError | None = None
        try:
            await self.desk.arrive()  # away from the layer that told the number
            number = self.case.group_no or ""
            differences = await self.flow.find_differences(self.desk, self.application, number)
        except Exception as error:
            problem = as_ours(error)
            problem.advice = "已上报成功，但没有完成核对；请在“我的办件”中核对办件详情"
        else:
            if differences:
                places = tuple(str(difference) for difference in differences)
                problem = StoredOtherwise(
                    f"已上报，但办件详情与输入不一致：{'、'.join(places)}", fields=places, where=number
                )
        await self._keep_evidence(problem)
        if problem is None:
            await self.ledger.note(self.case.id, _VERIFIED)
        else:
            logger.error("{}", problem)
        self.case = await self.ledger.keep(self.case.id, error=problem)

    # --- when it stops ---------------------------------------------------------------------------------------------

    async def stop(self, error: YwtbError) -> None:
        """Keep evidence and move to the state that this error means for the state the case is in."""
        try:
            if isinstance(error, (AccountTaken, LostRace)):
                raise error
            await self.desk.hold()
        except (AccountTaken, LostRace) as lost:
            # another program has taken the case on, or its input was replaced: it is no longer ours to judge
            logger.warning("{}", lost)
            self.case = await self.ledger.get(self.case.id)
            return
        old, self.case = self.case, await self.ledger.get(self.case.id)  # the cut may have come within a move
        if old.revision != self.case.revision:
            logger.warning("输入已更正，对原内容不再处理：{}", error)
            return
        if not error.where:
            error.where = self.desk.step
        logger.error("{}", error)
        await self._keep_evidence(error)
        match self.case.state:
            case _S.COMMITTING if not isinstance(
                error, PortalFault
            ):  # after a fault it is looked up when it is due
                await self._move(_S.NEEDS_PERSON, error=_unknown(error))
            case _S.PREPARING | _S.COMPLETING if isinstance(error, PortalRefusal):
                await self._move(_S.REJECTED, error=error)
            case _S.PREPARING | _S.COMPLETING if isinstance(error, (NeedsPerson, OutcomeUnknown)):
                await self._move(_S.NEEDS_PERSON, error=error)
            case _S.PREPARING:
                await self._move(_S.RECEIVED, **put_off(self.case, error, self.desk.profile.retry))
            case _S.COMPLETING:
                await self._move(_S.READY, **put_off(self.case, error, self.desk.profile.retry))
            case _:
                kept = put_off(self.case, error, self.desk.profile.retry)
                self.case = await self.ledger.keep(self.case.id, expect=self.case, **kept)

    async def _keep_evidence(self, error: YwtbError | None) -> None:
        await keep_evidence(
            self.desk.page,
            self.case.folder / "evidence",
            type(error).__name__ if error else "verified",
            step=self.desk.step,
            values=personal_values(self.application),
            labels=self.desk.pack.labels(personal_titles(self.flow.model)),
            error=error,
        )


def _unknown(error: YwtbError) -> YwtbError:
    return error if isinstance(error, OutcomeUnknown) else OutcomeUnknown(error.message, where=error.where)
