"""What a person who has looked says became of a press that 我的办件 did not decide for the program (design D4)."""

from __future__ import annotations

from uuid import uuid4

from rpa.cases.case import UNFILED, Case, CaseState
from rpa.cases.errors import IllegalTransition
from rpa.cases.ledger import Ledger
from rpa.errors import NotNow

__all__ = ["settle"]

#: States of a case that goes on after a press which 我的办件 did not show.
_TAKEN_FOR_ABSENT = (CaseState.RECEIVED, CaseState.AWAITING_SIGNATURE, CaseState.READY)

_MOMENT = 60.0  # how long the account is held for it, should this program die meanwhile


async def settle(ledger: Ledger, case: Case, filed: str | None) -> Case:
    """Take a person's word that the case was `filed` under this 团组号, or with None that it was not.

    A group that was filed is looked up on the portal before it is believed: the case is then `committing`. One that was
    not is filed anew from where it came into doubt, as if nothing had been pressed; so is one whose press was taken for
    absent before. Raises :class:`~rpa.cases.errors.IllegalTransition` for a case that is in no such doubt, or for another
    case's number, and :class:`~rpa.errors.NotNow` while another program works with its account.
    """
    if filed is not None:
        await _refuse_anothers(ledger, case, filed)
    if case.state is CaseState.NEEDS_PERSON and case.came_from is not None and case.came_from in UNFILED:
        return await _say(ledger, case, case.came_from, filed)
    if filed is None and case.intent and case.state in _TAKEN_FOR_ABSENT:
        return await ledger.keep(case.id, expect=case, intent=None)
    if case.state is not CaseState.COMMITTING:
        raise IllegalTransition(f"办件处于“{case.state.meaning}”，没有需要核实的上报", where=case.id)
    owner = f"settle-{uuid4().hex}"
    if not await ledger.acquire(case.portal, case.account, owner, _MOMENT):
        raise NotNow("账号正被另一个程序使用，可能正在核对该办件", where=case.id, advice="请等它结束后再试")
    try:
        return await _say(ledger, case, CaseState.COMMITTING, filed)
    finally:
        await ledger.release(case.portal, case.account, owner)


async def _refuse_anothers(ledger: Ledger, case: Case, filed: str) -> None:
    for other in await ledger.list(portal=case.portal, account=case.account):
        if other.group_no == filed and other.id != case.id:
            raise IllegalTransition("这个团组号是另一份办件的", where=other.id)


async def _say(ledger: Ledger, case: Case, doubted: CaseState, filed: str | None) -> Case:
    intent = case.intent or {"draft": case.group_no, "members": case.members, "filed": []}
    doubted = CaseState(intent.get("doubted", doubted))  # it may have been looked up in vain since
    if filed is None:
        return await ledger.move(
            case.id, UNFILED[doubted], expect=case, reason="由人工确认：没有上报", intent=None
        )
    said = {**intent, "said": filed, "doubted": doubted.value}
    if case.state is CaseState.COMMITTING:
        return await ledger.keep(case.id, expect=case, intent=said, error=None, due_at=None)
    reason = f"由人工指明已上报的团组号：{filed}"
    return await ledger.move(case.id, CaseState.COMMITTING, expect=case, reason=reason, intent=said)
