"""A tab that a press has opened, and the downloads that come of it."""

from __future__ import annotations

import asyncio

from playwright.async_api import Download, Error, Frame, Page, Request

__all__ = ["Tab"]


class Tab:
    """A tab that a press has opened; hears of every download from the tab's first moment on.

    A viewer shows its file in a frame. What the browser cannot show (a PDF in the headless shell) becomes a download
    by itself, sooner or later, and is not what 下载 brings: it may be another rendering than the stored file.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self._downloads: asyncio.Queue[Download] = asyncio.Queue()
        self._shown: set[str] = set()  # what its frames have asked for by themselves and not shown so far
        self._pressed = False
        page.on("request", self._asked)
        page.on("framenavigated", self._came)
        page.on("download", self._got)

    def arrived(self) -> Download | None:
        """Take a download that is already there."""
        return None if self._downloads.empty() else self._downloads.get_nowait()

    def pressing(self) -> None:
        """A press comes now: what the tab has brought by itself, and what its frames still bring, counts no more."""
        self._pressed = True
        while download := self.arrived():
            self._shown.discard(download.url)

    async def download(self, seconds: float) -> Download:
        """The next download. Raises :class:`TimeoutError` when none comes in time."""
        async with asyncio.timeout(seconds):
            return await self._downloads.get()

    def _asked(self, request: Request) -> None:
        if self._pressed:
            self._shown.discard(request.url)
        elif request.is_navigation_request() and _of_a_frame(request, self.page):
            self._shown.add(request.url)

    def _came(self, frame: Frame) -> None:
        self._shown.discard(frame.url)

    def _got(self, download: Download) -> None:
        if self._pressed and download.url in self._shown:
            self._shown.discard(download.url)
        else:
            self._downloads.put_nowait(download)


def _of_a_frame(request: Request, page: Page) -> bool:
    try:
        return request.frame != page.main_frame
    except Error:
        return False  # the tab's own first request, from before the tab was there
