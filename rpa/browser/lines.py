"""Lines to the portal that are not used twice, so that what is sent arrives once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Error, Page

from rpa.browser.limits import tidying
from rpa.errors import PortalFault

__all__ = ["sent_once"]

_SECONDS = 30.0

# As many as a browser keeps open to one server; each takes up one of the idle lines, and the server ends it.
_USE_UP = """async () => {
  const own = [...document.querySelectorAll("link[rel~=stylesheet][href], script[src], img[src]")].map((e) => e.href || e.src);
  const address = own.find((one) => one.startsWith(location.origin)) || location.href;
  const ask = () => fetch(address, { method: "HEAD", cache: "no-store" }).catch(() => null);
  await Promise.all([1, 2, 3, 4, 5, 6].map(ask));
}"""


@asynccontextmanager
async def sent_once(page: Page) -> AsyncIterator[None]:
    """While the block lasts, what the page sends goes over a line of its own (design D4: a press is made once).

    A browser by itself sends a request again, a POST too, when a line that was kept open breaks before a word of the
    answer has come (RFC 9110, 9.2.2 forbids it; browsers do it). The portal may have handled the first by then: a second
    draft, a second group. On a new line it does not. Over HTTP/2, which has one line for all, this changes nothing.

    Raises :class:`~rpa.errors.PortalFault` when the page is gone.
    """
    try:
        async with asyncio.timeout(_SECONDS):
            await page.set_extra_http_headers({"Connection": "close"})
            await page.evaluate(_USE_UP)
    except (Error, TimeoutError) as error:
        raise PortalFault("网站没有响应") from error
    try:
        yield
    finally:
        async with tidying():
            await page.set_extra_http_headers({})
