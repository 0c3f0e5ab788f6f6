"""The browser of a program: started when it is needed, killed when it hangs, given up after long service (design D1)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from loguru import logger
from playwright.async_api import BrowserContext, Error

from rpa.browser.chromium import Chromium
from rpa.browser.storage import Storage

__all__ = ["Keeper"]

_END_SECONDS = 20.0


class Keeper:
    """Lends contexts of one browser at a time. Use ``async with Keeper(start) as keeper``.

    `start` opens a browser. One that hangs or has died is killed with all its processes and replaced at the next need;
    one that has lent `recycle_after` contexts is closed when the last of them is back.
    """

    def __init__(
        self, start: Callable[[], AbstractAsyncContextManager[Chromium]], *, recycle_after: int = 100
    ) -> None:
        self._start = start
        self._recycle_after = recycle_after
        self._lock = asyncio.Lock()
        self._running: tuple[Chromium, AbstractAsyncContextManager[Chromium]] | None = None
        self._lent = 0
        self._served = 0
        self._users = 0

    async def __aenter__(self) -> Keeper:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    @asynccontextmanager
    async def lend(
        self,
        address: str,
        *,
        scripts: Sequence[str] = (),
        storage: Storage | None = None,
        seconds: float = 60.0,
    ) -> AsyncIterator[BrowserContext]:
        """A context for one account, as :meth:`rpa.browser.chromium.Chromium.lend` gives it."""
        chromium = await self._ready()
        self._lent += 1
        self._served += 1
        try:
            async with chromium.lend(address, scripts=scripts, storage=storage, seconds=seconds) as context:
                yield context
        finally:
            self._lent -= 1
            if not chromium.is_fit or (self._lent == 0 and self._served >= self._recycle_after):
                await self._end(chromium)

    @asynccontextmanager
    async def in_use(self) -> AsyncIterator[None]:
        """The browser ends with the last of such blocks: between them a program that waits holds none."""
        self._users += 1
        try:
            yield
        finally:
            self._users -= 1
            if self._users == 0:
                await self.close()

    async def close(self) -> None:
        """End the browser."""
        if self._running is not None:
            await self._end(self._running[0])

    async def _ready(self) -> Chromium:
        async with self._lock:
            if self._running is not None and not self._running[0].is_fit:
                await self._let_go()
            if self._running is None:
                manager = self._start()
                self._running = (await manager.__aenter__(), manager)
                self._served = 0
            return self._running[0]

    async def _end(self, chromium: Chromium) -> None:
        async with self._lock:
            if self._running is not None and self._running[0] is chromium:
                await self._let_go()

    async def _let_go(self) -> None:
        assert self._running is not None
        chromium, manager = self._running
        self._running = None
        if not chromium.is_fit:
            logger.warning("浏览器没有响应或已退出，将重新启动")
            chromium.kill()
        # after a kill there is nobody to say goodbye to
        with suppress(Error, TimeoutError, OSError):
            async with asyncio.timeout(_END_SECONDS):
                await manager.__aexit__(None, None, None)
        chromium.kill()
