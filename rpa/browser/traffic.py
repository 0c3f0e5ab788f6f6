"""The requests of a page: when it has nothing more under way, and whether the portal refuses to be asked."""

from __future__ import annotations

import asyncio

from playwright.async_api import Error, Page, Request, Response

from rpa.errors import PortalFault

__all__ = ["Traffic"]

# What stays open as long as the page, or is sent off without waiting for an answer.
_ENDLESS = frozenset({"eventsource", "websocket", "media", "ping"})


# Answers that mean: ask no more, whatever the method. Of a picture or a style sheet 403 means nothing.
_TOO_MANY = 429
_BARRED = frozenset({403, _TOO_MANY})
_ASKING = frozenset({"document", "xhr", "fetch"})


class Traffic:
    """Counts a page's requests under way, those that never end left out. `barred` is the status by which the portal has
    refused to be asked (403, 429), 0 as long as it has not."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._open: set[Request] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self.barred = 0
        page.on("request", self._begin)
        page.context.on("response", self._heed)  # a preview's tab too
        page.on("requestfinished", self._end)
        page.on("requestfailed", self._end)

    def _begin(self, request: Request) -> None:
        if request.resource_type in _ENDLESS:
            return
        self._open.add(request)
        self._idle.clear()

    def _heed(self, response: Response) -> None:
        request = response.request
        # many portals forbid HEAD altogether: that is no refusal of ours
        asking = request.resource_type in _ASKING and request.method != "HEAD"
        if response.status in _BARRED and (asking or response.status == _TOO_MANY):
            self.barred = response.status

    def _end(self, request: Request) -> None:
        self._open.discard(request)
        if not self._open:
            self._idle.set()

    @property
    def is_idle(self) -> bool:
        """Whether no request is under way now."""
        return not self._open

    async def settled(self, seconds: float) -> None:
        """Wait until the page has loaded and no request is under way; :class:`~rpa.errors.PortalFault` if never."""
        try:
            async with asyncio.timeout(seconds):
                await self._page.wait_for_load_state("load", timeout=seconds * 1000)
                await self._idle.wait()
                # scripts that ran on the last answer have had their turn; what they asked for counts too
                await self._page.evaluate("() => new Promise(done => setTimeout(done))")
                await self._idle.wait()
        except (TimeoutError, Error) as error:
            raise PortalFault("页面一直没有加载完") from error
