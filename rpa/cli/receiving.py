"""Good groups of the input become cases."""

from __future__ import annotations

from rpa.cases import CaseState, Outcome, PeopleElsewhere, Receipt
from rpa.cases.people import Shared
from rpa.cli.inputs import Inputs
from rpa.cli.office import Office
from rpa.errors import Problem
from rpa.intake import Located

__all__ = ["is_undecided", "receive"]


def receive(
    office: Office, inputs: Inputs, *, rehearsal: bool = False, again: bool = False
) -> tuple[list[Receipt], list[Problem]]:
    """A case for each good group: a new one, or the one it has already. A `rehearsal` is never filed by a server;
    what is closed is filed `again` only when that is asked for.

    None for a group with somebody in it who stands in another open case: where that is said, as a problem.
    """
    receipts: list[Receipt] = []
    problems: list[Problem] = []
    for located, account in inputs.groups:
        receiving = office.ledger.receive(
            located.application,
            portal=inputs.profile.name,
            account=account,
            source=located.file.absolute(),
            rehearsal=rehearsal,
            again=again,
        )
        try:
            receipts.append(office.do(receiving))
        except PeopleElsewhere as refused:
            problems += [_elsewhere(located, one, office) for one in refused.shared]
    return receipts, problems


def _elsewhere(located: Located, shared: Shared, office: Office) -> Problem:
    other = office.do(office.ledger.get(shared.case_id))
    sheet, cell = located.place("members", shared.member, shared.field)
    title = type(located.application.members[shared.member]).model_fields[shared.field].title
    then = (
        f"以本团组为准的，请先用 ywtb abandon {other.id} 放弃那份办件，再重新提交"
        if other.is_revisable
        else "请等那份办件办结，用 ywtb sync 更新状态后再提交"
    )
    message = f"该成员已在另一份未办结的办件 {other.id}（团组 {other.key}，{other.state.meaning}）中，没有申报本团组；{then}"
    return Problem(str(located.file), sheet, cell, title or "", message)


def is_undecided(receipt: Receipt) -> bool:
    """Whether a changed input came while it is not known what became of the last press for the old one."""
    open_ends = (CaseState.COMMITTING, CaseState.NEEDS_PERSON)
    return receipt.outcome is Outcome.TOO_LATE and receipt.case.state in open_ends
