"""``ywtb mock``: the replica of the portal, for a person to click through."""

from __future__ import annotations

import re
import threading
import webbrowser
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rpa.cli.exit_codes import ExitCode
from rpa.cli.options import AsJson

if TYPE_CHECKING:
    from collections.abc import Callable

    from rpa.cli.started import Started

__all__ = ["mock"]


class Scenario(StrEnum):
    """With what the replica starts; see ``mock_portal``."""

    EMPTY = "empty"
    SMALL = "small"
    BUSY = "busy"


def mock(
    *,
    port: Annotated[
        int, typer.Option("--port", metavar="端口", min=0, max=65535, help="0 表示任选空闲端口")
    ] = 8090,
    host: Annotated[str, typer.Option("--host", metavar="地址", help="监听地址")] = "127.0.0.1",
    latency: Annotated[int, typer.Option("--latency", metavar="毫秒", min=0, help="每次应答增加的延迟")] = 0,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", metavar="文件", help="数据保存在此文件；不填则结束后不保留", show_default=False
        ),
    ] = None,
    scenario: Annotated[
        Scenario, typer.Option("--scenario", help="开始时的办件和卡：空、少量、大量")
    ] = Scenario.EMPTY,
    advance: Annotated[
        str, typer.Option("--advance", metavar="间隔", help="每隔多久有办件自行进展，如 5s；0 表示不进展")
    ] = "0",
    open_browser: Annotated[
        bool | None,
        typer.Option("--open/--no-open", help="在浏览器中打开；有终端时默认打开", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """在本机运行仿真网站，供人练习；按 Ctrl-C 结束。"""
    from mock_portal.app import create_app
    from mock_portal.server import serve
    from mock_portal.settings import Settings
    from rpa.cli.progress import is_watched
    from rpa.cli.started import start
    from rpa.errors import SettingsError

    started = start(as_json=as_json)
    wants = is_watched() if open_browser is None else open_browser
    try:
        settings = Settings(
            data=data, latency_ms=latency, scenario=scenario.value, advance_seconds=_seconds(advance)
        )
        application = create_app(settings)
        serve(application, host, port, _announce(started, open_browser=wants))
    except OSError as error:
        raise SettingsError(
            f"仿真网站无法启动：{error.strerror or error}",
            where=f"{host}:{port}",
            advice="端口可能已被占用，请用 --port 换一个（0 为任选）",
        ) from None
    started.out.say("仿真网站已停止。")
    return ExitCode.DONE


def _seconds(interval: str) -> float:
    """``5s``, ``0.5`` or ``2m`` in seconds."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(s|m|秒|分)?", interval.strip())
    if found is None:
        raise typer.BadParameter("应写作 5s、30s 或 2m", param_hint="--advance")
    return float(found[1]) * (60 if found[2] in ("m", "分") else 1)


def _announce(started: Started, *, open_browser: bool) -> Callable[[str], None]:
    """What is done once the replica listens."""
    from rpa.profile import load_profile

    profile = load_profile("mock", started.settings)
    accounts = {name: secret.get_secret_value() for name, secret in profile.demo_accounts.items()}

    def announce(address: str) -> None:
        backoffice = f"{address}/_backoffice/groups"
        chosen = "mock" if f"{address}/" == profile.address else address
        started.out.show(
            {
                "address": address,
                "accounts": [{"account": name, "password": word} for name, word in accounts.items()],
                "backoffice": backoffice,
            },
            f"仿真网站  {address}",
            *(f"演示账号  {name}  密码  {word}" for name, word in accounts.items()),
            f"后台数据  {backoffice}",
            "",
            f"另开一个窗口试试：ywtb submit 申报.xlsx --portal {chosen} --account demo-soe",
            "按 Ctrl-C 结束。",
        )
        if open_browser:  # opening may take its time, and serving must not wait for it
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    return announce
