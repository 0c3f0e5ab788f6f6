"""Which promises of the manual the replica breaks now, for those who check portals."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .regressions import Regressions

__all__ = ["list_regressions", "switch_regressions"]


async def list_regressions(request: Request) -> Response:
    """Every regression: `name, row, what, on`."""
    return JSONResponse(_board(request).listed())


async def switch_regressions(request: Request) -> Response:
    """`{"names": ["delete_keeps_file"]}`: exactly these are on from now on; an empty list mends the portal."""
    try:
        names = (await request.json())["names"]
        if not isinstance(names, list):
            raise TypeError(names)
        _board(request).switch(map(str, names))
    except ValueError as error:  # an unknown name, or no JSON
        told = "names is a list" if isinstance(error, json.JSONDecodeError) else str(error)
        return JSONResponse({"error": told}, 400)
    except (KeyError, TypeError):
        return JSONResponse({"error": "names is a list"}, 400)
    return JSONResponse(_board(request).listed())


def _board(request: Request) -> Regressions:
    board: Regressions = request.app.state.regressions
    return board
