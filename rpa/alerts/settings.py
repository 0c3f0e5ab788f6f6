"""The table ``[alerts]`` of ``ywtb.toml``: channels by name, and when a person is reminded.

No secret stands here: a bot's address (it holds its key), a signing secret, a password are found by
:class:`~rpa.alerts.secrets.AlertSecrets`.
"""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from rpa.alerts.kinds import NoticeKind
from rpa.hours import Hours, covers

__all__ = [
    "Alerts",
    "AnyChannel",
    "AppriseChannel",
    "Channel",
    "DingTalkChannel",
    "EmailChannel",
    "FeishuChannel",
    "Reminders",
    "WeComChannel",
    "WebhookChannel",
]

#: A name is part of the name of an environment variable.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")


class _Table(BaseModel):
    # pydantic would otherwise quote what was given in its error texts
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Channel(_Table):
    """What all channels have: which kinds it gets, one message each or gathered, and at what times. Beijing time."""

    kinds: frozenset[NoticeKind] = Field(
        default=frozenset(NoticeKind), min_length=1, title="种类", description="不写则全部"
    )
    digest: tuple[time, ...] = Field(
        default=(), title="汇总时间", description="不写则逐条发送；写了则到点合为一条"
    )
    quiet_hours: Hours | None = Field(default=None, title="免打扰时段")
    working_days_only: bool = Field(default=False, title="只在工作日发送")

    @field_validator("digest")
    @classmethod
    def _in_order(cls, times: tuple[time, ...]) -> tuple[time, ...]:
        if any(one.tzinfo is not None for one in times):
            raise ValueError("应写作 09:00")
        return tuple(sorted(set(times)))

    @model_validator(mode="after")
    def _some_time_is_left(self) -> Self:
        if self.digest and all(covers(self.quiet_hours, one) for one in self.digest):
            raise ValueError("汇总时间都在免打扰时段之内")
        return self

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the secrets that it needs, in the order in which a person is asked for them."""
        raise NotImplementedError


class EmailChannel(Channel):
    """E-mail over a server of the unit's own."""

    type: Literal["email"]
    host: str = Field(min_length=1, title="邮件服务器")
    port: int | None = Field(default=None, ge=1, le=65535, title="端口")
    security: Literal["ssl", "starttls", "none"] = Field(default="ssl", title="加密方式")
    user: str = Field(default="", title="登录名", description="不写则不登录")
    sender: str = Field(title="发件人地址")
    to: tuple[str, ...] = Field(min_length=1, max_length=20, title="收件人地址")

    _PORTS: ClassVar[dict[str, int]] = {"ssl": 465, "starttls": 587, "none": 25}

    @field_validator("sender", "to")
    @classmethod
    def _addresses(cls, given: str | tuple[str, ...]) -> str | tuple[str, ...]:
        if not all(_ADDRESS.fullmatch(one) for one in ((given,) if isinstance(given, str) else given)):
            raise ValueError("应为邮箱地址")
        return given

    @model_validator(mode="after")
    def _no_password_in_the_open(self) -> Self:
        if self.user and self.security == "none":
            raise ValueError("不加密的连接不能登录（密码会被看到）")
        return self

    @property
    def at_port(self) -> int:
        """The port, by default that of the way of securing the line."""
        return self.port or self._PORTS[self.security]

    @property
    def secrets(self) -> tuple[str, ...]:
        """The password, when it signs in."""
        return ("password",) if self.user else ()


class WebhookChannel(Channel):
    """A program of the unit's own, which takes a signed JSON document over HTTP."""

    type: Literal["webhook"]
    signed: bool = Field(default=True, title="签名")

    @property
    def secrets(self) -> tuple[str, ...]:
        """The address and, when it is signed, what with."""
        return ("url", "secret") if self.signed else ("url",)


class WeComChannel(Channel):
    """A bot in a group of 企业微信."""

    type: Literal["wecom"]

    @property
    def secrets(self) -> tuple[str, ...]:
        """The address, which holds the key."""
        return ("url",)


class DingTalkChannel(Channel):
    """A bot in a group of 钉钉, with 加签 unless said otherwise (then it needs a keyword or a list of addresses)."""

    type: Literal["dingtalk"]
    signed: bool = Field(default=True, title="加签")

    @property
    def secrets(self) -> tuple[str, ...]:
        """The address and, when it is signed, what with."""
        return ("url", "secret") if self.signed else ("url",)


class FeishuChannel(Channel):
    """A bot in a group of 飞书, with 签名校验 unless said otherwise."""

    type: Literal["feishu"]
    signed: bool = Field(default=True, title="签名校验")

    @property
    def secrets(self) -> tuple[str, ...]:
        """The address and, when it is signed, what with."""
        return ("url", "secret") if self.signed else ("url",)


class AppriseChannel(Channel):
    """Any other service that the library Apprise knows and tells the truth about; its address is the secret."""

    type: Literal["apprise"]

    @property
    def secrets(self) -> tuple[str, ...]:
        """The address, which holds the key."""
        return ("url",)


AnyChannel = Annotated[
    EmailChannel | WebhookChannel | WeComChannel | DingTalkChannel | FeishuChannel | AppriseChannel,
    Field(discriminator="type"),
]


class Reminders(_Table):
    """When nothing happens and somebody should know. 0, or an empty list, is never."""

    stalled_days: int = Field(default=30, ge=0, le=3650, title="状态多少天不变即提醒")
    expiring_months: tuple[Annotated[int, Field(ge=1, le=60)], ...] = Field(
        default=(6, 3, 1), title="证件到期前几个月提醒"
    )
    failing_hours: float = Field(default=24.0, ge=0, le=8760, title="多少小时没有完整读取即提醒")
    channel_hours: float = Field(default=6.0, ge=0, le=8760, title="一个渠道多少小时送不到即告诉其他渠道")


class Alerts(_Table):
    """All of ``[alerts]``."""

    give_up_days: float = Field(default=30.0, gt=0, le=365, title="送不到时重试的天数")
    reminders: Reminders = Reminders()
    channels: dict[str, AnyChannel] = Field(default_factory=dict, title="渠道")

    @field_validator("channels")
    @classmethod
    def _names(cls, channels: dict[str, AnyChannel]) -> dict[str, AnyChannel]:
        if not all(map(_NAME.fullmatch, channels)):
            raise ValueError("渠道名称应为 1–40 个英文字母、数字、- 或 _")
        if len({name.upper().replace("-", "_") for name in channels}) < len(channels):
            raise ValueError("渠道名称不能只差大小写或 - 与 _")
        return channels
