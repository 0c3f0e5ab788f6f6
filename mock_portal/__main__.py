"""``python -m mock_portal``: run the replica for a person, a test or the demo."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from .app import create_app
from .regressions import REGRESSIONS
from .scenarios import SCENARIOS
from .server import serve
from .settings import Settings

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the replica until it is told to end."""
    options = _parser().parse_args(arguments)
    settings = Settings(
        data=options.data,
        latency_ms=options.latency,
        idle_seconds=options.idle_seconds,
        lock_seconds=options.lock_seconds,
        page_size=options.page_size,
        scenario=options.scenario,
        advance_seconds=options.advance,
        regressions=tuple(options.regression),
    )

    def ready(address: str) -> None:
        if options.ready_file:
            options.ready_file.write_text(address, encoding="utf-8")
        sys.stdout.write(f"ready {address}\n")
        sys.stdout.flush()

    try:
        serve(
            create_app(settings),
            options.host,
            options.port,
            ready,
            end_with_parent=options.end_with_parent,
        )
    except OSError as error:
        sys.stderr.write(f"无法在 {options.host}:{options.port} 启动：{error.strerror or error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    default = Settings()
    parser = argparse.ArgumentParser(prog="mock_portal", description="领事业务“一网通办”仿真门户")
    parser.add_argument("--host", default="127.0.0.1", help="监听地址")
    parser.add_argument("--port", type=int, default=0, help="监听端口，0 表示任选空闲端口")
    parser.add_argument("--data", type=Path, help="数据库文件；不填则只在内存中")
    parser.add_argument("--latency", type=int, default=0, metavar="MS", help="每次应答增加的毫秒数")
    parser.add_argument("--ready-file", type=Path, help="开始监听后把地址写入此文件")
    parser.add_argument("--end-with-parent", action="store_true", help="标准输入关闭时自动结束")
    parser.add_argument(
        "--idle-seconds", type=float, default=default.idle_seconds, help="登录空闲多少秒后过期"
    )
    parser.add_argument("--lock-seconds", type=float, default=default.lock_seconds, help="账号锁定多少秒")
    parser.add_argument("--page-size", type=int, default=default.page_size, help="我的办件每页条数")
    parser.add_argument(
        "--scenario", choices=SCENARIOS, default=default.scenario, help="新数据库中的演示数据"
    )
    parser.add_argument(
        "--regression",
        action="append",
        default=[],
        choices=REGRESSIONS,
        metavar="NAME",
        help=f"与操作手册不符之处，可多次使用：{'、'.join(REGRESSIONS)}",
    )
    parser.add_argument(
        "--advance",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="每隔多少秒自动推进几个团组，0 表示不推进",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
