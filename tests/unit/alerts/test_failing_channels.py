"""A channel that cannot be told, or one that hangs: the others are told of it, and never held up by it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from rpa.alerts import Alerts, NoticeKind
from rpa.cases import Ledger
from rpa.status import outbox
from rpa.status.deliveries import LEASE
from rpa.status.outbox import WHOLE_SENDING, Delivered, deliver, deliver_to, enlist
from rpa.status.reminders import remind

from .conftest import NOW, on_sqlite
from .services import Services

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def settings(**more: Any) -> Alerts:
    channels = {"office": {"type": "webhook", **more}, "group": {"type": "wecom"}}
    return Alerts.model_validate({"channels": channels, "give_up_days": 2})


@pytest.fixture
def broken(at: Any, services: Services, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """``office`` is well, and the bot ``group`` was switched off."""
    at("webhook")
    monkeypatch.setenv("YWTB_ALERT_GROUP_URL", services.address + "/cgi-bin/webhook/send?key=wrong-wrong")
    return monkeypatch


@pytest.fixture
def hour(ledger: Ledger, run: Any) -> Callable[..., Delivered]:
    """What a server does each hour."""

    def go(now: datetime, alerts: Alerts | None = None) -> Delivered:
        async def both() -> Delivered:
            await remind(ledger, alerts or settings(), now=now)
            return await deliver(ledger, alerts or settings(), now=now)

        done: Delivered = run(both())
        return done

    return go


def said(services: Services) -> list[str]:
    """The titles of what ``office`` was told about channels."""
    notices = [
        one for asked in services.taken if asked.path == "/alerts" for one in asked.document["notices"]
    ]
    return [one["title"] for one in notices if one["kind"] == NoticeKind.CHANNEL_FAILING]


def test_the_others_are_told_once_of_a_channel_that_fails_and_once_that_it_is_well_again(
    broken: pytest.MonkeyPatch, hour: Any, add: Any, services: Services
) -> None:
    hour(NOW)
    add("GX-1")
    for later in range(6):
        hour(NOW + later * HOUR)
    assert said(services) == []
    for later in range(6, 12):
        hour(NOW + later * HOUR)
    assert said(services) == ["【提醒渠道送不到】group"]
    told = services.taken[-1].document["text"]
    assert "errcode 93000：invalid webhook url" in told and "ywtb alerts test group" in told
    broken.setenv("YWTB_ALERT_GROUP_URL", services.url("wecom"))
    for later in range(12, 15):
        hour(NOW + later * HOUR)
    assert said(services) == ["【提醒渠道送不到】group", "【提醒渠道送不到】group 已恢复"]
    to_the_group = [one.body.decode() for one in services.taken if one.path != "/alerts"]
    assert len(to_the_group) == 1 and "GX-1" in to_the_group[0]  # it is told nothing of itself


@on_sqlite
def test_what_is_given_up_is_said_to_the_others(
    broken: pytest.MonkeyPatch, hour: Any, add: Any, services: Services
) -> None:
    hour(NOW)
    add("GX-1", "GX-2")
    for later in range(60):
        hour(NOW + later * HOUR)
    assert said(services)[1:] == ["【提醒渠道送不到】group 有提醒 2 天没有送到，已放弃"]


@on_sqlite
def test_a_channel_that_comes_later_is_told_nothing_of_what_was_given_up_before(
    broken: pytest.MonkeyPatch, hour: Any, add: Any, services: Services
) -> None:
    alone = Alerts.model_validate({"channels": {"group": {"type": "wecom"}}, "give_up_days": 2})
    hour(NOW, alone)
    add("GX-1")
    for later in range(60):
        hour(NOW + later * HOUR, alone)
    for later in range(3):
        hour(NOW + 60 * DAY + later * HOUR)
    assert said(services) == []


@on_sqlite
def test_what_waits_for_the_end_of_quiet_hours_is_no_failure(
    broken: pytest.MonkeyPatch, hour: Any, add: Any, services: Services
) -> None:
    channels = {"office": {"type": "webhook"}, "group": {"type": "wecom", "quiet_hours": "12:00-22:00"}}
    alerts = Alerts.model_validate({"channels": channels})
    hour(NOW, alerts)
    add("GX-1", at=NOW + 2 * HOUR)
    for later in range(2, 13):  # the hours are over eleven hours after NOW
        hour(NOW + later * HOUR, alerts)
    assert said(services) == []


@on_sqlite
def test_a_channel_that_was_away_is_told_only_what_is_new_enough(
    at: Any, add: Any, services: Services, ledger: Ledger, run: Any
) -> None:
    at("webhook")
    run(enlist(ledger, settings(), now=NOW))
    add("GX-old", at=NOW)
    add("GX-new", at=NOW + 99 * DAY)
    run(deliver_to(ledger, settings(), "office", now=NOW + 100 * DAY))
    assert [one["group_no"] for asked in services.taken for one in asked.document["notices"]] == ["GX-new"]


@on_sqlite
def test_a_channel_that_hangs_holds_up_no_other_and_not_itself_for_longer_than_its_lease(
    at: Any, add: Any, services: Services, ledger: Ledger, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    at("webhook")
    with Services() as other:
        monkeypatch.setenv("YWTB_ALERT_GROUP_URL", other.url("wecom"))
        run(enlist(ledger, settings(), now=NOW))
        add("GX-1")
        arrived, over = threading.Event(), threading.Event()

        def hang() -> None:
            arrived.set()
            over.wait(30)

        other.before = hang

        async def both() -> tuple[Delivered, bool, Delivered]:
            slow = asyncio.create_task(deliver_to(ledger, settings(), "group", now=NOW))
            await asyncio.to_thread(arrived.wait, 30)
            quick = await deliver_to(ledger, settings(), "office", now=NOW)
            still = not slow.done()
            return quick, still, await slow

        monkeypatch.setattr(outbox, "WHOLE_SENDING", timedelta(seconds=2))
        quick, still, slow = run(both())
        over.set()
    assert (quick.told, still) == (1, True)
    assert slow.trouble == {"group": "对方没有在时限内收下"}
    assert WHOLE_SENDING + timedelta(seconds=30) < LEASE


@on_sqlite
def test_whatever_goes_wrong_in_the_sending_is_a_message_that_was_not_told(
    at: Any, add: Any, tell: Any, monkeypatch: pytest.MonkeyPatch, rows: Any
) -> None:
    at("webhook")
    tell("webhook")
    add("GX-1")

    def broken(*_: Any) -> bytes:
        raise RecursionError("of a kind that nobody has thought of")

    monkeypatch.setattr("rpa.status.telling.webhook.as_json", broken)
    done = tell("webhook", now=NOW)
    assert (done.failed, done.trouble) == (1, {"office": "发送时出错（RecursionError）"})
    assert [row.attempts for row in rows()] == [1]


@on_sqlite
@pytest.mark.parametrize(
    "address",
    [
        "https://xn--a.invalid/",
        "https://a..b.invalid/",
        f"https://{'a' * 70}.invalid/",
        "https://a.invalid/\x01",
    ],
)
def test_an_address_that_is_none_is_told_before_anything_is_sent(
    address: str, at: Any, add: Any, tell: Any
) -> None:
    at("webhook", address)
    tell("webhook")
    add("GX-1")
    assert tell("webhook").trouble == {"office": "地址无效"}


def test_a_keyring_that_does_not_answer_is_left_alone(
    at: Any, add: Any, tell: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    at("webhook")
    tell("webhook")
    add("GX-1")
    over = threading.Event()
    monkeypatch.setattr("rpa.alerts.secrets.AlertSecrets.find", lambda *_: over.wait(20) and None)
    monkeypatch.setattr(outbox, "_KEYRING", 0.5)
    began = time.monotonic()
    assert tell("webhook").trouble == {"office": "系统的密码库没有应答"}
    assert time.monotonic() - began < 15
    over.set()
