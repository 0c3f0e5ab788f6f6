"""What a test of the watch over 我的办件 needs: sweeps, what they left in the ledger, and a hand in the portal meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Request
from sqlalchemy import Table, select

from rpa.cases.database import whole
from rpa.status.sweep import Swept, sweep
from rpa.status.tables import groups, history, notices, sweeps

from .clerk import Clerk, WatchedChromium

__all__ = ["ACCOUNT", "Meddler", "Watch"]

ACCOUNT = "demo-soe"


class Meddler(WatchedChromium):
    """The robot's browser; right when it asks for a page of a list, or for a detail page, somebody else does something.

    `meanwhile` has the deeds by what is asked for (``list 3``: the third time a list is asked for; ``detail 1``).
    """

    def __init__(self, chromium: WatchedChromium) -> None:
        super().__init__(chromium)
        self.meanwhile: dict[str, Callable[[], object]] = {}
        self.asked: dict[str, int] = {"list": 0, "detail": 0}

    def meddle(self, **deeds: Callable[[], object]) -> None:
        """From now on: ``meddle(list_3=…)``."""
        self.asked = {"list": 0, "detail": 0}
        self.meanwhile = {when.replace("_", " "): deed for when, deed in deeds.items()}

    def _note(self, request: Request) -> None:
        super()._note(request)
        _, _, path = request.url.partition("/my-applications/")
        if not path or request.resource_type not in {"document", "xhr", "fetch"}:
            return
        if path == "list":
            what = "list"
        elif path.startswith("of/"):
            return
        else:
            what = "detail"
        self.asked[what] += 1
        if deed := self.meanwhile.pop(f"{what} {self.asked[what]}", None):
            deed()


@dataclass
class Watch:
    """Sweeps of one account with an empty ledger at first."""

    clerk: Clerk

    @property
    def meddler(self) -> Meddler:
        """The browser, with somebody else at the portal."""
        if not isinstance(self.clerk.chromium, Meddler):
            self.clerk.chromium = Meddler(self.clerk.chromium)
        return self.clerk.chromium

    def sweep(self, account: str = ACCOUNT, *, full: bool = False) -> Swept:
        """One sweep of one account."""
        swept: list[Swept] = self.clerk.do(sweep, self.clerk.sign_ins(), [account], full=full)
        return swept[0]

    def rows(self, table: Table) -> list[Mapping[str, Any]]:
        """A table of the ledger."""

        async def read() -> list[Mapping[str, Any]]:
            async with self.clerk.ledger.reading() as connection:
                return [dict(row) for row in (await connection.execute(select(table))).mappings()]

        return self.clerk.do(lambda: whole(read()))

    def told(self) -> list[tuple[str, str | None, str]]:
        """What somebody is told, in order: kind, group, state."""
        return [(row["kind"], row["group_no"], row["detail"].get("to", "")) for row in self.rows(notices)]

    def states(self) -> dict[str, str]:
        """The groups that are there, with their states."""
        return {row["group_no"]: row["state"] for row in self.rows(groups) if row["gone_at"] is None}

    def life(self, group_no: str, member: int = 0, economy: str = "") -> list[str]:
        """The states of a group, of a member or of an economy's decision, in order."""
        who = (group_no, member, economy)
        rows = self.rows(history)
        return [row["to_state"] for row in rows if (row["group_no"], row["member"], row["economy"]) == who]

    def sweeps(self) -> list[tuple[bool, int, int]]:
        """Each sweep: whether it was complete, how many groups it saw, how many changes."""
        return [(row["complete"], row["groups"], row["changes"]) for row in self.rows(sweeps)]
