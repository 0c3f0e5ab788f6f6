"""The back office: JSON for tests, the demo and people. The robot never comes here."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from .business import STATES
from .clock import stamp
from .desk import Portal
from .seed import plant
from .store import Group, Owner, Store, StoredFile

__all__ = ["ROUTES"]


async def _groups(request: Request) -> Response:
    store = _portal(request).store
    return JSONResponse(
        [_group(store, group) for group in store.groups.of(request.query_params.get("account"))]
    )


def _group(store: Store, group: Group) -> dict[str, object]:
    members = [
        {"fields": member.fields, "files": _files(store, Owner(group.account, group.id, member.id))}
        for member in store.groups.members(group)
    ]
    return {
        "group_no": group.group_no,
        "business_type": group.business_type,
        "account": group.account,
        "state": group.state,
        "opinion": group.opinion,
        "fields": group.fields,
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
    store = _portal(request).store
    group = store.groups.numbered(request.path_params["group_no"])
    if group is None:
        return _wrong("no such group", 404)
    data = await _sent(request)
    if not isinstance(data, dict) or not data.get("state"):
        return _wrong(f"state is missing; usual ones: {'、'.join(state.text for state in STATES)}")
    store.groups.move(group, str(data["state"]), str(data.get("opinion", "")))
    return JSONResponse(_group(store, store.groups.with_id(group.id)))


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
    portal.faults.clear()
    portal.store.database.clear()
    plant(portal.store)
    return JSONResponse({"reset": True})


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
            Route("/groups/{group_no}/state", _set_state, methods=["POST"]),
            Route("/events", _events),
            Route("/faults", _list_faults),
            Route("/faults", _set_faults, methods=["POST"]),
            Route("/faults", _clear_faults, methods=["DELETE"]),
            Route("/accounts/{name}", _set_account, methods=["POST"]),
            Route("/reset", _reset, methods=["POST"]),
            Route("/health", _health),
        ],
    )
]
