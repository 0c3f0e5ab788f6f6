"""The report as one HTML page that needs nothing else: its style, charts and pictures are in it, and nothing may act."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from rpa.cases import CaseState
from rpa.cases.drift import Moved
from rpa.personal import mask_account
from rpa.profile import PORTAL_TIME
from rpa.screen import StateKind
from rpa.status.compare import KindOf
from rpa.status.report.attention import Account, Waiting
from rpa.status.report.charts import stacked, waits
from rpa.status.report.kinds import colours, in_order
from rpa.status.report.movement import Movement
from rpa.status.report.scope import Scope
from rpa.status.report.stays import Stay
from rpa.status.report.timelines import Timeline

__all__ = ["Facts", "build_page"]

_HERE = Path(__file__).resolve().parent
_MOST_WAITING = 100
_DRAWN = timedelta(hours=1.5)  # the shortest bar of a chart that counts in tenths of days
_TONES = {
    CaseState.SUBMITTED: "in_review",
    CaseState.CLOSED: "closed",
    CaseState.RETURNED: "returned",
    CaseState.NEEDS_PERSON: "returned",
    CaseState.REJECTED: "returned",
    CaseState.AWAITING_SIGNATURE: "to_pay",
}


@dataclass(frozen=True)
class Facts:
    """All that the page tells."""

    scope: Scope
    titles: Mapping[str, str]
    kind_of: KindOf
    open_groups: int
    closed_groups: int
    moved_groups: int
    waiting: Sequence[Waiting]
    accounts: Sequence[Account]
    movements: Sequence[Movement]
    stays: Sequence[Stay]
    timelines: Sequence[Timeline]
    case_count: int
    moved: Sequence[Moved] = ()


def build_page(facts: Facts) -> str:
    """The page. Every text of the portal or of a person in it is escaped."""
    environment = Environment(
        loader=FileSystemLoader(_HERE, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
    )
    now = facts.scope.now
    environment.filters |= {
        "account": mask_account,
        "moment": _moment,
        "length_of": _length,
        "ago": lambda at: _length(now - at),
    }
    style = (_HERE / "page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return environment.get_template(
        "page.html"
    ).render(
        style=Markup(style),  # noqa: S704 - our own file
        style_hash=f"sha256-{digest}",
        made=f"{now.astimezone(PORTAL_TIME):%Y-%m-%d %H:%M}",
        scope=facts.scope.words,
        titles=facts.titles,
        open_groups=facts.open_groups,
        closed_groups=facts.closed_groups,
        moved_groups=facts.moved_groups,
        waiting=facts.waiting[:_MOST_WAITING],
        waiting_count=len(facts.waiting),
        accounts=facts.accounts,
        types=[_type(facts, movement) for movement in _in_manual_order(facts, facts.movements)],
        stays=list(_stays(facts)),
        timelines=[
            {"case": one.case, "steps": one.steps, "tone": _TONES.get(one.case.state, "")}
            for one in facts.timelines
        ],
        case_count=facts.case_count,
        moved=facts.moved,
    )


def _type(facts: Facts, movement: Movement) -> dict[str, Any]:
    def kind(state: str) -> StateKind:
        return facts.kind_of(state, movement.business_type)

    states = in_order(movement.counts, kind)
    colour, now = colours(states, kind), movement.now
    return {
        "title": facts.titles.get(movement.business_type, movement.business_type),
        "step": movement.step,
        "chart": stacked(movement, states, colour),
        "states": [{"word": state, "colour": colour[state], "now": now.get(state)} for state in states],
    }


def _stays(facts: Facts) -> Iterator[dict[str, Any]]:
    by_type: dict[str, dict[str, Stay]] = {}
    for stay in facts.stays:
        by_type.setdefault(stay.business_type, {})[stay.state] = stay
    ways = {movement.business_type: movement.counts for movement in facts.movements}
    for business_type in _in_manual_order(facts, by_type):

        def kind(state: str, of: str = business_type) -> StateKind:
            return facts.kind_of(state, of)

        came_up = list(ways.get(business_type, ()))
        states = in_order(
            [
                *(state for state in came_up if state in by_type[business_type]),
                *(state for state in by_type[business_type] if state not in came_up),
            ],
            kind,
        )
        found = [by_type[business_type][state] for state in states]
        medians = {stay.state: stay.median for stay in found if stay.median is not None}
        yield {
            "title": facts.titles.get(business_type, business_type),
            "chart": waits(medians, colours(states, kind))
            if any(span >= _DRAWN for span in medians.values())
            else "",
            "rows": [
                {
                    "state": stay.state,
                    "kind": kind(stay.state),
                    "final": kind(stay.state).is_final,
                    "ended": stay.ended,
                    "median": stay.median,
                    "longest": stay.longest,
                    "waiting": stay.waiting,
                    "oldest": stay.oldest,
                }
                for stay in found
            ],
        }


def _in_manual_order(facts: Facts, found: Any) -> list[Any]:
    """Business types in the manual's order, those that no flow knows last."""
    order = {slug: place for place, slug in enumerate(facts.titles)}

    def place(one: Movement | str) -> tuple[int, str]:
        slug = one if isinstance(one, str) else one.business_type
        return order.get(slug, len(order)), slug

    return sorted(found, key=place)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(PORTAL_TIME):%Y-%m-%d %H:%M}"


def _length(span: timedelta | None) -> str:
    """A span as a person says it."""
    if span is None:
        return "–"
    hours = span.total_seconds() / 3600
    if hours < 1:
        minutes = int(hours * 60)
        return f"{minutes} 分钟" if minutes > 0 else "不到 1 分钟"
    return f"{hours:.0f} 小时" if hours < 48 else f"{hours / 24:.0f} 天"
