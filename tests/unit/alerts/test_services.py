"""A service has been told when its own answer says so, and not before."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rpa.status.outbox import Delivered, gap

from .conftest import NOW, on_sqlite
from .mail_server import certificate
from .services import Services

SERVICES = ["wecom", "dingtalk", "feishu", "webhook"]
Tell = Callable[..., Delivered]

_FAILED = {
    "wecom": (200, {"errcode": 93000, "errmsg": "invalid webhook url"}, "errcode 93000：invalid webhook url"),
    "dingtalk": (
        200,
        {"errcode": 310000, "errmsg": "keywords not in content"},
        "errcode 310000：keywords not",
    ),
    "feishu": (200, {"code": 19024, "msg": "Key Words Not Found"}, "code 19024：Key Words Not Found"),
    "webhook": (200, {"ok": False}, "回答说没有收到"),
}
_TOO_FAST = {
    "wecom": (200, {"errcode": 45009, "errmsg": "api freq out of limit"}, 60),
    "dingtalk": (200, {"errcode": 130101, "errmsg": "send too fast"}, 600),
    "feishu": (200, {"code": 11232, "msg": "frequency limited psm"}, 60),
    "webhook": (429, {}, 120),
}


@pytest.mark.parametrize("type_", SERVICES)
def test_a_notice_is_told_once(
    type_: str, at: Any, add: Any, tell: Tell, services: Services, rows: Any
) -> None:
    tell(at(type_))
    add("GX-1")
    assert tell(type_) == Delivered(told=1)
    assert tell(type_) == Delivered()
    (asked,) = services.taken
    assert "GX-1" in asked.body.decode()
    assert "复审中" in asked.body.decode()
    (row,) = rows()
    assert (row.told_at, row.attempts, row.error) == (NOW, 1, None)


@on_sqlite
@pytest.mark.parametrize("type_", SERVICES)
def test_an_error_code_with_http_200_is_not_told(
    type_: str, at: Any, add: Any, tell: Tell, services: Services, rows: Any
) -> None:
    tell(at(type_))
    add("GX-1")
    status, document, why = _FAILED[type_]
    services.answers.append((status, document))
    done = tell(type_)
    assert (done.told, done.failed, done.waiting) == (0, 1, 1)
    (row,) = rows()
    assert row.told_at is None
    assert why in row.error
    assert row.due_at == NOW + gap(1) == done.next_due
    assert tell(type_, now=NOW + gap(1) - timedelta(seconds=1)).told == 0
    assert tell(type_, now=NOW + gap(1)).told == 1
    assert len(services.asked) == 2
    assert len(services.taken) == 1


@on_sqlite
@pytest.mark.parametrize("type_", SERVICES)
def test_a_service_that_asks_for_a_pause_gets_it(
    type_: str, at: Any, add: Any, tell: Tell, services: Services
) -> None:
    tell(at(type_))
    add("GX-1", "GX-2")
    status, document, pause = _TOO_FAST[type_]
    services.answers.append((status, document))
    done = tell(type_)
    assert (done.failed, done.waiting, done.next_due) == (1, 2, NOW + timedelta(seconds=pause))
    assert tell(type_, now=NOW + timedelta(seconds=pause - 1)) == Delivered(waiting=2, next_due=done.next_due)
    assert len(services.asked) == 1
    assert tell(type_, now=NOW + timedelta(seconds=pause)).told == 2


@on_sqlite
@pytest.mark.parametrize("type_", SERVICES)
@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((500, b"down"), "HTTP 500 down"),
        ((302, b""), "HTTP 302"),
        ((404, b"<html>"), "HTTP 404"),
    ],
)
def test_an_http_error_is_not_told(
    type_: str, answer: tuple[int, bytes], why: str, at: Any, add: Any, tell: Tell, services: Services
) -> None:
    tell(at(type_))
    add("GX-1")
    services.answers.append(answer)
    assert why in tell(type_).trouble["office"]
    assert len(services.asked) == 1  # a redirection is not followed
    assert tell(type_, now=NOW + gap(1)).told == 1


@on_sqlite
@pytest.mark.parametrize("type_", ["wecom", "dingtalk", "feishu"])
@pytest.mark.parametrize(
    "answer", [b"", b"ok", b"[0]", b'{"errcode": "0", "code": "0"}', b'{"errcode": false}']
)
def test_an_answer_without_a_code_is_not_told(
    type_: str, answer: bytes, at: Any, add: Any, tell: Tell, services: Services
) -> None:
    tell(at(type_))
    add("GX-1")
    services.answers.append((200, answer))
    assert tell(type_).failed == 1


@on_sqlite
@pytest.mark.parametrize("type_", ["dingtalk", "feishu", "webhook"])
def test_a_wrong_secret_is_refused_and_said(
    type_: str, at: Any, add: Any, tell: Tell, services: Services
) -> None:
    tell(at(type_, secret="another secret than that of the service"))
    add("GX-1")
    said = {"dingtalk": "310000：sign not match", "feishu": "19021：sign match fail", "webhook": "HTTP 401"}[
        type_
    ]
    assert said in tell(type_).trouble["office"]
    assert not services.taken


@on_sqlite
def test_a_missing_secret_is_said_and_nothing_is_lost(
    at: Any, add: Any, tell: Tell, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(at("feishu"))
    add("GX-1")
    monkeypatch.delenv("YWTB_ALERT_OFFICE_SECRET")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    assert tell("feishu").trouble == {"office": "没有这个提醒渠道的签名密钥"}
    at("feishu")
    assert tell("feishu", now=NOW + gap(1)).told == 1


@on_sqlite
def test_nobody_listens(at: Any, add: Any, tell: Tell) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, but not listening
        tell(
            at("wecom", f"http://127.0.0.1:{held.getsockname()[1]}/cgi-bin/webhook/send?key=0123456789abcdef")
        )
        add("GX-1")
        assert "无法连接" in tell("wecom").trouble["office"]


@on_sqlite
def test_a_service_that_does_not_answer_is_left_after_its_time(
    at: Any, add: Any, tell: Tell, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rpa.status.telling.http._WHOLE", 0.3)
    tell(at("wecom"))
    add("GX-1")
    go_on = threading.Event()
    services.before = lambda: bool(go_on.wait(30)) and None
    try:
        assert tell("wecom").trouble == {"office": "对方没有在时限内回答"}
    finally:
        go_on.set()


@on_sqlite
def test_errors_and_logs_never_show_the_key(
    at: Any, add: Any, tell: Tell, services: Services, capfd: pytest.CaptureFixture[str]
) -> None:
    key = services.url("wecom").partition("key=")[2]
    tell(at("wecom"))
    add("GX-1")
    services.answers.append((400, f"no such bot: {key}".encode()))
    assert "HTTP 400 no such bot: ＊＊＊" in tell("wecom").trouble["office"]
    assert key not in "".join(capfd.readouterr())


@on_sqlite
@pytest.mark.parametrize("type_", ["wecom", "dingtalk", "feishu"])
def test_a_key_is_not_sent_in_the_open(type_: str, at: Any, add: Any, tell: Tell) -> None:
    tell(at(type_, "http://192.0.2.1/robot/send?access_token=0123456789abcdef"))
    add("GX-1")
    assert tell(type_).trouble == {"office": "地址里有密钥，只能用 https://"}


@on_sqlite
def test_the_webhook_gets_what_its_page_promises(at: Any, add: Any, tell: Tell, services: Services) -> None:
    tell(at("webhook"))
    add("GX-1", from_="x")
    services.answers.append((503, b""))
    tell("webhook")
    tell("webhook", now=NOW + gap(1))
    first, second = services.asked
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == second.document["id"]
    assert second.headers["content-type"] == "application/json; charset=utf-8"
    assert second.document["notices"][0]["group_no"] == "GX-1"
    assert second.document["notices"][0]["kind"] == "state_changed"
    assert {"version", "id", "channel", "at", "title", "text", "notices"} == set(second.document)


@on_sqlite
def test_a_busy_bot_gets_its_share_a_minute(at: Any, add: Any, tell: Tell, services: Services) -> None:
    tell(at("wecom"))
    add(*(f"GX-{n}" for n in range(20)))
    done = tell("wecom")
    assert (done.told, done.waiting, done.next_due) == (15, 5, NOW + timedelta(minutes=1))
    assert tell("wecom", now=NOW + timedelta(minutes=1)).told == 5
    assert len({one.document["markdown"]["content"] for one in services.taken}) == 20


@on_sqlite
def test_what_cannot_be_told_is_given_up_in_the_end(
    at: Any, add: Any, tell: Tell, services: Services, rows: Any
) -> None:
    tell(at("wecom"))
    add("GX-1")
    services.answers += [(200, {"errcode": 40058, "errmsg": "invalid"})] * 1000
    now, given_up, waits = NOW, 0, []
    while not given_up:
        done = tell("wecom", now=now, give_up_days=0.5)
        given_up = done.given_up
        if not given_up:
            assert done.next_due is not None
            waits.append(done.next_due - now)
            now = done.next_due
    assert waits[:3] == [timedelta(seconds=30), timedelta(seconds=90), timedelta(seconds=270)]
    assert max(waits) == timedelta(hours=1)
    assert timedelta(days=0.5) < now - NOW < timedelta(days=0.5, hours=2)
    (row,) = rows()
    assert (row.told_at, row.given_up_at) == (None, now)
    assert "40058" in row.error
    services.answers.clear()
    add("GX-2")
    assert tell("wecom", now=now + timedelta(hours=1)).told == 1  # the next one finds its way


@on_sqlite
def test_a_service_that_nobody_vouches_for_gets_nothing(
    at: Any, add: Any, tell: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path)
    with Services(pem=pem) as services:
        tell(at("wecom", services.url("wecom")))
        add("GX-1")
        assert tell("wecom").trouble == {"office": "安全连接失败（CERTIFICATE_VERIFY_FAILED）"}
        assert not services.asked
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))  # the unit's own certificate
        assert tell("wecom", now=NOW + gap(1)).told == 1
