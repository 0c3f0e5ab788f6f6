"""Settings of the program: ``YWTB_*`` variables and ``ywtb.toml``.

What is said on the command line wins over the environment, the environment over ``ywtb.toml`` in the current
folder, that one over ``ywtb.toml`` in the data folder. Passwords and keys are never settings: see
`rpa.accounts` and `rpa.vault`.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_data_path
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableVariable

from rpa.alerts.settings import Alerts
from rpa.errors import SettingsError
from rpa.private_files import private_folder

__all__ = ["CONFIG_NAME", "Settings", "load_settings"]

CONFIG_NAME = "ywtb.toml"
_PREFIX = "YWTB_"


def _default_home() -> Path:
    return user_data_path("ywtb", appauthor=False)


def _read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file, none if it is not there; Windows editors may put a byte-order mark first."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            "不是有效的 TOML（UTF-8）文件", where=str(path), advice=_toml_advice(error)
        ) from None
    except OSError as error:
        raise SettingsError(f"无法读取设置文件：{error.strerror}", where=str(path)) from None


def _toml_advice(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "请用 UTF-8 编码保存该文件"
    line = getattr(error, "lineno", None)
    return f"请检查第 {line} 行的写法" if line else "请检查引号、等号和方括号的写法"


class Settings(BaseSettings):
    """Everything a person may set; make it with :func:`load_settings`, which tells mistakes in Chinese."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="forbid", frozen=True, env_ignore_empty=True)

    home: Path = Field(default_factory=_default_home, title="数据文件夹")
    ledger: str = Field(
        default="", title="台账数据库地址", repr=False, description="空则用数据文件夹中的 SQLite"
    )
    portal: str = Field(default="gxzf", title="网站名称或地址", min_length=1)
    account: str | None = Field(default=None, title="账号")
    browser: str | None = Field(default=None, title="浏览器程序的路径")
    headed: bool = Field(default=False, title="显示浏览器窗口")
    allow_outside_files: bool = Field(default=False, title="允许引用输入文件夹以外的文件")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", title="日志级别")
    step_timeout: float = Field(default=600.0, gt=0, le=86400, title="单步时限（秒）")
    case_timeout: float = Field(default=900.0, gt=0, le=86400, title="单个团组时限（秒，按每名成员计）")
    sweep_timeout: float = Field(default=3600.0, gt=0, le=86400, title="巡查一个账号的时限（秒）")
    accounts_at_once: int = Field(default=3, ge=1, le=32, title="同时登录的账号数")
    lease_ttl: float = Field(default=60.0, ge=1, le=3600, title="账号占用的有效期（秒）")
    portals: dict[str, dict[str, Any]] = Field(default_factory=dict, title="网站配置")
    schedules: dict[str, dict[str, Any]] = Field(default_factory=dict, title="计划")
    alerts: Alerts = Field(default_factory=Alerts, title="提醒")

    @field_validator("home", mode="after")
    @classmethod
    def _whole_path(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, level: object) -> object:
        return level.upper() if isinstance(level, str) else level

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line, environment, ``ywtb.toml`` here, then in the data folder; no other source."""
        here = Path.cwd() / CONFIG_NAME
        near = _read_toml(here)
        said = init_settings().get("home") or os.environ.get(f"{_PREFIX}HOME") or near.get("home")
        far_path = Path(str(said)).expanduser() / CONFIG_NAME if said else _default_home() / CONFIG_NAME
        far = {} if far_path.absolute() == here else _read_toml(far_path)
        far.pop("home", None)  # a data folder cannot send the program to another one
        return (
            init_settings,
            env_settings,
            InitSettingsSource(settings_cls, near),
            InitSettingsSource(settings_cls, far),
        )

    @property
    def ledger_url(self) -> str:
        """The ledger's address for SQLAlchemy, with the asynchronous driver named."""
        if not self.ledger:
            return f"sqlite+aiosqlite:///{(self.home / 'ledger.db').as_posix()}"
        scheme, separator, rest = self.ledger.partition("://")
        drivers = {
            "sqlite": "sqlite+aiosqlite",
            "postgres": "postgresql+psycopg",
            "postgresql": "postgresql+psycopg",
        }
        return f"{drivers.get(scheme, scheme)}{separator}{rest}"

    @property
    def cases_folder(self) -> Path:
        """Where each case has its folder: blank forms, signed scans, evidence, log."""
        return self.home / "cases"

    def prepare_home(self) -> Path:
        """The data folder, made (0700) if it is not there yet."""
        try:
            return private_folder(self.home)
        except OSError as error:
            raise SettingsError(
                f"无法建立数据文件夹：{error.strerror}",
                where=str(self.home),
                advice="请用 YWTB_HOME 指定一个可以写入的文件夹",
            ) from None


def load_settings(**said: Any) -> Settings:
    """The settings now in force; `said` are the command line's own values, None meaning not said.

    Raises :class:`SettingsError`, in Chinese, naming each wrong setting but never quoting its value.
    """
    try:
        return Settings(**{name: value for name, value in said.items() if value is not None})
    except UnreadableVariable:
        raise SettingsError(
            f"{_PREFIX}PORTALS、{_PREFIX}SCHEDULES 和 {_PREFIX}ALERTS 应为 JSON",
            advice=f"写在 {CONFIG_NAME} 的 [portals.名称]、[schedules.名称] 和 [alerts] 里更方便",
        ) from None
    except ValidationError as error:
        problems = "；".join(
            _retell(item["loc"], item["type"], item.get("ctx", {}))
            for item in error.errors(include_input=False)
        )
        raise SettingsError(
            f"设置有误：{problems}", advice=f"请检查 {CONFIG_NAME} 和 {_PREFIX}* 环境变量"
        ) from None


def _retell(place: tuple[int | str, ...], kind: str, context: Mapping[str, Any]) -> str:
    name = ".".join(map(str, place))
    field = Settings.model_fields.get(str(place[0])) if place else None
    label = f"{name}（{field.title}）" if field else name
    if kind == "extra_forbidden":
        secret = any(word in name.lower() for word in ("password", "key", "密码", "secret", "url"))
        return f"{label} 不能写在设置文件里" if secret else f"没有 {label} 这一项设置"
    if kind == "value_error":  # its text is ours
        return f"{label} {context['error']}"
    reasons = {
        "missing": "没有填写",
        "enum": "不在可选的值之内",
        "union_tag_invalid": "的 type 不在可选的值之内",
        "union_tag_not_found": "缺少 type",
        "literal_error": "不在可选的值之内",
        "bool_parsing": "应为 true 或 false",
        "bool_type": "应为 true 或 false",
        "float_parsing": "应为数字",
        "float_type": "应为数字",
        "greater_than": "数值太小",
        "greater_than_equal": "数值太小",
        "less_than_equal": "数值太大",
        "dict_type": "应为一个表",
        "string_type": "应为文字",
    }
    return f"{label} {reasons.get(kind, '的值无效')}"
