"""A portal's profile: its address, pace, limits and overlays. Data of the portal, not code.

Shipped profiles are ``selectors/portals/<name>.yaml``; a user's own are ``<home>/portals/<name>.yaml`` or the
table ``[portals.<name>]`` of ``ywtb.toml``. A user's entries change single values of the shipped profile of
the same name, or, under a new name, of the one named by ``extends`` (``gxzf`` if not said).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from rpa import resources
from rpa.errors import SettingsError
from rpa.hours import Hours, covers
from rpa.settings import Settings

__all__ = ["PORTAL_TIME", "Breaker", "Profile", "Retry", "load_profile", "profile_names"]

PORTAL_TIME = timezone(timedelta(hours=8), "北京时间")  # China keeps one time and no summer time since 1992
_NAME = re.compile(r"[\w-]+")


def _one_spelling(address: str) -> str:
    """The one way an address is written: lower-case host, no default port, no query, a slash at the end."""
    try:
        parts = urlsplit(address.strip())
        given = parts.port
    except ValueError:
        raise ValueError("不是有效的地址") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("应为 http:// 或 https:// 开头的地址")
    if parts.username or parts.password:
        raise ValueError("地址里不能带用户名和密码")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    default = {"http": 80, "https": 443}[parts.scheme]
    port = f":{given}" if given and given != default else ""
    return f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}/"


class Retry(BaseModel):
    """How a system fault of the portal is tried again: the gaps grow, and there is an end (design D12)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first: float = Field(default=15, ge=0, le=3600, description="seconds before the first new try")
    factor: float = Field(default=3, ge=1, le=10, description="each gap is so many times the one before")
    longest: float = Field(default=600, ge=0, le=86400, description="seconds; no gap is longer")
    jitter: float = Field(default=0.2, ge=0, le=1, description="part of a gap that is left to chance")
    budget: float = Field(
        default=1800,
        ge=0,
        le=604800,
        description="seconds after a case's first fault in which a run tries again",
    )
    give_up: float = Field(
        default=86400,
        ge=0,
        le=2592000,
        description="seconds of gaps in a row after which a case is a person's",
    )

    def gap(self, faults: int, chance: float) -> float:
        """Seconds to wait after so many faults in a row (from 1); `chance` lies between 0 and 1."""
        whole = min(self.longest, self.first * self.factor ** min(faults - 1, 60))
        return whole * (1 - self.jitter + 2 * self.jitter * chance)

    def is_spent(self, faults: int) -> bool:
        """Whether a case has waited as long as it may after so many faults in a row.

        By the gaps alone, which no clock that is set can change and no pause of the portal's breaker lengthens.
        """
        waited = 0.0
        for fault in range(1, faults + 1):
            waited += self.gap(fault, 0.5)
            if waited > self.give_up:
                return True
            if fault > 60:  # from here on no gap is longer than the one before
                return waited + (faults - fault) * self.gap(fault, 0.5) > self.give_up
        return False

    @property
    def longest_gap(self) -> float:
        """Seconds; with the part that is left to chance."""
        return self.longest * (1 + self.jitter)


class Breaker(BaseModel):
    """When a portal is left alone: after so many system faults in a row, whichever case or account meets them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    faults: int = Field(default=8, ge=1, le=1000)
    pause: float = Field(default=900, ge=0, le=86400, description="seconds")


class Profile(BaseModel):
    """What the engine knows about one portal before it looks at a page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        description="names the portal in the ledger and the keyring; an address given instead is its own name"
    )
    title: str
    address: Annotated[str, AfterValidator(_one_spelling)]
    pace_ms: int = Field(
        default=1000, ge=0, le=60_000, description="least time between two actions of one account"
    )
    parallel_uploads: int = Field(default=1, ge=1, le=16)
    overlay: Path | None = Field(
        default=None, description="a pack file, or a folder of them, that changes single entries"
    )
    demo_accounts: dict[str, SecretStr] = Field(
        default_factory=dict, description="invented accounts of a replica"
    )
    reconcile_waits: tuple[Annotated[float, Field(ge=0, le=3600)], ...] = Field(
        default=(5, 15, 60, 180),
        min_length=1,
        description="seconds before each look into 我的办件 when in doubt",
    )
    retry: Retry = Retry()
    breaker: Breaker = Breaker()
    contest_seconds: float = Field(
        default=1800,
        ge=0,
        le=86400,
        description="seconds within which a second loss of a sign-in means that somebody else is at the account, and for "
        "which it is then left alone",
    )
    page_timeout: float = Field(default=60, gt=0, le=600, description="seconds a page may take")
    upload_timeout: float = Field(default=180, gt=0, le=3600, description="seconds one upload may take")
    min_passport_months: int = Field(
        default=12, ge=0, le=120, description="least validity a passport must have left"
    )
    daily_cap: int | None = Field(default=None, ge=1, description="groups filed per account and day at most")
    quiet_hours: Hours | None = Field(
        default=None, description="no work in these hours, Beijing time, e.g. 22:00-07:00"
    )

    @property
    def origin(self) -> str:
        """Scheme, host and port: the only origin that the browser may reach."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def is_local(self) -> bool:
        """Does the portal run on this machine, as the replica does?"""
        return _is_loopback(self.address)

    def is_quiet(self, moment: datetime) -> bool:
        """Is `moment` (aware) within the quiet hours?"""
        return covers(self.quiet_hours, moment.astimezone(PORTAL_TIME).time())


def profile_names(settings: Settings) -> list[str]:
    """Every name that :func:`load_profile` knows."""
    folders = (resources.folder("selectors") / "portals", settings.home / "portals")
    files = {path.stem for folder in folders if folder.is_dir() for path in folder.glob("*.yaml")}
    return sorted(files | set(settings.portals))


def load_profile(name_or_address: str, settings: Settings) -> Profile:
    """The profile of that name, or one for an http(s) address.

    An address that a known profile has *is* that profile: one portal never has two names in the ledger.
    Any other loopback address takes the values of ``mock``, any other address those of ``gxzf``.
    Raises :class:`SettingsError` for an unknown name or a wrong profile.
    """
    if "://" not in name_or_address:
        return _named(name_or_address, settings)
    try:
        address = _one_spelling(name_or_address)
    except ValueError as error:
        raise SettingsError(f"网站地址有误：{error}", where="--portal") from None
    known = [
        profile for name in profile_names(settings) if (profile := _named(name, settings)).address == address
    ]
    if known:
        return known[0]
    return _changed(_named("mock" if _is_loopback(address) else "gxzf", settings), address)


def _changed(base: Profile, address: str) -> Profile:
    """`base` at another address. Passwords of a replica's accounts never leave this machine."""
    accounts = base.demo_accounts if _is_loopback(address) else {}
    return base.model_copy(update={"name": address, "address": address, "demo_accounts": accounts})


def _named(name: str, settings: Settings) -> Profile:
    if not _NAME.fullmatch(name) or name not in profile_names(settings):
        names = "、".join(profile_names(settings))
        raise SettingsError(
            f"没有名为“{name}”的网站配置", advice=f"可用的有：{names}；也可以直接写 http(s) 地址"
        )
    values, where = _values(name, settings, ())
    try:
        profile = Profile.model_validate({**values, "name": name})
    except ValidationError as error:
        places = "；".join(_retell(item) for item in error.errors(include_input=False, include_url=False))
        raise SettingsError(f"网站配置有误：{places}", where=where) from None
    return profile if profile.is_local else profile.model_copy(update={"demo_accounts": {}})


def _retell(item: Any) -> str:
    place = ".".join(map(str, item["loc"]))
    if item["type"] == "value_error":
        return f"{place} {item['ctx']['error']}"
    return f"没有 {place} 这一项" if item["type"] == "extra_forbidden" else f"{place} 的值无效或缺少"


def _values(name: str, settings: Settings, seen: tuple[str, ...]) -> tuple[dict[str, Any], str]:
    """The values of a profile with those it builds on below them, and the place to name in an error."""
    if name in seen:
        raise SettingsError(f"网站配置互相引用：{' → '.join((*seen, name))}")
    shipped = resources.folder("selectors") / "portals" / f"{name}.yaml"
    own = settings.home / "portals" / f"{name}.yaml"
    mine = _own_values(own, settings.portals.get(name))
    where = str(own) if own.exists() else f"[portals.{name}]" if name in settings.portals else str(shipped)
    below = str(mine.pop("extends", "" if shipped.exists() else "gxzf"))
    values = _read(shipped)
    if below:
        if below not in profile_names(settings):
            raise SettingsError(f"extends 指向的网站配置“{below}”不存在", where=where)
        base = _values(below, settings, (*seen, name))[0]
        if mine.get("address", base.get("address")) == base.get("address") and not shipped.exists():
            # Under two names the ledger would file one application twice at one portal.
            raise SettingsError(
                f"与“{below}”是同一个网站", where=where, advice=f"请写另一个 address，或改在“{below}”下写"
            )
        values = {**base, **values}
    return {**values, **mine}, where


def _own_values(path: Path, table: dict[str, Any] | None) -> dict[str, Any]:
    values = {**_read(path), **(table or {})}
    if "demo_accounts" in values:
        raise SettingsError(
            "密码不能写在配置文件里",
            where=f"{path.stem}.demo_accounts",
            advice="请用 ywtb account add 保存密码",
        )
    if values.get("overlay"):
        values["overlay"] = (path.parent if path.exists() else Path.cwd()) / Path(
            str(values["overlay"])
        ).expanduser()
    return values


def _read(path: Path) -> dict[str, Any]:
    try:
        loaded = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (YAMLError, UnicodeDecodeError):
        raise SettingsError("不是有效的 YAML（UTF-8）文件", where=str(path)) from None
    except OSError as error:
        raise SettingsError(f"无法读取：{error.strerror}", where=str(path)) from None
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise SettingsError("应为“名称: 值”的列表", where=str(path))
    return {str(key): value for key, value in loaded.items()}


def _is_loopback(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
