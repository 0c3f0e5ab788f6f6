"""Many groups at once, for tests that need long lists: each of one invented person, as if filed long ago."""

from __future__ import annotations

import json
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .business import DRAFT, NEW_CARD, STATES
from .clock import now
from .desk import Portal
from .life import move
from .seed import holder
from .store import Store

__all__ = ["add_groups"]

_MOST = 5000
_FIRST = 20_000  # above the people of the scenarios


async def add_groups(request: Request) -> Response:
    """`{"account": …, "count": 2000, "states": ["已办结"]}`: so many groups of 新卡申办, in these states in turn.

    The answer has their numbers, oldest first.
    """
    portal: Portal = request.app.state.portal
    try:
        data = await request.json()
        account = portal.store.accounts.named(str(data["account"]))
        count, states = int(data["count"]), [str(state) for state in data.get("states", [DRAFT])]
    except (json.JSONDecodeError, KeyError, TypeError, ValueError):
        return JSONResponse({"error": "account and count are needed"}, 400)
    if account is None or not 0 < count <= _MOST or set(states) - {state.text for state in STATES}:
        return JSONResponse({"error": f"an account, a count up to {_MOST}, known states"}, 400)
    people = (
        holder(_FIRST + _people(portal.store) + number, account.unit, account.ownership)
        for number in range(count)
    )
    made = []
    with portal.store.database.transaction():
        for number, person in enumerate(people):
            at = now() - timedelta(minutes=count - number)
            group = portal.store.groups.create(account.name, NEW_CARD, at=at)
            portal.store.groups.save_member(group, None, person)
            state = states[number % len(states)]
            if state != DRAFT:
                portal.store.groups.submit(group, {"领取方式": "自取", "人数": "1"}, at)
                move(portal.store, group, state, at=at)
            made.append(group.group_no)
    return JSONResponse({"groups": made})


def _people(store: Store) -> int:
    """How many members there are already: nobody is given twice."""
    found = store.database.one("SELECT count(*) AS many FROM member")
    return int(found["many"]) if found else 0
