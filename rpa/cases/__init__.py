"""Cases: the durable record of filing applications, each once."""

from rpa.cases.case import (
    FINAL,
    LEGAL,
    OPEN,
    Case,
    CaseState,
    Event,
    FormToSign,
    Outcome,
    Receipt,
    draw_states,
)
from rpa.cases.errors import (
    IllegalTransition,
    LedgerBroken,
    LedgerBusy,
    LedgerError,
    LedgerFull,
    LedgerUnwritable,
    LostRace,
)
from rpa.cases.ledger import Ledger
from rpa.cases.people import PeopleElsewhere
from rpa.cases.signature import SIGNED_FOLDER, check_scan, find_scan

__all__ = [
    "FINAL",
    "LEGAL",
    "OPEN",
    "SIGNED_FOLDER",
    "Case",
    "CaseState",
    "Event",
    "FormToSign",
    "IllegalTransition",
    "Ledger",
    "LedgerBroken",
    "LedgerBusy",
    "LedgerError",
    "LedgerFull",
    "LedgerUnwritable",
    "LostRace",
    "Outcome",
    "PeopleElsewhere",
    "Receipt",
    "check_scan",
    "draw_states",
    "find_scan",
]
