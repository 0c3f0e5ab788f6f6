"""What a report is about: which portal and account, since when, as of when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import BigInteger, ColumnElement, Table, and_, cast, extract, true

from rpa.personal import mask_account
from rpa.profile import PORTAL_TIME
from rpa.status.tables import groups, history

__all__ = ["Scope", "day_of", "of_a_group", "same_group", "seconds_of"]

_DAY = 86400
_AHEAD = 8 * 3600  # Beijing's clock is ahead of UTC by this much, all the year round


@dataclass(frozen=True)
class Scope:
    """`portal` and `account` None mean all; `since` None means from the beginning; `now` is the report's moment."""

    now: datetime
    portal: str | None = None
    account: str | None = None
    since: datetime | None = None

    def of(self, table: Table) -> ColumnElement[bool]:
        """The rows of a table that this report is about, whenever they were written."""
        wanted = [
            table.c[name] == value
            for name, value in (("portal", self.portal), ("account", self.account))
            if value is not None
        ]
        return and_(true(), *wanted)

    @cached_property
    def words(self) -> str:
        """The scope as it stands in the heading of a report."""
        parts = [
            f"网站 {self.portal}" if self.portal else "全部网站",
            f"账号 {mask_account(self.account)}" if self.account else "全部账号",
            f"{self.since.astimezone(PORTAL_TIME):%Y-%m-%d} 以来" if self.since else "有记录以来",
        ]
        return " · ".join(parts)


def seconds_of(moment: ColumnElement[datetime]) -> ColumnElement[int]:
    """A moment as whole seconds since 1970, on SQLite and PostgreSQL alike."""
    return cast(extract("epoch", moment), BigInteger)


def day_of(moment: ColumnElement[datetime]) -> ColumnElement[int]:
    """The Beijing day of a moment, as days since 1970-01-01."""
    return (seconds_of(moment) + _AHEAD) // _DAY


def of_a_group() -> ColumnElement[bool]:
    """The history rows of a group's own state, not of its members'."""
    return and_(history.c.member == 0, history.c.economy == "")


def same_group() -> ColumnElement[bool]:
    """Joins a history row with its group."""
    return and_(
        history.c.portal == groups.c.portal,
        history.c.account == groups.c.account,
        history.c.group_no == groups.c.group_no,
    )
