"""验证码, while the back office has it asked for: its picture, and the way on from 请完成安全验证."""

from __future__ import annotations

import secrets

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..desk import COOKIE, Portal, reply, sent

__all__ = ["ROUTES", "refuse_code"]

_VISITOR = "YWTBCAPTCHA"


async def _picture(request: Request) -> Response:
    """A new code for this visitor; the one before is worth nothing any more."""
    portal: Portal = request.app.state.portal
    visitor = request.cookies.get(_VISITOR) or secrets.token_urlsafe(12)
    png = portal.faults.captcha.picture(visitor)
    answer = Response(png, media_type="image/png", headers={"Cache-Control": "no-store"})
    answer.set_cookie(_VISITOR, visitor, httponly=True, samesite="lax")
    return answer


def refuse_code(request: Request, typed: object) -> str:
    """Why the code is not accepted; nothing when it is right."""
    portal: Portal = request.app.state.portal
    if not str(typed or "").strip():
        return "请输入验证码"
    visitor = request.cookies.get(_VISITOR, "")
    return "" if portal.faults.captcha.right(visitor, str(typed)) else "验证码错误"


async def _check(request: Request) -> Response:
    portal: Portal = request.app.state.portal
    message = refuse_code(request, (await sent(request)).get("captcha"))
    if message:
        return JSONResponse({"code": 1, "message": message})
    portal.faults.captcha.release(request.cookies.get(COOKIE, ""))
    return reply()


ROUTES = [Route("/captcha", _picture), Route("/captcha", _check, methods=["POST"])]
