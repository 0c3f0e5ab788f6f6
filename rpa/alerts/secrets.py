"""The secrets of channels: never in a file of settings. The environment comes first, then the system's keyring."""

from __future__ import annotations

import os
from urllib.parse import parse_qsl, urlsplit

from pydantic import SecretStr

from rpa.errors import SettingsError
from rpa.logs import hide_secret
from rpa.system_keyring import system_keyring

__all__ = ["TITLES", "AlertSecrets", "variable_name"]

_SERVICE = "ywtb alerts"
_LEAST = 8  # a shorter part of an address is no key, and hiding it would hide words

#: What a person calls each secret.
TITLES = {"url": "完整地址", "secret": "签名密钥", "password": "密码"}


def variable_name(channel: str, name: str) -> str:
    """The environment variable of a secret: ``office``, ``url`` -> ``YWTB_ALERT_OFFICE_URL``."""
    return f"YWTB_ALERT_{channel.upper().replace('-', '_')}_{name.upper()}"


class AlertSecrets:
    """Finds and keeps the secrets of channels; what it finds is hidden from all logs from then on."""

    def find(self, channel: str, name: str) -> SecretStr | None:
        """The secret, if it is kept somewhere."""
        found = os.environ.get(variable_name(channel, name)) or self._kept(channel, name)
        return _hidden(SecretStr(found.strip())) if found and found.strip() else None

    def get(self, channel: str, name: str) -> SecretStr:
        """The secret; :class:`~rpa.errors.SettingsError` says where one may be put."""
        found = self.find(channel, name)
        if found is None:
            raise SettingsError(
                f"没有这个提醒渠道的{TITLES[name]}",
                where=channel,
                advice=f"请用 ywtb alerts add {channel} 保存，或设置环境变量 {variable_name(channel, name)}",
            )
        return found

    def keep(self, channel: str, name: str, secret: SecretStr) -> None:
        """Keep the secret in the keyring, in the place of the last one."""
        _hidden(secret)
        keyring, failures = system_keyring()
        try:
            keyring.set_password(_SERVICE, f"{channel}/{name}", secret.get_secret_value())
        except failures:
            raise _no_keyring(channel, name) from None

    def forget(self, channel: str) -> bool:
        """Delete all secrets of the channel from the keyring; whether there were any."""
        keyring, failures = system_keyring()
        there = [name for name in TITLES if self._kept(channel, name) is not None]
        for name in there:
            try:
                keyring.delete_password(_SERVICE, f"{channel}/{name}")
            except failures:
                raise _no_keyring(channel, name) from None
        return bool(there)

    def _kept(self, channel: str, name: str) -> str | None:
        keyring, failures = system_keyring()
        try:
            return keyring.get_password(_SERVICE, f"{channel}/{name}")
        except failures:  # there is none, or it is locked: the environment remains
            return None


def _hidden(secret: SecretStr) -> SecretStr:
    """Hide a secret, and of an address also the parts that may be its key."""
    value = secret.get_secret_value()
    parts = urlsplit(value) if "://" in value else None
    if parts is not None:
        values = (said for _, said in parse_qsl(parts.query))
        for part in (*values, *parts.path.split("/"), parts.password or ""):
            if len(part) >= _LEAST:
                hide_secret(SecretStr(part))
    return hide_secret(secret)


def _no_keyring(channel: str, name: str) -> SettingsError:
    return SettingsError(
        "系统的密码库（keyring）不可用",
        where=channel,
        advice=f"请改用环境变量 {variable_name(channel, name)}",
    )
