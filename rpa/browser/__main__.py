"""`python -m rpa.browser`: have a browser and Chinese fonts, and say which; `--headed`: one with a window; `--full`: a whole one."""

from __future__ import annotations

import sys

from rpa.browser.find import Executable
from rpa.browser.fonts import ensure_fonts
from rpa.browser.install import ensure_browser
from rpa.errors import YwtbError

_KINDS = {"headless_shell": "无界面", "full": "完整"}


def main(arguments: list[str]) -> int:
    """Ensure and tell; the exit code is that of the error, if any."""
    # a Windows console with another code page must not stop the set-up
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        browser = ensure_browser(headed="--headed" in arguments, full="--full" in arguments, say=_say)
    except YwtbError as error:
        for note in getattr(error, "__notes__", ()):
            sys.stderr.write(note)
        _say(f"错误：{error}")
        return error.exit_code
    _say(_told(browser))
    if ensure_fonts(_say):
        _say("中文字体：可用")
    return 0


def _told(browser: Executable) -> str:
    return f"浏览器：{browser.path}（{_KINDS[browser.kind]}，来源 {browser.source}）"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
