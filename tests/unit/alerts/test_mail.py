"""E-mail: told when the server has taken the text, in one message whose id stays the same."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rpa.status.outbox import Delivered, gap

from .conftest import NOW, on_sqlite
from .mail_server import PASSWORD, MailServer, certificate, mail_server

pytestmark = on_sqlite
Tell = Callable[..., Delivered]

_TO = {"sender": "robot@unit.example", "to": ["a@unit.example", "b@unit.example"], "host": "127.0.0.1"}


@pytest.fixture(params=["ssl", "starttls"])
def security(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def pem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The server's certificate, which this machine trusts."""
    path = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


@pytest.fixture
def server(security: str, pem: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    monkeypatch.setenv("YWTB_ALERT_OFFICE_PASSWORD", PASSWORD)
    with mail_server(security, pem, user="robot") as running:
        yield running


@pytest.fixture
def mail(server: MailServer, security: str, tell: Tell) -> Tell:
    """Delivers by e-mail, to the server."""
    settings = {**_TO, "security": security, "port": server.port, "user": "robot"}
    return lambda **more: tell("email", **{**settings, **more})


def test_a_notice_is_a_letter_in_chinese(mail: Tell, add: Any, server: MailServer) -> None:
    mail()
    add("GX-1")
    assert mail() == Delivered(told=1)
    assert mail() == Delivered()
    (letter,) = server.letters
    assert letter["Subject"] == "【状态变化】GX-1 复审中"
    assert letter["To"] == "a@unit.example, b@unit.example"
    assert letter["Auto-Submitted"] == "auto-generated"
    text = letter.get_content()
    for said in ("团组号：GX-1", "业务类型：新卡申办", "状态：初审中 → 复审中", "下一步："):
        assert said in text
    assert server.recipients == [["a@unit.example", "b@unit.example"]]


def test_a_digest_is_one_letter(mail: Tell, add: Any, server: MailServer) -> None:
    times = {"digest": ["11:00"]}
    mail(**times)
    add("GX-1", "GX-2", "GX-3")
    assert mail(**times) == Delivered(told=3)
    (letter,) = server.letters
    assert letter["Subject"] == "共 3 条提醒"
    assert all(f"团组号：GX-{n}" in letter.get_content() for n in (1, 2, 3))


def test_a_letter_that_was_put_off_keeps_its_id(mail: Tell, add: Any, server: MailServer, rows: Any) -> None:
    mail()
    add("GX-1")
    mail(now=NOW)
    add("GX-2")
    server.answers.append("451 4.3.0 greylisted, try again later")
    assert mail(now=NOW).trouble == {"office": "邮件服务器回答 451 4.3.0 greylisted, try again later"}
    assert rows()[1].told_at is None
    assert mail(now=NOW + gap(1)).told == 1
    ids = [letter["Message-ID"] for letter in server.letters]
    assert ids == [f"<{row.message}@unit.example>" for row in rows()]


def test_one_address_that_is_refused_is_said_and_the_others_are_told(
    mail: Tell, add: Any, server: MailServer, rows: Any
) -> None:
    mail()
    add("GX-1")
    server.refused = {"b@unit.example": "550 no such user"}
    assert mail().told == 1
    (row,) = rows()
    assert row.told_at == NOW
    assert row.error == "第 2 个收件人被拒绝：550 no such user"
    assert server.recipients == [["a@unit.example"]]


def test_when_all_addresses_are_refused_nobody_was_told(mail: Tell, add: Any, server: MailServer) -> None:
    mail()
    add("GX-1")
    server.refused = dict.fromkeys(("a@unit.example", "b@unit.example"), "550 no such user")
    assert mail().trouble == {"office": "邮件服务器拒绝了所有收件人：550 no such user"}


def test_a_wrong_password_is_said_without_it(
    mail: Tell, add: Any, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail()
    add("GX-1")
    monkeypatch.setenv("YWTB_ALERT_OFFICE_PASSWORD", "not-the-password")
    said = mail().trouble["office"]
    assert "535" in said
    assert "not-the-password" not in said
    assert not server.letters


def test_a_server_that_nobody_vouches_for_gets_nothing(
    mail: Tell, add: Any, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail()
    add("GX-1")
    monkeypatch.delenv("SSL_CERT_FILE")
    assert "安全连接失败" in mail().trouble["office"]
    assert not server.letters


def test_a_server_without_starttls_gets_no_password(pem: Path, home: Path, tell: Tell, add: Any) -> None:
    with mail_server("none", pem) as server:
        settings = {**_TO, "security": "starttls", "port": server.port}
        tell("email", **settings)
        add("GX-1")
        assert "不支持所要求的加密" in tell("email", **settings).trouble["office"]
        assert tell("email", **settings | {"security": "none"}, now=NOW + gap(1)).told == 1


def test_nobody_listens(home: Path, tell: Tell, add: Any) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        settings = {**_TO, "security": "none", "port": held.getsockname()[1]}
        tell("email", **settings)
        add("GX-1")
        assert "无法连接邮件服务器" in tell("email", **settings).trouble["office"]


def test_a_server_that_is_silent_is_left_after_its_time(
    home: Path, tell: Tell, add: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rpa.status.telling.mail._SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = {**_TO, "security": "none", "port": silent.getsockname()[1]}
        tell("email", **settings)
        add("GX-1")
        assert tell("email", **settings).trouble == {"office": "邮件服务器没有在时限内回答"}


@pytest.mark.parametrize("security", ["none", "ssl"])
def test_a_server_that_says_a_little_now_and_then_is_left_within_the_limit(
    security: str, add: Any, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each byte comes in time; the answer never does. The line is cut, so that no thread waits on it either."""
    monkeypatch.setattr("rpa.status.telling.mail._WHOLE", 1.0)
    left = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            line, _ = listening.accept()
            with line:
                line.settimeout(0.1)
                while True:
                    try:
                        line.sendall(b"\x16" if security == "ssl" else b"2")
                        if not line.recv(4096):
                            break
                    except TimeoutError:
                        continue
                    except OSError:
                        break
            left.set()

        threading.Thread(target=drip, daemon=True).start()
        settings = {**_TO, "security": security, "port": listening.getsockname()[1]}
        tell("email", **settings)
        add("GX-1")
        done = tell("email", **settings)
        assert done.failed == 1
        if security == "none":
            assert done.trouble == {"office": "邮件服务器没有在时限内收下邮件"}
        assert left.wait(10)
