"""The ledger: the one place that writes cases. Each change is one transaction with its event (design D6)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Row, Select, distinct, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from rpa.application import Application
from rpa.cases import breakers as _breakers
from rpa.cases import leases as _leases
from rpa.cases.case import OPEN, Case, CaseState, Event, Outcome, Receipt
from rpa.cases.database import WRITING, database_file, in_turn, migrate, open_engine, whole
from rpa.cases.errors import LostRace, retold
from rpa.cases.people import People
from rpa.cases.rows import Changes, Rows, event_of, move_detail, new_id
from rpa.cases.saved_sign_ins import SavedSignIns
from rpa.cases.tables import cases, events
from rpa.errors import NeedsPerson, SettingsError
from rpa.logs import masked_data
from rpa.settings import load_settings
from rpa.vault import Vault

__all__ = ["Changes", "Ledger"]

_AnyApplication = TypeVar("_AnyApplication", bound=Application)

_Answer = TypeVar("_Answer")

_TRIES = 16


class Ledger:
    """The durable record of all cases: :meth:`open` it, and :meth:`close` it or use ``async with``.

    `saved_sign_ins` are those that persons have made, for every program that shares this ledger; `vault` is the
    key to what the ledger keeps.
    """

    def __init__(self, engine: AsyncEngine, vault: Vault, folder: Path) -> None:
        self._engine = engine
        self._writing = engine.execution_options(**{WRITING: True})
        self.vault = vault
        self._rows = Rows(vault, folder)
        self._people = People(vault)
        self.saved_sign_ins = SavedSignIns(engine, self._writing, vault)

    @classmethod
    async def open(cls, url: str, vault: Vault, folder: Path | None = None) -> Self:
        """Open the ledger at `url` and bring its tables up to date.

        `folder` is where each case has its own folder; by default ``cases`` beside the SQLite file, or
        the data folder's. Raises :class:`LedgerError` or :class:`SettingsError`.
        """
        with retold():
            engine = open_engine(url)
            try:
                await migrate(engine)
            except BaseException:
                await engine.dispose()
                raise
        file = database_file(url)
        return cls(
            engine,
            vault,
            folder or (file.absolute().parent / "cases" if file else load_settings().cases_folder),
        )

    async def close(self) -> None:
        """Let go of the database."""
        await self._engine.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def receive(
        self,
        application: Application,
        *,
        portal: str,
        account: str,
        source: Path | str = "",
        rehearsal: bool = False,
        again: bool = False,
    ) -> Receipt:
        """Record an application as a case, once.

        The same application (`Application.identity`) has one open case per portal and account. Received
        again unchanged, its case is returned as it is; changed before the intent to submit, the case
        takes the new content and starts again; changed after it, nothing happens. What was filed before with just this
        content and is closed by now is only filed `again` when that is asked for. No server files a `rehearsal`. Raises
        :class:`~rpa.cases.people.PeopleElsewhere` when one of its people stands in another open case.
        """
        content = application.model_dump_json()
        identity = self.vault.fingerprint(
            [portal, account, application.business_type, *sorted(application.identity)]
        )
        digest = self.vault.fingerprint([content])
        incoming = {
            "members": len(application.members),
            "key": application.key,
            "source": str(source).encode("utf-8", "replace").decode(),  # on Linux a name need not be text
            "digest": digest,
            "content": self.vault.encrypt(content),
            "rehearsal": rehearsal,
        }
        business_type = application.business_type
        who = {"identity": identity, "portal": portal, "account": account, "business_type": business_type}

        async def receive_once(connection: AsyncConnection, shift: int) -> Receipt:
            found = await connection.execute(
                select(cases).where(cases.c.identity == identity, _in_states(OPEN)).with_for_update()
            )
            row = found.first()
            if row is None:
                if not again and (closed := await self._closed(connection, identity, digest)):
                    return Receipt(closed, Outcome.ALREADY)
                await in_turn(connection, self.vault.fingerprint([portal, account, "receive"]))
                await self._people.mind(connection, who, application)
                return await self._create(connection, {**who, **incoming}, shift)
            if row.digest == digest:
                return Receipt(self._rows.case(row), Outcome.ALREADY)
            if not self._rows.case(row).is_revisable:
                return Receipt(self._rows.case(row), Outcome.TOO_LATE)
            return await self._revise(connection, row, incoming)

        with retold():
            for shift in range(_TRIES):
                try:
                    return await self._write(partial(receive_once, shift=shift))
                except IntegrityError:  # another process was quicker, or took the same case id
                    continue
        raise LostRace("同一申请正在被另一个程序写入台账")

    async def _closed(self, connection: AsyncConnection, identity: str, digest: str) -> Case | None:
        """The last closed case of just this content."""
        same = (cases.c.identity == identity, cases.c.digest == digest, _in_states([CaseState.CLOSED]))
        newest = select(cases).where(*same).order_by(cases.c.created_at.desc(), cases.c.id.desc()).limit(1)
        row = (await connection.execute(newest)).first()
        return None if row is None else self._rows.case(row)

    async def _create(self, connection: AsyncConnection, values: Mapping[str, Any], shift: int) -> Receipt:
        now = datetime.now(UTC)
        same_people = select(func.count()).where(cases.c.identity == values["identity"])
        earlier = await connection.scalar(same_people)
        row = (
            await connection.execute(
                insert(cases)
                .values(
                    **values,
                    id=new_id(now, shift),
                    state=CaseState.RECEIVED,
                    revision=1,
                    attempt=1 if earlier else 0,  # an ended case may have left a draft on the portal
                    to_sign=self._rows.seal([]),
                    created_at=now,
                    updated_at=now,
                )
                .returning(cases)
            )
        ).one()
        states = (None, CaseState.RECEIVED)
        await _add_event(
            connection, row.id, now, "received", states=states, detail=masked_data({"key": row.key})
        )
        return Receipt(self._rows.case(row), Outcome.CREATED)

    async def _revise(
        self, connection: AsyncConnection, row: Row[Any], incoming: Mapping[str, Any]
    ) -> Receipt:
        # The group number stays: the portal's draft of the old content is taken up again, not left there. So does the
        # intent: a press for the old content may show up late. Of one that was returned it is known what became of it.
        known = {"intent": None} if row.state == CaseState.RETURNED else {}
        now = datetime.now(UTC)
        changed = (
            await connection.execute(
                update(cases)
                .where(cases.c.id == row.id, cases.c.state == row.state, cases.c.revision == row.revision)
                .values(
                    **incoming,
                    **known,
                    state=CaseState.RECEIVED,
                    came_from=None,
                    revision=row.revision + 1,
                    attempt=0,
                    error=None,
                    faults=0,
                    due_at=None,
                    to_sign=self._rows.seal([]),
                    updated_at=now,
                )
                .returning(cases)
            )
        ).first()
        if changed is None:
            raise LostRace("办件状态已被另一个程序改变", where=row.id)
        detail = masked_data({"revision": changed.revision, "key": changed.key})
        states = (CaseState(row.state), CaseState.RECEIVED)
        await _add_event(connection, row.id, now, "revised", states=states, detail=detail)
        return Receipt(self._rows.case(changed), Outcome.UPDATED)

    async def get(self, case_id: str) -> Case:
        """The case with this id, or with an id that alone begins so (the date may be left out)."""
        asked = case_id.strip().lower()
        like = or_(
            cases.c.id.startswith(asked, autoescape=True), cases.c.id.contains(f"-{asked}", autoescape=True)
        )
        found = await self._read(select(cases).where(like).order_by(cases.c.id).limit(6))
        rows = [row for row in found if row.id == asked] or found
        if not asked or not rows:
            raise SettingsError(
                "没有这个编号的办件", where=case_id, advice="请用 ywtb cases 查看全部办件的编号"
            )
        if len(rows) > 1:
            ids = "、".join(row.id for row in rows[:5])
            raise SettingsError("有多个办件的编号以此开头", where=case_id, advice=f"请写完整：{ids}")
        return self._rows.case(rows[0])

    async def list(
        self,
        *,
        states: Iterable[CaseState] | None = None,
        account: str | None = None,
        portal: str | None = None,
        business_type: str | None = None,
        limit: int | None = None,
    ) -> tuple[Case, ...]:
        """Cases, oldest first; with a `limit` the newest so many of them."""
        query = select(cases)
        if states is not None:
            query = query.where(_in_states(states))
        for column, wanted in (
            (cases.c.account, account),
            (cases.c.portal, portal),
            (cases.c.business_type, business_type),
        ):
            if wanted is not None:
                query = query.where(column == wanted)
        query = query.order_by(cases.c.created_at.desc(), cases.c.id.desc()).limit(limit)
        rows = await self._read(query)
        return tuple(self._rows.case(row) for row in reversed(rows))

    async def application(self, case_id: str, model: type[_AnyApplication]) -> _AnyApplication:
        """The application of a case, decrypted, as its business type's model.

        Raises :class:`~rpa.errors.NeedsPerson` when an earlier version of the program kept it in another form.
        """
        rows = await self._read(select(cases.c.content).where(cases.c.id == case_id))
        if not rows:
            raise SettingsError("没有这个编号的办件", where=case_id)
        try:
            return model.model_validate_json(self.vault.decrypt(rows[0].content))
        except ValidationError:
            raise NeedsPerson(
                "台账中该办件的内容不符合本版本程序的格式",
                where=case_id,
                advice="请用 ywtb template 生成新模板，重新提交该团组",
            ) from None

    async def events(self, case_id: str) -> tuple[Event, ...]:
        """All that happened to a case, in its order."""
        query = select(events).where(events.c.case_id == case_id).order_by(events.c.seq)
        rows = await self._read(query)
        return tuple(event_of(row) for row in rows)

    async def submitted_since(self, portal: str, account: str, moment: datetime) -> int:
        """How many groups of an account were submitted since `moment` (aware)."""
        query = (
            select(func.count(distinct(events.c.case_id)))
            .join(cases, cases.c.id == events.c.case_id)
            .where(
                cases.c.portal == portal,
                cases.c.account == account,
                events.c.to_state == CaseState.SUBMITTED,
                events.c.at >= moment,
            )
        )
        (row,) = await self._read(query)
        return int(row[0])

    async def move(
        self,
        case_id: str,
        to: CaseState,
        *,
        expect: Case | CaseState | None = None,
        reason: str = "",
        **changes: Unpack[Changes],
    ) -> Case:
        """Move a case to another state and record it, in one transaction; returns the case as it then is.

        `expect` is the state, or better the case, that the caller acts on: if it is no longer so,
        :class:`LostRace`. Raises :class:`IllegalTransition` for a move the table does not allow, for
        ``committing`` without an `intent` (design D4) and for ``submitted`` without a group number.
        `reason` is for people; it is masked.
        """

        async def move_once(connection: AsyncConnection) -> Case:
            found = await connection.execute(select(cases).where(cases.c.id == case_id).with_for_update())
            row = found.first()
            if row is None:
                raise SettingsError("没有这个编号的办件", where=case_id)
            _check_expected(row, expect)
            values = self._rows.to_move(row, to, changes)
            now = datetime.now(UTC)
            moved = (
                await connection.execute(
                    update(cases)
                    .where(
                        cases.c.id == case_id, cases.c.state == row.state, cases.c.revision == row.revision
                    )
                    .values(**values, updated_at=now)
                    .returning(cases)
                )
            ).first()
            if moved is None:
                raise LostRace("办件状态已被另一个程序改变", where=case_id)
            detail = move_detail(reason, values)
            states = (CaseState(row.state), to)
            await _add_event(connection, case_id, now, "moved", states=states, detail=detail)
            return self._rows.case(moved)

        with retold():
            return await self._write(move_once)

    async def keep(self, case_id: str, *, expect: Case | None = None, **changes: Unpack[Changes]) -> Case:
        """Change what a case knows without moving it: the draft's number the moment the portal tells it, a doubt.

        `expect` is the case that the caller acts on: if it was moved or corrected since, :class:`LostRace`.
        """

        async def keep_once(connection: AsyncConnection) -> Case:
            found = await connection.execute(select(cases).where(cases.c.id == case_id).with_for_update())
            before = found.first()
            if before is None:
                raise SettingsError("没有这个编号的办件", where=case_id)
            _check_expected(before, expect)
            values = self._rows.to_keep(changes, case_id)
            now = datetime.now(UTC)
            row = (
                await connection.execute(
                    update(cases)
                    .where(cases.c.id == case_id)
                    .values(**values, updated_at=now)
                    .returning(cases)
                )
            ).one()
            await _add_event(connection, case_id, now, "kept", detail=move_detail("", values))
            return self._rows.case(row)

        with retold():
            return await self._write(keep_once)

    async def note(self, case_id: str, kind: str, detail: Mapping[str, Any] | None = None) -> None:
        """Add an event that changes no state. `detail` is masked."""

        async def add(connection: AsyncConnection) -> None:
            await _add_event(connection, case_id, datetime.now(UTC), kind, detail=masked_data(detail or {}))

        with retold():
            try:
                await self._write(add)
            except IntegrityError:
                raise SettingsError("没有这个编号的办件", where=case_id) from None

    async def acquire(self, portal: str, account: str, owner: str, ttl: float) -> bool:
        """Take the account for `ttl` seconds; False while another owner holds it."""
        with retold():
            return await whole(_leases.acquire(self._writing, portal, account, owner, ttl))

    async def renew(self, portal: str, account: str, owner: str, ttl: float) -> bool:
        """Hold the account for `ttl` seconds more; False when it was lost."""
        with retold():
            return await whole(_leases.renew(self._writing, portal, account, owner, ttl))

    async def release(self, portal: str, account: str, owner: str) -> None:
        """Give the account back."""
        with retold():
            await whole(_leases.release(self._writing, portal, account, owner))

    async def count_fault(self, portal: str, limit: int, pause: float) -> datetime | None:
        """Count a system fault of a portal; until when it is left alone, if it was the `limit`-th in a row."""
        with retold():
            return await whole(_breakers.count(self._writing, portal, limit, pause))

    async def clear_faults(self, portal: str) -> None:
        """Something went well on a portal: its count of faults begins anew."""
        with retold():
            await whole(_breakers.close(self._writing, portal))

    async def paused_until(self, portal: str, pause: float) -> datetime | None:
        """Until when a portal is left alone, at most `pause` seconds from now; None when it may be asked."""
        with retold():
            return await whole(_breakers.paused_until(self._engine, self._writing, portal, pause))

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection for what else lies here; failures in the block are :class:`LedgerError`. Done by ``whole()``."""
        with retold():
            async with self._engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """The same for one transaction that began with the write lock: kept as a whole, or undone by an error."""
        with retold():
            async with self._writing.begin() as connection:
                yield connection

    async def _write(self, work: Callable[[AsyncConnection], Awaitable[_Answer]]) -> _Answer:
        async def in_one_transaction() -> _Answer:
            async with self._writing.begin() as connection:
                return await work(connection)

        return await whole(in_one_transaction())

    async def _read(self, query: Select[Any]) -> Sequence[Row[Any]]:
        async def read() -> Sequence[Row[Any]]:
            async with self.reading() as connection:
                rows: Sequence[Row[Any]] = (await connection.execute(query)).all()
                return rows

        return await whole(read())


def _check_expected(row: Row[Any], expect: Case | CaseState | None) -> None:
    if expect is None:
        return
    state = expect.state if isinstance(expect, Case) else expect
    # a state that was left and entered again, by another program or with another input, is not the same
    same = not isinstance(expect, Case) or (expect.revision, expect.attempt) == (row.revision, row.attempt)
    if row.state != state or not same:
        raise LostRace("办件状态或内容已被另一个程序改变", where=row.id)


def _in_states(states: Iterable[CaseState]) -> ColumnElement[bool]:
    return cases.c.state.in_(sorted(states))


async def _add_event(
    connection: AsyncConnection,
    case_id: str,
    at: datetime,
    kind: str,
    *,
    states: tuple[CaseState | None, CaseState | None] = (None, None),
    detail: Mapping[str, Any],
) -> None:
    await connection.execute(
        insert(events).values(
            case_id=case_id, at=at, kind=kind, from_state=states[0], to_state=states[1], detail=dict(detail)
        )
    )
