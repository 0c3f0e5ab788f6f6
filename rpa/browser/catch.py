"""What a press brings besides the page: a download or a new tab. Suggested file names are never trusted."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Download, Error, Page

from rpa.browser.tab import Tab
from rpa.errors import PortalFault

__all__ = ["catch", "fetch", "file_kind", "read_download"]

# First bytes of what portals hand out; the suggested name may be garbled or wrong.
_KINDS = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "docx"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
)

_FETCH = """async (address) => {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) return { status: answer.status };
  const reader = new FileReader();
  reader.readAsDataURL(await answer.blob());
  await new Promise((done) => reader.addEventListener("loadend", done));
  return { data: reader.result.slice(reader.result.indexOf(",") + 1) };
}"""


def file_kind(data: bytes) -> str | None:
    """``pdf``, ``docx``, ``doc``, ``jpg`` or ``png`` by the first bytes, None for anything else (an error page, say)."""
    return next((kind for magic, kind in _KINDS if data.startswith(magic)), None)


async def catch(page: Page, press: Callable[[], Awaitable[None]], *, seconds: float) -> Download | Tab:
    """Do `press`, and give what it opens: a download of any page, or a new tab, whichever comes first.

    A PDF opens a tab in a full browser and is a download in the headless shell. Raises
    :class:`~rpa.errors.PortalFault` when neither comes in time.
    """
    context = page.context
    loop = asyncio.get_running_loop()
    first: asyncio.Future[Download | Tab] = loop.create_future()

    def got(thing: Download | Tab) -> None:
        if not first.done():
            first.set_result(thing)

    def opened(page: Page) -> None:
        # now, not when the caller has its turn: a download may come in the same breath
        got(Tab(page))

    page.on("download", got)
    context.on("page", opened)
    try:
        await press()
        async with asyncio.timeout(seconds):
            return await first
    except TimeoutError as error:
        raise PortalFault("点击后没有得到文件") from error
    finally:
        page.remove_listener("download", got)
        context.remove_listener("page", opened)


async def read_download(download: Download, *, seconds: float) -> bytes:
    """The bytes of a download. Raises :class:`~rpa.errors.PortalFault` when it failed or is empty."""
    try:
        async with asyncio.timeout(seconds):
            path = await download.path()
            data = await asyncio.to_thread(Path(path).read_bytes)
            await download.delete()
    except (Error, TimeoutError, OSError) as error:
        raise PortalFault("下载没有完成") from error
    if not data:
        raise PortalFault("下载的文件是空的")
    return data


async def fetch(page: Page, address: str, *, seconds: float) -> bytes:
    """The bytes behind an address, asked for by the page itself, with its sign-in and within its bounds.

    Raises :class:`~rpa.errors.PortalFault` when there is no answer or none with a file.
    """
    try:
        async with asyncio.timeout(seconds):
            # not by `context.request`: that one does not know which port of the proxy's bypass is the portal's
            answer = await page.evaluate(_FETCH, address)
    except (Error, TimeoutError) as error:
        raise PortalFault("无法取得文件") from error
    if "status" in answer:
        raise PortalFault(f"网站没有给出文件（{answer['status']}）")
    return base64.b64decode(answer["data"])
