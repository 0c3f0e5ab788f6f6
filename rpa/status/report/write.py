"""Gathers what a report tells and writes its two files."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rpa.cases import Case, Ledger
from rpa.cases.database import whole
from rpa.cases.drift import moved_elements
from rpa.errors import SettingsError
from rpa.private_files import write_private
from rpa.profile import PORTAL_TIME
from rpa.screen import StateKind
from rpa.status.compare import KindOf
from rpa.status.report.attention import accounts, expiring_documents, waiting_cases, waiting_groups
from rpa.status.report.listed import ListedCase, listed_cases
from rpa.status.report.movement import movements
from rpa.status.report.page import Facts, build_page
from rpa.status.report.scope import Scope
from rpa.status.report.stays import stays
from rpa.status.report.timelines import chosen, timelines
from rpa.status.report.workbook import build_workbook
from rpa.status.tables import groups

__all__ = ["Written", "write_report"]

_FINAL = [kind for kind in StateKind if kind.is_final]


@dataclass(frozen=True)
class Written:
    """Where the report is, and its first figures."""

    page: Path
    workbook: Path
    groups: int
    cases: int
    waiting: int


async def write_report(
    ledger: Ledger, scope: Scope, folder: Path, *, titles: Mapping[str, str], kind_of: KindOf
) -> Written:
    """Write the page and the workbook of this scope into `folder`, both 0600; `titles` are the business types' words.

    Raises :class:`~rpa.cases.errors.LedgerError`, and :class:`~rpa.errors.SettingsError` when the folder cannot be
    written to.
    """

    async def read() -> tuple[list[ListedCase], bytes]:
        async with ledger.reading() as connection:
            known = await listed_cases(connection, scope)
            return known, await build_workbook(connection, scope, known, titles)

    known, workbook = await whole(read())
    shown = chosen(known)
    cases = [await ledger.get(one.id) for one in shown]

    async def look() -> Facts:
        async with ledger.reading() as connection:
            return await _facts(
                connection, scope, known, shown=shown, cases=cases, titles=titles, kind_of=kind_of
            )

    facts = await whole(look())
    name = f"办件报告-{scope.now.astimezone(PORTAL_TIME):%Y%m%d-%H%M%S}"
    page_path, workbook_path = folder / f"{name}.html", folder / f"{name}.xlsx"
    page = await asyncio.to_thread(build_page, facts)
    try:
        write_private(workbook_path, workbook)
        write_private(page_path, page.encode("utf-8"))
    except OSError as error:
        raise SettingsError(
            f"无法写入报告：{error.strerror}", where=str(folder), advice="请用 -o 另选一个可以写入的文件夹"
        ) from None
    return Written(
        page_path, workbook_path, facts.open_groups + facts.closed_groups, len(known), len(facts.waiting)
    )


async def _facts(
    connection: AsyncConnection,
    scope: Scope,
    known: list[ListedCase],
    *,
    shown: list[ListedCase],
    cases: list[Case],
    titles: Mapping[str, str],
    kind_of: KindOf,
) -> Facts:
    waiting = list(waiting_cases(known))
    waiting += await waiting_groups(connection, scope, waiting)
    waiting += await expiring_documents(connection, scope)
    ended = func.sum(case((groups.c.kind.in_(_FINAL), 1), else_=0))
    lately = func.sum(case((groups.c.moved_at >= scope.now - timedelta(days=7), 1), else_=0))
    counted = select(func.count(), ended, lately).where(groups.c.gone_at.is_(None), scope.of(groups))
    all_groups, closed, lately_moved = (await connection.execute(counted)).one()
    return Facts(
        scope=scope,
        titles=titles,
        kind_of=kind_of,
        open_groups=all_groups - (closed or 0),
        closed_groups=closed or 0,
        moved_groups=lately_moved or 0,
        waiting=sorted(waiting, key=lambda one: one.since),
        accounts=await accounts(connection, scope),
        movements=await movements(connection, scope),
        stays=await stays(connection, scope),
        timelines=await timelines(connection, shown, cases),
        case_count=len(known),
        moved=await moved_elements(connection, [scope.portal] if scope.portal else []),
    )
