"""The cards that the people of an account hold, for reminders that they end."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "held_cards",
        sa.Column("portal", sa.String(300), nullable=False),
        sa.Column("account", sa.String(120), nullable=False),
        sa.Column("card", sa.String(64), nullable=False),
        sa.Column("shown", sa.String(40), nullable=False),
        sa.Column("ends", sa.Date, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("portal", "account", "card", name="pk_held_cards"),
    )
