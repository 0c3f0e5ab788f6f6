"""The back office: JSON for tests, the demo and people. The robot never comes here."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from .backoffice_accounts import add_accounts
from .backoffice_cards import list_cards, set_card
from .backoffice_clock import list_steps, turn_clock
from .backoffice_groups import add_groups
from .backoffice_regressions import list_regressions, switch_regressions
from .business import STATES
from .clock import stamp, turn
from .desk import Portal
from .economies import DECISIONS, ECONOMIES
from .life import advance, member_state, move
from .scenarios import SCENARIOS, load
from .store import Group, Member, Owner, Store, StoredFile

__all__ = ["ROUTES"]


async def _groups(request: Request) -> Response:
    store = _portal(request).store
    return JSONResponse(
        [_group(store, group) for group in store.groups.of(request.query_params.get("account"))]
    )


def _group(store: Store, group: Group) -> dict[str, object]:
    members = [
        {
            "fields": member.fields,
            "files": _files(store, Owner(group.account, group.id, member.id)),
            "state": member_state(group, member),
            "economies": store.economies.states(member.id),
        }
        for member in store.groups.members(group)
    ]
    return {
        "group_no": group.group_no,
        "business_type": group.business_type,
        "account": group.account,
        "state": group.state,
        "opinion": group.opinion,
        "fields": group.fields,
        "source": store.origins.sources(group.id),
        "members": members,
        "files": _files(store, Owner(group.account, group.id)),
        "created_at": group.created_at,
        "submitted_at": group.submitted_at,
    }


def _files(store: Store, owner: Owner) -> list[dict[str, object]]:
    return [_file(file) for file in store.files.of(owner)]


def _file(file: StoredFile) -> dict[str, object]:
    return {"slot": file.slot, "name": file.name, "sha256": file.sha256, "size": file.size}


async def _set_state(request: Request) -> Response:
    """`{"state": …, "opinion"?: …, "member"?: place}`: the whole group, or one member of it (from 1)."""
    store, group, data = await _asked(request)
    if group is None:
        return _wrong("no such group", 404)
    if not data.get("state"):
        return _wrong(f"state is missing; usual ones: {'、'.join(state.text for state in STATES)}")
    only = _members(store, group, data) if "member" in data else None
    if only == []:
        return _wrong("no such member")
    move(store, group, str(data["state"]), str(data.get("opinion", "")), only=only)
    return JSONResponse(_group(store, store.groups.with_id(group.id)))


async def _advance(request: Request) -> Response:
    """The group's next state on its type's line."""
    store, group, _ = await _asked(request)
    if group is None:
        return _wrong("no such group", 404)
    if not advance(store, group):
        return _wrong(f"{group.state} leads nowhere by itself")
    return JSONResponse(_group(store, store.groups.with_id(group.id)))


async def _decide(request: Request) -> Response:
    """`{"member"?: place, "decisions": {"AUS": "已批准"}}`: of one member, or of all."""
    store, group, data = await _asked(request)
    if group is None:
        return _wrong("no such group", 404)
    decisions = data.get("decisions")
    if not isinstance(decisions, dict) or not decisions:
        return _wrong("decisions are missing")
    if set(decisions) - set(ECONOMIES) or set(decisions.values()) - set(DECISIONS):
        return _wrong(f"codes: {' '.join(ECONOMIES)}; states: {'、'.join(DECISIONS)}")
    chosen = _members(store, group, data)
    if not chosen:
        return _wrong("no such member")
    with store.database.transaction():
        for member in chosen:
            store.economies.decide(member.id, decisions)
    return JSONResponse(_group(store, group))


async def _asked(request: Request) -> tuple[Store, Group | None, dict[str, Any]]:
    store, data = _portal(request).store, await _sent(request)
    group = store.groups.numbered(request.path_params["group_no"])
    return store, group, data if isinstance(data, dict) else {}


def _members(store: Store, group: Group, data: dict[str, Any]) -> list[Member]:
    """The member at the place that was asked for, or all."""
    members, place = store.groups.members(group), data.get("member")
    if place is None:
        return members
    return members[place - 1 : place] if isinstance(place, int) and place > 0 else []


async def _events(request: Request) -> Response:
    asked = request.query_params
    events = _portal(request).store.events
    return JSONResponse(
        events.all(asked.get("account", ""), asked.get("kind", ""), asked.get("group_no", ""))
    )


async def _list_faults(request: Request) -> Response:
    return JSONResponse(_portal(request).faults.listed())


async def _set_faults(request: Request) -> Response:
    """An object adds one fault; a list takes the place of all, an empty one clears."""
    faults, data = _portal(request).faults, await _sent(request)
    specs = data if isinstance(data, list) else [data]
    if isinstance(data, list):
        faults.clear()
    try:
        for spec in specs:
            faults.add(spec)
    except (ValueError, TypeError, AttributeError) as error:
        return _wrong(str(error))
    return JSONResponse(faults.listed())


async def _clear_faults(request: Request) -> Response:
    _portal(request).faults.clear()
    return JSONResponse([])


async def _captcha(request: Request) -> Response:
    """The code of the picture that was shown last, for a test that plays the person before the screen."""
    return JSONResponse({"code": _portal(request).faults.captcha.latest})


async def _set_account(request: Request) -> Response:
    """`{"filed": false}` makes the account one whose 企业备案 did not pass."""
    data = await _sent(request)
    filed = data.get("filed") if isinstance(data, dict) else None
    if not isinstance(filed, bool):
        return _wrong("filed is missing")
    name = request.path_params["name"]
    if not _portal(request).store.accounts.set_filed(name, filed):
        return _wrong("no such account", 404)
    return JSONResponse({"account": name, "filed": filed})


async def _reset(request: Request) -> Response:
    portal = _portal(request)
    _begin(portal, portal.settings.scenario)
    return JSONResponse({"reset": True})


async def _scenario(request: Request) -> Response:
    """`{"name": "small"}`: forget everything and begin with that scenario."""
    data, portal = await _sent(request), _portal(request)
    name = data.get("name") if isinstance(data, dict) else None
    if name not in SCENARIOS:
        return _wrong(f"name is one of {', '.join(SCENARIOS)}")
    _begin(portal, name)
    store = portal.store
    return JSONResponse({"scenario": name, "groups": len(store.groups.of()), "cards": len(store.cards.of())})


def _begin(portal: Portal, scenario: str) -> None:
    turn(None)
    portal.faults.clear()
    portal.store.database.clear()
    load(portal.store, scenario)


async def _health(_request: Request) -> Response:
    return JSONResponse({"ok": True, "at": stamp()})


def _portal(request: Request) -> Portal:
    portal: Portal = request.app.state.portal
    return portal


async def _sent(request: Request) -> object:
    try:
        return await request.json()
    except json.JSONDecodeError:
        return None


def _wrong(text: str, status: int = 400) -> Response:
    return JSONResponse({"error": text}, status)


ROUTES = [
    Mount(
        "/_backoffice",
        routes=[
            Route("/groups", _groups),
            Route("/groups", add_groups, methods=["POST"]),
            Route("/groups/{group_no}/state", _set_state, methods=["POST"]),
            Route("/groups/{group_no}/economies", _decide, methods=["POST"]),
            Route("/groups/{group_no}/advance", _advance, methods=["POST"]),
            Route("/cards", list_cards),
            Route("/cards", set_card, methods=["POST"]),
            Route("/scenario", _scenario, methods=["POST"]),
            Route("/events", _events),
            Route("/faults", _list_faults),
            Route("/faults", _set_faults, methods=["POST"]),
            Route("/faults", _clear_faults, methods=["DELETE"]),
            Route("/regressions", list_regressions),
            Route("/regressions", switch_regressions, methods=["POST"]),
            Route("/captcha", _captcha),
            Route("/accounts", add_accounts, methods=["POST"]),
            Route("/accounts/{name}", _set_account, methods=["POST"]),
            Route("/clock", turn_clock, methods=["POST"]),
            Route("/steps", list_steps),
            Route("/reset", _reset, methods=["POST"]),
            Route("/health", _health),
        ],
    )
]
