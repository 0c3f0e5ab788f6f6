"""Cases as the ledger's rows: what is kept encrypted, what a move sets, what its event tells."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypedDict

from sqlalchemy import Row

from rpa.cases.case import Case, CaseState, Event, FormToSign, is_legal
from rpa.cases.errors import IllegalTransition
from rpa.errors import YwtbError
from rpa.logs import masked_data
from rpa.profile import PORTAL_TIME
from rpa.vault import Vault

__all__ = ["Changes", "Rows", "event_of", "move_detail", "new_id"]

_SAYABLE = "0123456789abcdefghjkmnpqrstvwxyz"  # no i, l, o, u: they are misread (Crockford)

#: States in which nothing is reached yet: the faults before them still count.
_TRYING = frozenset({CaseState.PREPARING, CaseState.COMPLETING, CaseState.COMMITTING})
_PLAIN = ("group_no", "attempt", "faults", "due_at", "rehearsal")


class Changes(TypedDict, total=False):
    """What a move may change besides the state. `error` is about the new state: cleared if not given."""

    group_no: str | None
    to_sign: Iterable[FormToSign]
    error: YwtbError | Mapping[str, Any] | None
    intent: Mapping[str, Any] | None
    attempt: int
    faults: int
    due_at: datetime | None
    rehearsal: bool


class Rows:
    """Turns rows into cases and moves into rows. `folder` is where each case has its own folder."""

    def __init__(self, vault: Vault, folder: Path) -> None:
        self._vault = vault
        self._folder = folder

    def seal(self, data: Any) -> str:
        """JSON-like `data`, encrypted."""
        return self._vault.encrypt(json.dumps(data, ensure_ascii=False))

    def case(self, row: Row[Any]) -> Case:
        """The case of a row."""
        folder = self._folder / row.id
        return Case(
            id=row.id,
            business_type=row.business_type,
            account=row.account,
            portal=row.portal,
            state=CaseState(row.state),
            came_from=_state(row.came_from),
            group_no=row.group_no,
            members=row.members,
            key=row.key,
            source=row.source,
            folder=folder,
            to_sign=tuple(_form(folder, kept) for kept in self._open(row.to_sign)),
            error=row.error,
            intent=None if row.intent is None else self._open(row.intent),
            revision=row.revision,
            attempt=row.attempt,
            faults=row.faults,
            due_at=row.due_at,
            rehearsal=row.rehearsal,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )

    def to_move(self, row: Row[Any], to: CaseState, changes: Changes) -> dict[str, Any]:
        """The columns that a move sets, after the table of states and the rules of D4 have been asked."""
        state = CaseState(row.state)
        if not is_legal(state, to, _state(row.came_from)):
            raise IllegalTransition(f"办件处于“{state.meaning}”，不能转为“{to.meaning}”", where=row.id)
        values: dict[str, Any] = {
            "state": to,
            "came_from": state if to is CaseState.NEEDS_PERSON else None,
            "error": None,
            "due_at": None,
            **({} if to in _TRYING else {"faults": 0}),
        } | self.to_keep(changes, row.id)
        # an intent is for one press; looking for it once more, on a person's word, is no press
        is_new = bool(values.get("intent")) or (state is CaseState.NEEDS_PERSON and bool(row.intent))
        if to is CaseState.COMMITTING and not is_new:
            raise IllegalTransition("上报前必须先记录上报意图", where=row.id)
        if to is CaseState.ABANDONED and row.intent and state is not CaseState.RETURNED:
            raise IllegalTransition(
                "此前点过“保存并上报”，不能直接放弃",
                where=row.id,
                advice="请先到“我的办件”核对，再用 ywtb settle 说明：已上报的 --filed 团组号，没有的 --not-filed",
            )
        if to is CaseState.SUBMITTED and not values.get("group_no", row.group_no):
            raise IllegalTransition("没有团组号，不能记为已上报", where=row.id)
        return values

    def to_keep(self, changes: Changes, case_id: str) -> dict[str, Any]:
        """The columns of what changes besides the state."""
        unknown = set(changes) - set(Changes.__annotations__)
        if unknown:
            raise TypeError(f"a case has no {', '.join(sorted(unknown))} to change")
        values: dict[str, Any] = {name: value for name, value in changes.items() if name in _PLAIN}
        if "to_sign" in changes:
            values["to_sign"] = self.seal(
                [_kept(self._folder / case_id, form) for form in changes["to_sign"]]
            )
        if "error" in changes:
            error = changes["error"]
            values["error"] = masked_data(error.as_dict() if isinstance(error, YwtbError) else error)
        if "intent" in changes:
            values["intent"] = self.seal(dict(changes["intent"])) if changes["intent"] else None
        return values

    def _open(self, token: str) -> Any:
        return json.loads(self._vault.decrypt(token))


def move_detail(reason: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a move's event tells: masked, and of what is encrypted only that it changed."""
    detail: dict[str, Any] = {"reason": masked_data(reason)} if reason else {}
    detail |= {
        name: values[name] for name in ("group_no", "attempt", "error") if values.get(name) is not None
    }
    if due_at := values.get("due_at"):
        detail |= {"faults": values["faults"], "due_at": due_at.isoformat()}
    sealed = [name for name in ("to_sign", "intent") if values.get(name) is not None]
    return {**detail, "changed": sealed} if sealed else detail


def event_of(row: Row[Any]) -> Event:
    """The event of a row."""
    return Event(
        seq=row.seq,
        case_id=row.case_id,
        at=row.at,
        kind=row.kind,
        from_state=_state(row.from_state),
        to_state=_state(row.to_state),
        detail=row.detail,
    )


def _state(kept: str | None) -> CaseState | None:
    return CaseState(kept) if kept else None


def _kept(folder: Path, form: FormToSign) -> dict[str, str | None]:
    # Inside the case's folder the path is kept relative, so that a data folder may be moved.
    path = form.path.relative_to(folder) if form.path.is_relative_to(folder) else form.path
    return {"form": form.form, "key": form.member_key, "name": form.member_name, "path": path.as_posix()}


def _form(folder: Path, kept: Mapping[str, str]) -> FormToSign:
    return FormToSign(kept["form"], kept["key"], kept["name"], folder / kept["path"])


def new_id(now: datetime, shift: int = 0) -> str:
    """A case id: short, sayable, and sorted by time: the Beijing day, then the time of day in 32^6 ticks."""
    local = now.astimezone(PORTAL_TIME)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    tick = int((local - midnight).total_seconds() / 86400 * 32**6) + shift
    return f"{local:%Y%m%d}-" + "".join(_SAYABLE[tick >> place & 31] for place in (25, 20, 15, 10, 5, 0))
