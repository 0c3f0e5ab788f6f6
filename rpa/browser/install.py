"""A browser where there is none: Playwright's own download first, then Debian's packages."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from rpa.browser.apt import Apt
from rpa.browser.driver import ensure_driver
from rpa.browser.find import Executable, advice, look_for_browser
from rpa.browser.machine import Machine
from rpa.errors import NeedsPerson, SettingsError

__all__ = ["ensure_browser"]

_DOWNLOAD_SECONDS = 900
_START_SECONDS = 60

Say = Callable[[str], object]


def _silent(_: str) -> None:
    """Say nothing."""


def ensure_browser(
    *,
    headed: bool,
    full: bool = False,
    chosen: str | None = None,
    say: Say = _silent,
    machine: Machine | None = None,
) -> Executable:
    """The browser to use, installed when there is none, and a driver that starts. Blocks; quick when one is found.

    `headed` is for showing a window, `full` for a whole browser that shows none (a headless shell will not do).
    `say` gets a line in Chinese before anything long; `chosen` as in `find_browser`. Raises `SettingsError`
    when the chosen browser is wrong or no window can be shown here, and `NeedsPerson` when no way worked; what the installers printed is in
    the error's notes.
    """
    machine = machine or Machine.this()
    if headed and not machine.has_display:
        raise SettingsError(
            "这台电脑没有图形界面，不能打开浏览器窗口（--headed）",
            advice="请在有桌面的电脑上执行（与本机共用台账和 YWTB_KEY 的任何一台都可以），或去掉 --headed",
        )
    ensure_driver(say, machine=machine)
    headed = headed or full
    if found := look_for_browser(headed=headed, chosen=chosen, machine=machine):
        return found
    outputs: list[str] = []
    for output in _install(headed=headed, say=say, machine=machine):
        outputs.append(output)
        found = look_for_browser(headed=headed, chosen=chosen, machine=machine)
        if found and _starts(found, machine):
            return found
    if found:
        message, then = "浏览器已下载，但缺少系统库，不能启动", _libraries_advice(machine, headed=headed)
    else:
        message, then = "没有找到可用的浏览器，自动安装也未成功", advice(machine, headed=headed)
    error = NeedsPerson(message, advice=then)
    for output in outputs:
        error.add_note(output)
    raise error


def _install(*, headed: bool, say: Say, machine: Machine) -> Iterator[str]:
    """Try one way after the other; yield what each printed, for the caller to look whether it helped."""
    say("没有找到浏览器，正在由 Playwright 下载，可能需要几分钟……")
    what = ["chromium", "--no-shell"] if headed else ["chromium", "--only-shell"]
    command = [sys.executable, "-m", "playwright", "install", *what]
    yield machine.run(command, _DOWNLOAD_SECONDS).output
    if not Apt.usable(machine):
        return
    apt = Apt(machine)
    for package in ("chromium",) if headed else ("chromium-headless-shell", "chromium"):
        say(f"正在用 apt 安装 {package} ……")
        if apt.install(package):
            break
    yield apt.output


def _starts(executable: Executable, machine: Machine) -> bool:
    """Whether a browser just installed starts: a download brings no system libraries to a bare Linux."""
    if machine.platform != "linux":
        return True  # and on Windows --version would open a window
    return machine.run([str(executable.path), "--version"], _START_SECONDS).ok


def _libraries_advice(machine: Machine, *, headed: bool) -> str:
    command = f"{sys.executable} -m playwright install-deps chromium"
    return f"请由管理员执行 {command}；{advice(machine, headed=headed)}"
