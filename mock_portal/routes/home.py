"""The module's home page and the rooms that are not built yet."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from ..business import BUSINESS_TYPES
from ..desk import Desk, page

__all__ = ["ROUTES"]

_UNBUILT = [kind for kind in BUSINESS_TYPES if not kind.built]


async def _home(desk: Desk) -> Response:
    return desk.show("home.html", title="首页", crumbs=[])


async def _business_unbuilt(desk: Desk) -> Response:
    kind = next(kind for kind in _UNBUILT if kind.entry == desk.request.url.path)
    return desk.show("unbuilt.html", title=kind.title, crumbs=["商务旅行卡"], text="该业务正在建设中")


async def _list_unbuilt(desk: Desk) -> Response:
    kind = next(kind for kind in _UNBUILT if desk.request.url.path.endswith(kind.slug))
    return desk.show("unbuilt.html", title=f"我的办件_{kind.menu}", crumbs=[], text="该功能正在建设中")


ROUTES = [
    Route("/home", page(_home)),
    *(Route(kind.entry, page(_business_unbuilt)) for kind in _UNBUILT),
    *(Route(f"/my-applications/of/{kind.slug}", page(_list_unbuilt)) for kind in _UNBUILT),
]
