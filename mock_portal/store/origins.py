"""What the members of the four other business types came from: a group and its member, or a card."""

from __future__ import annotations

from dataclasses import dataclass

from ..business import FINAL
from .database import Database

__all__ = ["Origin", "Origins"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one member comes from: `source` is a group's or a card's number, `member_id` the member in that group.

    `group_id`, `kind` and `state` are those of the group that it is now in.
    """

    taken_by: int
    source: str
    member_id: int
    group_id: int
    kind: str
    state: str

    @property
    def open(self) -> bool:
        """Whether the group that it is now in has not come to its end."""
        return self.state not in FINAL


class Origins:
    """The threads from every group back to its source."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, group_id: int, taken_by: int, source: str, member_id: int = 0) -> None:
        """Remember where a member (`taken_by`) of a group comes from."""
        self._database.run(
            "INSERT INTO origin(taken_by, team_id, source, member_id) VALUES (?,?,?,?)",
            taken_by, group_id, source, member_id,
        )  # fmt: skip

    def of(self, group_id: int) -> list[Origin]:
        """Where the members of a group come from, in their order."""
        return self._found("origin.team_id=?", group_id)

    def open_of(self, account: str) -> list[Origin]:
        """What is taken up by the account's groups that have not come to their end."""
        return [origin for origin in self._found("team.account=?", account) if origin.open]

    def open_from(self, member_id: int) -> list[Origin]:
        """The open groups that took up a member of another group."""
        return [origin for origin in self._found("origin.member_id=?", member_id) if origin.open]

    def sources(self, group_id: int) -> list[str]:
        """The numbers of the group or the cards that a group comes from."""
        return list(dict.fromkeys(origin.source for origin in self.of(group_id)))

    def _found(self, where: str, value: object) -> list[Origin]:
        rows = self._database.all(
            "SELECT taken_by, source, origin.member_id, team_id, business_type, state FROM origin"  # noqa: S608
            f" JOIN team ON team.id = team_id WHERE {where} ORDER BY taken_by",
            value,
        )
        return [Origin(*row) for row in rows]
