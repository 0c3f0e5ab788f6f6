"""Accounts of the portal and where their passwords come from (design D10): never from a file of settings.

In this order: ``YWTB_PASSWORD_<ACCOUNT>``, the profile's demo accounts (a replica's, invented), the
system's keyring, a prompt when a person sits at the terminal. A password is a `SecretStr` all the way,
and the logs are told to hide it as soon as it is known.
"""

from __future__ import annotations

import getpass
import json
import os
import re
import sys
import unicodedata
from pathlib import Path

from pydantic import SecretStr

from rpa.errors import SettingsError
from rpa.logs import hide_secret
from rpa.private_files import write_private
from rpa.profile import Profile
from rpa.system_keyring import system_keyring

__all__ = ["Accounts", "no_password", "variable_name"]


def variable_name(account: str) -> str:
    """The environment variable of an account's password: ``demo-soe`` -> ``YWTB_PASSWORD_DEMO_SOE``.

    A sign beyond ASCII is told by its code, so that two Chinese names never share a variable: ``南宁`` ->
    ``YWTB_PASSWORD_U5357U5B81``.
    """
    signs = unicodedata.normalize("NFC", account.upper())
    return "YWTB_PASSWORD_" + re.sub(r"[^A-Z0-9]", _spelled, signs)


def _spelled(sign: re.Match[str]) -> str:
    return "_" if sign[0].isascii() else f"U{ord(sign[0]):04X}"


def no_password(*accounts: str) -> SettingsError:
    """The error of accounts whose passwords are found nowhere; it says where they may be put."""
    variables = "、".join(map(variable_name, accounts))
    name = accounts[0] if len(accounts) == 1 else "账号"
    return SettingsError(
        "没有这个账号的密码" if len(accounts) == 1 else f"没有这 {len(accounts)} 个账号的密码",
        where="、".join(accounts),
        advice=f"请用 ywtb account add 保存，或设置环境变量 {variables}，"
        f"或用 ywtb account login {name} --headed 人工登录",
    )


class Accounts:
    """The accounts of one portal. Their names stand in ``accounts.json``, their passwords in the keyring."""

    def __init__(self, profile: Profile, home: Path) -> None:
        self._profile = profile
        self._file = home / "accounts.json"
        self._service = f"ywtb {profile.name}"

    def names(self) -> list[str]:
        """Every account known here: the demo accounts and those that were added."""
        return sorted({*self._profile.demo_accounts, *self._added().get(self._profile.name, [])})

    def add(self, account: str, password: SecretStr) -> None:
        """Keep the account and its password; a second time, the new password replaces the old one."""
        hide_secret(password)
        keyring, failures = system_keyring()
        try:
            keyring.set_password(self._service, account, password.get_secret_value())
        except failures:
            raise _no_keyring(account) from None
        self._remember(account, known=True)

    def is_added(self, account: str) -> bool:
        """Whether the account was added here."""
        return account in self._added().get(self._profile.name, [])

    def remove(self, account: str) -> None:
        """Forget the account and its password."""
        if not self.is_added(account):
            raise SettingsError("没有保存过这个账号", where=account, advice="请用 ywtb account list 查看")
        keyring, failures = system_keyring()
        try:
            if keyring.get_password(self._service, account) is not None:
                keyring.delete_password(self._service, account)
        except failures:
            raise _no_keyring(account) from None
        self._remember(account, known=False)

    def find(self, account: str) -> SecretStr | None:
        """The account's password, if it is kept somewhere; nobody is asked."""
        said = os.environ.get(variable_name(account))
        found = (
            SecretStr(said) if said else self._profile.demo_accounts.get(account) or self._in_keyring(account)
        )
        return None if found is None else hide_secret(found)

    def password(self, account: str) -> SecretStr | None:
        """The account's password; None when it is found nowhere and nobody can be asked: see :func:`no_password`."""
        found = self.find(account)
        if found is None and sys.stdin.isatty() and sys.stderr.isatty():
            said = getpass.getpass(f"{self._profile.title} 账号 {account} 的密码：")
            found = hide_secret(SecretStr(said)) if said else None
        return found

    def _in_keyring(self, account: str) -> SecretStr | None:
        keyring, failures = system_keyring()
        try:
            kept = keyring.get_password(self._service, account)
        except failures:  # no keyring on this system, or it is locked: the other ways remain
            return None
        return SecretStr(kept) if kept else None

    def _added(self) -> dict[str, list[str]]:
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            return {str(portal): [str(name) for name in names] for portal, names in kept.items()}
        except FileNotFoundError:
            return {}
        except (ValueError, AttributeError, TypeError, OSError):
            raise SettingsError(
                "账号清单无法读取", where=str(self._file), advice="请删除该文件后重新添加账号"
            ) from None

    def _remember(self, account: str, *, known: bool) -> None:
        kept = self._added()
        names = (
            {*kept.get(self._profile.name, []), account}
            if known
            else {name for name in kept.get(self._profile.name, []) if name != account}
        )
        kept[self._profile.name] = sorted(names)
        text = json.dumps(
            {portal: names for portal, names in kept.items() if names}, ensure_ascii=False, indent=1
        )
        try:
            write_private(self._file, text.encode())
        except OSError as error:
            raise SettingsError(f"账号清单无法写入：{error.strerror}", where=str(self._file)) from None


def _no_keyring(account: str) -> SettingsError:
    return SettingsError(
        "系统的密码库（keyring）不可用",
        where=account,
        advice=f"请改用环境变量 {variable_name(account)} 提供密码",
    )
