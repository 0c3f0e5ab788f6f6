"""A screen of the engine in the hands of a plain, synchronous test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from anyio.from_thread import BlockingPortal
from playwright.async_api import Page

from rpa.screen import Control, Screen

__all__ = ["Clerk"]


@dataclass
class Clerk:
    """Every method of :class:`rpa.screen.Screen`, without ``await``; and the page below it, for looking at."""

    portal: BlockingPortal
    screen: Screen
    page: Page
    errors: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self.screen, name)
        return lambda *args, **named: self.portal.call(partial(method, *args, **named))

    def run(self, function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Call something of the engine on its loop."""
        return self.portal.call(partial(function, *args, **named))

    def js(self, expression: str, arg: Any = None) -> Any:
        """What the page itself says."""
        return self.run(self.page.evaluate, expression, arg)

    def wait(self, expression: str) -> None:
        """Until the page itself says so."""
        self.run(self.page.wait_for_function, expression, timeout=5000)

    def value(self, css: str) -> Any:
        """What a control of the page would post."""
        return self.js("css => document.querySelector(css).value", css)

    def control(self, label: str) -> Control:
        """The one control with this label."""
        found = [control for control in self.controls() if control.label == label]
        assert len(found) == 1, f"{len(found)} controls are labelled {label}"
        return found[0]

    def labels(self) -> list[str]:
        """The labels of all controls, in page order."""
        return [control.label for control in self.controls()]
