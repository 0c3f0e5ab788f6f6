"""What a route works with: the portal's rooms, the request, and who is signed in."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from .business import BUSINESS_TYPES, EDITABLE
from .faults import Faults
from .sessions import LOST_TEXTS, Session, Sessions, Why
from .settings import Settings
from .store import Account, EventKind, Group, Member, Store

__all__ = [
    "COOKIE",
    "Desk",
    "Handler",
    "Portal",
    "Refused",
    "action",
    "filed",
    "page",
    "reply",
    "row_number",
    "sent",
]

COOKIE = "YWTBSESSION"


def _file_size(size: int) -> str:
    """A size as attachments.js shows it."""
    if size < 1024:
        return f"{size} B"
    return f"{size / 1024:.1f} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"


_templates = Environment(
    loader=PackageLoader("mock_portal"), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True
)
_templates.globals["business_types"] = BUSINESS_TYPES
_templates.filters["file_size"] = _file_size


class Refused(Exception):
    """The portal says no; `messages` are what the person reads."""

    def __init__(self, *messages: str) -> None:
        super().__init__("；".join(messages))
        self.messages = messages


@dataclass(frozen=True)
class Portal:
    """The rooms every request shares."""

    settings: Settings
    store: Store
    sessions: Sessions
    faults: Faults

    def switched(self, name: str, account: str) -> bool:
        """Whether a switch is on, by the settings or by the back office."""
        return bool(getattr(self.settings, name)) or self.faults.on(name, account)

    def show(self, template: str, **context: object) -> HTMLResponse:
        """A page; pages are never kept by the browser, so that going back shows the present state."""
        html = _templates.get_template(template).render(context)
        return HTMLResponse(html, headers={"Cache-Control": "no-store"})


@dataclass(frozen=True)
class Desk:
    """One request of a signed-in account."""

    portal: Portal
    request: Request
    account: Account
    session: Session

    @property
    def store(self) -> Store:
        """The portal's memory."""
        return self.portal.store

    def path(self, name: str) -> str:
        """A part of the request's path."""
        return str(self.request.path_params[name])

    async def sent(self) -> dict[str, Any]:
        """The JSON object the page sent."""
        return await sent(self.request)

    def switched(self, name: str) -> bool:
        """Whether a switch is on for this account."""
        return self.portal.switched(name, self.account.name)

    def note(self, kind: EventKind, group_no: str = "", detail: str = "") -> None:
        """Write an event of this session."""
        self.store.events.add(kind, self.account.name, self.session.label, group_no, detail)

    def show(self, template: str, **context: object) -> HTMLResponse:
        """A page of the signed-in portal."""
        return self.portal.show(template, account=self.account, here=self.request.url.path, **context)

    def group(self, group_no: str) -> Group:
        """The account's own group of that number; anything else is not there (404)."""
        group = self.store.groups.numbered(group_no, self.account.name)
        if group is None:
            raise HTTPException(404)
        return group

    def editable_group(self, group_no: str) -> Group:
        """The account's own group, if it may still be changed."""
        group = self.group(group_no)
        if group.state not in EDITABLE:
            raise Refused("该团组已上报，不能修改")
        return group

    def member(self, group: Group, member_id: object) -> Member:
        """A member of the group; anyone else, or no number at all, is not there (404)."""
        member = self.store.groups.member(group, row_number(member_id))
        if member is None:
            raise HTTPException(404)
        return member


Handler = Callable[[Desk], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


async def sent(request: Request) -> dict[str, Any]:
    """The JSON object a page sent; anything else is a bad request (400)."""
    try:
        data = json.loads((await request.body()).decode())
        json.dumps(data, ensure_ascii=False).encode()  # half a surrogate pair could not be stored
    except (json.JSONDecodeError, UnicodeError):
        data = None
    if not isinstance(data, dict):
        raise HTTPException(400)
    return data


def row_number(value: object) -> int:
    """A row's number as a page sends it; 0, which no row has, when it is none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def reply(**data: object) -> JSONResponse:
    """A good answer to the page's script."""
    return JSONResponse({"code": 0, **data})


def filed(group: Group) -> JSONResponse:
    """The answer to a 保存并上报 that was accepted."""
    text = f"团组号：{group.group_no} 已上报，请在“我的办件”中查看办理状态。"
    return reply(group_no=group.group_no, text=text, url="/my-applications")


def page(handler: Handler, *, quiet: bool = False) -> Endpoint:
    """An endpoint that shows a page; without a session it leads to the login page, which says why.

    `quiet` leaves the event to the handler (a file is no page).
    """

    async def endpoint(request: Request) -> Response:
        portal, session = _arrive(request)
        if isinstance(session, str):
            return RedirectResponse(f"/login?why={session}" if session else "/login", 302)
        desk = _desk(portal, request, session)
        if not quiet:
            desk.note("page", str(request.path_params.get("group_no", "")), request.url.path)
        try:
            return await handler(desk)
        except Refused as refusal:
            return desk.show("refused.html", messages=refusal.messages)

    return endpoint


def action(handler: Handler) -> Endpoint:
    """An endpoint that answers the page's script in JSON; without a session it answers 401."""

    async def endpoint(request: Request) -> Response:
        portal, session = _arrive(request)
        if isinstance(session, str):
            return JSONResponse({"code": 401, "message": LOST_TEXTS[session]}, 401)
        desk = _desk(portal, request, session)
        try:
            return await handler(desk)
        except Refused as refusal:
            return JSONResponse(_refusal(desk, refusal.messages))

    return endpoint


def _arrive(request: Request) -> tuple[Portal, Session | Why]:
    portal: Portal = request.app.state.portal
    token = request.cookies.get(COOKIE, "")
    found = portal.sessions.find(token)
    # noted, so that the log shows every use of a session, also the one that comes too late
    if isinstance(found, str) and (gone := portal.sessions.ended(token)):
        portal.store.events.add("turned_away", gone.account, gone.label, detail=f"{found} {request.url.path}")
    return portal, found


def _desk(portal: Portal, request: Request, session: Session) -> Desk:
    account = portal.store.accounts.named(session.account)
    if account is None:
        raise HTTPException(401)
    return Desk(portal, request, account, session)


def _refusal(desk: Desk, messages: Sequence[str]) -> dict[str, object]:
    if desk.switched("one_error_at_a_time"):
        return {"code": 1, "message": messages[0], "messages": messages[:1], "toast": True}
    return {"code": 1, "message": messages[0], "messages": list(messages)}
