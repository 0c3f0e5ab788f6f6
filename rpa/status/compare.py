"""What a sweep has found, held against what was known: changes, in memory and without a clock of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from rpa.flow import Progress
from rpa.screen import StateKind
from rpa.status.notices import NoticeKind

__all__ = ["Change", "KindOf", "Move", "Seen", "changes", "gone", "is_wholesale", "steps"]

#: What a kind of state is told as, the more telling first.
_TOLD = {
    StateKind.RETURNED: NoticeKind.RETURNED,
    StateKind.TO_PAY: NoticeKind.TO_PAY,
    StateKind.TO_COLLECT: NoticeKind.TO_COLLECT,
    StateKind.MAILED: NoticeKind.TO_COLLECT,
    StateKind.UNKNOWN: NoticeKind.UNKNOWN_STATE,
}
_RANK = list(dict.fromkeys(_TOLD.values()))

#: What a group that was not known before may be in without anything having happened to it: its own unit put it there.
_OWN = frozenset({StateKind.DRAFT, StateKind.SUBMITTED})

#: What is told of the very first sweep, that finds everything new: what somebody has to act on.
_ACT = frozenset({StateKind.RETURNED, StateKind.TO_PAY, StateKind.TO_COLLECT, StateKind.UNKNOWN})

#: Of these nobody misses anything when they are no longer listed.
_DONE = frozenset({kind for kind in StateKind if kind.is_final})


@dataclass(frozen=True, slots=True)
class Seen:
    """A group as this sweep has seen it: its state by the list's word, and what its detail page said, if opened.

    `business_type` is the slug, `digest` the keyed fingerprint of its row; an empty one says that the row is to be
    looked into by the next sweep too.
    """

    group_no: str
    business_type: str
    state: str
    kind: StateKind
    members: int | None
    submitted_at: str
    digest: str
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a group (member 0), of a member by its place from 1, or of an economy's decision on that member.

    `before` is none for the first state that was ever seen, `seq` is the row of the history that it ends.
    """

    member: int
    economy: str
    before: str | None
    to: str
    kind: StateKind
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """All that has changed about one group in one sweep; `told` is what somebody is told of it, if anything.

    `ended` are rows of the history that nothing follows on: of members who are no longer in the group.
    """

    group_no: str
    business_type: str
    before: str
    state: str
    moves: tuple[Move, ...] = ()
    told: NoticeKind | None = None
    opinion: str = ""
    ended: tuple[int, ...] = ()

    @property
    def is_gone(self) -> bool:
        """Whether it is that the list no longer has the group."""
        return not self.moves and not self.ended

    def as_dict(self) -> dict[str, Any]:
        """The change as ``ywtb sync --json`` prints it."""
        return {
            "group_no": self.group_no,
            "business_type": self.business_type,
            "from": self.before,
            "to": self.state,
            "told": self.told and str(self.told),
            "members": _told_moves(move for move in self.moves if move.member and not move.economy),
            "economies": _told_moves(move for move in self.moves if move.economy),
        }


def _told_moves(moves: Iterable[Move]) -> list[dict[str, Any]]:
    return [
        {
            "member": move.member,
            **({"economy": move.economy} if move.economy else {}),
            "from": move.before,
            "to": move.to,
        }
        for move in moves
    ]


#: The rows of the history that are current, by group, member and economy.
Current = Mapping[tuple[str, int, str], Row[Any]]

#: Those of one group, by member and economy.
_Rows = dict[tuple[int, str], Row[Any]]

#: What a state of a business type means.
KindOf = Callable[[str, str], StateKind]


def changes(
    known: Mapping[str, Row[Any]], seen: Iterable[Seen], current: Current, *, kind_of: KindOf, first: bool
) -> Iterator[Change]:
    """What is other than it was, in the order of the list. `first`: no sweep of the account was ever complete."""
    rows: dict[str, _Rows] = {}
    for (number, place, code), row in current.items():
        rows.setdefault(number, {})[place, code] = row
    for one in seen:
        old, mine = known.get(one.group_no), rows.get(one.group_no, {})
        moves = tuple(_moves(one, old, mine, kind_of))
        ended = tuple(_ended(one, mine))
        if not moves and not ended:
            continue
        yield Change(
            one.group_no,
            one.business_type,
            old.state if old is not None and old.gone_at is None else "",
            one.state,
            moves,
            _told(one, old, moves, first=first),
            one.progress.opinion if one.progress and one.kind is StateKind.RETURNED else "",
            ended,
        )


def _moves(one: Seen, old: Row[Any] | None, mine: _Rows, kind_of: KindOf) -> Iterator[Move]:
    """Each step of the group, then of its members, then of the economies; what the page does not show is no step.

    With another number of members than before nobody knows who now stands in whose place: what is other there is seen
    for the first time.
    """
    if old is None or old.gone_at is not None or old.state != one.state:
        row = mine.get((0, ""))
        before = None if old is None else old.state
        yield Move(0, "", before, one.state, one.kind, row.seq if row else 0)
    if one.progress is None:
        return
    shown = {(place, ""): state for place, state in enumerate(one.progress.members, 1) if state}
    for place, decisions in enumerate(one.progress.economies, 1):
        shown |= {(place, code): decision for code, decision in decisions.items() if decision}
    same = _members(mine) == _members(shown)
    for (place, code), state in shown.items():
        row = mine.get((place, code))
        if row is not None and row.to_state == state:
            continue
        kind = StateKind.DECIDING if code else kind_of(state, one.business_type)
        before = row.to_state if row is not None and same else None
        yield Move(place, code, before, state, kind, row.seq if row else 0)


def _members(of: Iterable[tuple[int, str]]) -> int:
    return max((place for place, _ in of), default=0)


def _ended(one: Seen, mine: _Rows) -> Iterator[int]:
    """The rows of places that the group has no longer, if its page shows as many members as the list says it has."""
    count = len(one.progress.members) if one.progress else 0
    if count and one.members in (count, None):
        yield from (row.seq for (place, _), row in mine.items() if place > count)


def _told(one: Seen, old: Row[Any] | None, moves: Sequence[Move], *, first: bool) -> NoticeKind | None:
    """The most telling of what has happened; nothing where it is only seen for the first time."""
    if first:
        return _TOLD[one.kind] if one.kind in _ACT else None
    if old is None and one.kind in _OWN:
        return None
    steps = [move for move in moves if move.member == 0 or _is_news(move, one)]
    if not steps:
        return None
    telling = {_TOLD[move.kind] for move in steps if move.kind in _TOLD}
    return next((kind for kind in _RANK if kind in telling), NoticeKind.STATE_CHANGED)


def _is_news(move: Move, one: Seen) -> bool:
    """Whether a step of a member or an economy tells something by itself. The first state that was ever seen does not
    say when it came, and a member who is where the group is, by either page's word, is told of with the group."""
    if move.before is None or move.economy:
        return move.before is not None
    return move.to not in (one.state, one.progress.state if one.progress else "")


def gone(known: Mapping[str, Row[Any]], missing: Iterable[str], *, ours: frozenset[str]) -> Iterator[Change]:
    """The groups that the list no longer has. A draft may be deleted by its unit, and a list may forget what is done
    with: those are only kept in mind, unless they are `ours` (an open case is about them)."""
    for group_no in missing:
        old = known[group_no]
        kind = StateKind(old.kind)
        quiet = kind is StateKind.DRAFT or kind in _DONE
        told = NoticeKind.GONE if not quiet or group_no in ours else None
        yield Change(group_no, old.business_type, old.state, "", (), told)


def is_wholesale(missing: Collection[str], known: Collection[str]) -> bool:
    """Whether so many of the known groups are missing at once that a portal in trouble is likelier than their end: all
    of them, or most of more than two."""
    return bool(missing) and (
        len(missing) == len(known) or (len(known) > 2 and 2 * len(missing) > len(known))
    )


def steps(moves: Iterable[Move]) -> str:
    """What members or economies have done, for people: 成员1 经济体审批中→制卡中；成员2 …"""
    told: dict[int, list[str]] = {}
    for move in moves:
        if move.member and move.before:
            told.setdefault(move.member, []).append(f"{move.economy} {move.before}→{move.to}".strip())
    return "；".join(f"成员{place} {'、'.join(steps)}" for place, steps in told.items())
