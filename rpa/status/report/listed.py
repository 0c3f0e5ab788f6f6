"""Groups and cases as a report lists them: read from the database, never decrypted, without anybody's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rpa.cases import CaseState
from rpa.cases.tables import cases
from rpa.personal import mask_text
from rpa.status.report.scope import Scope
from rpa.status.tables import groups

__all__ = ["ListedCase", "ListedGroup", "group_of", "groups_of", "listed_cases"]


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A case without what names people."""

    id: str
    key: str
    business_type: str
    portal: str
    account: str
    state: CaseState
    group_no: str | None
    members: int
    error: Mapping[str, Any] | None
    created_at: datetime
    updated_at: datetime

    @property
    def group_key(self) -> tuple[str, str, str]:
        """What its group is found by."""
        return self.portal, self.account, self.group_no or ""

    @property
    def trouble(self) -> str:
        """What the case's error says, in a line."""
        return mask_text(str((self.error or {}).get("message") or ""))

    @property
    def advice(self) -> str:
        """What to do about it."""
        return mask_text(str((self.error or {}).get("advice") or ""))


@dataclass(frozen=True, slots=True)
class ListedGroup:
    """A group as the portal's list last had it."""

    portal: str
    account: str
    group_no: str
    business_type: str
    state: str
    kind: str
    members: int | None
    submitted_at: str
    first_seen: datetime
    moved_at: datetime
    gone_at: datetime | None

    @property
    def group_key(self) -> tuple[str, str, str]:
        """What it is found by."""
        return self.portal, self.account, self.group_no


async def listed_cases(
    connection: AsyncConnection, scope: Scope, *only: ColumnElement[bool]
) -> list[ListedCase]:
    """The cases of the scope, `only` those for which this holds too, oldest first."""
    columns = [cases.c[name] for name in ListedCase.__dataclass_fields__]
    query = select(*columns).where(scope.of(cases), *only).order_by(cases.c.created_at, cases.c.id)
    return [
        ListedCase(**{**row._mapping, "state": CaseState(row.state)})
        for row in await connection.execute(query)
    ]


def groups_of(scope: Scope) -> Select[Any]:
    """The groups of the scope, those of one business type together, those that moved last first."""
    columns = [groups.c[name] for name in ListedGroup.__dataclass_fields__]
    return (
        select(*columns)
        .where(scope.of(groups))
        .order_by(groups.c.business_type, groups.c.moved_at.desc(), groups.c.group_no)
    )


def group_of(row: Any) -> ListedGroup:
    """The group of a row of :func:`groups_of`."""
    return ListedGroup(**row._mapping)
