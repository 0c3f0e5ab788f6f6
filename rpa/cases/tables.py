"""The ledger's tables, the same on SQLite and PostgreSQL. A change here needs a migration beside it."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    false,
)

from rpa.cases.case import FINAL

__all__ = [
    "UtcTime",
    "breakers",
    "cases",
    "events",
    "examinations",
    "leases",
    "losses",
    "matches",
    "metadata",
    "saved_sign_ins",
]


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no zone: it is put back on reading. A moment without one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: as UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database: aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

cases = Table(
    "cases",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("business_type", String(40), nullable=False),
    Column("portal", String(300), nullable=False),
    Column("account", String(120), nullable=False),
    Column("state", String(24), nullable=False),
    Column("came_from", String(24)),  # where a case in needs_person goes back to
    Column("group_no", String(120)),
    Column("members", Integer, nullable=False),
    Column("key", String(60), nullable=False),
    Column("source", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("error", JSON(none_as_null=True)),
    Column("identity", String(64), nullable=False),  # keyed fingerprints: comparable, not readable
    Column("digest", String(64), nullable=False),
    Column("content", Text, nullable=False),  # these three are encrypted: they name people
    Column("to_sign", Text, nullable=False),
    Column("intent", Text),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("faults", Integer, nullable=False, server_default="0"),  # system faults in a row
    Column("due_at", UtcTime),  # when a case that was put off is to be tried again
    Column("rehearsal", Boolean, nullable=False, server_default=false()),  # nobody has said: file it
)

_is_open = cases.c.state.not_in(sorted(FINAL))

#: One open case per application: the database itself refuses the second, whoever asks.
Index(
    "ux_cases_open_identity",
    cases.c.identity,
    unique=True,
    sqlite_where=_is_open,
    postgresql_where=_is_open,
)
Index("ix_cases_portal_account_state", cases.c.portal, cases.c.account, cases.c.state)
Index("ix_cases_created_at", cases.c.created_at, cases.c.id)  # the newest of many thousands

events = Table(
    "events",
    metadata,
    # SQLite numbers rows by itself only for its own INTEGER type.
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("case_id", String(20), ForeignKey(cases.c.id), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("from_state", String(24)),
    Column("to_state", String(24)),
    Column("detail", JSON, nullable=False),  # masked before it is written
    sqlite_autoincrement=True,  # a number is never used twice
)

leases = Table(
    "leases",
    metadata,
    Column("portal", String(300), primary_key=True),
    Column("account", String(120), primary_key=True),
    Column("owner", String(120), nullable=False),
    Column("heartbeat", UtcTime, nullable=False),
    Column("expires", UtcTime, nullable=False),
)

#: When an account was last put out by the portal. It outlives the lease, the program and the case that met it.
losses = Table(
    "losses",
    metadata,
    Column("portal", String(300), primary_key=True),
    Column("account", String(120), primary_key=True),
    Column("lost_at", UtcTime, nullable=False),
)

breakers = Table(
    "breakers",
    metadata,
    Column("portal", String(300), primary_key=True),
    Column("faults", Integer, nullable=False),
    Column("paused_until", UtcTime),
)

saved_sign_ins = Table(
    "saved_sign_ins",
    metadata,
    Column("portal", String(300), primary_key=True),
    Column("account", String(120), primary_key=True),
    Column("content", Text, nullable=False),  # encrypted: whoever can read it is signed in
    Column("saved_at", UtcTime, nullable=False),
)

#: The last examination of each portal (`ywtb doctor`), and what its screens were like when a person last accepted them.
examinations = Table(
    "examinations",
    metadata,
    Column("portal", String(300), primary_key=True),
    Column("account", String(120), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("safe", Boolean, nullable=False),
    Column(
        "document", JSON, nullable=False
    ),  # words of the page and of the packs, nothing that was written in it
    Column("accepted", JSON, nullable=False),
)

#: How often an element of a pack was found by which of its words (counted from 0).
matches = Table(
    "matches",
    metadata,
    Column("portal", String(300), primary_key=True),
    Column("screen", String(120), primary_key=True),
    Column("element", String(120), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("times", Integer, nullable=False),
    Column("last_at", UtcTime, nullable=False),
)
