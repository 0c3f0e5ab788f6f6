"""企业微信, 钉钉, 飞书 and a unit's own webhook as they answer, in one real HTTP server on this machine.

Each checks the signature by itself, as its documentation says, and counts what it has taken. `answers` puts other
answers in front: the next request gets the first of them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

__all__ = ["SECRET", "Asked", "Services"]

SECRET = "SEC-of-a-test-0123456789"
_HOUR = 3600


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


@dataclass
class Services:
    """Runs while the ``with`` block lasts. `asked` are all requests, `taken` those that were accepted."""

    asked: list[Asked] = field(default_factory=list)
    taken: list[Asked] = field(default_factory=list)
    answers: list[tuple[int, Any]] = field(default_factory=list)
    #: Called before a request is answered.
    before: Callable[[], None] = lambda: None
    #: A certificate with its key: then the services speak TLS.
    pem: Path | None = None

    def __enter__(self) -> Self:
        services = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers["Content-Length"]))
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, said = services._answer(Asked(parts.path, query, headers, body))
                text = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(status)
                if status == 429:
                    self.send_header("Retry-After", "120")
                if 300 <= status < 400:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        if self.pem:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(self.pem)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"http{'s' if self.pem else ''}://127.0.0.1:{self._server.server_port}"

    def url(self, type_: str) -> str:
        """The address of a bot or webhook, with its key."""
        return (
            self.address
            + {
                "wecom": "/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa",
                "dingtalk": "/robot/send?access_token=66d95aafc2b64fa9a1d5e2b1d0c7e8f9",
                "feishu": "/open-apis/bot/v2/hook/3f7c2e51-1a2b-4c3d-8e4f-5a6b7c8d9e0f",
                "webhook": "/alerts",
                "gotify": "/message",
            }[type_]
        )

    def _answer(self, asked: Asked) -> tuple[int, Any]:
        self.asked.append(asked)
        self.before()
        if self.answers:
            return self.answers.pop(0)
        status, said, is_taken = _SERVICES[asked.path.split("/")[1]](asked)
        if is_taken:
            self.taken.append(asked)
        return status, said


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Who asked has gone: that is what some tests are about."""


_Said = tuple[int, Any, bool]


def _wecom(asked: Asked) -> _Said:
    if len(asked.query.get("key", "")) != 36:
        return 200, {"errcode": 93000, "errmsg": "invalid webhook url"}, False
    if len(asked.document["markdown"]["content"].encode()) > 4096:
        return 200, {"errcode": 40058, "errmsg": "markdown.content exceed max length 4096"}, False
    return 200, {"errcode": 0, "errmsg": "ok"}, True


def _dingtalk(asked: Asked) -> _Said:
    timestamp = asked.query.get("timestamp", "0")
    made = hmac.new(SECRET.encode(), f"{timestamp}\n{SECRET}".encode(), hashlib.sha256).digest()
    fresh = abs(time.time() - int(timestamp) / 1000) < _HOUR
    if not fresh or asked.query.get("sign") != base64.b64encode(made).decode():
        return 200, {"errcode": 310000, "errmsg": "sign not match"}, False
    if len(asked.body) > 20_000:
        return 200, {"errcode": 460101, "errmsg": "message too long"}, False
    return 200, {"errcode": 0, "errmsg": "ok"}, True


def _feishu(asked: Asked) -> _Said:
    timestamp = asked.document.get("timestamp", "0")
    made = hmac.new(f"{timestamp}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    fresh = abs(time.time() - int(timestamp)) < _HOUR
    if not fresh or asked.document.get("sign") != base64.b64encode(made).decode():
        return 200, {"code": 19021, "msg": "sign match fail or timestamp is not within one hour"}, False
    if len(asked.body) > 20 * 1024:
        return 200, {"code": 9499, "msg": "Bad Request"}, False
    return 200, {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"}, True


def _webhook(asked: Asked) -> _Said:
    timestamp = asked.headers.get("ywtb-timestamp", "0")
    made = hmac.new(SECRET.encode(), timestamp.encode() + b"." + asked.body, hashlib.sha256).hexdigest()
    if abs(time.time() - int(timestamp)) > 300 or asked.headers.get("ywtb-signature") != f"sha256={made}":
        return 401, {"error": "wrong signature"}, False
    return 202, b"", True


def _gotify(_asked: Asked) -> _Said:
    return 200, {"id": 1}, True


_SERVICES: dict[str, Callable[[Asked], _Said]] = {
    "cgi-bin": _wecom,
    "robot": _dingtalk,
    "open-apis": _feishu,
    "alerts": _webhook,
    "message": _gotify,
}
