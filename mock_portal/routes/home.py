"""The module's home page."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from ..desk import Desk, page

__all__ = ["ROUTES"]


async def _home(desk: Desk) -> Response:
    return desk.show("home.html", title="首页", crumbs=[])


ROUTES = [Route("/home", page(_home))]
