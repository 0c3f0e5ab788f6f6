"""The layer around the portal that makes regressions happen; the back office is spared."""

from __future__ import annotations

import json
from collections.abc import Sequence

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .desk import Portal
from .faults.changes import Held
from .regressions import Asked, Regression, Regressions

__all__ = ["RegressionLayer"]


class RegressionLayer:
    """ASGI layer right around the portal: what it changes, faults find as if the portal had said it."""

    def __init__(self, app: ASGIApp, *, portal: Portal, regressions: Regressions) -> None:
        self._app = app
        self._portal = portal
        self._regressions = regressions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request as a portal with these regressions does."""
        broken: Sequence[Regression] = ()
        if scope["type"] == "http" and not scope["path"].startswith("/_backoffice"):
            broken = self._regressions.concerning(f"{scope['method']} {scope['path']}")
        if not broken:
            await self._app(scope, receive, send)
            return
        body = await _whole(receive)
        asked = Asked(self._portal, scope["query_string"].decode(), _object(body))
        for one in broken:
            if one.ask:
                one.ask(asked)
        if any(one.unheard and one.unheard(asked) for one in broken):
            await JSONResponse({"code": 0, "id": asked.data.get("id")})(scope, receive, send)
            return
        if asked.data:
            body = json.dumps(asked.data).encode()
        changes = [one.answer for one in broken if one.answer]
        inside = {**scope, "query_string": asked.query.encode()}
        await self._app(inside, _Again(body, receive), Held(send, changes) if changes else send)
        for one in broken:
            if one.after:
                one.after(asked)


class _Again:
    """What was sent, once more, for the portal to read."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        body, self._body = self._body, None
        if body is None:
            return await self._receive()
        return {"type": "http.request", "body": body, "more_body": False}


async def _whole(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return bytes(body)


def _object(body: bytes) -> dict[str, object]:
    """The JSON object in a body; an empty one where there is none (a form, a file, nothing)."""
    try:
        found = json.loads(body)
    except (UnicodeDecodeError, json.JSONDecodeError):
        return {}
    return found if isinstance(found, dict) else {}
