"""The model of a ledger: its rules in a few lines, for the test that lets anything happen to the real one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from rpa.cases import FINAL, Case, CaseState
from rpa.cases.case import REVISABLE, is_legal

__all__ = ["Known", "Lease", "stands"]

S = CaseState


@dataclass(frozen=True)
class Known:
    """What the model knows of a case."""

    person: str
    reason: str
    state: CaseState = S.RECEIVED
    came_from: CaseState | None = None
    revision: int = 1
    group_no: str | None = None
    intent: dict[str, Any] | None = None
    faults: int = 0
    way: tuple[tuple[str, CaseState | None, CaseState | None], ...] = (("received", None, S.RECEIVED),)

    @property
    def is_revisable(self) -> bool:
        return (self.came_from if self.state is S.NEEDS_PERSON else self.state) in REVISABLE

    @property
    def has_ended(self) -> bool:
        return self.state in FINAL

    def may_go(self) -> list[CaseState]:
        """Nothing is given up of which a press may still show up."""
        legal = [to for to in S if is_legal(self.state, to, self.came_from)]
        in_doubt = self.intent is not None and self.state is not S.RETURNED
        return [to for to in legal if not (in_doubt and to is S.ABANDONED)]

    def moved(self, to: CaseState, **changes: Any) -> Known:
        """As the ledger's rules want it after a move."""
        return replace(
            self,
            **{
                "state": to,
                "came_from": self.state if to is S.NEEDS_PERSON else None,
                "faults": self.faults if to in (S.PREPARING, S.COMPLETING, S.COMMITTING) else 0,
                "way": (*self.way, ("moved", self.state, to)),
                **changes,
            },
        )


@dataclass(frozen=True)
class Lease:
    """A lease by the model's clock."""

    owner: str = ""
    begun: float = 0.0
    ends: float = 0.0


def stands(one: Known | Case) -> tuple[CaseState, int]:
    """What an old view of a case is known by."""
    return one.state, one.revision
