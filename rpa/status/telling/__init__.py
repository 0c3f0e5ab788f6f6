"""The telling: a channel's settings and secrets become a sender, which knows when a message was really taken."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import SecretStr

from rpa.alerts import (
    AnyChannel,
    DingTalkChannel,
    EmailChannel,
    FeishuChannel,
    WebhookChannel,
    WeComChannel,
)
from rpa.status.telling.bots import DingTalk, Feishu, WeCom
from rpa.status.telling.errors import NotTold
from rpa.status.telling.mail import Mail
from rpa.status.telling.message import Message, compose, fitting, parts
from rpa.status.telling.sender import Sender
from rpa.status.telling.through_apprise import ThroughApprise
from rpa.status.telling.webhook import Webhook

__all__ = ["Message", "NotTold", "Sender", "compose", "fitting", "parts", "sender_of"]


def sender_of(name: str, channel: AnyChannel, secret: Callable[[str, str], SecretStr]) -> Sender:
    """The sender of a channel. `secret` finds one by the channel's name and its own: ``AlertSecrets().get``.

    Raises :class:`~rpa.errors.SettingsError` when a secret is missing or an address is wrong.
    """
    found = {which: secret(name, which) for which in channel.secrets}
    match channel:
        case EmailChannel():
            return Mail(channel, found.get("password"))
        case WebhookChannel():
            return Webhook(name, found["url"], found.get("secret"))
        case WeComChannel():
            return WeCom(name, found["url"])
        case DingTalkChannel():
            return DingTalk(name, found["url"], found.get("secret"))
        case FeishuChannel():
            return Feishu(name, found["url"], found.get("secret"))
    return ThroughApprise(name, found["url"])
