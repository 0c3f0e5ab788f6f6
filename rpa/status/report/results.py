"""What became of the groups of a clerk's workbook, as texts for its result columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rpa.application import Application
from rpa.cases import Ledger
from rpa.cases.database import whole
from rpa.cases.tables import cases
from rpa.errors import NeedsPerson
from rpa.intake import GroupRow
from rpa.profile import PORTAL_TIME
from rpa.status.report.listed import ListedCase, listed_cases
from rpa.status.report.scope import Scope
from rpa.status.tables import groups, history

__all__ = ["HEADINGS", "results_for"]

HEADINGS = ("团组号", "办理状态", "状态时间", "办件编号", "说明")
_NOT_FILED = "台账中没有这个团组：还没有提交，或成员已与提交时不同"


async def results_for(
    ledger: Ledger, rows: Sequence[GroupRow], scope: Scope, models: Mapping[str, type[Application]]
) -> dict[tuple[str, int], tuple[str, ...]]:
    """By sheet and row, the texts under :data:`HEADINGS`.

    A row's case is the newest one of its business type and 团组编号 whose members are exactly the row's: a workbook that
    was moved or renamed is known again, and one that was filled anew with other people under the same 编号 does not get
    the results of the earlier ones.
    """
    found: dict[tuple[str, int], tuple[str, ...]] = {}
    for row in rows:
        case = await _case_of(ledger, row, scope, models[row.business_type])
        found[row.sheet, row.row] = (
            ("", "", "", "", _NOT_FILED) if case is None else await _texts(ledger, case)
        )
    return found


async def _case_of(
    ledger: Ledger, row: GroupRow, scope: Scope, model: type[Application]
) -> ListedCase | None:
    async def read() -> list[ListedCase]:
        async with ledger.reading() as connection:
            return await listed_cases(
                connection,
                scope,
                cases.c.business_type == row.business_type,
                cases.c.key == row.key,
                cases.c.members == row.members,
            )

    for case in reversed(await whole(read())):
        try:
            application = await ledger.application(case.id, model)
        except NeedsPerson:
            continue  # an earlier version of the program kept it in another form
        if row.is_of(application.identity):
            return case
    return None


async def _texts(ledger: Ledger, case: ListedCase) -> tuple[str, ...]:
    async def read() -> tuple[Any, str]:
        async with ledger.reading() as connection:
            row = (await connection.execute(select(groups).where(_mine(groups, case)))).first()
            return row, await _economies(connection, case)

    group, economies = await whole(read())
    error = case.error or {}
    said = [str(error.get("message") or ""), str(error.get("advice") or ""), economies]
    if group is None:
        state, at = case.state.meaning, case.updated_at
    else:
        state, at = group.state, group.moved_at
        if group.gone_at is not None:
            said.insert(0, "“我的办件”中已没有这个团组")
    return case.group_no or "", state, _moment(at), case.id, "；".join(part for part in said if part)


async def _economies(connection: AsyncConnection, case: ListedCase) -> str:
    """What the economies have decided, member by member."""
    query = (
        select(history.c.member, history.c.economy, history.c.to_state)
        .where(
            _mine(history, case),
            history.c.member > 0,
            history.c.last_seen.is_(None),
        )
        .order_by(history.c.member, history.c.economy)
    )
    people: dict[int, dict[str, list[str]]] = {}
    for member, economy, state in await connection.execute(query):
        people.setdefault(member, {}).setdefault(state, []).append(economy)
    return "；".join(
        f"成员 {member} "
        + "，".join(" ".join([state, *filter(None, codes)]) for state, codes in states.items())
        for member, states in people.items()
    )


def _mine(table: Table, case: ListedCase) -> ColumnElement[bool]:
    return and_(
        table.c.portal == case.portal,
        table.c.account == case.account,
        table.c.group_no == (case.group_no or ""),
    )


def _moment(at: datetime) -> str:
    return f"{at.astimezone(PORTAL_TIME):%Y-%m-%d %H:%M}"
