"""The bots of group chats. Each says in its JSON whether it took a message; HTTP 200 alone means nothing.

- 企业微信 (developer.work.weixin.qq.com/document/path/91770): ``errcode`` 0; 4096 bytes of markdown, 20 messages a minute.
- 钉钉 (open.dingtalk.com/document/robots/custom-robot-access): ``errcode`` 0; 加签; 20000 bytes; above 20 messages a
  minute it takes none for ten minutes.
- 飞书 (open.feishu.cn/document/client-docs/bot-v3/add-custom-bot): ``code`` 0, and older ones ``StatusCode`` 0; 签名校验;
  20 KB a request, 100 messages a minute.
"""

from __future__ import annotations

import base64
import hmac
import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, ClassVar

from pydantic import SecretStr

from rpa.logs import masked
from rpa.status.telling.errors import NotTold
from rpa.status.telling.http import Answer, as_json, checked_address, post
from rpa.status.telling.message import Message, without_markup

__all__ = ["DingTalk", "Feishu", "WeCom"]


class _Bot:
    """What the three have in common."""

    room: ClassVar[int]
    burst: ClassVar[int]
    _codes: ClassVar[tuple[str, ...]]  # each of those that the answer has must be 0
    _slower: ClassVar[Mapping[int, float]]  # codes that ask for a pause, and its seconds

    def __init__(self, channel: str, url: SecretStr, secret: SecretStr | None = None) -> None:
        self._url = checked_address(url.get_secret_value(), channel)
        self._secret = secret.get_secret_value() if secret else ""

    def _acknowledged(self, answer: Answer) -> None:
        said = answer.document
        codes = [said[name] for name in self._codes if name in said]
        if codes and all(type(code) is int and code == 0 for code in codes):
            return
        if not codes:
            raise NotTold(f"HTTP {answer.status}，但回答里没有 {self._codes[0]}：不能认为已收到")
        code = next(code for code in codes if code != 0 or type(code) is not int)
        words = next((said[name] for name in ("errmsg", "msg", "StatusMessage") if said.get(name)), "")
        pause = self._slower.get(code) if isinstance(code, int) else None
        raise NotTold(f"{self._codes[0]} {code}：{masked(str(words))[:300]}", pause=pause)


class WeCom(_Bot):
    """A bot of 企业微信."""

    room = 3400  # of 4096, with the title
    burst = 15
    _codes = ("errcode",)
    _slower: ClassVar[Mapping[int, float]] = {45009: 60.0, 45033: 60.0}

    async def send(self, message: Message) -> str:
        """Send it as markdown."""
        content = "\n".join(without_markup(line) for line in (message.title, *message.lines))
        answer = await post(self._url, as_json({"msgtype": "markdown", "markdown": {"content": content}}))
        self._acknowledged(answer)
        return ""


class DingTalk(_Bot):
    """A bot of 钉钉."""

    room = 18_000  # of 20000, with the title
    burst = 15
    _codes = ("errcode",)
    _slower: ClassVar[Mapping[int, float]] = {130101: 600.0, 130103: 600.0, 90030: 600.0, 88: 600.0}

    async def send(self, message: Message) -> str:
        """Send it as markdown, signed (加签) when there is a secret."""
        text = "\n\n".join(without_markup(line) for line in (message.title, *message.lines))
        document = {"msgtype": "markdown", "markdown": {"title": message.title, "text": text}}
        answer = await post(self._url, as_json(document), params=self._signature())
        self._acknowledged(answer)
        return ""

    def _signature(self) -> dict[str, str]:
        if not self._secret:
            return {}
        timestamp = str(round(time.time() * 1000))
        digest = hmac.digest(self._secret.encode(), f"{timestamp}\n{self._secret}".encode(), sha256)
        return {"timestamp": timestamp, "sign": base64.b64encode(digest).decode()}


class Feishu(_Bot):
    """A bot of 飞书 (or Lark)."""

    room = 16_000  # of 20 KB for the whole request
    burst = 60
    _codes = ("code", "StatusCode")
    _slower: ClassVar[Mapping[int, float]] = {9499: 60.0, 11232: 60.0, 11233: 60.0, 11247: 60.0}

    async def send(self, message: Message) -> str:
        """Send it as a post, whose text is never read as markup; signed (签名校验) when there is a secret."""
        content = [[{"tag": "text", "text": message.text}]]
        document: dict[str, Any] = {
            **self._signature(),
            "msg_type": "post",
            "content": {"post": {"zh_cn": {"title": message.title, "content": content}}},
        }
        self._acknowledged(await post(self._url, as_json(document)))
        return ""

    def _signature(self) -> dict[str, str]:
        if not self._secret:
            return {}
        timestamp = str(round(time.time()))
        digest = hmac.digest(f"{timestamp}\n{self._secret}".encode(), b"", sha256)
        return {"timestamp": timestamp, "sign": base64.b64encode(digest).decode()}
