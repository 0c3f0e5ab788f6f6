"""The outbox: each notice is told once per channel, and tried again until the service says that it has it.

Told at least once: a process that dies between the sending and the writing leaves its message to the next, which sends
it again with the same id, by which the receiver knows it. A channel tells only what came after it was first seen here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from loguru import logger
from sqlalchemy.ext.asyncio import AsyncConnection

from rpa.alerts import Alerts, AnyChannel
from rpa.alerts.secrets import AlertSecrets
from rpa.cases import Ledger
from rpa.cases.database import clock, whole
from rpa.errors import SettingsError, YwtbError
from rpa.status import deliveries
from rpa.status.deliveries import Taken
from rpa.status.notices import Notice
from rpa.status.telling import NotTold, Sender, compose, fitting, parts, sender_of
from rpa.status.telling.aside import aside
from rpa.status.telling.hours import opens

__all__ = ["WHOLE_SENDING", "Delivered", "deliver", "deliver_to", "enlist", "gap"]

#: However long a service takes for a message, all its parts together: then it has not been told. Shorter than the
#: lease, so that nobody else sends it meanwhile.
WHOLE_SENDING = timedelta(minutes=4)

_FIRST, _FACTOR, _LONGEST = timedelta(seconds=30), 3, timedelta(hours=1)
_LEAST_ATTEMPTS = 10  # before a message is given up: the horizon may pass while the program is not running
_MINUTE = timedelta(minutes=1)
_KEYRING = 60.0  # seconds that the system's keyring may take


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a delivery did: notices told, messages that failed, notices given up, notices that still wait.

    `next_due` is when it is worth to deliver again, if nothing new happens; `trouble` is the last error of each channel
    that failed.
    """

    told: int = 0
    failed: int = 0
    given_up: int = 0
    waiting: int = 0
    next_due: datetime | None = None
    trouble: Mapping[str, str] = field(default_factory=dict)

    def __add__(self, other: Delivered) -> Delivered:
        due = [one.next_due for one in (self, other) if one.next_due is not None]
        return Delivered(
            self.told + other.told,
            self.failed + other.failed,
            self.given_up + other.given_up,
            self.waiting + other.waiting,
            min(due, default=None),
            {**self.trouble, **other.trouble},
        )


def gap(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 30 seconds, then three times as long each time, at most an hour."""
    return min(_LONGEST, _FIRST * int(_FACTOR ** min(attempts - 1, 10)))


async def enlist(ledger: Ledger, alerts: Alerts, *, now: datetime | None = None) -> None:
    """From now on every channel of the settings is told what happens. Raises :class:`~rpa.cases.errors.LedgerError`.

    Call it before anything is written that somebody is to be told: what was there before is old to a new channel.
    """
    secrets = AlertSecrets()
    for name in alerts.channels:
        await whole(_round(ledger, alerts, name, secrets, now).plan())


async def deliver(
    ledger: Ledger, alerts: Alerts, *, now: datetime | None = None, secrets: AlertSecrets | None = None
) -> Delivered:
    """Tell every channel what is due, all channels at once. Raises :class:`~rpa.cases.errors.LedgerError`.

    `now` is for tests; otherwise it is the ledger's clock.
    """
    rounds = [deliver_to(ledger, alerts, name, now=now, secrets=secrets) for name in alerts.channels]
    done = Delivered()
    for one in await asyncio.gather(*rounds, return_exceptions=True):
        if isinstance(one, BaseException):
            raise one
        done += one
    return done


async def deliver_to(
    ledger: Ledger,
    alerts: Alerts,
    name: str,
    *,
    now: datetime | None = None,
    secrets: AlertSecrets | None = None,
) -> Delivered:
    """Tell one channel what is due to it. Call it after each sweep, and when `next_due` has come."""
    return await _round(ledger, alerts, name, secrets or AlertSecrets(), now).run()


def _round(ledger: Ledger, alerts: Alerts, name: str, secrets: AlertSecrets, now: datetime | None) -> _Round:
    return _Round(ledger, name, alerts.channels[name], secrets, timedelta(days=alerts.give_up_days), now)


@dataclass
class _Round:
    """One channel's turn."""

    ledger: Ledger
    name: str
    channel: AnyChannel
    secrets: AlertSecrets
    horizon: timedelta
    now: datetime | None

    async def run(self) -> Delivered:
        """Plan what is new, tell what is due until nothing is, something fails, or the service had its share."""
        done = Delivered()
        now = await whole(self.plan())
        sent = 0
        while opens(self.channel, now) <= now:
            taken, sender = await self._take()
            if taken is None:
                break
            step = await self._tell(taken, sender)
            done += step
            sent += 1
            if step.failed:
                break
            if isinstance(sender, YwtbError) or sent >= sender.burst:
                await whole(self._rest())
                break
        return done + await whole(self._standing())

    async def _tell(self, taken: Taken, sender: Sender | SettingsError) -> Delivered:
        try:
            remark = await self._send(taken, sender)
        except YwtbError as error:
            return await whole(self._failed(taken, error))
        if remark:
            logger.warning("提醒渠道 {}：{}", self.name, remark)
        await whole(self._told(taken, remark))
        return Delivered(told=len(taken.notices))

    async def _send(self, taken: Taken, sender: Sender | SettingsError) -> str:
        if isinstance(sender, SettingsError):
            raise sender
        try:
            made = compose(self.name, taken.notices, self.now or datetime.now(UTC))
            message = replace(made, id=taken.id)
            async with asyncio.timeout(WHOLE_SENDING.total_seconds()):
                remarks = [await sender.send(part) for part in parts(message, sender.room)]
        except YwtbError:
            raise
        except TimeoutError:
            raise NotTold("对方没有在时限内收下") from None
        except Exception as error:  # whatever it was, this message has not been told, and is tried again
            logger.opt(exception=error).debug("提醒渠道 {}：发送时出错", self.name)
            raise NotTold(f"发送时出错（{type(error).__name__}）") from None
        return "；".join(filter(None, remarks))

    def _sender(self) -> Sender | SettingsError:
        try:
            return sender_of(self.name, self.channel, self.secrets.get)
        except SettingsError as error:  # told like any other failure: the outbox keeps what it could not tell
            return error

    async def _at_hand(self) -> Sender | SettingsError:
        """The sender, or why there is none. A keyring may take its time, or wait for a person who is not there."""
        try:
            async with asyncio.timeout(_KEYRING):
                return await aside(self._sender)
        except TimeoutError:
            return SettingsError(
                "系统的密码库没有应答", where=self.name, advice="请解锁密码库，或改用环境变量"
            )

    async def _take(self) -> tuple[Taken | None, Sender | SettingsError]:
        sender = await self._at_hand()
        room = 0 if isinstance(sender, SettingsError) else sender.room

        def make_up(notices: Sequence[Notice]) -> tuple[int, str]:
            count = fitting(notices, room) if self.channel.digest and room else 1
            return count, compose(self.name, notices[:count], notices[0].at).id

        async def take() -> Taken | None:
            async with self._writing() as (connection, now):
                return await deliveries.take(connection, self.name, now, make_up)

        return await whole(take()), sender

    async def plan(self) -> datetime:
        """Give the channel its share of what is new; what is too old to be told is passed over."""
        async with self._writing() as (connection, now):
            await deliveries.plan(connection, self.name, self.channel, now, now - self.horizon)
            return now

    async def _told(self, taken: Taken, remark: str) -> None:
        async with self._writing() as (connection, now):
            await deliveries.acknowledge(connection, self.name, taken, now, remark)

    async def _failed(self, taken: Taken, error: YwtbError) -> Delivered:
        pause = timedelta(seconds=error.pause) if isinstance(error, NotTold) and error.pause else None
        async with self._writing() as (connection, now):
            over = now - taken.planned_at > self.horizon and taken.attempt >= _LEAST_ATTEMPTS
            await deliveries.put_off(
                connection,
                self.name,
                taken,
                error.message,
                now=now,
                gap=gap,
                pause=pause,
                give_up=over,
            )
        count = len(taken.notices)
        logger.error(
            "提醒渠道 {}：第 {} 次未送达{}：{}",
            self.name,
            taken.attempt,
            "，不再重试" if over else "",
            error,
        )
        return Delivered(failed=1, given_up=count if over else 0, trouble={self.name: error.message})

    async def _rest(self) -> None:
        async with self._writing() as (connection, now):
            await deliveries.pause(connection, self.name, now + _MINUTE)

    async def _standing(self) -> Delivered:
        async with self.ledger.reading() as connection:
            waiting, due, paused_until = await deliveries.standing(connection, self.name)
        if due is None:
            return Delivered(waiting=waiting)
        return Delivered(waiting=waiting, next_due=opens(self.channel, max(due, paused_until or due)))

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[tuple[AsyncConnection, datetime]]:
        async with self.ledger.writing() as connection:
            yield connection, self.now or await clock(connection)
