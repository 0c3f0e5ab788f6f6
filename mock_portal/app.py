"""The replica as a web application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from .backoffice import ROUTES as BACKOFFICE
from .desk import COOKIE, Portal
from .faults import Faults
from .faults.layer import FaultLayer
from .offices import offices
from .regression_layer import RegressionLayer
from .regressions import Regressions
from .routes import ROUTES
from .scenarios import load
from .server import cut
from .sessions import Sessions
from .settings import Settings
from .store import Store

__all__ = ["create_app"]

_STATIC = Path(__file__).parent / "static"


def create_app(settings: Settings | None = None) -> Starlette:
    """The portal over the database that the settings name; an empty one gets the seed."""
    settings = settings or Settings()
    store = Store(settings.data)
    if store.accounts.empty():
        load(store, settings.scenario)
    portal = Portal(settings, store, Sessions(store.database, settings.idle_seconds), Faults())
    regressions = Regressions(settings.regressions)
    layers = [
        Middleware(FaultLayer, portal=portal, cut=cut),
        Middleware(RegressionLayer, portal=portal, regressions=regressions),
    ]
    app = Starlette(
        routes=[*ROUTES, *BACKOFFICE, Mount("/static", _Static(directory=_STATIC))],
        middleware=layers,
        exception_handlers={404: _not_found},
        lifespan=_life(portal),
    )
    app.state.portal = portal
    app.state.regressions = regressions
    return app


def _life(portal: Portal) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """While the portal is open, its offices work, if they are told to."""

    @asynccontextmanager
    async def open_hours(_app: Starlette) -> AsyncIterator[None]:
        seconds = portal.settings.advance_seconds
        work = asyncio.create_task(offices(portal.store, seconds)) if seconds > 0 else None
        yield
        if work:
            work.cancel()

    return open_hours


class _Static(StaticFiles):
    """Scripts and styles, kept by the browser for a while, as portals let them."""

    def file_response(self, *arguments: Any, **options: Any) -> Response:
        response = super().file_response(*arguments, **options)
        response.headers["Cache-Control"] = "max-age=600"
        return response


async def _not_found(request: Request, _error: Exception) -> Response:
    text = "您访问的内容不存在"
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"code": 404, "message": text}, 404)
    portal: Portal = request.app.state.portal
    account = portal.store.accounts.named(portal.sessions.holder(request.cookies.get(COOKIE, "")))
    page = portal.show("missing.html", account=account, here=request.url.path, text=text)
    page.status_code = 404
    return page
