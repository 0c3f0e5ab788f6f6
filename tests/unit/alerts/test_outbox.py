"""Each notice once per channel, at the time that the channel wants, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from rpa.alerts import Alerts, NoticeKind
from rpa.cases import Ledger
from rpa.profile import PORTAL_TIME
from rpa.status.deliveries import LEASE
from rpa.status.notices import Notice, add_notices
from rpa.status.outbox import Delivered, deliver, gap
from rpa.vault import Vault

from .conftest import NOW, on_sqlite
from .services import Asked, Services

ROOT = Path(__file__).parents[3]
Tell = Callable[..., Delivered]


def beijing(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PORTAL_TIME)


def told(services: Services) -> list[list[str]]:
    """The groups of each message that the webhook has taken."""
    return [[one["group_no"] for one in asked.document["notices"]] for asked in services.taken]


def test_a_new_channel_tells_only_what_comes_after_it(
    at: Any, add: Any, tell: Tell, services: Services
) -> None:
    at("webhook")
    add("old-1", "old-2")
    assert tell("webhook") == Delivered()
    add("new-1")
    assert tell("webhook") == Delivered(told=1)
    assert told(services) == [["new-1"]]


@on_sqlite
def test_a_channel_gets_the_kinds_that_it_wants(at: Any, add: Any, tell: Tell, services: Services) -> None:
    at("webhook")
    tell("webhook", kinds=["returned"])
    add("GX-1")
    add("GX-2", kind=NoticeKind.RETURNED)
    assert tell("webhook", kinds=["returned"]).told == 1
    assert tell("webhook").told == 0  # what was passed over stays so when it wants more
    assert told(services) == [["GX-2"]]


@on_sqlite
def test_a_failing_channel_holds_up_no_other(
    at: Any, add: Any, ledger: Ledger, run: Any, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    at("webhook")
    monkeypatch.setenv("YWTB_ALERT_GROUP_URL", services.address + "/cgi-bin/webhook/send?key=wrong-wrong")
    alerts = Alerts.model_validate({"channels": {"office": {"type": "webhook"}, "group": {"type": "wecom"}}})
    run(deliver(ledger, alerts, now=NOW))
    add("GX-1", "GX-2")
    done = run(deliver(ledger, alerts, now=NOW))
    assert (done.told, done.failed, done.waiting) == (2, 1, 2)
    assert done.trouble == {"group": "errcode 93000：invalid webhook url"}


def test_a_digest_gathers_what_is_due(at: Any, add: Any, tell: Tell, services: Services, rows: Any) -> None:
    at("webhook")
    times = {"digest": ["16:30", "09:00"]}
    tell("webhook", now=beijing(23, 7), **times)
    add("GX-1", at=beijing(23, 7, 30))
    add("GX-2", at=beijing(23, 8, 59))
    assert tell("webhook", now=beijing(23, 8, 59), **times) == Delivered(waiting=2, next_due=beijing(23, 9))
    add("GX-3", at=beijing(23, 9, 1))
    assert tell("webhook", now=beijing(23, 9, 2), **times).told == 2
    add("GX-4", at=beijing(23, 12))
    assert tell("webhook", now=beijing(24, 3), **times).told == 2  # asleep at 16:30: caught up
    assert told(services) == [["GX-1", "GX-2"], ["GX-3", "GX-4"]]
    assert services.taken[0].document["title"] == "共 2 条提醒"
    assert len({row.message for row in rows()}) == 2


def test_a_digest_that_failed_goes_out_again_as_it_was(
    at: Any, add: Any, tell: Tell, services: Services
) -> None:
    at("webhook")
    times = {"digest": ["09:00"]}
    tell("webhook", now=beijing(23, 7), **times)
    add("GX-1", "GX-2", at=beijing(23, 8))
    services.answers.append((500, b""))
    tell("webhook", now=beijing(23, 9), **times)
    add("GX-3", at=beijing(23, 8, 30))
    tell("webhook", now=beijing(23, 9) + gap(1), **times)
    assert told(services) == [["GX-3"], ["GX-1", "GX-2"]]
    first, *later = services.asked
    again = next(one for one in later if len(one.document["notices"]) == 2)
    assert first.headers["idempotency-key"] == again.headers["idempotency-key"]
    assert first.document["notices"] == again.document["notices"]


@on_sqlite
def test_quiet_hours_are_kept(at: Any, add: Any, tell: Tell, services: Services) -> None:
    at("webhook")
    quiet = {"quiet_hours": "20:00-08:00"}
    tell("webhook", now=beijing(23, 19), **quiet)
    add("GX-1", at=beijing(23, 20))
    for moment in (beijing(23, 20), beijing(24, 0), beijing(24, 7, 59)):
        assert tell("webhook", now=moment, **quiet) == Delivered(waiting=1, next_due=beijing(24, 8))
    assert tell("webhook", now=beijing(24, 8), **quiet).told == 1


@on_sqlite
@pytest.mark.parametrize(
    ("happened", "told_at"),
    [
        (beijing(20, 10), beijing(20, 10)),  # a Friday
        (beijing(21, 10), beijing(23, 0)),  # a Saturday: on Monday
        (beijing(1, 10, month=10), beijing(8, 0, month=10)),  # 国庆节 of 2026 lasts until 7 October
        (
            beijing(10, 10, month=10),
            beijing(10, 10, month=10),
        ),  # the Saturday that makes up for it is worked on
        (beijing(13, 18, month=2), beijing(13, 18, month=2)),  # the Friday before 春节
        (beijing(14, 10, month=2), beijing(14, 10, month=2)),  # ... and a Saturday that is worked on
        (beijing(15, 10, month=2), beijing(24, 0, month=2)),  # 春节 of 2026 lasts until 23 February
    ],
)
def test_working_days_are_those_of_the_state_council(
    happened: datetime, told_at: datetime, at: Any, add: Any, services: Services, ledger: Ledger, run: Any
) -> None:
    at("webhook")
    channel = {"type": "webhook", "working_days_only": True}
    alerts = Alerts.model_validate({"channels": {"office": channel}})
    with time_machine.travel(happened, tick=False) as clock:
        run(deliver(ledger, alerts))
        add("GX-1", at=happened)
        done = run(deliver(ledger, alerts))
        if told_at > happened:
            assert done == Delivered(waiting=1, next_due=told_at)
            clock.move_to(told_at - timedelta(seconds=1))
            assert run(deliver(ledger, alerts)).told == 0
            clock.move_to(told_at)
            done = run(deliver(ledger, alerts))
        assert done.told == 1


@on_sqlite
def test_a_digest_waits_for_a_working_day(at: Any, add: Any, tell: Tell, services: Services) -> None:
    at("webhook")
    times = {"digest": ["09:00"], "working_days_only": True, "quiet_hours": "18:00-08:30"}
    tell("webhook", now=beijing(20, 8), **times)
    add("GX-1", at=beijing(20, 18))
    assert tell("webhook", now=beijing(20, 18), **times).next_due == beijing(23, 9)


@on_sqlite
def test_a_message_that_is_too_long_is_split_and_whole(
    at: Any, add: Any, tell: Tell, services: Services
) -> None:
    opinion = "".join(f"第{n}条：材料<{n}>*不符；" for n in range(400))
    for type_ in ("wecom", "dingtalk", "feishu"):
        at(type_)
        services.taken.clear()
        tell(type_, digest=["09:00"], now=beijing(23, 7))
        add(f"GX-{type_}", kind=NoticeKind.RETURNED, at=beijing(23, 8), opinion=opinion)
        add(*(f"GX-{type_}-{n}" for n in range(60)), at=beijing(23, 8))
        done = tell(type_, digest=["09:00"], now=beijing(23, 9))
        assert (done.told, done.failed) == (61, 0)
        # escapes and line breaks are the services'; the words and their order are ours
        said = re.sub(r"(【退回补正】GX-\w+)?（\d+/\d+）", "", "".join(map(shown, services.taken)))
        assert all(f"GX-{type_}-{n} " in said for n in range(60))
        for n in range(400):
            assert f"第{n}条：材料" in said
        if type_ == "wecom":
            assert "（1/" in shown(services.taken[0])
            assert len(services.taken) > 5


def shown(asked: Asked) -> str:
    """What a member of the group reads, without the line breaks."""
    document = asked.document
    if "markdown" in document:
        text = document["markdown"].get("content") or document["markdown"]["text"]
    else:
        text = document["content"]["post"]["zh_cn"]["content"][0][0]["text"]
    return str(text).replace("\n", "")


# A process that delivers as soon as it is told to.
_SCRIPT = """
import asyncio, json, sys
from rpa.alerts import Alerts
from rpa.cases import Ledger
from rpa.status.outbox import deliver
from rpa.vault import Vault

async def main(url, settings):
    async with await Ledger.open(url, Vault(b"k" * 32)) as ledger:
        print("ready", flush=True)
        sys.stdin.readline()
        done = await deliver(ledger, Alerts.model_validate(json.loads(settings)))
        print(json.dumps([done.told, done.failed, done.waiting]), flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


def start(url: str, settings: dict[str, Any]) -> subprocess.Popen[str]:
    """A process that has the ledger open."""
    process = subprocess.Popen(
        [sys.executable, "-c", _SCRIPT, url, json.dumps(settings)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


@pytest.mark.parametrize("digest", [[], ["00:00"]])
def test_two_processes_at_once_tell_each_notice_once(
    digest: list[str], at: Any, add: Any, tell: Tell, services: Services, url: str
) -> None:
    at("webhook")
    long_ago = NOW - timedelta(days=3)
    tell("webhook", now=long_ago)
    numbers = [f"GX-{n}" for n in range(30)]
    add(*numbers, at=long_ago)
    settings = {"channels": {"office": {"type": "webhook", "digest": digest}}}
    both = [start(url, settings), start(url, settings)]
    for process in both:
        go(process)
    said = [json.loads(process.communicate(timeout=150)[0]) for process in both]
    assert Counter(number for one in told(services) for number in one) == Counter(numbers)
    assert sum(one[0] for one in said) == 30
    assert all(one[1] == 0 for one in said)


@pytest.mark.skipif(sys.platform == "win32", reason="there a process is not killed by a signal")
def test_a_process_killed_after_the_sending_leaves_the_message_to_the_next(
    at: Any, add: Any, tell: Tell, services: Services, url: str, rows: Any, ledger: Ledger, run: Any
) -> None:
    at("webhook")
    add("old")
    settings = {"channels": {"office": {"type": "webhook"}}}
    alerts = Alerts.model_validate(settings)
    run(deliver(ledger, alerts))
    add("GX-1", "GX-2")
    arrived, dead = threading.Event(), threading.Event()

    def hold() -> None:
        arrived.set()
        assert dead.wait(30)

    services.before = hold
    process = start(url, settings)
    go(process)
    assert arrived.wait(30)
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    services.before = lambda: None
    dead.set()  # the service takes the message; nobody hears of it
    assert [row.told_at for row in rows()] == [None, None]
    assert run(deliver(ledger, alerts)).told == 1  # the other one; the first is still the dead one's
    (held,) = [row for row in rows() if row.told_at is None]
    done = run(deliver(ledger, alerts, now=held.due_at))
    assert done.told == 1
    assert held.due_at - held.planned_at <= LEASE + timedelta(minutes=1)
    first, *_, again = services.asked
    assert first.body == again.body or first.document["notices"] == again.document["notices"]
    assert first.headers["idempotency-key"] == again.headers["idempotency-key"]
    assert all(row.told_at for row in rows())


@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_notice_of_a_transaction_that_was_slow_is_not_passed_over(
    at: Any, add: Any, tell: Tell, services: Services, url: str, run: Any
) -> None:
    """Its number is lower than one that was seen before: the planner waits until it is written."""
    at("webhook")
    tell("webhook")
    written, go_on = threading.Event(), threading.Event()

    async def slow() -> None:
        async with await Ledger.open(url, Vault(b"k" * 32)) as ledger, ledger.writing() as connection:
            notice = Notice("slow", NoticeKind.GONE, "mock", "demo-soe", NOW, group_no="GX-slow")
            await add_notices(connection, [notice])
            written.set()
            await asyncio.to_thread(go_on.wait, 30)

    writer = threading.Thread(target=lambda: asyncio.run(slow()))
    writer.start()
    assert written.wait(30)
    add("GX-quick")
    done: list[Delivered] = []
    teller = threading.Thread(target=lambda: done.append(tell("webhook")))
    teller.start()
    teller.join(0.5)
    go_on.set()
    teller.join(30)
    writer.join(30)
    assert done[0].told == 2
    assert sorted(number for one in told(services) for number in one) == ["GX-quick", "GX-slow"]
