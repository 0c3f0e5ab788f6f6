"""A case: the durable record of filing one application, and the life it leads (design section 6).

The table of legal transitions stands here once; the ledger obeys it and the documentation is drawn from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

__all__ = [
    "FINAL",
    "LEGAL",
    "OPEN",
    "REVISABLE",
    "UNFILED",
    "Case",
    "CaseState",
    "Event",
    "FormToSign",
    "Outcome",
    "Receipt",
    "draw_states",
    "is_legal",
]


class CaseState(StrEnum):
    """Where a case stands. The value is what the ledger keeps and what ``--json`` prints."""

    RECEIVED = "received"
    PREPARING = "preparing"
    AWAITING_SIGNATURE = "awaiting_signature"
    READY = "ready"
    COMPLETING = "completing"
    COMMITTING = "committing"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    NEEDS_PERSON = "needs_person"
    CLOSED = "closed"
    REJECTED = "rejected"
    ABANDONED = "abandoned"

    @property
    def meaning(self) -> str:
        """The state in the filing officer's words."""
        return _MEANING[self]


_S = CaseState

_MEANING: Mapping[CaseState, str] = {
    _S.RECEIVED: "已接收，等待账号",
    _S.PREPARING: "正在填报",
    _S.AWAITING_SIGNATURE: "等待签字盖章的扫描件",
    _S.READY: "扫描件已齐",
    _S.COMPLETING: "正在上传扫描件并核对",
    _S.COMMITTING: "正在上报（结果待确认）",
    _S.SUBMITTED: "已上报",
    _S.RETURNED: "已退回补正",
    _S.NEEDS_PERSON: "需要人工处理",
    _S.CLOSED: "已办结",
    _S.REJECTED: "未被受理",
    _S.ABANDONED: "已放弃",
}

#: From each state, the states it may leave to. `needs_person` leaves to where it came from, which the row keeps, to what
#: a person says of it, and may be abandoned when nothing was submitted: see `is_legal`.
LEGAL: Mapping[CaseState, frozenset[CaseState]] = MappingProxyType(
    {
        # needs_person, here and from ready: nobody could sign in
        _S.RECEIVED: frozenset({_S.PREPARING, _S.NEEDS_PERSON, _S.ABANDONED}),
        # received: a fault of the portal, to be done again later
        # submitted, here and from completing: an earlier press that was taken for absent has shown up late
        _S.PREPARING: frozenset(
            {_S.AWAITING_SIGNATURE, _S.READY, _S.REJECTED, _S.NEEDS_PERSON, _S.RECEIVED, _S.SUBMITTED}
        ),
        _S.AWAITING_SIGNATURE: frozenset({_S.READY, _S.ABANDONED}),
        _S.READY: frozenset({_S.COMPLETING, _S.NEEDS_PERSON, _S.ABANDONED}),
        # awaiting_signature: a strict portal gives the group's letter only after the members' signed forms
        _S.COMPLETING: frozenset(
            {_S.COMMITTING, _S.REJECTED, _S.NEEDS_PERSON, _S.READY, _S.AWAITING_SIGNATURE, _S.SUBMITTED}
        ),
        # ready, rejected (the portal refused): only with proof that the group is absent from the complete 我的办件
        # received: a person's word, of a case that was preparing when it came into doubt
        _S.COMMITTING: frozenset({_S.SUBMITTED, _S.READY, _S.REJECTED, _S.NEEDS_PERSON, _S.RECEIVED}),
        _S.SUBMITTED: frozenset({_S.RETURNED, _S.CLOSED}),
        # received: by a corrected input, which is signed and filed anew under the same number
        _S.RETURNED: frozenset({_S.RECEIVED, _S.ABANDONED, _S.SUBMITTED, _S.CLOSED}),
        _S.NEEDS_PERSON: frozenset(),
        _S.CLOSED: frozenset(),
        _S.REJECTED: frozenset(),
        _S.ABANDONED: frozenset(),
    }
)

#: States after which a case no longer changes; the same application may then be filed anew.
FINAL = frozenset({_S.CLOSED, _S.REJECTED, _S.ABANDONED})

#: States in which a case holds its application: there is one such case per application.
OPEN = frozenset(CaseState) - FINAL

#: States before the intent to submit, or after the office has given it back, in which a changed input replaces the old one.
REVISABLE = frozenset(
    {_S.RECEIVED, _S.PREPARING, _S.AWAITING_SIGNATURE, _S.READY, _S.COMPLETING, _S.RETURNED}
)

#: Where a case goes of which a person says that it was not filed (`ywtb settle`), by the state in which that was in doubt.
#: One that was filed goes to `committing`: the group is looked up.
UNFILED: Mapping[CaseState, CaseState] = MappingProxyType(
    {_S.PREPARING: _S.RECEIVED, _S.COMPLETING: _S.READY, _S.COMMITTING: _S.READY}
)


def is_legal(state: CaseState, to: CaseState, came_from: CaseState | None = None) -> bool:
    """May a case go from `state` to `to`? `came_from` is where a case that needs a person stood before."""
    if state is CaseState.NEEDS_PERSON:
        if came_from is None:
            return False
        by_word = {CaseState.COMMITTING, UNFILED[came_from]} if came_from in UNFILED else set()
        if came_from is CaseState.COMMITTING:
            by_word.add(CaseState.RECEIVED)  # it was preparing when it came into doubt
        return to is came_from or to in by_word or (to is CaseState.ABANDONED and came_from in REVISABLE)
    return to in LEGAL[state]


@dataclass(frozen=True, slots=True)
class FormToSign:
    """A blank form that a person signs and seals; a form of the whole group has no member."""

    form: str
    member_key: str | None
    member_name: str | None
    path: Path

    def as_dict(self) -> dict[str, str | None]:
        """The form as ``--json`` prints it."""
        return {"form": self.form, "member": self.member_name or self.member_key, "path": str(self.path)}


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the ledger as it was when it was read. It never changes; moving a case gives a new one."""

    id: str
    business_type: str
    account: str
    portal: str
    state: CaseState
    came_from: CaseState | None
    group_no: str | None
    members: int
    key: str
    source: str
    folder: Path
    to_sign: tuple[FormToSign, ...]
    error: Mapping[str, Any] | None
    intent: Mapping[str, Any] | None
    revision: int
    attempt: int
    faults: int
    due_at: datetime | None
    rehearsal: bool
    created_at: datetime
    updated_at: datetime

    @property
    def is_open(self) -> bool:
        """Does the case still hold its application?"""
        return self.state in OPEN

    @property
    def is_revisable(self) -> bool:
        """May a changed input still replace this one? Not once the intent to submit was written."""
        return (self.came_from if self.state is CaseState.NEEDS_PERSON else self.state) in REVISABLE

    def as_dict(self) -> dict[str, Any]:
        """The case as ``--json`` prints it."""
        return {
            "id": self.id,
            "business_type": self.business_type,
            "account": self.account,
            "state": self.state.value,
            "group_no": self.group_no,
            "members": self.members,
            "to_sign": [form.as_dict() for form in self.to_sign],
            "error": dict(self.error) if self.error else None,
        }


class Outcome(StrEnum):
    """What receiving an application did."""

    CREATED = "created"
    UPDATED = "updated"
    ALREADY = "already"
    TOO_LATE = "too_late"  # changed, but the intent to submit was written: the change was not taken


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a received application: its case, and whether it is new, changed or known already."""

    case: Case
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a case. Events are only ever added."""

    seq: int
    case_id: str
    at: datetime
    kind: str
    from_state: CaseState | None
    to_state: CaseState | None
    detail: Mapping[str, Any]


def draw_states() -> str:
    """The table of states as Markdown, for the documentation."""
    lines = ["| state | 含义 | leaves to |", "|---|---|---|"]
    for state in CaseState:
        targets = ", ".join(to.value for to in CaseState if to in LEGAL[state])
        if state is CaseState.NEEDS_PERSON:
            targets = (
                "where it came from, abandoned (before the intent to submit); "
                "by `ywtb settle`: committing, or ready (received, if it was preparing)"
            )
        lines.append(f"| {state.value} | {state.meaning} | {targets or '(final)'} |")
    return "\n".join(lines) + "\n"
