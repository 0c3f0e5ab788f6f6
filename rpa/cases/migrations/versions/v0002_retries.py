"""Faults that are tried again: how many, when next; and portals that are left alone for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add them."""
    op.add_column("cases", sa.Column("faults", sa.Integer, nullable=False, server_default="0"))
    op.add_column("cases", sa.Column("due_at", _MOMENT))
    op.create_table(
        "breakers",
        sa.Column("portal", sa.String(300), nullable=False),
        sa.Column("faults", sa.Integer, nullable=False),
        sa.Column("paused_until", _MOMENT),
        sa.PrimaryKeyConstraint("portal", name="pk_breakers"),
    )
