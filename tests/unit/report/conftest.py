"""A seeded ledger on both databases, and the report written from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from rpa.cases import Case, Ledger
from rpa.flow import flows, pack_files
from rpa.screen import load_packs
from rpa.status.report import Scope, Written, write_report

from ..cases.conftest import backend, ledger, run, url, vault
from .seeded import NOW, aged, filed, past_of, seed, swept

__all__ = ["backend", "ledger", "run", "url", "vault"]

TITLES = {slug: one.title for slug, one in flows().items()}


@pytest.fixture(autouse=True)
def _stopped_clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def made(ledger: Ledger, run: Any) -> list[Case]:
    """The cases of the seeded ledger; its groups and sweeps are there too."""

    async def make() -> list[Case]:
        found = await aged(ledger, await filed(ledger))
        await seed(ledger, past_of(found))
        await swept(ledger, "demo-soe")
        await swept(ledger, "demo-private", complete=False, error="网站没有响应")
        return found

    cases: list[Case] = run(make())
    return cases


@pytest.fixture
def write(ledger: Ledger, run: Any, tmp_path: Path) -> Any:
    """Writes the report of a scope."""

    def of(**scope: Any) -> Written:
        written: Written = run(
            write_report(
                ledger,
                Scope(NOW, **scope),
                tmp_path / "reports",
                titles=TITLES,
                kind_of=load_packs(pack_files()).state_kind,
            )
        )
        return written

    return of
