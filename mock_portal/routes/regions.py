"""The cascade 省/市/区: the options below a chosen place."""

from __future__ import annotations

import json
from pathlib import Path

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..desk import Desk, action

__all__ = ["REGIONS", "ROUTES", "known_region"]

_FILE = Path(__file__).parents[1] / "data" / "regions.json"
REGIONS: dict[str, dict[str, list[str]]] = json.loads(_FILE.read_text(encoding="utf-8"))
"""Province -> city -> districts; a selection, complete for Guangxi's cities."""

_BELOW: dict[str, list[str]] = {
    "": list(REGIONS),
    **{province: list(cities) for province, cities in REGIONS.items()},
    **{city: districts for cities in REGIONS.values() for city, districts in cities.items()},
}


def known_region(text: str) -> bool:
    """Whether 省/市/区 names a place of the cascade."""
    province, _, rest = text.partition("/")
    city, _, district = rest.partition("/")
    return district in REGIONS.get(province, {}).get(city, [])


async def _below(desk: Desk) -> Response:
    return JSONResponse(_BELOW.get(desk.request.query_params.get("parent", ""), []))


ROUTES = [Route("/regions", action(_below))]
