"""The browsers that `playwright install` put into its cache, found by Playwright's own list of revisions.

Asking the driver (`playwright install --dry-run`) gives the same folders but starts Node each time; a unit
test holds this module against that answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import playwright

from rpa.browser.machine import Machine

__all__ = ["folder", "programs"]

_PACKAGE = Path(playwright.__file__).parent / "driver" / "package"
# Playwright writes this file last, so a folder without it is a broken download
_COMPLETE = "INSTALLATION_COMPLETE"
_SHELL_PATTERNS = ("*/chrome-headless-shell", "*/chrome-headless-shell.exe", "*/headless_shell")
_FULL_PATTERNS = ("*/chrome", "*/chrome.exe", "*/*.app/Contents/MacOS/*")


def programs(machine: Machine, *, headless_shell: bool) -> Iterator[Path]:
    """The program of the complete download of this Playwright's own revision; nothing when there is none."""
    place = folder(machine, headless_shell=headless_shell)
    if not (place / _COMPLETE).is_file():
        return
    for pattern in _SHELL_PATTERNS if headless_shell else _FULL_PATTERNS:
        yield from sorted(place.glob(pattern))


def folder(machine: Machine, *, headless_shell: bool) -> Path:
    """Where this Playwright keeps its Chromium or its headless shell, downloaded or not."""
    name = "chromium-headless-shell" if headless_shell else "chromium"
    known = json.loads((_PACKAGE / "browsers.json").read_text(encoding="utf-8"))["browsers"]
    revision = next(browser["revision"] for browser in known if browser["name"] == name)
    return _cache(machine) / f"{name.replace('-', '_')}-{revision}"


def _cache(machine: Machine) -> Path:
    """Playwright's cache folder: https://playwright.dev/python/docs/browsers#managing-browser-binaries"""
    chosen = machine.env.get("PLAYWRIGHT_BROWSERS_PATH")
    if chosen == "0":
        return _PACKAGE / ".local-browsers"
    if chosen:
        return Path(chosen)
    home = Path(machine.home)
    if machine.platform == "win32":
        return Path(machine.env.get("LOCALAPPDATA") or home / "AppData" / "Local") / "ms-playwright"
    if machine.platform == "darwin":
        return home / "Library" / "Caches" / "ms-playwright"
    return Path(machine.env.get("XDG_CACHE_HOME") or home / ".cache") / "ms-playwright"
