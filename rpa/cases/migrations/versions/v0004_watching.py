"""Sweeps of 我的办件: groups, their history, what is to be told, ticks of the clock."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables, and to a case whether it is a rehearsal."""
    op.add_column("cases", sa.Column("rehearsal", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_index("ix_cases_created_at", "cases", ["created_at", "id"])
    op.create_table(
        "groups",
        sa.Column("portal", sa.String(300), nullable=False),
        sa.Column("account", sa.String(120), nullable=False),
        sa.Column("group_no", sa.String(120), nullable=False),
        sa.Column("business_type", sa.String(120), nullable=False),
        sa.Column("state", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("members", sa.Integer),
        sa.Column("submitted_at", sa.String(40), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("first_seen", _MOMENT, nullable=False),
        sa.Column("moved_at", _MOMENT, nullable=False),
        sa.Column("detail_at", _MOMENT),
        sa.Column("gone_at", _MOMENT),
        sa.PrimaryKeyConstraint("portal", "account", "group_no", name="pk_groups"),
    )
    op.create_table(
        "history",
        sa.Column("seq", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("portal", sa.String(300), nullable=False),
        sa.Column("account", sa.String(120), nullable=False),
        sa.Column("group_no", sa.String(120), nullable=False),
        sa.Column("member", sa.Integer, nullable=False),
        sa.Column("economy", sa.String(8), nullable=False),
        sa.Column("from_state", sa.String(120)),
        sa.Column("to_state", sa.String(120), nullable=False),
        sa.Column("first_seen", _MOMENT, nullable=False),
        sa.Column("last_seen", _MOMENT),
        sa.PrimaryKeyConstraint("seq", name="pk_history"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_history_group", "history", ["portal", "account", "group_no"])
    op.create_index("ix_history_first_seen", "history", ["first_seen"])
    op.create_table(
        "sweeps",
        sa.Column("seq", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("portal", sa.String(300), nullable=False),
        sa.Column("account", sa.String(120), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("groups", sa.Integer, nullable=False),
        sa.Column("changes", sa.Integer, nullable=False),
        sa.Column("error", sa.JSON),
        sa.PrimaryKeyConstraint("seq", name="pk_sweeps"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sweeps_portal_account_ended_at", "sweeps", ["portal", "account", "ended_at"])
    op.create_table(
        "notices",
        sa.Column("seq", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("portal", sa.String(300), nullable=False),
        sa.Column("account", sa.String(120), nullable=False),
        sa.Column("group_no", sa.String(120)),
        sa.Column("case_id", sa.String(20)),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_notices"),
        sqlite_autoincrement=True,
    )
    op.create_index("ux_notices_key", "notices", ["key"], unique=True)
    op.create_table(
        "channels",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.Column("seen", _NUMBER, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("paused_until", _MOMENT),
        sa.PrimaryKeyConstraint("name", name="pk_channels"),
    )
    op.create_table(
        "deliveries",
        sa.Column("notice", _NUMBER, nullable=False),
        sa.Column("channel", sa.String(60), nullable=False),
        sa.Column("planned_at", _MOMENT, nullable=False),
        sa.Column("message", sa.String(64)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("told_at", _MOMENT),
        sa.Column("given_up_at", _MOMENT),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("notice", "channel", name="pk_deliveries"),
        sa.ForeignKeyConstraint(["notice"], ["notices.seq"], name="fk_deliveries_notice"),
    )
    op.create_index("ix_deliveries_channel_told_at_due_at", "deliveries", ["channel", "told_at", "due_at"])
    op.create_table(
        "ticks",
        sa.Column("schedule", sa.String(120), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("owner", sa.String(120), nullable=False),
        sa.Column("taken_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.Column("outcome", sa.String(24)),
        sa.PrimaryKeyConstraint("schedule", "due_at", name="pk_ticks"),
    )
    op.create_table(
        "servers",
        sa.Column("owner", sa.String(120), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("owner", name="pk_servers"),
    )
