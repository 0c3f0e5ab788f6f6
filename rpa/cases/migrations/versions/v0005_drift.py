"""What looking at a portal has shown: the last examination of each, and by which words elements are found."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "examinations",
        sa.Column("portal", sa.String(300), nullable=False),
        sa.Column("account", sa.String(120), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("safe", sa.Boolean, nullable=False),
        sa.Column("document", sa.JSON, nullable=False),
        sa.Column("accepted", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("portal", name="pk_examinations"),
    )
    op.create_table(
        "matches",
        sa.Column("portal", sa.String(300), nullable=False),
        sa.Column("screen", sa.String(120), nullable=False),
        sa.Column("element", sa.String(120), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("last_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("portal", "screen", "element", "place", name="pk_matches"),
    )
