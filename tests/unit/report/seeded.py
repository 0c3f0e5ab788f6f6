"""A ledger as some weeks of work leave it: the sample groups filed, watched, returned, and groups filed by hand beside them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update

from rpa.application import Application
from rpa.cases import Case, CaseState, Ledger
from rpa.cases.tables import cases, events
from rpa.errors import NeedsPerson
from rpa.flow import flows
from rpa.intake import read
from rpa.resources import folder
from rpa.screen import StateKind
from rpa.status.tables import groups, history, sweeps

__all__ = ["NOW", "PORTAL", "Past", "filed", "past_of", "seed", "swept"]

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
PORTAL = "mock"
EVIDENCE = Path(__file__).resolve().parents[3] / "docs" / "pictures" / "evidence.png"

_KINDS = {
    "待初审": StateKind.SUBMITTED,
    "待复审": StateKind.IN_REVIEW,
    "复审退回": StateKind.RETURNED,
    "待缴费": StateKind.TO_PAY,
    "已受理": StateKind.ACCEPTED,
    "外交部审核中": StateKind.IN_REVIEW,
    "经济体审批中": StateKind.DECIDING,
    "制卡中": StateKind.MAKING,
    "待领取": StateKind.TO_COLLECT,
    "已办结": StateKind.CLOSED,
    "另有安排": StateKind.UNKNOWN,
}


@dataclass(frozen=True)
class Past:
    """A group: the states that it has been in, each with the days before NOW at which it was first seen."""

    group_no: str
    business_type: str
    account: str
    states: Sequence[tuple[str, float]]
    members: int = 1
    economies: Sequence[tuple[int, str, str, float]] = ()
    gone: float | None = None


def ago(days: float) -> datetime:
    """So many days before NOW."""
    return NOW - timedelta(days=days)


async def filed(ledger: Ledger) -> list[Case]:
    """The sample groups of all business types as cases, in several states; those submitted have numbers."""
    found = [
        located
        for name, flow in flows().items()
        for located in read(
            [folder("fixtures") / f"{name}.xlsx"], {name: flow}, today=NOW.date()
        ).applications
    ]
    made = []
    for place, located in enumerate(found):
        application: Application = located.application
        receipt = await ledger.receive(
            application, portal=PORTAL, account=application.account or "demo-soe", source=located.file
        )
        made.append(await _moved(ledger, receipt.case, place))
    return made


async def _moved(ledger: Ledger, case: Case, place: int) -> Case:
    state = CaseState
    ways = (
        (state.PREPARING, state.AWAITING_SIGNATURE, state.READY, state.COMPLETING, state.COMMITTING),
        (state.PREPARING, state.AWAITING_SIGNATURE),
        (state.PREPARING, state.NEEDS_PERSON),
    )
    way = ways[{1: 1, 4: 2}.get(place, 0)]
    for to in way:
        more: dict[str, Any] = {"intent": {"draft": "x"}} if to is state.COMMITTING else {}
        if to is state.NEEDS_PERSON:
            more["error"] = NeedsPerson(
                "网站要求输入验证码",
                where="登录",
                advice=f"请运行 ywtb account login {case.account} --headed",
            )
        case = await ledger.move(case.id, to, **more)
    if way is ways[0]:
        case = await ledger.move(case.id, state.SUBMITTED, group_no=f"GX2026{place:06d}")
        await ledger.note(case.id, "verified")
        (case.folder / "evidence").mkdir(parents=True)
        shutil.copyfile(EVIDENCE, case.folder / "evidence" / "20261120T020304-verified.png")
    return case


def past_of(made: Sequence[Case]) -> list[Past]:
    """What the portal has shown: the filed groups under way, and thirty that were filed by hand."""
    way = (
        "待初审",
        "待复审",
        "待缴费",
        "已受理",
        "外交部审核中",
        "经济体审批中",
        "制卡中",
        "待领取",
        "已办结",
    )
    found = []
    for place, case in enumerate(one for one in made if one.group_no):
        states = [(state, 40 - 3.5 * step) for step, state in enumerate(way[: 5 + place])]
        decided = [
            (1, code, "已批准", 12.0 - n / 8) for n, code in enumerate(("AUS", "JPN", "SGP", "THA", "VNM"))
        ]
        found.append(
            Past(
                case.group_no or "",
                case.business_type,
                case.account,
                states,
                case.members,
                decided if place else (),
            )
        )
    types = list(flows())
    for place in range(30):
        reached = 2 + place * 7 % 8
        began = 58 - place * 1.3
        states = [
            (state, began - (0.6 + place % 4) * step)
            for step, state in enumerate(way[:reached])
            if began > (0.6 + place % 4) * step
        ]
        found.append(
            Past(f"GXHAND{place:04d}", types[place % 5], ("demo-soe", "demo-private")[place % 2], states, 2)
        )
    found += [
        Past("GXBACK0001", "new_card", "demo-soe", [("待初审", 9), ("复审退回", 4.5)]),
        Past("GXODD00001", "early_card", "demo-private", [("待初审", 6), ("另有安排", 2)]),
        Past("GXGONE0001", "new_card", "demo-soe", [("待初审", 30)], gone=20),
    ]
    return found


async def seed(ledger: Ledger, found: Sequence[Past]) -> None:
    """Write the groups and their history as sweeps would have."""
    async with ledger.writing() as connection:
        for one in found:
            await connection.execute(insert(groups), [_group(one)])
            await connection.execute(insert(history), _history(one))


async def swept(
    ledger: Ledger, account: str, *, complete: bool = True, error: str = "", days: float = 0.01
) -> None:
    """A sweep of an account."""
    row = {
        "portal": PORTAL,
        "account": account,
        "started_at": ago(days + 0.001),
        "ended_at": ago(days),
        "complete": complete,
        "groups": 20,
        "changes": 0,
        "error": {"kind": "PortalFault", "message": error} if error else None,
    }
    async with ledger.writing() as connection:
        await connection.execute(insert(sweeps), [row])


async def aged(ledger: Ledger, made: Sequence[Case]) -> list[Case]:
    """Put the cases' own moments back, so that they were filed before the portal showed anything of them."""
    async with ledger.writing() as connection:
        for place, case in enumerate(made):
            at = ago(41 - place * 3)
            await connection.execute(
                update(cases).where(cases.c.id == case.id).values(created_at=at, updated_at=at)
            )
            rows = await connection.execute(
                events.select().where(events.c.case_id == case.id).order_by(events.c.seq)
            )
            for number, row in enumerate(rows.all()):
                await connection.execute(
                    update(events).where(events.c.seq == row.seq).values(at=at - timedelta(hours=8 - number))
                )
    return [replace(case, updated_at=ago(41 - place * 3)) for place, case in enumerate(made)]


def _group(one: Past) -> dict[str, Any]:
    state, since = one.states[-1]
    return {
        "portal": PORTAL,
        "account": one.account,
        "group_no": one.group_no,
        "business_type": one.business_type,
        "state": state,
        "kind": _KINDS[state],
        "members": one.members,
        "submitted_at": f"{ago(one.states[0][1]):%Y-%m-%d %H:%M}",
        "digest": "0" * 64,
        "first_seen": ago(one.states[0][1]),
        "moved_at": ago(since),
        "detail_at": None,
        "gone_at": None if one.gone is None else ago(one.gone),
    }


def _history(one: Past) -> list[dict[str, Any]]:
    rows = []
    for place, (state, days) in enumerate(one.states):
        following = one.states[place + 1][1] if place + 1 < len(one.states) else None
        rows.append(
            _row(one, 0, "", one.states[place - 1][0] if place else None, state, days)
            | {"last_seen": None if following is None else ago(following + 0.01)}
        )
    rows += [_row(one, member, code, None, state, days) for member, code, state, days in one.economies]
    return rows


def _row(one: Past, member: int, economy: str, before: str | None, state: str, days: float) -> dict[str, Any]:
    return {
        "portal": PORTAL,
        "account": one.account,
        "group_no": one.group_no,
        "member": member,
        "economy": economy,
        "from_state": before,
        "to_state": state,
        "first_seen": ago(days),
        "last_seen": None,
    }


Build = Callable[[Ledger], Any]
