"""A ledger on both databases, services that answer as the real ones do, and notices to tell of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from rpa.alerts import Alerts
from rpa.cases import Ledger
from rpa.status.notices import Notice, NoticeKind, add_notices
from rpa.status.outbox import Delivered, deliver
from rpa.status.tables import deliveries

from ..cases.conftest import backend, group, ledger, run, url, vault  # noqa: F401
from .services import SECRET, Services

#: A Monday, 11:00 in Beijing.
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture
def services() -> Iterator[Services]:
    """The services of group chats and a webhook, in a server of their own."""
    with Services() as running:
        yield running


@pytest.fixture
def at(services: Services, monkeypatch: pytest.MonkeyPatch, home: object) -> Callable[..., str]:
    """Puts the secrets of ``office`` into the environment."""

    def put(type_: str, address: str = "", secret: str = SECRET) -> str:
        monkeypatch.setenv("YWTB_ALERT_OFFICE_URL", address or services.url(type_))
        monkeypatch.setenv("YWTB_ALERT_OFFICE_SECRET", secret)
        return type_

    return put


@pytest.fixture
def rows(ledger: Ledger, run: Any) -> Callable[[], list[Any]]:  # noqa: F811
    """What the deliveries say, in the order of the notices."""

    async def read() -> Any:
        async with ledger.reading() as connection:
            return (await connection.execute(select(deliveries).order_by(deliveries.c.notice))).all()

    return lambda: list(run(read()))


@pytest.fixture
def add(ledger: Ledger, run: Any) -> Callable[..., None]:  # noqa: F811
    """Writes notices of these numbers of groups."""

    def write(
        *numbers: str, kind: NoticeKind = NoticeKind.STATE_CHANGED, at: datetime = NOW, **detail: str
    ) -> None:
        told = {"business_type": "new_card", "from": "初审中", "to": "复审中", **detail}
        new = [
            Notice(f"{kind}|{number}", kind, "mock", "demo-soe", at, group_no=number, detail=told)
            for number in numbers
        ]

        async def insert() -> None:
            async with ledger.writing() as connection:
                await add_notices(connection, new)

        run(insert())

    return write


@pytest.fixture
def tell(ledger: Ledger, run: Any) -> Callable[..., Delivered]:  # noqa: F811
    """Delivers to one channel named ``office``, with these settings."""

    def work(type_: str, *, now: datetime = NOW, give_up_days: float = 7, **settings: Any) -> Delivered:
        channels = {"office": {"type": type_, **settings}}
        alerts = Alerts.model_validate({"channels": channels, "give_up_days": give_up_days})
        done: Delivered = run(deliver(ledger, alerts, now=now))
        return done

    return work


#: For what is not about the database: one is enough.
on_sqlite = pytest.mark.parametrize("backend", ["sqlite"])
