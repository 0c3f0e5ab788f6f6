"""What the sweeps leave in the ledger: groups, their history, the sweeps, what is to be told, and the clock's ticks.

They lie beside the cases, in the same database (:mod:`rpa.cases.tables`). No table here names a person.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from rpa.cases.tables import UtcTime, metadata

__all__ = [
    "channels",
    "deliveries",
    "groups",
    "held_cards",
    "history",
    "notices",
    "servers",
    "sweeps",
    "ticks",
]

_NUMBER = BigInteger().with_variant(
    Integer, "sqlite"
)  # SQLite numbers rows by itself only for its own INTEGER

#: Every group that 我的办件 of an account has shown, filed by the program or by hand.
groups = Table(
    "groups",
    metadata,
    Column("portal", String(300), primary_key=True),
    Column("account", String(120), primary_key=True),
    Column("group_no", String(120), primary_key=True),
    Column(
        "business_type", String(120), nullable=False
    ),  # the slug; the portal's word for one that is not known
    Column("state", String(120), nullable=False),  # the portal's word
    Column("kind", String(24), nullable=False),  # what it means (rpa.screen.StateKind)
    Column("members", Integer),
    Column("submitted_at", String(40), nullable=False),  # as the portal writes it
    Column(
        "digest", String(64), nullable=False
    ),  # keyed fingerprint of the whole row: comparable, not readable
    Column("first_seen", UtcTime, nullable=False),
    Column("moved_at", UtcTime, nullable=False),  # since when it has been in its state
    Column("detail_at", UtcTime),  # when its detail page was last read
    Column("gone_at", UtcTime),  # since when a complete list has been without it
)

#: One row per state that a group, a member of it or an economy's decision on a member has been in.
#: The current one has no `last_seen`: it is seen by every complete sweep of the account.
history = Table(
    "history",
    metadata,
    Column("seq", _NUMBER, primary_key=True, autoincrement=True),
    Column("portal", String(300), nullable=False),
    Column("account", String(120), nullable=False),
    Column("group_no", String(120), nullable=False),
    Column("member", Integer, nullable=False),  # 0 is the group itself, 1 its first member
    Column(
        "economy", String(8), nullable=False
    ),  # AUS … VNM; empty for the group's or the member's own state
    Column("from_state", String(120)),  # none for the first one seen
    Column("to_state", String(120), nullable=False),
    Column("first_seen", UtcTime, nullable=False),
    Column("last_seen", UtcTime),
    sqlite_autoincrement=True,
)
Index("ix_history_group", history.c.portal, history.c.account, history.c.group_no)
Index("ix_history_first_seen", history.c.first_seen)

#: The cards that a full sweep has seen in an account, as the last one did.
held_cards = Table(
    "held_cards",
    metadata,
    Column("portal", String(300), primary_key=True),
    Column("account", String(120), primary_key=True),
    Column("card", String(64), primary_key=True),  # keyed fingerprint of the number
    Column("shown", String(40), nullable=False),  # the number, masked
    Column("ends", Date, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
)

sweeps = Table(
    "sweeps",
    metadata,
    Column("seq", _NUMBER, primary_key=True, autoincrement=True),
    Column("portal", String(300), nullable=False),
    Column("account", String(120), nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime, nullable=False),
    Column("complete", Boolean, nullable=False),  # only a complete one says anything about a group
    Column("groups", Integer, nullable=False),
    Column("changes", Integer, nullable=False),
    Column("error", JSON(none_as_null=True)),
    sqlite_autoincrement=True,
)
Index("ix_sweeps_portal_account_ended_at", sweeps.c.portal, sweeps.c.account, sweeps.c.ended_at)

#: What somebody is to be told, each thing once: `key` says what it is about.
notices = Table(
    "notices",
    metadata,
    Column("seq", _NUMBER, primary_key=True, autoincrement=True),
    Column("key", String(300), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("portal", String(300), nullable=False),
    Column("account", String(120), nullable=False),
    Column("group_no", String(120)),
    Column("case_id", String(20)),
    Column("at", UtcTime, nullable=False),
    Column("detail", JSON, nullable=False),  # words without personal data
    sqlite_autoincrement=True,
)

Index("ux_notices_key", notices.c.key, unique=True)

#: Who is told: a channel of the settings, from the moment at which it was first seen.
channels = Table(
    "channels",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("added_at", UtcTime, nullable=False),
    Column("seen", _NUMBER, nullable=False),  # the last notice that was looked at for it
    Column("failures", Integer, nullable=False),  # in a row
    Column("paused_until", UtcTime),  # it is left alone after a failure, or when it asks for it
)

#: How far the telling is, per notice and channel: told once it was acknowledged, not once it was sent.
deliveries = Table(
    "deliveries",
    metadata,
    Column("notice", _NUMBER, ForeignKey(notices.c.seq), primary_key=True),
    Column("channel", String(60), primary_key=True),
    Column("planned_at", UtcTime, nullable=False),
    Column("message", String(64)),  # which message it goes out in: the same one at every attempt
    Column("attempts", Integer, nullable=False),
    Column("due_at", UtcTime, nullable=False),  # while it is being sent: until when nobody else sends it
    Column("told_at", UtcTime),
    Column("given_up_at", UtcTime),
    Column("error", Text),  # what the last attempt met
)
Index("ix_deliveries_channel_told_at_due_at", deliveries.c.channel, deliveries.c.told_at, deliveries.c.due_at)

#: Each moment at which a schedule was due is taken by one server, whoever comes first.
ticks = Table(
    "ticks",
    metadata,
    Column("schedule", String(120), primary_key=True),
    Column("due_at", UtcTime, primary_key=True),
    Column("owner", String(120), nullable=False),
    Column("taken_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("outcome", String(24)),
)

#: The servers that run now, and when each was last seen alive. A tick whose owner is not here has lost it.
servers = Table(
    "servers",
    metadata,
    Column("owner", String(120), primary_key=True),
    Column("started_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
)
