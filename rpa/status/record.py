"""What a sweep leaves in the ledger: groups, history, notices and its own row, all in one transaction or nothing of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, and_, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rpa.cases import Ledger
from rpa.cases.case import OPEN
from rpa.cases.database import clock, in_turn, whole
from rpa.cases.tables import cases
from rpa.errors import PortalFault, YwtbError
from rpa.flow import HeldCard
from rpa.personal import mask_value
from rpa.status.compare import Change, KindOf, Move, Seen, changes, gone
from rpa.status.notices import Notice, add_notices
from rpa.status.tables import groups, held_cards, history, sweeps
from rpa.status.told import Teller

__all__ = ["Books", "Recorded"]

_AT_ONCE = 500  # numbers in one question: databases limit them
_CONFIRMED_AFTER = timedelta(hours=6)  # a portal that has lost its list for a while has it again by then
_FINGERPRINT = 16  # signs of it are enough for the numbers of one account
_DOUBTS = 2  # sweeps that have doubted a loss before one believes it, however seldom they are


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a sweep has written: the changes, and how many rows of the history they are."""

    changes: tuple[Change, ...] = ()
    rows: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    """What the ledger knew before a sweep, and the cases that groups belong to."""

    groups: dict[str, Row[Any]]
    current: dict[tuple[str, int, str], Row[Any]]
    cases: dict[str, Row[Any]]
    last: Row[Any] | None  # the last complete sweep
    doubts: Sequence[Row[Any]] = ()  # those since that have doubted it, the newest first

    @property
    def all_seen_at(self) -> datetime | None:
        """When everything that is known was last seen."""
        return self.last.ended_at if self.last else None

    @property
    def seen_at(self) -> datetime | None:
        """When what is listed now was last compared."""
        return self.doubts[0].ended_at if self.doubts else self.all_seen_at


@dataclass(frozen=True, slots=True)
class Books:
    """What the ledger keeps of the groups of one account on one portal; every method raises its errors."""

    ledger: Ledger
    portal: str
    account: str
    kind_of: KindOf

    async def known(self) -> tuple[dict[str, Row[Any]], bool]:
        """The groups that earlier sweeps have seen, by their numbers; whether any of those sweeps was complete."""

        async def read() -> tuple[dict[str, Row[Any]], bool]:
            async with self.ledger.reading() as connection:
                return await self._groups(connection), await self._last(connection) is not None

        return await whole(read())

    async def keep(
        self,
        seen: Sequence[Seen],
        missing: Collection[str],
        took: timedelta,
        trouble: YwtbError | None = None,
        cards: Sequence[HeldCard] | None = None,
        *,
        doubted: Collection[str] = (),
    ) -> Recorded:
        """Write what a complete list says. `missing` are the groups that two readings were proved not to have.

        `doubted` are others that it does not have, so many that they are not believed gone until it is confirmed: they
        are left as they were, and the sweep is none that has seen everything.

        `took` is how long the sweep has taken: when it ended is the ledger's clock to say.
        `trouble` is what was amiss with detail pages, if some could not be read; `cards` all that the account's people
        hold, if they were looked at.
        """

        async def write() -> Recorded:
            async with self.ledger.writing() as connection:
                if cards is not None:
                    await self._write_cards(connection, cards)
                return await self._keep(connection, seen, missing, took, trouble, doubted=doubted)

        return await whole(write())

    async def keep_failure(self, took: timedelta, listed: int, error: YwtbError | None = None) -> None:
        """Write that a sweep has proved nothing, and why; a page that is not what its pack says is told once."""

        async def write() -> None:
            async with self.ledger.writing() as connection:
                now = await self._my_turn(connection)
                await add_notices(connection, await self._of_drift(connection, error, now))
                await self._add_sweep(connection, took, now, complete=False, listed=listed, error=error)

        await whole(write())

    async def confirmed(self, missing: Collection[str]) -> frozenset[str]:
        """Those of the missing groups that sweeps have doubted again and again for some time, with none since that has
        found them."""

        async def read() -> frozenset[str]:
            async with self.ledger.reading() as connection:
                doubts = await self._doubts(connection, await self._last(connection))
                now = await clock(connection)
            left = {self._fingerprint(number): number for number in missing}
            found: set[str] = set()
            for count, doubt in enumerate(doubts, 1):
                left = {key: left[key] for key in doubt.error["missing"] if key in left}
                if count >= _DOUBTS and doubt.ended_at <= now - _CONFIRMED_AFTER:
                    found.update(left.values())
                    break
            return frozenset(found)

        return await whole(read())

    async def _keep(
        self,
        connection: AsyncConnection,
        seen: Sequence[Seen],
        missing: Collection[str],
        took: timedelta,
        trouble: YwtbError | None,
        *,
        doubted: Collection[str],
    ) -> Recorded:
        now = await self._my_turn(connection)
        known = await self._known(connection, seen)
        first = known.last is None
        ours = frozenset(number for number, case in known.cases.items() if case.state in OPEN)
        found = [
            *changes(known.groups, seen, known.current, kind_of=self.kind_of, first=first),
            *gone(known.groups, sorted(set(missing) & set(known.groups)), ours=ours),
        ]
        found = await self._teller.once_a_word(connection, found, first=first)
        await self._write_groups(connection, known, seen, found, now)
        rows = await self._write_history(connection, known, found, now)
        told = [
            self._teller.notice(one, known.groups.get(one.group_no), known.cases.get(one.group_no), now)
            for one in found
            if one.told
        ]
        await add_notices(connection, [*told, *await self._of_drift(connection, trouble, now)])
        await self._add_sweep(
            connection,
            took,
            now,
            complete=not doubted,
            listed=len(seen),
            changes=len(found),
            error=_doubt(doubted) if doubted else trouble,
            missing=doubted,
        )
        return Recorded(tuple(found), rows)

    # --- what is known ---------------------------------------------------------------------------------------------

    async def _my_turn(self, connection: AsyncConnection) -> datetime:
        """Wait until no other sweep of the portal is writing, and give the ledger's time: what is told once for all
        accounts (a word, a page that has changed) is looked for before it is told."""
        await in_turn(connection, self.ledger.vault.fingerprint([self.portal, "notices"]))
        return await clock(connection)

    @property
    def _teller(self) -> Teller:
        return Teller(self.ledger.vault, self.portal, self.account)

    async def _of_drift(
        self, connection: AsyncConnection, error: YwtbError | None, now: datetime
    ) -> list[Notice]:
        last = await self._last(connection, clean=True)
        return await self._teller.of_drift(connection, error, last, now)

    def _fingerprint(self, group_no: str) -> str:
        return self.ledger.vault.fingerprint([self.portal, self.account, group_no])[:_FINGERPRINT]

    def _mine(self, table: Table) -> ColumnElement[bool]:
        return and_(table.c.portal == self.portal, table.c.account == self.account)

    async def _groups(self, connection: AsyncConnection) -> dict[str, Row[Any]]:
        found = await connection.execute(select(groups).where(self._mine(groups)))
        return {row.group_no: row for row in found}

    async def _last(self, connection: AsyncConnection, *, clean: bool = False) -> Row[Any] | None:
        """The last complete sweep, in the order in which they were written: a clock may have been set back since. A
        `clean` one has read every page it opened."""
        query: Select[Any] = select(sweeps).where(self._mine(sweeps), sweeps.c.complete)
        if clean:
            query = query.where(sweeps.c.error.is_(None))
        found = await connection.execute(query.order_by(sweeps.c.seq.desc()).limit(1))
        row: Row[Any] | None = found.first()
        return row

    async def _doubts(self, connection: AsyncConnection, last: Row[Any] | None) -> list[Row[Any]]:
        """The sweeps since the last complete one that have doubted their list, the newest first."""
        query = select(sweeps).where(self._mine(sweeps), sweeps.c.error.is_not(None))
        if last is not None:
            query = query.where(sweeps.c.seq > last.seq)
        found = await connection.execute(query.order_by(sweeps.c.seq.desc()))
        return [row for row in found if "missing" in row.error]

    async def _known(self, connection: AsyncConnection, seen: Iterable[Seen]) -> _Known:
        known = await self._groups(connection)
        touched = [one.group_no for one in seen if _is_touched(one, known.get(one.group_no))]
        current: dict[tuple[str, int, str], Row[Any]] = {}
        for some in _parts([number for number in touched if number in known]):
            query = select(history).where(
                self._mine(history), history.c.group_no.in_(some), history.c.last_seen.is_(None)
            )
            for row in await connection.execute(query):
                current[row.group_no, row.member, row.economy] = row
        held: Select[Any] = select(cases.c.id, cases.c.group_no, cases.c.key, cases.c.state).where(
            self._mine(cases), cases.c.group_no.is_not(None)
        )
        ours = {row.group_no: row for row in await connection.execute(held.order_by(cases.c.created_at))}
        last = await self._last(connection)
        return _Known(known, current, ours, last, await self._doubts(connection, last))

    # --- what is written -------------------------------------------------------------------------------------------

    async def _write_groups(
        self,
        connection: AsyncConnection,
        known: _Known,
        seen: Iterable[Seen],
        found: Iterable[Change],
        now: datetime,
    ) -> None:
        moved = {one.group_no for one in found if any(move.member == 0 for move in one.moves)}
        new, changed = [], []
        for one in seen:
            old = known.groups.get(one.group_no)
            values = {
                "business_type": one.business_type,
                "state": one.state,
                "kind": str(one.kind),
                "members": one.members,
                "submitted_at": one.submitted_at,
                "digest": one.digest,
                "moved_at": now if old is None or one.group_no in moved else old.moved_at,
                "detail_at": now if one.progress else (old.detail_at if old else None),
                "gone_at": None,
            }
            if old is None:
                who = {"portal": self.portal, "account": self.account, "group_no": one.group_no}
                new.append({**who, **values, "first_seen": now})
            elif any(getattr(old, name) != value for name, value in values.items()):
                changed.append({"which": one.group_no, **values})
        if new:
            await connection.execute(insert(groups), new)
        if changed:
            mine = update(groups).where(self._mine(groups), groups.c.group_no == bindparam("which"))
            await connection.execute(mine, changed)
        for some in _parts([one.group_no for one in found if one.is_gone]):
            mine = update(groups).where(self._mine(groups), groups.c.group_no.in_(some))
            await connection.execute(mine.values(gone_at=now))

    async def _write_history(
        self, connection: AsyncConnection, known: _Known, found: Sequence[Change], now: datetime
    ) -> int:
        ended: list[dict[str, Any]] = []
        begun: list[dict[str, Any]] = []
        for one in found:
            old = known.groups.get(one.group_no)
            for move in one.moves:
                if move.seq:
                    # members and economies are seen only where a detail page is opened
                    at = old.detail_at if old is not None and move.member else None
                    ended.append({"which": move.seq, "at": at or known.seen_at})
                begun.append(self._row(one, move, now))
            ended += [{"which": seq, "at": old.detail_at if old is not None else None} for seq in one.ended]
        if ended:
            over = update(history).where(history.c.seq == bindparam("which"))
            await connection.execute(over.values(last_seen=bindparam("at")), ended)
        for some in _parts([one.group_no for one in found if one.is_gone]):
            theirs = update(history).where(self._mine(history), history.c.group_no.in_(some))
            await connection.execute(
                theirs.where(history.c.last_seen.is_(None)).values(last_seen=known.all_seen_at)
            )
        if begun:
            await connection.execute(insert(history), begun)
        return len(begun)

    async def _write_cards(self, connection: AsyncConnection, cards: Sequence[HeldCard]) -> None:
        """These and no others: a card that was handed back or replaced is of no interest any more."""
        await connection.execute(delete(held_cards).where(self._mine(held_cards)))
        now, fingerprint = await clock(connection), self.ledger.vault.fingerprint
        rows = {fingerprint([self.portal, card.number]): card for card in cards}
        if rows:
            who = {"portal": self.portal, "account": self.account, "seen_at": now}
            await connection.execute(
                insert(held_cards),
                [
                    {**who, "card": key, "shown": mask_value(card.number)[:40], "ends": card.ends}
                    for key, card in rows.items()
                ],
            )

    def _row(self, change: Change, move: Move, now: datetime) -> dict[str, Any]:
        return {
            "portal": self.portal,
            "account": self.account,
            "group_no": change.group_no,
            "member": move.member,
            "economy": move.economy,
            "from_state": move.before,
            "to_state": move.to,
            "first_seen": now,
        }

    async def _add_sweep(
        self,
        connection: AsyncConnection,
        took: timedelta,
        ended_at: datetime,
        *,
        complete: bool,
        listed: int,
        changes: int = 0,
        error: YwtbError | None = None,
        missing: Collection[str] = (),
    ) -> None:
        doubt = {"missing": sorted(map(self._fingerprint, missing))} if missing else {}
        row = {
            "portal": self.portal,
            "account": self.account,
            "started_at": ended_at - took,
            "ended_at": ended_at,
            "complete": complete,
            "groups": listed,
            "changes": changes,
            "error": error.as_dict() | doubt if error else None,
        }
        await connection.execute(insert(sweeps), [row])


def _doubt(missing: Collection[str]) -> PortalFault:
    return PortalFault(
        f"列表中一下子少了 {len(missing)} 个团组，暂不采信",
        where="我的办件",
        advice="以后的巡查仍读不到这些团组时才会认定；请到网站上核对",
    )


def _is_touched(one: Seen, old: Row[Any] | None) -> bool:
    """Whether the history has to be asked about a group."""
    return old is None or one.progress is not None or old.state != one.state or old.gone_at is not None


def _parts(numbers: Sequence[str]) -> Iterable[Sequence[str]]:
    return (numbers[start : start + _AT_ONCE] for start in range(0, len(numbers), _AT_ONCE))
