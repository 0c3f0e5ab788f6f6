"""The portal's entrance: its services, signing in and out (manual 1)."""

from __future__ import annotations

import math

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ..desk import COOKIE, Portal, reply, sent
from ..sessions import LOST_TEXTS
from .captcha import refuse_code

__all__ = ["ROUTES"]

SERVICES = ("因公护照签证", "领事认证", "APEC商务旅行卡", "外国人来桂邀请", "领事保护")


async def _services(request: Request) -> Response:
    portal: Portal = request.app.state.portal
    account = portal.store.accounts.named(portal.sessions.holder(request.cookies.get(COOKIE, "")))
    portal.store.events.add("page", account.name if account else "", detail="/")
    return portal.show("services.html", account=account, services=SERVICES, here="/")


async def _login_page(request: Request) -> Response:
    portal: Portal = request.app.state.portal
    why = request.query_params.get("why")
    if why is None:  # a lost session may be told by the cookie alone, e.g. after the layer's 确定
        found = portal.sessions.find(request.cookies.get(COOKIE, ""))
        why = found if isinstance(found, str) else ""
    text = LOST_TEXTS[why] if why in ("kicked", "expired") else ""
    portal.store.events.add("page", "", detail="/login")
    asks_code = any(fault.due for fault in portal.faults.sign_in_codes())
    return portal.show("login.html", text=text, account=None, here="/login", asks_code=asks_code)


async def _login(request: Request) -> Response:
    portal: Portal = request.app.state.portal
    data = await sent(request)
    name, password = str(data.get("username", "")).strip(), str(data.get("password", ""))
    accounts, events = portal.store.accounts, portal.store.events
    if not name or not password:
        return _no("请输入用户名和密码")
    codes = portal.faults.sign_in_codes(name)
    if any(fault.due for fault in codes) and (message := refuse_code(request, data.get("captcha"))):
        events.add("login_failed", name, detail="captcha")
        return JSONResponse({"code": 1, "message": message, "captcha": True})
    for fault in codes:
        fault.count()
    if accounts.locked(name):
        events.add("login_failed", name, detail="locked")
        return _no(_lock_text(portal))
    if not await run_in_threadpool(accounts.matches, name, password):
        left = accounts.fail(name, portal.settings.max_login_failures, portal.settings.lock_seconds)
        events.add("login_failed", name, detail=f"{left} left")
        return _no(f"用户名或密码错误，还可尝试 {left} 次" if left else _lock_text(portal))
    accounts.forgive(name)
    token, session, kicked = portal.sessions.open(name)
    for other in kicked:
        events.add("kicked", name, other.label, detail=f"by {session.label}")
    events.add("login", name, session.label)
    answer = reply(url="/home")
    answer.set_cookie(COOKIE, token, httponly=True, samesite="lax")
    return answer


def _lock_text(portal: Portal) -> str:
    return f"账号已锁定，请 {max(1, math.ceil(portal.settings.lock_seconds / 60))} 分钟后再试"


def _no(text: str) -> Response:
    return JSONResponse({"code": 1, "message": text})


async def _logout(request: Request) -> Response:
    portal: Portal = request.app.state.portal
    portal.sessions.end(request.cookies.get(COOKIE, ""), "left")
    return RedirectResponse("/login", 302)


ROUTES = [
    Route("/", _services),
    Route("/login", _login_page),
    Route("/login", _login, methods=["POST"]),
    Route("/logout", _logout),
]
