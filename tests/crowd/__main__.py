"""``make crowd``: two programs, one account, twenty cases, on SQLite and on PostgreSQL; a line of figures for each."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rpa.testing import Replica
from tests.postgres import postgres_server

from .crowd import Crowd

_LEDGERS = ("sqlite", "postgresql")


def main() -> int:
    """Work through the cases once with each ledger; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="crowd")
    parser.add_argument("-n", type=int, default=20, help="cases with each ledger")
    parser.add_argument("--ledger", choices=_LEDGERS, action="append", help="only this one")
    parser.add_argument(
        "--apart", action="store_true", help="a ledger for each program: what comes of it without a lease"
    )
    asked = parser.parse_args()
    good = True
    with Replica() as replica, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for name in ["sqlite"] if asked.apart else asked.ledger or _LEDGERS:
            with _ledger(name) as address:
                crowd = Crowd(replica, Path(folder) / name, asked.n, ledger=address, apart=asked.apart)
                figures = crowd.run()
            for line in figures.trouble:
                sys.stdout.write(f"{line}\n")
            sys.stdout.write(f"ledger={'apart' if asked.apart else name} {figures}\n")
            sys.stdout.flush()
            good = good and figures.good
    return 0 if good else 1


@contextmanager
def _ledger(name: str) -> Iterator[str]:
    """The address of a new ledger; none for the SQLite file in the data folder."""
    if name == "sqlite":
        yield ""
        return
    with postgres_server() as server:
        yield server.database()


if __name__ == "__main__":
    raise SystemExit(main())
