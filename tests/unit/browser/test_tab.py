"""A tab that a press has opened hears of each download, and tells those of its frames from those of a press."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal

from rpa.browser.catch import catch
from rpa.browser.tab import Tab

RENDERING, STORED = "https://portal.example/rendering", "https://portal.example/stored"


@dataclass(eq=False)
class Frame:
    """A frame at an address."""

    url: str = ""


@dataclass
class Asked:
    """A request; `url` is that of a download too."""

    url: str
    frame: Frame = field(default_factory=Frame)

    def is_navigation_request(self) -> bool:
        """It is."""
        return True


class Emitter:
    """What can be listened to."""

    def __init__(self) -> None:
        self._listeners: list[tuple[str, Callable[[Any], None]]] = []

    def on(self, kind: str, listener: Callable[[Any], None]) -> None:
        """Listen."""
        self._listeners.append((kind, listener))

    def remove_listener(self, kind: str, listener: Callable[[Any], None]) -> None:
        """Listen no more."""
        self._listeners.remove((kind, listener))

    def emit(self, kind: str, event: object) -> None:
        """Let it happen."""
        for one, listener in list(self._listeners):
            if one == kind:
                listener(event)


class Page(Emitter):
    """A page, as far as it is listened to."""

    def __init__(self) -> None:
        super().__init__()
        self.main_frame = Frame()
        self.context = Emitter()


@pytest.fixture
def opened() -> Page:
    """A tab's page."""
    return Page()


@pytest.fixture
def tab(opened: Page) -> Tab:
    """The tab."""
    return Tab(opened)  # type: ignore[arg-type]


def arrived(tab: Tab) -> Any:
    """The address of the download that is there."""
    download = tab.arrived()
    return download and download.url


def test_a_download_that_comes_in_the_same_breath_as_its_tab_is_not_lost() -> None:
    opener, page = Page(), Page()

    async def press() -> None:
        opener.context.emit("page", page)
        page.emit("download", Asked(STORED))

    with start_blocking_portal() as loop:
        tab = loop.call(partial(catch, opener, press, seconds=1))  # type: ignore[arg-type]
    assert isinstance(tab, Tab)
    assert arrived(tab) == STORED


def test_what_came_before_the_press_is_forgotten(opened: Page, tab: Tab) -> None:
    opened.emit("request", Asked(RENDERING))
    opened.emit("download", Asked(RENDERING))
    tab.pressing()
    assert arrived(tab) is None
    opened.emit("download", Asked(RENDERING))  # by the press: what the frame asked for has come already
    assert arrived(tab) == RENDERING


def test_what_a_frame_asked_for_before_the_press_is_not_what_the_press_brings(opened: Page, tab: Tab) -> None:
    opened.emit("request", Asked(RENDERING))
    tab.pressing()
    opened.emit("download", Asked(RENDERING))
    assert arrived(tab) is None
    opened.emit("download", Asked(STORED))
    assert arrived(tab) == STORED


def test_what_a_frame_shows_may_be_saved_from_there(opened: Page, tab: Tab) -> None:
    opened.emit("request", Asked(RENDERING))
    opened.emit("framenavigated", Frame(RENDERING))
    tab.pressing()
    opened.emit("download", Asked(RENDERING))
    assert arrived(tab) == RENDERING


def test_a_frame_may_be_what_the_press_saves_by(opened: Page, tab: Tab) -> None:
    tab.pressing()
    opened.emit("request", Asked(STORED))
    opened.emit("download", Asked(STORED))
    assert arrived(tab) == STORED


def test_the_tabs_own_address_is_no_frames(opened: Page, tab: Tab) -> None:
    opened.emit("request", Asked(STORED, opened.main_frame))
    tab.pressing()
    opened.emit("download", Asked(STORED))
    assert arrived(tab) == STORED
