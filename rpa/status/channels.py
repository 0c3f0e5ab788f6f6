"""A channel looked after by a person: it is added, tried, looked at, and forgotten."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from rpa.alerts import AnyChannel
from rpa.alerts.secrets import AlertSecrets
from rpa.cases import Ledger
from rpa.cases.database import whole
from rpa.status import deliveries
from rpa.status.deliveries import Record
from rpa.status.telling import Message, NotTold, sender_of

__all__ = ["forget", "look", "try_out"]


async def try_out(name: str, channel: AnyChannel, secrets: AlertSecrets) -> str:
    """Send a message that says it is a trial, whatever the hour; what was not done for all is returned.

    Raises :class:`~rpa.status.telling.NotTold`, or :class:`~rpa.errors.SettingsError` when a secret is missing.
    """
    lines = (
        "这是一条测试消息：收到它，说明这个渠道可以使用。",
        "真正的提醒会写明团组号、业务类型、状态的变化和下一步。",
    )
    message = Message(uuid4().hex, f"【测试】提醒渠道 {name}", lines, datetime.now(UTC))
    try:
        return await sender_of(name, channel, secrets.get).send(message)
    except NotTold as error:
        advice = "请核对地址、密钥和对方的安全设置，改正后用 ywtb alerts add 重新保存"
        raise NotTold(error.message, where=name, advice=advice) from None


async def look(ledger: Ledger, name: str) -> Record:
    """What came of the channel so far."""

    async def read() -> Record:
        async with ledger.reading() as connection:
            return await deliveries.record(connection, name)

    return await whole(read())


async def forget(ledger: Ledger, name: str) -> int:
    """Forget the channel and what it was not told; how many notices that were."""

    async def write() -> int:
        async with ledger.writing() as connection:
            return await deliveries.forget(connection, name)

    return await whole(write())
