"""What stands on pytest-playwright; registered by the plugin only where that is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

__all__ = ["browser_type_launch_args"]


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], browser_name: str, playwright: Any
) -> dict[str, Any]:
    """As pytest-playwright has them. Where its own Chromium was never downloaded, that which the robot uses is taken."""
    chosen = {"executable_path", "channel"} & set(browser_type_launch_args)
    if chosen or browser_name != "chromium" or Path(playwright.chromium.executable_path).exists():
        return browser_type_launch_args
    from rpa.browser import find_browser, launch_arguments

    headed = browser_type_launch_args.get("headless") is False
    found = str(find_browser(headed=headed).path)
    return {**browser_type_launch_args, "executable_path": found, "args": launch_arguments()}
