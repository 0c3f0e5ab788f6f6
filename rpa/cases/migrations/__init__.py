"""Migrations of the ledger's tables. `HEAD` is the newest; a test keeps it equal to what alembic finds."""

HEAD = "0007"
