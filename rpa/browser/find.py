"""Which browser this computer has.

The order: `YWTB_BROWSER`; an installed browser; one that `playwright install` put into its cache.
Without a window every headless shell comes before any full browser: a case takes half the time in it.
"""

from __future__ import annotations

import ntpath
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rpa.browser import playwright_cache
from rpa.browser.machine import Machine
from rpa.errors import NeedsPerson, SettingsError

__all__ = ["Executable", "advice", "find_browser", "launch_arguments", "look_for_browser"]

Kind = Literal["headless_shell", "full"]

_SHELL_NAMES = ("chromium-headless-shell", "chrome-headless-shell", "headless_shell")
_FULL_NAMES = (
    "google-chrome-stable",
    "google-chrome",
    "microsoft-edge-stable",
    "microsoft-edge",
    "chromium",
    "chromium-browser",
)
_LINUX_SHELL_PLACES = (
    "/usr/bin/chromium-headless-shell",
    "/usr/lib/chromium/chromium-headless-shell",
    "/usr/lib64/chromium-browser/headless_shell",
)
_LINUX_FULL_PLACES = (
    "/opt/google/chrome/chrome",
    "/opt/microsoft/msedge/msedge",
    "/usr/bin/chromium",
    "/usr/lib/chromium/chromium",
    "/usr/lib64/chromium-browser/chromium-browser",
)
_WINDOWS_BASES = ("PROGRAMFILES", "PROGRAMFILES(X86)", "PROGRAMW6432", "LOCALAPPDATA")
_WINDOWS_PLACES = (
    r"Google\Chrome\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
    r"Chromium\Application\chrome.exe",
)
_MAC_NAMES = ("Google Chrome", "Microsoft Edge", "Chromium")

# What a browser does by itself and a robot's must not: fetch components, sync, hang behind QUIC, ask
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)


@dataclass(frozen=True, slots=True)
class Executable:
    """A browser to start: where it lies, what it can do, and how it was found."""

    path: Path
    kind: Kind  # a headless shell downloads a PDF where a full browser opens a tab
    source: str  # "YWTB_BROWSER", "installed" or "playwright"


def find_browser(*, headed: bool, chosen: str | None = None, machine: Machine | None = None) -> Executable:
    """The browser to use, with a window (`headed`) or without. Starts no process and needs no network.

    `chosen` is the path or name a person has set; without it `YWTB_BROWSER` counts. Raises `SettingsError`
    when that names nothing usable, `NeedsPerson` when there is no browser (`ensure_browser` installs one).
    """
    machine = machine or Machine.this()
    found = look_for_browser(headed=headed, chosen=chosen, machine=machine)
    if found is None:
        raise NeedsPerson("没有找到可用的浏览器", advice=advice(machine, headed=headed))
    return found


def look_for_browser(*, headed: bool, chosen: str | None, machine: Machine) -> Executable | None:
    """As `find_browser`, but None when there is no browser."""
    if chosen := (chosen or machine.env.get("YWTB_BROWSER", "")).strip():
        return _chosen(chosen, headed=headed, machine=machine)
    for executable in _candidates(headed=headed, machine=machine):
        if machine.is_program(str(executable.path)):
            return executable
    return None


def launch_arguments(machine: Machine | None = None) -> list[str]:
    """The switches every browser of ours is started with."""
    machine = machine or Machine.this()
    # Chromium's sandbox refuses to run as root; for anyone else it stays on
    sandbox = ["--no-sandbox"] if machine.platform == "linux" and machine.is_root else []
    return [*_QUIET, *sandbox]


def advice(machine: Machine, *, headed: bool) -> str:
    """What a person does on this system to have a browser, in Chinese."""
    own = "或用环境变量 YWTB_BROWSER 指定浏览器程序的完整路径"
    if machine.platform == "win32":
        return f"请安装 Google Chrome 或 Microsoft Edge 后重试，{own}（chrome.exe 或 msedge.exe）"
    if machine.platform == "darwin":
        return f"请把 Google Chrome 或 Microsoft Edge 装入“应用程序”后重试，{own}"
    if machine.which("apt-get"):
        package = "chromium" if headed else "chromium-headless-shell"
        command = f"apt-get update && apt-get install -y {package} fonts-wqy-microhei"
        return f"请由管理员执行 {command} 后重试，{own}"
    return f"请用系统的软件包管理器安装 Chromium 或 Google Chrome 后重试，{own}"


def _chosen(value: str, *, headed: bool, machine: Machine) -> Executable:
    """The browser the person named; wrong is an error, never a silent other one."""
    path = value if machine.is_program(value) else machine.which(value)
    if path is None or not machine.is_program(path):
        raise SettingsError(
            "YWTB_BROWSER 指定的浏览器不存在或不能执行",
            where=value,
            advice="请改为浏览器程序的完整路径，或删除该设置以自动查找",
        )
    kind = _kind(path)
    if headed and kind == "headless_shell":
        raise SettingsError(
            "YWTB_BROWSER 指定的是无界面浏览器，不能打开窗口",
            where=value,
            advice="请改为 Chrome、Edge 或 Chromium，或删除该设置以自动查找",
        )
    return Executable(Path(path), kind, "YWTB_BROWSER")


def _kind(path: str) -> Kind:
    name = ntpath.basename(path).lower().replace("_", "-")
    return "headless_shell" if "headless-shell" in name else "full"


def _candidates(*, headed: bool, machine: Machine) -> Iterator[Executable]:
    """Every place to look at, the best first."""
    if not headed:
        if machine.platform == "linux":
            yield from _installed(machine, _SHELL_NAMES, _LINUX_SHELL_PLACES, "headless_shell")
        yield from _cached(machine, "headless_shell")
    if machine.platform == "win32":
        yield from _windows(machine)
    elif machine.platform == "darwin":
        yield from _mac(machine)
    else:
        yield from _installed(machine, _FULL_NAMES, _LINUX_FULL_PLACES, "full")
    yield from _cached(machine, "full")


def _installed(
    machine: Machine, names: tuple[str, ...], places: tuple[str, ...], kind: Kind
) -> Iterator[Executable]:
    for path in (*map(machine.which, names), *places):
        if path:
            yield Executable(Path(path), kind, "installed")


def _windows(machine: Machine) -> Iterator[Executable]:
    # Windows does not care about the case of a variable's name; a dict handed in by a caller may
    env = {name.upper(): value for name, value in machine.env.items()}
    bases = [env[name] for name in _WINDOWS_BASES if env.get(name)]
    for place in _WINDOWS_PLACES:
        for base in bases:
            yield Executable(Path(ntpath.join(base, place)), "full", "installed")
    for program in ("chrome.exe", "msedge.exe"):
        if path := machine.app_path(program):
            yield Executable(Path(path), "full", "installed")


def _mac(machine: Machine) -> Iterator[Executable]:
    for name in _MAC_NAMES:
        for base in ("/Applications", posixpath.join(machine.home, "Applications")):
            path = posixpath.join(base, f"{name}.app", "Contents", "MacOS", name)
            yield Executable(Path(path), "full", "installed")


def _cached(machine: Machine, kind: Kind) -> Iterator[Executable]:
    for path in playwright_cache.programs(machine, headless_shell=kind == "headless_shell"):
        yield Executable(path, kind, "playwright")
