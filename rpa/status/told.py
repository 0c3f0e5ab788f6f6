"""What a sweep tells people: each change as one notice, with a key by which it is the same notice whenever it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rpa.errors import PageChanged, YwtbError
from rpa.screen import StateKind
from rpa.status.compare import Change, steps
from rpa.status.notices import Notice, NoticeKind
from rpa.status.tables import notices
from rpa.vault import Vault

__all__ = ["Teller"]

_AT_ONCE = 500  # keys in one question: databases limit them


@dataclass(frozen=True, slots=True)
class Teller:
    """Words the notices about one account on one portal. `vault` makes the keys, which name nobody."""

    vault: Vault
    portal: str
    account: str

    def _key(self, kind: NoticeKind, *parts: str) -> str:
        return f"{kind}:{self.vault.fingerprint([self.portal, *parts])}"

    async def once_a_word(
        self, connection: AsyncConnection, found: Sequence[Change], *, first: bool
    ) -> list[Change]:
        """The changes, with a word that the packs do not know told as such once; after that it is a state like others."""
        keys = [self._key_of_word(one) for one in found if one.told is NoticeKind.UNKNOWN_STATE]
        if not keys:
            return list(found)
        query = select(notices.c.key).where(notices.c.key.in_(sorted(set(keys))[:_AT_ONCE]))
        told = set((await connection.scalars(query)).all())
        again = None if first else NoticeKind.STATE_CHANGED
        kept = []
        for one in found:
            is_new = one.told is not NoticeKind.UNKNOWN_STATE or self._key_of_word(one) not in told
            kept.append(one if is_new else replace(one, told=again))
            if one.told is NoticeKind.UNKNOWN_STATE:
                told.add(self._key_of_word(one))
        return kept

    def _key_of_word(self, change: Change) -> str:
        return self._key(NoticeKind.UNKNOWN_STATE, change.business_type, _unknown_word(change))

    def notice(self, change: Change, old: Row[Any] | None, case: Row[Any] | None, now: datetime) -> Notice:
        """What is told of a change to a group that was known as `old`, and that a case is about, if so."""
        kind = change.told
        assert kind is not None
        detail = {"business_type": change.business_type, "from": change.before, "to": change.state}
        if kind is NoticeKind.UNKNOWN_STATE:
            key = self._key_of_word(change)
            detail["word"] = _unknown_word(change)
        else:
            # each row of the history ends once, so what follows on it is told once; a new group has none
            before = max((move.seq for move in change.moves), default=0)
            since = old.moved_at.isoformat() if old is not None else ""
            key = self._key(kind, self.account, change.group_no, str(before), since)
        for name, words in (
            ("members", steps(move for move in change.moves if not move.economy)),
            ("economies", steps(move for move in change.moves if move.economy)),
            ("opinion", change.opinion),
            ("key", case.key if case else ""),
        ):
            if words:
                detail[name] = words
        case_id = case.id if case else None
        return Notice(key, kind, self.portal, self.account, now, change.group_no, case_id, detail)

    async def of_drift(
        self, connection: AsyncConnection, error: YwtbError | None, last: Row[Any] | None, now: datetime
    ) -> list[Notice]:
        """What is told of a page that is not what its pack says: once until a sweep of the account finds all well,
        as the `last` one did before."""
        if not isinstance(error, PageChanged):
            return []
        key = self._key(NoticeKind.PORTAL_CHANGED, error.where, error.message)
        query = select(notices.c.seq).where(notices.c.key.startswith(f"{key}:", autoescape=True)).limit(1)
        if last is not None:
            query = query.where(notices.c.at > last.ended_at)
        if await connection.scalar(query) is not None:
            return []
        key = f"{key}:{last.seq if last else 0}"
        detail = {"where": error.where, "message": error.message, "advice": error.advice}
        return [Notice(key, NoticeKind.PORTAL_CHANGED, self.portal, self.account, now, detail=detail)]


def _unknown_word(change: Change) -> str:
    return next(move.to for move in change.moves if move.kind is StateKind.UNKNOWN)
