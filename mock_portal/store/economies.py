"""What each economy decided about each member."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..clock import stamp
from ..economies import ECONOMIES, PENDING
from .database import Database

__all__ = ["Decision", "Economies"]


@dataclass(frozen=True, slots=True)
class Decision:
    """One economy's word on one member; `at` is empty while it has not spoken."""

    code: str
    state: str
    at: str

    @property
    def name(self) -> str:
        """The economy's Chinese name."""
        return ECONOMIES[self.code]


class Economies:
    """The decisions of all economies."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, member_id: int) -> None:
        """Put the member before every economy; those asked before keep their word."""
        for code in ECONOMIES:
            self._database.run(
                "INSERT OR IGNORE INTO decision(member_id, code, state) VALUES (?,?,?)",
                member_id, code, PENDING,
            )  # fmt: skip

    def decide(self, member_id: int, decisions: Mapping[str, str], at: str = "") -> None:
        """Note what economies (by code) decided, now unless told when."""
        self.ask(member_id)
        for code, state in decisions.items():
            when = "" if state == PENDING else at or stamp()
            self._database.run(
                "UPDATE decision SET state=?, at=? WHERE member_id=? AND code=?", state, when, member_id, code
            )

    def of(self, member_id: int) -> list[Decision]:
        """Every economy's word on the member; nothing before the economies were asked."""
        rows = self._database.all("SELECT code, state, at FROM decision WHERE member_id=?", member_id)
        found = {row["code"]: Decision(row["code"], row["state"], row["at"]) for row in rows}
        return [found[code] for code in ECONOMIES if code in found]

    def states(self, member_id: int) -> dict[str, str]:
        """State by code."""
        return {decision.code: decision.state for decision in self.of(member_id)}
