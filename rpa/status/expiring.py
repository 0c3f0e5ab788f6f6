"""Passports that run out, as the applications of the ledger know them.

An APEC card ends with the passport that it is bound to, or earlier by a day that the ledger does not know: of cards
nothing is told. What a later case of the same person says takes the place of what an earlier one said.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from pydantic import BaseModel

from rpa.application import Application, Expires
from rpa.cases import Case, CaseState, Ledger
from rpa.errors import YwtbError
from rpa.flow import flow
from rpa.intake.values import months_later
from rpa.personal import Personal
from rpa.profile import PORTAL_TIME
from rpa.status.notices import Notice, NoticeKind

__all__ = ["expiring"]

_NOT_FILED = frozenset({CaseState.REJECTED, CaseState.ABANDONED})
_IDENTITY = "身份证号"
_LATE = 30  # days; of what ran out before that nobody need be told any more


class _Document(NamedTuple):
    case: Case
    member: int
    what: str
    ends: date


async def expiring(ledger: Ledger, months: Sequence[int], now: datetime) -> AsyncIterator[Notice]:
    """A notice for each document that runs out within one of these numbers of months: of the marks it is past, the last."""
    if not months:
        return
    today = now.astimezone(PORTAL_TIME).date()
    known: dict[tuple[str, str], _Document] = {}
    for case in await ledger.list():
        if case.state in _NOT_FILED or case.rehearsal:
            continue
        try:
            application = await ledger.application(case.id, flow(case.business_type).model)
        except YwtbError:  # of a business type that is no longer installed, or kept by an earlier version
            continue
        for who, member, what, ends in _documents(application):
            known[who or f"{case.id} {member}", what] = _Document(case, member, what, ends)
    for (who, what), one in known.items():
        mark = _mark(one.ends, sorted(months), today)
        if mark is not None:
            key = ledger.vault.fingerprint([who, what, one.ends.isoformat(), str(mark)])
            yield _notice(f"{NoticeKind.EXPIRING}:{key}", one, mark, now)


def _documents(application: Application) -> Iterator[tuple[str, int, str, date]]:
    for place, member in enumerate(application.members, 1):
        who = next(_marked(member, _IDENTITY), "")
        for what, ends in _last_days(member):
            yield who, place, what, ends


def _last_days(model: BaseModel) -> Iterator[tuple[str, date]]:
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if isinstance(value, date):
            yield from ((mark.what, value) for mark in field.metadata if isinstance(mark, Expires))
        elif isinstance(value, BaseModel):
            yield from _last_days(value)


def _marked(model: BaseModel, what: str) -> Iterator[str]:
    for name, field in type(model).model_fields.items():
        if any(isinstance(mark, Personal) and mark.what == what for mark in field.metadata):
            yield str(getattr(model, name))


def _mark(ends: date, months: Sequence[int], today: date) -> int | None:
    if ends < today:
        return 0 if (today - ends).days <= _LATE else None
    return next((mark for mark in months if ends <= months_later(today, mark)), None)


def _notice(key: str, one: _Document, mark: int, now: datetime) -> Notice:
    case = one.case
    detail = {
        "business_type": case.business_type,
        "what": one.what,
        "months": str(mark),
        "member": str(one.member),
        "key": case.key,
    }
    return Notice(key, NoticeKind.EXPIRING, case.portal, case.account, now, case.group_no, case.id, detail)
