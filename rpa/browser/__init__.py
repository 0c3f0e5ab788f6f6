"""Chromium's life: find or install it, start it, give it switches that keep it quiet."""

from rpa.browser.find import Executable, find_browser, launch_arguments
from rpa.browser.fonts import ensure_fonts
from rpa.browser.install import ensure_browser

__all__ = ["Executable", "ensure_browser", "ensure_fonts", "find_browser", "launch_arguments"]
