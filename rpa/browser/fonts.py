"""Chinese fonts: without one every screenshot shows boxes."""

from __future__ import annotations

from collections.abc import Callable

from rpa.browser.apt import Apt
from rpa.browser.machine import Machine

__all__ = ["ensure_fonts"]

_LIST_SECONDS = 30


def ensure_fonts(say: Callable[[str], object], *, machine: Machine | None = None) -> bool:
    """Whether Chinese can be drawn; on Debian as root a font is installed. Never raises: `say` is warned.

    Windows and macOS bring Chinese fonts; nothing is looked at there.
    """
    machine = machine or Machine.this()
    if machine.platform != "linux" or _has_chinese(machine):
        return True
    if Apt.usable(machine):
        say("没有中文字体，正在用 apt 安装 fonts-wqy-microhei ……")
        if Apt(machine).install("fontconfig", "fonts-wqy-microhei") and _has_chinese(machine):
            return True
    say("警告：没有中文字体，截图中的汉字会显示为方框；请安装 fonts-wqy-microhei 或其他中文字体")
    return False


def _has_chinese(machine: Machine) -> bool:
    ran = machine.run(["fc-list", ":lang=zh", "family"], _LIST_SECONDS)
    return ran.ok and bool(ran.output.strip())
