"""Cases: the durable record of filing applications, each once."""

from rpa.cases.case import FINAL, LEGAL, OPEN, Case, CaseState, Event, FormToSign, draw_states
from rpa.cases.errors import (
    IllegalTransition,
    LedgerBroken,
    LedgerBusy,
    LedgerError,
    LedgerFull,
    LedgerUnwritable,
    LostRace,
)
from rpa.cases.ledger import Ledger, Outcome, Receipt

__all__ = [
    "FINAL",
    "LEGAL",
    "OPEN",
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
    "Receipt",
    "draw_states",
]
