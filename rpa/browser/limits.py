"""A browser that does not answer holds nobody up: also what only tidies up after work that was cut off has its limit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from loguru import logger
from playwright.async_api import Error

__all__ = ["tidying"]

_SECONDS = 10.0


@asynccontextmanager
async def tidying(seconds: float = _SECONDS) -> AsyncIterator[None]:
    """A block that leaves the browser as it was found, for ``finally``. It may fail and may not take long.

    A cancellation comes only once: the work that it has cut off would wait for ever here. That the browser hangs is
    found out when its context is given back (:meth:`rpa.browser.chromium.Chromium.lend`).
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except Error:
        pass  # the page is gone, or its browser
    except TimeoutError:
        logger.warning("浏览器没有响应")
