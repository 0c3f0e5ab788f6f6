"""Many accounts at once, for tests of a team that has many."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .desk import Portal

__all__ = ["add_accounts"]

_MOST = 1000


async def add_accounts(request: Request) -> Response:
    """`{"names": ["unit-1", …], "password": …}`: so many invented units that may sign in with that password."""
    portal: Portal = request.app.state.portal
    try:
        data = await request.json()
        names, password = [str(name) for name in data["names"]], str(data["password"])
    except (json.JSONDecodeError, KeyError, TypeError):
        return JSONResponse({"error": "names and password are needed"}, 400)
    accounts = portal.store.accounts
    if len(names) > _MOST or not all(names) or any(accounts.named(name) for name in names):
        return JSONResponse({"error": f"new names, up to {_MOST}"}, 400)
    with portal.store.database.transaction():
        for name in names:
            accounts.add(name, password, f"演示单位 {name}", "民营企业")
    return JSONResponse({"accounts": names})
