"""Good groups of the input become cases."""

from __future__ import annotations

from rpa.cases import Receipt
from rpa.cli.inputs import Inputs
from rpa.cli.office import Office

__all__ = ["receive"]


def receive(office: Office, inputs: Inputs) -> list[Receipt]:
    """A case for each good group: a new one, or the one it has already."""
    return [
        office.do(
            office.ledger.receive(
                located.application,
                portal=inputs.profile.name,
                account=account,
                source=located.file.absolute(),
            )
        )
        for located, account in inputs.groups
    ]
