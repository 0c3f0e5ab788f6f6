"""Settings: where they come from, which wins, and what a mistake looks like."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from rpa.errors import SettingsError
from rpa.settings import load_settings


@pytest.fixture(autouse=True)
def here(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder beside the empty data folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_the_defaults_name_the_real_portal_and_a_database_in_the_data_folder(home: Path) -> None:
    settings = load_settings()
    assert (settings.portal, settings.headed, settings.home) == ("gxzf", False, home)
    assert settings.ledger_url == f"sqlite+aiosqlite:///{home.as_posix()}/ledger.db"
    assert settings.cases_folder == home / "cases"


def test_the_command_wins_over_the_environment_over_the_near_file_over_the_far_file(
    here: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir()
    (home / "ywtb.toml").write_text(
        'portal = "far"\naccount = "far"\nlog_level = "debug"\nstep_timeout = 5', encoding="utf-8"
    )
    (here / "ywtb.toml").write_text('portal = "near"\naccount = "near"\nstep_timeout = 6', encoding="utf-8")
    monkeypatch.setenv("YWTB_PORTAL", "env")
    monkeypatch.setenv("YWTB_STEP_TIMEOUT", "7")
    settings = load_settings(step_timeout=8.0, headed=None)
    assert (settings.step_timeout, settings.portal) == (8.0, "env")
    assert (settings.account, settings.log_level) == ("near", "DEBUG")


def test_a_file_with_a_byte_order_mark_is_read(here: Path) -> None:
    (here / "ywtb.toml").write_bytes('﻿portal = "mock"\n'.encode())
    assert load_settings().portal == "mock"


def test_the_near_file_may_name_the_data_folder(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("YWTB_HOME")
    other = tmp_path / "other"
    other.mkdir()
    (other / "ywtb.toml").write_text('account = "a"', encoding="utf-8")
    (here / "ywtb.toml").write_text(f'home = "{other.as_posix()}"', encoding="utf-8")
    assert (load_settings().home, load_settings().account) == (other, "a")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("portall = 'x'", "没有 portall 这一项"),
        ("password = 'Secret-1'", "不能写在设置文件里"),
        ("headed = 'maybe'", "headed（显示浏览器窗口） 应为 true 或 false"),
        ("step_timeout = 'soon'", "step_timeout（单步时限（秒）） 应为数字"),
        ("case_timeout = 0", "case_timeout（单个团组时限（秒，按每名成员计）） 数值太小"),
        ("log_level = 'loud'", "不在可选的值之内"),
        ("portal = ", "不是有效的 TOML"),
    ],
)
def test_a_mistake_is_told_by_name_in_chinese_and_never_quotes_the_value(
    here: Path, text: str, said: str
) -> None:
    (here / "ywtb.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert said in str(caught.value)
    assert "Secret-1" not in str(caught.value) and "soon" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_all_mistakes_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YWTB_HEADED", "maybe")
    monkeypatch.setenv("YWTB_LEASE_TTL", "x")
    with pytest.raises(SettingsError, match=r"(?s)headed.*lease_ttl"):
        load_settings()


def test_keys_and_passwords_in_the_environment_are_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YWTB_KEY", "k")
    monkeypatch.setenv("YWTB_PASSWORD_DEMO", "p")
    assert not {"k", "p"} & set(map(str, load_settings().model_dump().values()))
    monkeypatch.setenv("YWTB_PORTALS", "{")
    with pytest.raises(SettingsError, match="YWTB_PORTALS"):
        load_settings()


def test_a_file_in_another_encoding_is_told(here: Path) -> None:
    (here / "ywtb.toml").write_bytes('account = "样例"'.encode("gb18030"))
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings()


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("postgresql://u@h/db", "postgresql+psycopg://u@h/db"),
        ("postgres://u@h/db", "postgresql+psycopg://u@h/db"),
        ("sqlite:///x.db", "sqlite+aiosqlite:///x.db"),
        ("postgresql+psycopg://u@h/db", "postgresql+psycopg://u@h/db"),
    ],
)
def test_a_plain_database_address_gets_its_asynchronous_driver(said: str, url: str) -> None:
    assert load_settings(ledger=said).ledger_url == url


def test_a_database_password_is_not_in_the_printed_settings() -> None:
    assert "hunter2" not in repr(load_settings(ledger="postgresql://u:hunter2@h/db"))


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps others out by the profile folder")
def test_the_data_folder_is_its_owners_alone(home: Path) -> None:
    assert stat.S_IMODE(load_settings().prepare_home().stat().st_mode) == 0o700


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("YWTB_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(SettingsError, match="无法"):
        load_settings().prepare_home()
