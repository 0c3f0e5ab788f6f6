"""What a page does in the very moment in which the engine presses the mouse."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from rpa.screen import View

__all__ = ["after_each_press", "before_each_press"]

Act = Callable[[View, list[float]], Awaitable[None]]


async def _nothing(_view: View, _point: list[float]) -> None:
    pass


def before_each_press(monkeypatch: pytest.MonkeyPatch, act: Act) -> None:
    """Do ``act(view, point)`` when the engine has aimed and is about to press."""
    _around(monkeypatch, act, _nothing)


def after_each_press(monkeypatch: pytest.MonkeyPatch, act: Act) -> None:
    """Do ``act(view, point)`` when the engine has just pressed."""
    _around(monkeypatch, _nothing, act)


def _around(monkeypatch: pytest.MonkeyPatch, before: Act, after: Act) -> None:
    click = View.click

    async def pressed(view: View, point: list[float], times: int = 1) -> None:
        await before(view, point)
        await click(view, point, times)
        await after(view, point)

    monkeypatch.setattr(View, "click", pressed)
