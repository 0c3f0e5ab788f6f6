"""Passports that run out, as the applications of the ledger know them, and cards, as the last full sweep has seen them.

What a later case of the same person says takes the place of what an earlier one said.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError
from sqlalchemy import Row, Select, select

from rpa.application import Application, Expires
from rpa.cases import CaseState, Ledger
from rpa.cases.database import whole
from rpa.cases.tables import cases
from rpa.flow import flows
from rpa.intake.values import months_later
from rpa.personal import Personal
from rpa.profile import PORTAL_TIME
from rpa.status.notices import Notice, NoticeKind
from rpa.status.tables import held_cards

__all__ = ["expiring"]

_NOT_FILED = frozenset({CaseState.REJECTED, CaseState.ABANDONED})
_IDENTITY = "身份证号"
_AT_ONCE = 200
_LATE = 30  # days; of what ran out before that nobody need be told any more


class _Case(NamedTuple):
    id: str
    portal: str
    account: str
    business_type: str
    group_no: str | None
    key: str
    created_at: datetime


class _Document(NamedTuple):
    case: _Case
    member: int
    what: str
    ends: date


async def expiring(ledger: Ledger, months: Sequence[int], now: datetime) -> list[Notice]:
    """A notice for each document that runs out within one of these numbers of months: of the marks it is past, the last."""
    if not months:
        return []
    today = now.astimezone(PORTAL_TIME).date()
    found = await _cards(ledger, months, today, now)
    known: dict[tuple[str, str], _Document] = {}
    async for case in _filed(ledger):
        for who, member, what, ends in _documents(_application(ledger, case)):
            which = (who or f"{case.id} {member}", what)
            if which not in known or known[which].case.created_at <= case.created_at:
                known[which] = _Document(_without_content(case), member, what, ends)
    for (who, what), one in known.items():
        mark = _mark(one.ends, sorted(months), today)
        if mark is not None:
            key = ledger.vault.fingerprint([who, what, one.ends.isoformat(), str(mark)])
            found.append(_notice(f"{NoticeKind.EXPIRING}:{key}", one, mark, now))
    return found


async def _cards(ledger: Ledger, months: Sequence[int], today: date, now: datetime) -> list[Notice]:
    async def read() -> Sequence[Row[Any]]:
        async with ledger.reading() as connection:
            soon = held_cards.c.ends <= months_later(today, max(months))
            rows: Sequence[Row[Any]] = (await connection.execute(select(held_cards).where(soon))).all()
            return rows

    found = []
    for card in await whole(read()):
        mark = _mark(card.ends, sorted(months), today)
        if mark is not None:
            key = f"{NoticeKind.EXPIRING}:{card.card}:{card.ends}:{mark}"
            detail = {
                "what": "旅行卡",
                "months": str(mark),
                "card": card.shown,
                "ends": card.ends.isoformat(),
            }
            found.append(Notice(key, NoticeKind.EXPIRING, card.portal, card.account, now, detail=detail))
    return found


async def _filed(ledger: Ledger) -> AsyncIterator[Row[Any]]:
    """The cases that were filed or are to be, by their ids; so many at once that it is quick, and few enough to hold."""
    query: Select[Any] = (
        select(cases)
        .where(cases.c.state.not_in(sorted(_NOT_FILED)), cases.c.rehearsal.is_(False))
        .order_by(cases.c.id)
        .limit(_AT_ONCE)
    )

    async def read(after: str) -> Sequence[Row[Any]]:
        async with ledger.reading() as connection:
            rows: Sequence[Row[Any]] = (await connection.execute(query.where(cases.c.id > after))).all()
            return rows

    rows = await whole(read(""))
    while rows:
        for row in rows:
            yield row
        rows = await whole(read(rows[-1].id))


def _without_content(row: Row[Any]) -> _Case:
    return _Case(*(getattr(row, name) for name in _Case._fields))


def _application(ledger: Ledger, case: Row[Any]) -> Application | None:
    one = flows().get(case.business_type)  # none: of a type that is no longer installed
    content = ledger.vault.decrypt(case.content)
    try:
        return one.model.model_validate_json(content) if one else None
    except ValidationError:  # kept by an earlier version in another form
        return None


def _documents(application: Application | None) -> Iterator[tuple[str, int, str, date]]:
    for place, member in enumerate(application.members if application else (), 1):
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
