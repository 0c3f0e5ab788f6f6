"""Profiles: by name, by address, a user's own, and their mistakes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from rpa import resources
from rpa.errors import SettingsError
from rpa.profile import load_profile, profile_names
from rpa.settings import Settings, load_settings


@pytest.fixture
def settings(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of an empty data folder."""
    monkeypatch.chdir(tmp_path)
    return load_settings()


def _own(settings: Settings, name: str, text: str) -> None:
    folder = settings.home / "portals"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_every_shipped_profile_loads(settings: Settings) -> None:
    names = [path.stem for path in (resources.folder("selectors") / "portals").glob("*.yaml")]
    assert {"mock", "gxzf"} <= set(names)
    for name in names:
        assert load_profile(name, settings).name == name


def test_the_real_portal_is_treated_with_manners_and_knows_no_password(settings: Settings) -> None:
    profile = load_profile("gxzf", settings)
    assert profile.origin == "http://ywtb.wsb.gxzf.gov.cn:8090"
    assert (profile.pace_ms, profile.parallel_uploads, profile.demo_accounts) == (1000, 1, {})
    assert profile.daily_cap and not profile.is_local


def test_the_replica_is_quick_and_knows_its_demo_accounts(settings: Settings) -> None:
    profile = load_profile("mock", settings)
    assert (profile.pace_ms, profile.parallel_uploads, profile.is_local) == (0, 8, True)
    assert profile.demo_accounts["demo-soe"].get_secret_value() == "Demo-soe-2026"
    assert "Demo-soe-2026" not in repr(profile)


def test_an_unknown_name_lists_the_known_ones(settings: Settings) -> None:
    _own(settings, "mine", "address: http://example.invalid/")
    with pytest.raises(SettingsError, match="gxzf、mine、mock"):
        load_profile("nope", settings)


@pytest.mark.parametrize("name", ["../portals/mock", "", "a/b", "mock.yaml"])
def test_a_name_is_no_path(settings: Settings, name: str) -> None:
    with pytest.raises(SettingsError):
        load_profile(name, settings)


@pytest.mark.parametrize("address", ["http://127.0.0.1:9999", "http://localhost:81/x", "http://[::1]:8000/"])
def test_a_loopback_address_takes_the_replicas_values(settings: Settings, address: str) -> None:
    profile = load_profile(address, settings)
    assert (profile.name, profile.pace_ms, len(profile.demo_accounts)) == (profile.address, 0, 2)
    assert load_profile(profile.name, settings) == profile


def test_any_other_address_takes_the_real_portals_values(settings: Settings) -> None:
    profile = load_profile("https://Portal.Example.invalid:443/ywtb?x=1", settings)
    assert profile.name == profile.address == "https://portal.example.invalid/ywtb/"
    assert (profile.pace_ms, profile.demo_accounts) == (1000, {})


def test_the_address_of_a_known_profile_is_that_profile(settings: Settings) -> None:
    assert load_profile("http://YWTB.wsb.gxzf.gov.cn:8090", settings) == load_profile("gxzf", settings)
    assert load_profile("http://127.0.0.1:8090", settings).name == "mock"


@pytest.mark.parametrize("address", ["ftp://x/", "http://", "http://user:pw@host/", "http://host:99999/"])
def test_a_wrong_address_is_told(settings: Settings, address: str) -> None:
    with pytest.raises(SettingsError, match="地址"):
        load_profile(address, settings)


def test_a_users_own_profile_builds_on_the_real_portals(settings: Settings) -> None:
    _own(settings, "mine", "title: 我的\naddress: http://example.invalid/\npace_ms: 2000\noverlay: packs")
    profile = load_profile("mine", settings)
    assert (profile.title, profile.pace_ms, profile.upload_timeout) == ("我的", 2000, 180)
    assert profile.overlay == settings.home / "portals" / "packs"


def test_a_table_of_the_settings_changes_single_values(settings: Settings) -> None:
    changed = settings.model_copy(
        update={
            "portals": {
                "gxzf": {"pace_ms": 3000},
                "copy": {"extends": "mock", "address": "http://[::1]/", "pace_ms": 1},
            }
        }
    )
    assert load_profile("gxzf", changed).pace_ms == 3000
    assert load_profile("gxzf", changed).daily_cap == load_profile("gxzf", settings).daily_cap
    assert (load_profile("copy", changed).pace_ms, load_profile("copy", changed).parallel_uploads) == (1, 8)
    assert "copy" in profile_names(changed)


def test_a_replicas_passwords_never_go_to_another_machine(settings: Settings) -> None:
    _own(settings, "far", "extends: mock\naddress: http://far.example.invalid/")
    assert load_profile("far", settings).demo_accounts == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("demo_accounts: {a: Secret-1}", "密码不能写在配置文件里"),
        ("address: http://x.invalid\npase_ms: 1", "没有 pase_ms 这一项"),
        ("address: http://x.invalid\npace_ms: slow", "pace_ms 的值无效"),
        ("address: http://x.invalid\nquiet_hours: 22-7", "应写作 22:00-07:00"),
        ("address: nowhere", "http://"),
        ("extends: nothing", "不存在"),
        ("pace_ms: 5", "与“gxzf”是同一个网站"),
        ("extends: mine", "互相引用"),
        ("[1, 2", "不是有效的 YAML"),
        ("- a", "名称: 值"),
    ],
)
def test_a_wrong_profile_is_told_in_chinese(settings: Settings, text: str, said: str) -> None:
    _own(settings, "mine", text)
    with pytest.raises(SettingsError) as caught:
        load_profile("mine", settings)
    assert said in str(caught.value)
    assert "Secret-1" not in str(caught.value)


@pytest.mark.parametrize(
    ("hours", "utc_hour", "quiet"),
    [
        ("22:00-07:00", 15, True),
        ("22:00-07:00", 22, True),
        ("22:00-07:00", 2, False),
        ("12:00-13:00", 4, True),
    ],
)
def test_quiet_hours_are_beijing_time_and_may_pass_midnight(
    settings: Settings, hours: str, utc_hour: int, quiet: bool
) -> None:
    profile = load_profile("mock", settings).model_copy(update={"quiet_hours": hours})
    assert profile.is_quiet(datetime(2026, 11, 23, utc_hour, 30, tzinfo=UTC)) is quiet
