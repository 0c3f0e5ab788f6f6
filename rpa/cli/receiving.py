"""Good groups of the input become cases."""

from __future__ import annotations

from rpa.cases import CaseState, Outcome, Receipt
from rpa.cli.inputs import Inputs
from rpa.cli.office import Office

__all__ = ["is_undecided", "receive"]


def receive(office: Office, inputs: Inputs, *, rehearsal: bool = False) -> list[Receipt]:
    """A case for each good group: a new one, or the one it has already. A `rehearsal` is never filed by a server."""
    return [
        office.do(
            office.ledger.receive(
                located.application,
                portal=inputs.profile.name,
                account=account,
                source=located.file.absolute(),
                rehearsal=rehearsal,
            )
        )
        for located, account in inputs.groups
    ]


def is_undecided(receipt: Receipt) -> bool:
    """Whether a changed input came while it is not known what became of the last press for the old one."""
    open_ends = (CaseState.COMMITTING, CaseState.NEEDS_PERSON)
    return receipt.outcome is Outcome.TOO_LATE and receipt.case.state in open_ends
