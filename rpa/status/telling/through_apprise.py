"""Other services, through the library Apprise, as far as it tells the truth about them.

Apprise answers True or False. For most services it looks at the HTTP status only, so for one that answers 200 with an
error code its True says nothing: 企业微信, 钉钉, 飞书, Lark, Server酱 (read in apprise 2.2.0: ``plugins/wecombot.py``,
``dingtalk.py``, ``feishu.py``, ``lark.py``, ``serverchan.py``). Only services are let through whose refusal shows in
what Apprise looks at.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from pydantic import SecretStr

from rpa.errors import SettingsError
from rpa.logs import masked
from rpa.status.telling.aside import aside
from rpa.status.telling.errors import NotTold
from rpa.status.telling.message import Message

__all__ = ["TRUTHFUL", "ThroughApprise"]

_WHOLE = 60.0  # seconds; its own limits are for each piece of an answer

#: Schemes of Apprise whose answer can be believed, and why.
TRUTHFUL = {
    "ntfy": "HTTP 状态",
    "ntfys": "HTTP 状态",
    "gotify": "HTTP 状态",
    "gotifys": "HTTP 状态",
    "tgram": "HTTP 状态",
    "discord": "HTTP 状态",
    "mmost": "HTTP 状态",
    "mmosts": "HTTP 状态",
    "slack": "回答中的 ok",
    "pushplus": "回答中的 code",
}
_OWN = {
    "wecombot": "wecom",
    "dingtalk": "dingtalk",
    "feishu": "feishu",
    "lark": "feishu",
    "mailto": "email",
    "mailtos": "email",
    "json": "webhook",
    "jsons": "webhook",
}


class ThroughApprise:
    """Sends messages to one of Apprise's addresses."""

    burst = 15

    def __init__(self, channel: str, url: SecretStr) -> None:
        address = url.get_secret_value()
        scheme = address.partition("://")[0].lower()
        if scheme in _OWN:
            raise SettingsError(
                f"Apprise 的 {scheme}:// 不能用于提醒：它不看对方回答的错误码，或程序自带更好的办法",
                where=channel,
                advice=f'请改用 type = "{_OWN[scheme]}"',
            )
        if scheme not in TRUTHFUL:
            raise SettingsError(
                "无法确认 Apprise 对这种地址是否如实报告",
                where=channel,
                advice=f"可用的有：{'、'.join(f'{name}://' for name in TRUTHFUL)}",
            )
        try:
            import apprise
        except ModuleNotFoundError:
            raise SettingsError(
                "没有安装 apprise", where=channel, advice='请运行 pip install "ywtb-rpa[apprise]"'
            ) from None
        service = apprise.Apprise.instantiate(address, suppress_exceptions=True)
        if service is None:
            raise SettingsError("Apprise 不认识这个地址", where=channel, advice="请核对地址的写法后重新保存")
        self._service: Any = service
        self._apprise: Any = apprise

    @property
    def room(self) -> int:
        """What the service takes, less the title; Apprise counts characters, which are fewer than bytes."""
        return max(400, min(500_000, int(self._service.body_maxlen) - 400))

    async def send(self, message: Message) -> str:
        """Send it; told when Apprise says so."""
        try:
            async with asyncio.timeout(_WHOLE):
                told, why = await aside(lambda: self._notify(message))
        except TimeoutError:
            raise NotTold("Apprise 没有在时限内发完") from None
        if not told:
            raise NotTold(f"Apprise 未能送达：{why or '没有说明原因'}")
        return ""

    def _notify(self, message: Message) -> tuple[bool, str]:
        with self._apprise.LogCapture(level=logging.WARNING, fmt="%(message)s") as heard:
            told = self._service.notify(body=message.text, title=message.title)
            return bool(told), masked(" ".join(heard.getvalue().split()))[:300]
