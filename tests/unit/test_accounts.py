"""Accounts: the order in which a password is looked for, and that it is never written to a file."""

from __future__ import annotations

import getpass
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import PasswordDeleteError
from pydantic import SecretStr

from rpa.accounts import Accounts, no_password, variable_name
from rpa.errors import SettingsError
from rpa.logs import masked
from rpa.profile import load_profile
from rpa.settings import load_settings


class MemoryKeyring(KeyringBackend):
    """A keyring that forgets everything with the test."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("absent")


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    """The system's keyring for this test."""
    before = keyring.get_keyring()
    mine = MemoryKeyring()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


@pytest.fixture
def accounts(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ring: MemoryKeyring) -> Accounts:
    """The accounts of the real portal; nobody sits at the terminal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    return Accounts(load_profile("gxzf", load_settings()), home)


def test_a_demo_account_needs_nothing(home: Path, accounts: Accounts) -> None:
    demo = Accounts(load_profile("mock", load_settings()), home)
    assert demo.password("demo-soe").get_secret_value() == "Demo-soe-2026"
    assert demo.names() == ["demo-private", "demo-soe"]
    assert "Demo-soe-2026" not in masked("typed Demo-soe-2026"), "a password in use is hidden from the logs"


def test_the_environment_goes_before_the_keyring(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts.add("unit.one", SecretStr("from-keyring"))
    assert accounts.password("unit.one").get_secret_value() == "from-keyring"
    monkeypatch.setenv("YWTB_PASSWORD_UNIT_ONE", "from-environment")
    assert accounts.password("unit.one").get_secret_value() == "from-environment"


def test_the_variables_name_has_only_capitals_digits_and_underscores() -> None:
    assert variable_name("demo-soe.1@样例") == "YWTB_PASSWORD_DEMO_SOE_1_U6837U4F8B"


def test_two_chinese_names_of_one_length_have_a_variable_each() -> None:
    assert variable_name("南宁") != variable_name("柳州")


def test_the_environment_goes_before_a_demo_accounts_own_password(
    home: Path, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YWTB_PASSWORD_DEMO_SOE", "from-environment")
    demo = Accounts(load_profile("mock", load_settings()), home)
    assert demo.password("demo-soe").get_secret_value() == "from-environment"


def test_names_are_kept_in_a_file_and_passwords_are_not(home: Path, accounts: Accounts) -> None:
    accounts.add("b", SecretStr("Secret-b-1"))
    accounts.add("a", SecretStr("Secret-a-1"))
    accounts.add("a", SecretStr("Secret-a-2"))
    assert accounts.names() == ["a", "b"]
    assert accounts.password("a").get_secret_value() == "Secret-a-2"
    assert not [path for path in home.rglob("*") if path.is_file() and b"Secret" in path.read_bytes()]
    other = Accounts(load_profile("http://other.example.invalid", load_settings()), home)
    assert other.names() == [], "each portal has its own accounts"


def test_a_removed_account_is_forgotten(accounts: Accounts, ring: MemoryKeyring) -> None:
    accounts.add("a", SecretStr("Secret-a-1"))
    accounts.remove("a")
    assert (accounts.names(), ring.kept) == ([], {})
    with pytest.raises(SettingsError, match="没有保存过"):
        accounts.remove("a")


def test_without_a_password_the_message_tells_both_ways(accounts: Accounts) -> None:
    assert accounts.password("nobody") is None
    assert re.search(r"ywtb account add.*YWTB_PASSWORD_NOBODY.*login nobody", str(no_password("nobody")))
    several = str(no_password("unit-1", "unit-2"))
    assert re.search(
        r"^unit-1、unit-2：没有这 2 个账号的密码.*YWTB_PASSWORD_UNIT_1、YWTB_PASSWORD_UNIT_2", several
    )


def test_a_person_at_the_terminal_is_asked(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(getpass, "getpass", lambda prompt: f"typed for {prompt[-8:-5]}")
    assert accounts.password("abc").get_secret_value().startswith("typed for")
    assert accounts.find("abc") is None, "who only looks asks nobody"


def test_a_system_without_keyring_says_which_variable_to_use(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring.set_keyring(NoKeyring())
    with pytest.raises(SettingsError, match="YWTB_PASSWORD_UNIT_1"):
        accounts.add("unit-1", SecretStr("Secret-1"))
    assert accounts.names() == []
    monkeypatch.setenv("YWTB_PASSWORD_UNIT_1", "from-environment")
    assert accounts.password("unit-1").get_secret_value() == "from-environment"


def test_a_damaged_list_is_told(home: Path, accounts: Accounts) -> None:
    home.mkdir()
    (home / "accounts.json").write_text("[", encoding="utf-8")
    with pytest.raises(SettingsError, match="账号清单"):
        accounts.names()
