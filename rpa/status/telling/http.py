"""One POST of a JSON document, with its end in sight; what fails is told without the address, which holds a key."""

from __future__ import annotations

import asyncio
import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from rpa.errors import SettingsError
from rpa.logs import masked
from rpa.status.telling.errors import NotTold
from rpa.status.telling.trust import trust

__all__ = ["Answer", "as_json", "checked_address", "post"]

_TIMEOUT = httpx.Timeout(20.0, connect=10.0)
_WHOLE = 45.0  # seconds for everything: a server that sends a byte now and then must not hold the outbox
_ENOUGH = 64 * 1024  # bytes of an answer; nobody's acknowledgement is longer
_DAY = 86400.0
_TOO_MANY = 429
_HOST = re.compile(r"[A-Za-z0-9._:-]+")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service said."""

    status: int
    body: bytes

    @property
    def document(self) -> Mapping[str, Any]:
        """The JSON object of the answer; an empty one when it is none."""
        try:
            said = json.loads(self.body)
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}


def as_json(document: Any) -> bytes:
    """A document as it travels: UTF-8, Chinese as it is."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def checked_address(address: str, channel: str, *, in_the_open: bool = False) -> str:
    """The address, if it is one that a key may be sent to: https, or (`in_the_open`, or this machine) http."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
        asked = httpx.URL(address)
        asked.host.encode("idna")  # as it will be looked up: every label, none of them too long
        if host and not _HOST.fullmatch(asked.raw_host.decode()):
            raise ValueError("no name of a host")
    except (ValueError, httpx.InvalidURL):
        raise SettingsError("地址无效", where=channel, advice="请重新复制完整地址后再保存") from None
    if not host or parts.scheme not in ("http", "https"):
        raise SettingsError("地址应以 https:// 开头", where=channel, advice="请重新复制完整地址后再保存")
    if parts.scheme == "http" and not in_the_open and host not in _LOOPBACK:
        raise SettingsError(
            "地址里有密钥，只能用 https://", where=channel, advice="请重新复制完整地址后再保存"
        )
    return address


async def post(
    address: str,
    body: bytes,
    headers: Mapping[str, str] | None = None,
    *,
    params: Mapping[str, str] | None = None,
) -> Answer:
    """POST a JSON body and read the answer, whatever its status; a redirection is not followed.

    Raises :class:`NotTold` when there is no answer, when it is 429, and when it is not of the 2xx.
    """
    try:
        async with asyncio.timeout(_WHOLE), httpx.AsyncClient(timeout=_TIMEOUT, verify=trust()) as client:
            request = client.build_request(
                "POST",
                httpx.URL(address).copy_merge_params(params or {}),
                content=body,
                headers={"Content-Type": "application/json; charset=utf-8", **(headers or {})},
            )
            answer = await client.send(request, stream=True)
            try:
                said = Answer(answer.status_code, await _beginning(answer))
            finally:
                await answer.aclose()
    except (TimeoutError, httpx.TimeoutException):
        raise NotTold("对方没有在时限内回答") from None
    except httpx.HTTPError as error:
        raise NotTold(_why(error)) from None
    if said.status == _TOO_MANY:
        raise NotTold("对方要求放慢（HTTP 429）", pause=_asked(answer.headers.get("Retry-After")))
    if not 200 <= said.status < 300:
        words = " ".join(masked(said.body[:300].decode("utf-8", "replace")).split())
        raise NotTold(f"HTTP {said.status} {words}".rstrip())
    return said


async def _beginning(answer: httpx.Response) -> bytes:
    read = b""
    async for piece in answer.aiter_bytes():
        read += piece
        if len(read) > _ENOUGH:
            break
    return read[:_ENOUGH]


def _why(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return f"安全连接失败（{cause.reason or type(cause).__name__}）"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ConnectError):
        return "无法连接（地址、网络或代理有误，或对方没有运行）"
    if isinstance(error, httpx.ProxyError):
        return "代理服务器拒绝连接"
    return f"连接中断（{type(error).__name__}）"


def _asked(seconds: str | None) -> float:
    return min(float(seconds), _DAY) if seconds and seconds.isdecimal() else 60.0
