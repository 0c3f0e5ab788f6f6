"""The portal's clock, and the back office's own log of what became of each group, for tests of weeks."""

from __future__ import annotations

import json
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .clock import now, turn
from .desk import Portal

__all__ = ["list_steps", "turn_clock"]


async def turn_clock(request: Request) -> Response:
    """`{"at": "2026-11-23T09:00:00+08:00"}` sets the clock, which goes on from there; `{"at": null}` sets it right."""
    try:
        at = (await request.json())["at"]
        moment = None if at is None else datetime.fromisoformat(str(at))
        if moment is not None and moment.tzinfo is None:
            raise ValueError(at)
    except (json.JSONDecodeError, KeyError, TypeError, ValueError):
        return JSONResponse({"error": "at is a moment with its zone, or null"}, 400)
    turn(moment)
    return JSONResponse({"at": now().isoformat()})


async def list_steps(request: Request) -> Response:
    """Every state that a group was put into, and when, each group's in order."""
    portal: Portal = request.app.state.portal
    groups = portal.store.groups
    return JSONResponse(
        [
            {"group_no": group.group_no, "at": step.at, "state": step.state}
            for group in groups.of()
            for step in groups.history(group)
        ]
    )
