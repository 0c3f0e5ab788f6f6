"""Sign-ins made by a person, encrypted, for the next program that takes the account."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "saved_sign_ins",
        sa.Column("portal", sa.String(300), nullable=False),
        sa.Column("account", sa.String(120), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("portal", "account", name="pk_saved_sign_ins"),
    )
