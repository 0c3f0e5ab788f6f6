"""The report as a workbook: a sheet for all groups and one for each business type, members, cases, history, what it is."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rpa.personal import mask_account
from rpa.profile import PORTAL_TIME
from rpa.status.report.kinds import word_of
from rpa.status.report.listed import ListedCase, ListedGroup, group_of, groups_of
from rpa.status.report.scope import Scope
from rpa.status.report.sheets import Heading, Sheet
from rpa.status.tables import history

__all__ = ["NEWEST", "build_workbook"]

NEWEST = 10_000
"""So many rows of history at most: the newest. Excel itself takes 1,048,576 and opens them slowly."""
_AT_ONCE = 2000

_GROUP = (
    Heading("团组号", 22, "code"),
    Heading("业务类型", 12),
    Heading("状态", 16),
    Heading("状态含义", 12),
    Heading("状态自", 17, "moment"),
    Heading("已持续（天）", 12, "number"),
    Heading("人数", 7, "number"),
    Heading("上报时间", 17, "moment"),
    Heading("首次看到", 17, "moment"),
    Heading("列表中已没有，自", 17, "moment"),
    Heading("账号", 16),
    Heading("办件编号", 17, "code"),
    Heading("团组编号", 10, "code"),
    Heading("办件状态", 20),
)
_MEMBER = (
    Heading("团组号", 22, "code"),
    Heading("账号", 16),
    Heading("成员", 7, "number"),
    Heading("状态", 16),
    Heading("各经济体", 100),
)
_CASE = (
    Heading("办件编号", 17, "code"),
    Heading("团组编号", 10, "code"),
    Heading("业务类型", 12),
    Heading("办件状态", 20),
    Heading("团组号", 22, "code"),
    Heading("人数", 7, "number"),
    Heading("账号", 16),
    Heading("建立时间", 17, "moment"),
    Heading("最近变化", 17, "moment"),
    Heading("说明", 60),
    Heading("怎么办", 60),
)
_HISTORY = (
    Heading("团组号", 22, "code"),
    Heading("账号", 16),
    Heading("成员", 7, "number"),
    Heading("经济体", 9),
    Heading("原状态", 16),
    Heading("新状态", 16),
    Heading("首次看到", 17, "moment"),
    Heading("最后看到", 17, "moment"),
)


async def build_workbook(
    connection: AsyncConnection, scope: Scope, known: Sequence[ListedCase], titles: Mapping[str, str]
) -> bytes:
    """The workbook's bytes. `known` are the cases of the scope; `titles` the portal's words for the business types."""
    book = Workbook(write_only=True)
    await _groups(book, connection, scope, {case.group_key: case for case in known if case.group_no}, titles)
    await _members(book, connection, scope)
    _cases(book, known, titles)
    shown, there = await _history(book, connection, scope)
    _about(book, scope, shown, there)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


async def _groups(
    book: Workbook,
    connection: AsyncConnection,
    scope: Scope,
    case_of: Mapping[tuple[str, str, str], ListedCase],
    titles: Mapping[str, str],
) -> None:
    everything = Sheet(book, "全部", _GROUP)
    sheets = {slug: Sheet(book, _sheet_name(title), _GROUP) for slug, title in titles.items()}
    async for row in _stream(connection, groups_of(scope)):
        group = group_of(row)
        title = titles.get(group.business_type, group.business_type)
        if group.business_type not in sheets:
            sheets[group.business_type] = Sheet(book, _sheet_name(title), _GROUP)
        values = _of_group(group, case_of.get(group.group_key), title, scope.now)
        everything.add(*values)
        sheets[group.business_type].add(*values)
    for sheet in (everything, *sheets.values()):
        sheet.close()


def _of_group(group: ListedGroup, case: ListedCase | None, title: str, now: datetime) -> tuple[Any, ...]:
    days = ((group.gone_at or now) - group.moved_at).total_seconds() / 86400
    return (
        group.group_no,
        title,
        group.state,
        word_of(group.kind),
        group.moved_at,
        round(days, 1),
        group.members,
        _moment(group.submitted_at),
        group.first_seen,
        group.gone_at,
        mask_account(group.account),
        case.id if case else "",
        case.key if case else "",
        case.state.meaning if case else "",
    )


def _moment(text: str) -> datetime | str:
    """The portal's moment as a real one, or its own words where it is none."""
    try:
        found = datetime.fromisoformat(text.strip().replace("/", "-"))
    except ValueError:
        return text
    return found if found.tzinfo else found.replace(tzinfo=PORTAL_TIME)


async def _members(book: Workbook, connection: AsyncConnection, scope: Scope) -> None:
    """A row for each member: its own state and what the economies have decided on it."""
    sheet = Sheet(book, "成员与经济体", _MEMBER, note="成员只按其在团组中的次序编号，不写姓名")
    place = (history.c.portal, history.c.account, history.c.group_no, history.c.member)
    now = (
        select(*place, history.c.to_state, func.aggregate_strings(history.c.economy, " ").label("economies"))
        .where(history.c.member > 0, history.c.last_seen.is_(None), scope.of(history))
        .group_by(*place, history.c.to_state)
        .order_by(*place)
    )
    one: tuple[Any, ...] = ()
    states: dict[str, list[str]] = {}
    async for row in _stream(connection, now):
        if one != row[:4]:
            _member(sheet, one, states)
            one, states = row[:4], {}
        states[row.to_state] = row.economies.split(" ")
    _member(sheet, one, states)
    sheet.close()


def _member(sheet: Sheet, one: tuple[Any, ...], states: Mapping[str, list[str]]) -> None:
    """A member's row; an economy that is no code stands for the member's own state."""
    if not one:
        return
    _, account, group_no, member = one
    own = next((word for word, codes in states.items() if "" in codes), "")
    by_word = {word: sorted(filter(None, codes)) for word, codes in states.items()}
    decided = "；".join(
        f"{word} {len(codes)}：{'、'.join(codes)}" for word, codes in by_word.items() if codes
    )
    sheet.add(group_no, mask_account(account), member, own, decided)


def _cases(book: Workbook, known: Sequence[ListedCase], titles: Mapping[str, str]) -> None:
    sheet = Sheet(book, "办件", _CASE)
    for case in reversed(known):
        sheet.add(
            case.id,
            case.key,
            titles.get(case.business_type, case.business_type),
            case.state.meaning,
            case.group_no or "",
            case.members,
            mask_account(case.account),
            case.created_at,
            case.updated_at,
            case.trouble,
            case.advice,
        )
    sheet.close()


async def _history(book: Workbook, connection: AsyncConnection, scope: Scope) -> tuple[int, int]:
    """The newest rows of history; how many are shown, and how many there are in the scope."""
    wanted = [scope.of(history)]
    if scope.since is not None:
        wanted.append(history.c.first_seen >= scope.since)
    there = int(await connection.scalar(select(func.count()).select_from(history).where(*wanted)) or 0)
    shown = min(there, NEWEST)
    note = f"变化记录，新的在前：{scope.words}，共 {there} 行"
    if shown < there:
        note += f"；此处只列最新的 {shown} 行，要看较早的请用 --account 或 --since 缩小范围"
    sheet = Sheet(book, "历史", _HISTORY, note=note)
    newest = select(history).where(*wanted).order_by(history.c.first_seen.desc(), history.c.seq.desc())
    async for row in _stream(connection, newest.limit(NEWEST)):
        sheet.add(
            row.group_no,
            mask_account(row.account),
            row.member or None,
            row.economy,
            row.from_state or "",
            row.to_state,
            row.first_seen,
            row.last_seen,
        )
    sheet.close()
    return shown, there


def _about(book: Workbook, scope: Scope, shown: int, there: int) -> None:
    sheet = Sheet(book, "说明", (Heading("项目", 18), Heading("内容", 90)))
    for word, text in (
        ("生成时间", f"{scope.now.astimezone(PORTAL_TIME):%Y-%m-%d %H:%M}（北京时间）"),
        ("范围", scope.words),
        (
            "全部、各业务",
            "“我的办件”中出现过的每个团组一行，包括在网站上手工申报的；状态自：程序首次看到这个状态的时间",
        ),
        ("成员与经济体", "每名成员一行：本人的状态和各经济体的审批结果"),
        ("办件", "由本程序申报的每个团组一行，包括尚未上报的"),
        ("历史", f"状态的每次变化一行，共 {there} 行，列出最新的 {shown} 行；成员为空的是团组本身"),
        ("个人信息", "本文件不含姓名、证件号码和电话；团组编号是输入文件中自编的编号"),
    ):
        sheet.add(word, text)


async def _stream(connection: AsyncConnection, query: Select[Any]) -> AsyncIterator[Any]:
    result = await connection.stream(query)
    async for lot in result.partitions(_AT_ONCE):
        for row in lot:
            yield row


def _sheet_name(title: str) -> str:
    return "".join("_" if letter in "[]:*?/\\" else letter for letter in title)[:31] or "_"
