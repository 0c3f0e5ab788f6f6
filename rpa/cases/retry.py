"""Which faults are tried again, and when (design D12): system faults only, with growing gaps; a refusal never is."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from rpa.cases.case import Case
from rpa.cases.rows import Changes
from rpa.errors import AccountTaken, NotNow, PortalFault, YwtbError
from rpa.profile import Retry

__all__ = ["is_passing", "put_off"]

_dice = random.SystemRandom()


def is_passing(error: YwtbError) -> bool:
    """Whether this is a fault of the portal, the network or the browser that may be gone the next time."""
    return isinstance(error, PortalFault) and not isinstance(error, (NotNow, AccountTaken))


def put_off(case: Case, error: YwtbError, retry: Retry) -> Changes:
    """What a case keeps of an error: of a passing fault how many there were in a row, and when it is due again."""
    if not is_passing(error):
        return {"error": error, "due_at": None}  # nor at a time that an earlier fault has set
    faults = case.faults + 1
    gap = retry.gap(faults, _dice.random())
    return {"error": error, "faults": faults, "due_at": datetime.now(UTC) + timedelta(seconds=gap)}
