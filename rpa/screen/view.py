"""One frame of a page as the clerk's eyes and hand: the page script, real presses of the mouse, the pace."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Frame, Page

from rpa.errors import PageChanged, PortalFault
from rpa.screen import script
from rpa.screen.script import Navigated

__all__ = ["AIMS", "Missed", "Pace", "View"]

#: How often a press is aimed anew when its target moves under the mouse.
AIMS = 5

_FELT_SECONDS = 2.0  # a page that has not told of a press so long after it was made does not hear of it

ANSWER_SECONDS = 10.0  # a page that has not answered so long after its own deadline hangs


@dataclass
class Pace:
    """The least time between two actions of one account (design D13); shared by all pages of a sign-in."""

    seconds: float = 0.0
    _next: float = field(default=0.0, repr=False)

    async def keep(self) -> None:
        """Wait until the next action is due."""
        if self.seconds <= 0:
            return
        now = time.monotonic()
        if now < self._next:
            await asyncio.sleep(self._next - now)
        self._next = time.monotonic() + self.seconds


class Missed(Exception):
    """What was aimed at had moved when the press came. The page has felt nothing; aim anew."""


def _untold() -> None:
    return None


@dataclass
class View:
    """A frame of a page. `patience` is how long, in seconds, anything on it may take to appear.

    `part` numbers an element of the page script's: then only the controls inside it are seen and filled.
    `pressing` is told right before each press of the mouse. `ahead` is where the last answer has aimed the mouse for the
    next press, `leaf` the page of a list that it showed by its pager then; whatever else the page is asked forgets where.
    """

    frame: Frame
    pace: Pace = field(default_factory=Pace)
    patience: float = 15.0
    part: int | None = None
    pressing: Callable[[], None] = _untold
    since: float = 0.0  # the page's time of the last press: what popped up before it says nothing about it
    ahead: list[float] | None = None
    leaf: dict[str, str | None] | None = None
    _held: list[float] | None = field(default=None, repr=False)
    _mouse: tuple[float, float] | None = field(default=None, repr=False)

    @property
    def page(self) -> Page:
        """The page the frame belongs to."""
        return self.frame.page

    async def call(self, name: str, arg: Any = None, *, seconds: float | None = None) -> Any:
        """Ask the page script, with the press that was put off until now; see :func:`rpa.screen.script.call`."""
        self.ahead = None
        if self._held is not None:
            point, self._held = self._held, None
            with suppress(Missed):
                return await self.press_and(point, name, arg)
        return await script.call(self.frame, name, arg, seconds=seconds or self.patience + ANSWER_SECONDS)

    async def mark(self) -> None:
        """Keep the pace and note the time: a press comes now."""
        await self.pace.keep()
        self.since = await self.call("mark")

    async def click(self, point: list[float], times: int = 1) -> None:
        """Press the mouse at a point of this frame, so many times: trusted presses, as a person makes them."""
        try:
            async with asyncio.timeout(self.patience + ANSWER_SECONDS):
                dx, dy = await self._offset()
                self.pressing()
                at = point[0] + dx, point[1] + dy
                await asyncio.gather(*(self._press_mouse(at) for _ in range(times)))
                self._mouse = at
        except TimeoutError as error:
            raise PortalFault("页面长时间没有响应") from error

    async def _press_mouse(self, at: tuple[float, float]) -> None:
        mouse = self.page.mouse
        if at == self._mouse:  # a mouse that lies there need not be moved: the browser waits for a frame then
            await asyncio.gather(mouse.down(), mouse.up())
        else:
            await mouse.click(*at)

    def put_off(self, point: list[float]) -> None:
        """Press where the page script has aimed when it is next asked anything: one round trip for both.

        For a press that brings nothing to look at. One that is stopped because its target has moved away is seen when
        the form is read back.
        """
        self._held = point

    async def press_and(self, point: list[float], name: str, arg: Any, *, times: int = 1) -> Any:
        """Press where the page script has aimed and ask it what that brought: both are sent at once.

        Raises :class:`Missed` when the target had moved away and a press was stopped whole.
        """
        asking = asyncio.ensure_future(self.call("afterPress", [name, arg, times]))
        asking.add_done_callback(lambda task: task.cancelled() or task.exception())
        try:
            await self.click(point, times)
            await asyncio.wait([asking], timeout=_FELT_SECONDS)
            if not asking.done():
                await self.call("release")
            said = await asking
        finally:
            asking.cancel()
        if "missed" in said:
            self._mouse = None
            raise Missed
        return said["answer"]

    async def _offset(self) -> tuple[float, float]:
        if self.frame.parent_frame is None:
            return 0.0, 0.0
        box = await (await self.frame.frame_element()).bounding_box()
        if box is None:
            raise PageChanged("页面中的嵌入窗口不可见")
        return box["x"], box["y"]

    async def hit(self, point: list[float]) -> bool:
        """Press where the page script has aimed; False when the target had moved away and the press was stopped whole."""
        try:
            await self.press_and(point, "", None)
        except Missed:
            return False
        except (Navigated, PortalFault):
            pass  # a page that is on its way elsewhere, or busy with the press, has felt it
        return True

    async def press_ref(self, ref: int, what: str) -> None:
        """Press an element the page script has numbered, once it holds still, is usable and lies on top."""
        await self.mark()
        for _ in range(AIMS):
            point = await self.call("pressRef", [ref, self.patience * 1000])
            if point is None:
                raise PageChanged("元素被遮挡、不可用或已消失，没有点击", where=what)
            if await self.hit(point):
                return
        raise PageChanged("元素一直在移动，没有点击", where=what)
