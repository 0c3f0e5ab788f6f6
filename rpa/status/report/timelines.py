"""What happened to a case and its group, in the order of time: the ledger's events, the portal's states, the pictures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from rpa.cases import Case, CaseState
from rpa.cases.tables import events
from rpa.status.report.listed import ListedCase
from rpa.status.report.pictures import Picture, pictures_of
from rpa.status.tables import history

__all__ = ["MOST", "Step", "Timeline", "chosen", "timelines"]

MOST = 60
"""So many cases have their timeline on the page; the workbook lists them all."""
_PICTURES, _ALL_PICTURES = 2, 60
_WORDS = {"received": "接收", "revised": "输入已修改，重新开始", "verified": "办件详情与输入一致"}
_CLOSED_LAST = (CaseState.CLOSED, CaseState.ABANDONED)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. `ours` tells the robot's deeds from what the portal shows."""

    at: datetime
    word: str
    text: str = ""
    ours: bool = True
    picture: Picture | None = None


@dataclass
class Timeline:
    """A case with all its steps, oldest first."""

    case: ListedCase
    steps: list[Step] = field(default_factory=list)


def chosen(known: Sequence[ListedCase]) -> list[ListedCase]:
    """The cases whose timelines are told: those not yet at their end first, then the newest."""
    ranked = sorted(known, key=lambda one: one.updated_at, reverse=True)
    return sorted(ranked, key=lambda one: one.state in _CLOSED_LAST)[:MOST]


async def timelines(
    connection: AsyncConnection, shown: Sequence[ListedCase], cases: Sequence[Case]
) -> list[Timeline]:
    """The timelines of the cases that are `shown`; `cases` are the same, whole: their folders have the pictures."""
    found = {case.id: Timeline(case) for case in shown}
    await _add_events(connection, found)
    await _add_states(connection, shown, found)
    left = _ALL_PICTURES
    for case in cases:
        for picture in pictures_of(case.folder, min(_PICTURES, left)):
            left -= 1
            found[case.id].steps.append(Step(picture.at, "截图", picture.word, picture=picture))
    for timeline in found.values():
        timeline.steps.sort(key=lambda step: step.at)
    return list(found.values())


async def _add_events(connection: AsyncConnection, found: dict[str, Timeline]) -> None:
    query = select(events).where(events.c.case_id.in_(list(found))).order_by(events.c.seq)
    for row in await connection.execute(query):
        detail = row.detail or {}
        error = detail.get("error") or {}
        words = [
            detail.get("reason"),
            f"团组号 {detail['group_no']}" if detail.get("group_no") else None,
            error.get("message"),
        ]
        text = "；".join(str(word) for word in words if word)
        if row.kind == "kept" and not text:
            continue  # nothing that a person would miss
        word = CaseState(row.to_state).meaning if row.to_state else _WORDS.get(row.kind, "记录")
        found[row.case_id].steps.append(Step(row.at, word, text))


async def _add_states(
    connection: AsyncConnection, shown: Iterable[ListedCase], found: dict[str, Timeline]
) -> None:
    """What the portal has shown of the groups; members and economies of one moment share a line."""
    case_of = {case.group_key: case for case in shown if case.group_no}
    if not case_of:
        return
    columns = (history.c.portal, history.c.account, history.c.group_no)
    query = select(history).where(tuple_(*columns).in_(list(case_of))).order_by(history.c.seq)
    at_once: dict[tuple[str, datetime], dict[tuple[int, str], list[str]]] = defaultdict(dict)
    for row in await connection.execute(query):
        case = case_of[row.portal, row.account, row.group_no]
        if not row.member:
            before = f"原为 {row.from_state}" if row.from_state else "首次看到"
            found[case.id].steps.append(Step(row.first_seen, row.to_state, before, ours=False))
        else:
            lines = at_once[case.id, row.first_seen]
            lines.setdefault((row.member, row.to_state), []).append(row.economy)
    for (case_id, at), lines in at_once.items():
        found[case_id].steps.append(Step(at, "成员进展", "；".join(_lines(lines)), ours=False))


def _lines(lines: dict[tuple[int, str], list[str]]) -> Iterator[str]:
    for (member, state), economies in lines.items():
        codes = "、".join(code for code in economies if code)
        yield f"成员 {member} {codes}：{state}" if codes else f"成员 {member}：{state}"
