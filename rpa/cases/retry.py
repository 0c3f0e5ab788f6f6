"""Which faults are tried again, and when (design D12): system faults only, with growing gaps; a refusal never is."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from rpa.cases.case import Case
from rpa.cases.rows import Changes
from rpa.errors import AccountContested, AccountTaken, NotNow, PortalFault, YwtbError
from rpa.profile import PORTAL_TIME, Retry

__all__ = ["is_passing", "left_alone", "put_off"]

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


def left_alone(case: Case, error: AccountContested, seconds: float) -> Changes:
    """What a case keeps that was not begun because somebody else is at its account: it is due when that may be over.

    It counts as a fault in a row, so that a case that never comes to its turn is a person's in the end.
    """
    due = datetime.now(UTC) + timedelta(seconds=seconds)
    kept = AccountContested(
        error.message,
        where=error.where,
        advice=f"该办件尚未开始，{due.astimezone(PORTAL_TIME):%H:%M}（北京时间）后由 ywtb serve 继续，"
        "或确认没有人在别处使用该账号后用 ywtb resume 继续",
    )
    return {"error": kept, "faults": case.faults + 1, "due_at": due}
