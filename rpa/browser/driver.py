"""Playwright's driver: a Node that comes with the package but not with the system libraries it needs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import playwright

from rpa.browser.apt import Apt
from rpa.browser.machine import Machine
from rpa.errors import NeedsPerson

__all__ = ["ensure_driver"]

_NODE = Path(playwright.__file__).parent / "driver" / "node"
_START_SECONDS = 30
# what `ldd node` asks for beyond the C library; a bare Debian lacks the first
_LIBRARIES = ("libatomic1", "libstdc++6")


def ensure_driver(say: Callable[[str], object], *, machine: Machine) -> None:
    """See that the driver starts (a few milliseconds); on Debian as root its libraries are installed.

    Raises `NeedsPerson` when it does not start, with the loader's words in the notes. Linux only: elsewhere the
    driver needs nothing that the system lacks.
    """
    if machine.platform != "linux":
        return
    node = machine.env.get("PLAYWRIGHT_NODEJS_PATH") or str(_NODE)
    tried = machine.run([node, "--version"], _START_SECONDS)
    if tried.ok:
        return
    output = tried.output
    packages = " ".join(_LIBRARIES)
    if Apt.usable(machine):
        say(f"Playwright 缺少系统库，正在用 apt 安装 {packages} ……")
        apt = Apt(machine)
        apt.install(*_LIBRARIES)
        output += apt.output
        if machine.run([node, "--version"], _START_SECONDS).ok:
            return
    error = NeedsPerson(
        "Playwright 的驱动程序不能启动，可能缺少系统库",
        advice=f"请由管理员安装 libatomic 和 libstdc++（Debian：apt-get install -y {packages}）后重试",
    )
    error.add_note(output)
    raise error
