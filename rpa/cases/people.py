"""Nobody stands in two open cases of one business type and account: a second paper under somebody's name is a false one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from rpa.application import Application
from rpa.cases.case import OPEN
from rpa.cases.tables import cases
from rpa.errors import YwtbError
from rpa.vault import Vault

__all__ = ["People", "PeopleElsewhere", "Shared"]

_Words = frozenset[str]


@dataclass(frozen=True, slots=True)
class Shared:
    """The member at this place stands in another open case, by what this `field` says of the person."""

    member: int
    field: str
    case_id: str


class PeopleElsewhere(YwtbError):
    """Somebody of the application stands in another open case; nothing was recorded. `shared` says who, and where."""

    exit_code = 3
    advice = "请先用 ywtb cases 查看那份办件；以本团组为准的，用 ywtb abandon 放弃它"

    def __init__(self, shared: tuple[Shared, ...]) -> None:
        super().__init__("成员已在另一份未办结的办件中", where="、".join({one.case_id: "" for one in shared}))
        self.shared = shared


class People:
    """Compares an application with the open cases. What those hold is decrypted once, not with every application."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._known: dict[str, _Words] = {}

    async def mind(
        self, connection: AsyncConnection, who: Mapping[str, Any], application: Application
    ) -> None:
        """Raise :class:`PeopleElsewhere` when one of its people is in an open case of the same portal, account and type.

        `who` are the columns that say whose application it is; nobody else may add a case of theirs meanwhile.
        """
        others = await connection.execute(
            select(cases.c.id, cases.c.digest).where(
                *(cases.c[name] == who[name] for name in ("portal", "account", "business_type")),
                cases.c.identity != who["identity"],  # these very people: another program was quicker
                cases.c.state.in_(sorted(OPEN)),
            )
        )
        people = set(application.identity)
        shared: list[Shared] = []
        for other in others.all():
            if both := people & await self._words(connection, other.id, other.digest):
                shared += [
                    Shared(place, name, other.id)
                    for place, member in enumerate(_members(application.model_dump_json()))
                    for name, word in member.items()
                    if word in both
                ]
        if shared:
            raise PeopleElsewhere(tuple(shared))

    async def _words(self, connection: AsyncConnection, case_id: str, digest: str) -> _Words:
        """What a case's members are known by, whatever version of the program kept them."""
        if digest not in self._known:
            kept = await connection.execute(select(cases.c.content).where(cases.c.id == case_id))
            members = _members(self._vault.decrypt(kept.scalar_one()))
            self._known[digest] = frozenset(word for member in members for word in member.values())
        return self._known[digest]


def _members(content: str) -> list[dict[str, str]]:
    """The texts that stand in each member's own row."""
    members: list[dict[str, Any]] = json.loads(content)["members"]
    return [{name: word for name, word in member.items() if isinstance(word, str)} for member in members]
