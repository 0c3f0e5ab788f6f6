"""Faults, switched on by name in the back office, and the layer that makes them happen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["NAMES", "Fault", "FaultLayer", "Faults"]

ONCE = ("error_before", "error_after", "drop_before", "drop_after", "session_lost")
"""Faults that strike one request unless told otherwise."""
LASTING = ("latency", "slow", "list_lag", "one_error_at_a_time", "preview_direct", "strict_next_step")
"""Faults that last until cleared unless told otherwise."""
NAMES = ONCE + LASTING
_AFTER = ("error_after", "drop_after")

BUSY = "系统繁忙，请稍后再试"
_WORDS = {
    "login": "POST /login",
    "save": "POST /*/member/save",
    "check_member": "POST /*/member/check",
    "submit": "POST /*/submit",
    "upload": "POST /files/upload",
    "delete": "POST /*/delete",
    "list": "POST /my-applications/list",
    "sources": "POST /*/sources",
    "detail": "GET /my-applications/*",
    "template": "* /*/template",
    "preview": "GET /files/*/view",
    "download": "GET /files/*/download",
    "address": "* /book/address*",
    "invoice": "* /book/invoice*",
}


@dataclass(slots=True)
class Fault:
    """One fault: from the `nth` request that matches `at`, `times` requests are struck (0: all that follow).

    `at` is a word (login, save, submit, upload, list, page …) or a pattern over "METHOD /path"; empty matches all.
    `ms` is a lag, or a delay before the request is handled (for error_after and drop_after: before the answer is
    broken, what was asked being done already), `status` the code of an error, `account` narrows the fault to one account's requests.
    """

    name: str
    at: str = ""
    nth: int = 1
    times: int = 0
    ms: int = 0
    status: int = 502
    account: str = ""
    seen: int = 0

    def strikes(self, request: str, is_page: bool) -> bool:
        """Whether this request ("METHOD /path") is struck; counts it when it matches."""
        if not self._matches(request, is_page):
            return False
        self.seen += 1
        return self.seen >= self.nth and (self.times == 0 or self.seen < self.nth + self.times)

    def _matches(self, request: str, is_page: bool) -> bool:
        if self.at == "page":
            return is_page
        return not self.at or fnmatchcase(request, _WORDS.get(self.at, self.at))


class Faults:
    """The faults that are switched on."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, spec: object) -> Fault:
        """Switch a fault on; ValueError tells what is wrong with the description."""
        if not isinstance(spec, dict) or spec.get("name") not in NAMES:
            raise ValueError(f"no fault of that name; known: {', '.join(NAMES)}")
        unknown = set(spec) - set(Fault.__slots__)
        if unknown:
            raise ValueError(f"unknown keys: {', '.join(sorted(unknown))}")
        fault = Fault(**{"times": 1 if spec["name"] in ONCE else 0, **spec})
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Switch every fault off."""
        self._faults.clear()

    def listed(self) -> list[dict[str, Any]]:
        """The faults as the back office prints them."""
        return [asdict(fault) for fault in self._faults]

    def named(self, *names: str) -> list[Fault]:
        """The faults of these names."""
        return [fault for fault in self._faults if fault.name in names]

    def on(self, name: str, account: str) -> bool:
        """Whether a switch (one that has no request of its own) is on for the account."""
        return any(fault.account in ("", account) for fault in self.named(name))

    def lag_ms(self, account: str) -> int:
        """How far 我的办件 lags behind."""
        return max((f.ms for f in self.named("list_lag") if f.account in ("", account)), default=0)

    def struck(self, names: Iterable[str], request: str, is_page: bool, account: str) -> list[Fault]:
        """The faults of these names that strike the request."""
        found = [fault for fault in self.named(*names) if fault.account in ("", account)]
        return [fault for fault in found if fault.strikes(request, is_page)]


class FaultLayer:
    """ASGI layer around the portal: delays, breaks and drops requests. The back office is spared."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        faults: Faults,
        latency_ms: int,
        account_of: Callable[[Request], str],
        lose_session: Callable[[Request], None],
        cut: Callable[[Scope], None],
    ) -> None:
        self._app = app
        self._faults = faults
        self._latency_ms = latency_ms
        self._account_of = account_of
        self._lose_session = lose_session
        self._cut = cut

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, struck by whatever faults match it."""
        if scope["type"] != "http" or scope["path"].startswith("/_backoffice"):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        is_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
        account = self._account_of(request) if self._faults.named(*ONCE, "latency", "slow") else ""
        mark = f"{request.method} {request.url.path}"
        struck = self._faults.struck((*ONCE, "latency", "slow"), mark, is_page, account)
        await _wait(self._latency_ms + sum(fault.ms for fault in struck if fault.name not in _AFTER))
        await self._answer({fault.name: fault for fault in struck}, request, receive, send)

    async def _answer(self, struck: dict[str, Fault], request: Request, receive: Receive, send: Send) -> None:
        scope = request.scope
        if "session_lost" in struck:
            self._lose_session(request)
        if "drop_before" in struck:
            await self._drop(scope)
        elif "error_before" in struck:
            await _busy(struck["error_before"].status, request)(scope, receive, send)
        elif "drop_after" in struck:
            await self._app(scope, receive, _swallow)
            await _wait(struck["drop_after"].ms)
            await self._drop(scope)
        elif "error_after" in struck:
            await self._app(scope, receive, _swallow)
            await _wait(struck["error_after"].ms)
            await _busy(struck["error_after"].status, request)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _drop(self, scope: Scope) -> None:
        self._cut(scope)
        await asyncio.sleep(0)  # the server learns of the broken line before it misses the answer


async def _wait(milliseconds: int) -> None:
    if milliseconds:
        await asyncio.sleep(milliseconds / 1000)


async def _swallow(_message: Message) -> None:
    """Take an answer that never leaves the server."""


def _busy(status: int, request: Request) -> HTMLResponse | JSONResponse:
    headers: Headers = request.headers
    if "application/json" in headers.get("accept", ""):
        return JSONResponse({"code": status, "message": BUSY}, status)
    return HTMLResponse(f"<!doctype html><meta charset=utf-8><title>{BUSY}</title><h1>{BUSY}</h1>", status)
