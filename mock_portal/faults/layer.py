"""The layer around the portal that makes faults happen: it delays, breaks, drops and changes requests and answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..desk import COOKIE, Portal
from .board import Fault
from .changes import Answer, Held, add_script, change
from .disguise import Disguise

__all__ = ["BUSY", "FaultLayer"]

BUSY = "系统繁忙，请稍后再试"
_REJECTED = "文件格式不符合要求"
_CHECK = "请完成安全验证"
_AFTER = ("drop_after", "error_after", "upload_error_after")
_OPEN = ("/captcha", "/static/", "/login", "/logout")
"""Where a session that owes a code may still go."""


class FaultLayer:
    """ASGI layer around the portal. The back office is spared."""

    def __init__(self, app: ASGIApp, *, portal: Portal, cut: Callable[[Scope], None]) -> None:
        self._app = app
        self._portal = portal
        self._cut = cut

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, struck by whatever faults match it."""
        if scope["type"] != "http" or scope["path"].startswith("/_backoffice"):
            await self._app(scope, receive, send)
            return
        latency = self._portal.settings.latency_ms
        disguise = Disguise.asked(scope["path"], scope["query_string"].decode())
        if disguise is not None:
            send = Held(send, [_disguised(disguise, scope["path"])])
        if not self._portal.faults.listed():
            await _wait(latency)
            await self._app(scope, receive, send)
            return
        visit = _Visit(self._portal, Request(scope))
        struck = visit.struck()
        await _wait(latency + sum(fault.ms for fault in struck if not fault.kind.late))
        await self._answer(visit, {fault.name: fault for fault in struck}, receive, send)

    async def _answer(self, visit: _Visit, struck: dict[str, Fault], receive: Receive, send: Send) -> None:
        scope = visit.request.scope
        visit.lose_session(struck)
        if "drop_before" in struck:
            await self._drop(scope)
            return
        instead = visit.instead(struck)
        if instead is not None:
            await _read(receive)
            await instead(scope, receive, send)
            return
        broken = next((struck[name] for name in _AFTER if name in struck), None)
        if broken is None:
            changes = visit.changes(struck)
            await self._app(scope, receive, Held(send, changes) if changes else send)
            return
        await self._app(scope, receive, _swallow)
        await _wait(broken.ms)
        if broken.name == "drop_after" or not broken.status:
            await self._drop(scope)
        else:
            await visit.error(broken.status)(scope, receive, send)

    async def _drop(self, scope: Scope) -> None:
        self._cut(scope)
        await asyncio.sleep(0)  # the server learns of the broken line before it misses the answer


class _Visit:
    """One request: who asks, whether for a page, and how a fault answers it."""

    def __init__(self, portal: Portal, request: Request) -> None:
        self._portal = portal
        self.request = request
        self._path = request.url.path
        self._token = request.cookies.get(COOKIE, "")
        self._account = portal.sessions.holder(self._token)
        accepted = request.headers.get("accept", "")
        self._is_page = request.method == "GET" and "text/html" in accepted
        self._wants_json = "application/json" in accepted

    def struck(self) -> list[Fault]:
        """The faults that strike it."""
        faults, captcha = self._portal.faults, self._portal.faults.captcha
        mark = f"{self.request.method} {self._path}"
        free = captcha.owed(self._token) or (self._is_page and captcha.let_through(self._token))
        return faults.struck(mark, self._is_page, self._account, but="captcha" if free else "")

    def lose_session(self, struck: dict[str, Fault]) -> None:
        """End the sign-in, by its age or by another one of the account."""
        if "session_lost" in struck:
            self._portal.sessions.end(self._token, "expired")
        if "kicked" in struck:
            events = self._portal.store.events
            _, session, kicked = self._portal.sessions.open(self._account)
            for other in kicked:
                events.add("kicked", self._account, other.label, detail=f"by {session.label}")
            events.add("login", self._account, session.label, detail="elsewhere")

    def instead(self, struck: dict[str, Fault]) -> Response | None:
        """What is answered without asking the portal, if anything."""
        if "error_before" in struck:
            return self.error(struck["error_before"].status)
        if "maintenance" in struck:
            return self._show("maintenance.html", struck["maintenance"].status)
        if "busy_page" in struck:
            if self._wants_json:
                return JSONResponse({"code": 500, "message": BUSY})
            return self._show("busy.html", 200, text=BUSY)
        if "upload_rejected" in struck:
            return JSONResponse({"code": 1, "message": _REJECTED, "messages": [_REJECTED]})
        return self._check("captcha" in struck)

    def _check(self, now: bool) -> Response | None:
        captcha = self._portal.faults.captcha
        if now:
            captcha.demand(self._token)
        if not captcha.owed(self._token) or self._path.startswith(_OPEN):
            return None
        if self._wants_json:
            return JSONResponse({"code": 1, "message": _CHECK, "messages": [_CHECK]})
        return self._show("check.html", 200, text=_CHECK)

    def _show(self, template: str, status: int, **context: object) -> Response:
        account = self._portal.store.accounts.named(self._account) if self._account else None
        page = self._portal.show(template, account=account, here=self._path, **context)
        page.status_code = status
        return page

    def error(self, status: int) -> Response:
        """The server's own error page."""
        if self._wants_json:
            return JSONResponse({"code": status, "message": BUSY}, status)
        return HTMLResponse(
            f"<!doctype html><meta charset=utf-8><title>{BUSY}</title><h1>{BUSY}</h1>", status
        )

    def changes(self, struck: dict[str, Fault]) -> list[Callable[[Answer], None]]:
        """What is done to the portal's answer; a disguise comes last, over everything."""
        ordered = sorted(struck.values(), key=lambda fault: fault.name == "ids_changed")
        changes = [act for fault in ordered if (act := change(fault))]
        if self._is_page and self._portal.faults.on("double_click_trap", self._account):
            changes.insert(0, add_script("double_click_trap"))
        return changes


def _disguised(disguise: Disguise, path: str) -> Callable[[Answer], None]:
    """A script or a style as a page in disguise needs it."""

    def act(answer: Answer) -> None:
        if answer.status == 200:
            text = answer.body.decode()
            answer.put(disguise.style(text) if path.endswith(".css") else disguise.script(text))

    return act


async def _wait(milliseconds: int) -> None:
    if milliseconds:
        await asyncio.sleep(milliseconds / 1000)


async def _read(receive: Receive) -> None:
    """Take in what was sent: a line with half an upload on it is cut by the answer."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return


async def _swallow(_message: Message) -> None:
    """Take an answer that never leaves the server."""
