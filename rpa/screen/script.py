"""The page script: our own JavaScript inside every page, called by name, one round trip a call."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.async_api import BrowserContext, Error, Frame

from rpa.errors import PortalFault
from rpa.screen.pack import ScreenPack

__all__ = ["Navigated", "call", "leave_notices", "notices", "source"]

# One file per noun; all share one scope and one object `y`, kept under a name no portal uses.
_PARTS = (
    "dom.js",
    "notices.js",
    "press.js",
    "watch.js",
    "controls.js",
    "select.js",
    "date.js",
    "table.js",
    "pager.js",
    "uploads.js",
    "cards.js",
    "veil.js",
    "survey.js",
)
_ABSENT = "ywtb:absent"
_LEAVE_SECONDS = 5.0
# The answer travels as JSON text: the driver's own serialisation of objects costs several times as much.
# A document that has only begun to come has no body to look at.
_CALL = (
    "async ([name, arg]) => {"
    "while (!document.body && document.readyState === 'loading') await new Promise((go) => setTimeout(go, 5));"
    "return window.__ywtb && window.__ywtb.document === document"
    f" ? JSON.stringify(await window.__ywtb[name](arg)) ?? 'null' : '{_ABSENT}' }}"
)


class Navigated(Exception):
    """The page went elsewhere while the script was asked; ask again on the new page."""


@cache
def source() -> str:
    """The whole script as one expression; harmless when evaluated twice in one document.

    The empty document of a new tab or frame gives its window, and the script with it, to the first page of the same
    portal that is opened there. That script is deaf: the presses and pop-ups it listens for are those of the document
    it was made in. So it is made anew for the new one.
    """
    folder = files(__package__) / "page"
    body = "\n".join((folder / part).read_text(encoding="utf-8") for part in _PARTS)
    return (
        "(() => { if (window.__ywtb && window.__ywtb.document === document) return; const y = { document };"
        "Object.defineProperty(window, '__ywtb', { value: y, enumerable: false, configurable: true });"
        f"\n{body}\n}})()"
    )


def notices(screen: ScreenPack) -> str:
    """The script that tells the page script which layers are notices to be put away: their titles and their buttons."""
    words = {"titles": screen.landmarks, "close": screen.buttons["close"].texts}
    return f"window.__ywtb.notices = {json.dumps(words)}"


async def leave_notices(context: BrowserContext) -> None:
    """From now on no notice is put away, in none of the context's pages, those to come among them."""
    try:
        await context.add_init_script("window.__ywtb.leaveNotices()")
    except Error as error:
        if "closed" not in error.message:
            raise
    await asyncio.gather(*(_leave(frame) for page in context.pages for frame in page.frames))


async def _leave(frame: Frame) -> None:
    while not frame.is_detached():
        try:
            await call(frame, "leaveNotices", seconds=_LEAVE_SECONDS)
            return
        except Navigated:
            continue  # the next page may have begun before it was told to
        except PortalFault:
            return  # closed, or asking something: it hears of this once that is answered


async def call(frame: Frame, name: str, arg: Any = None, *, seconds: float = 30.0) -> Any:
    """Call `name` of the page script in `frame` with one JSON argument and give back its JSON answer.

    Raises :class:`Navigated` when the document went away meanwhile, and :class:`~rpa.errors.PortalFault` when the
    page did not answer within `seconds` (a page whose script hangs) or its browser is gone.
    """
    try:
        async with asyncio.timeout(seconds):
            answer = await frame.evaluate(_CALL, [name, arg])
            if answer == _ABSENT:
                await frame.evaluate(source())
                answer = await frame.evaluate(_CALL, [name, arg])
            return json.loads(answer)
    except TimeoutError as error:
        raise PortalFault("页面长时间没有响应") from error
    except Error as error:
        text = error.message
        if (
            "Execution context was destroyed" in text
            or "frame was detached" in text.lower()
            or "navigat" in text.lower()
        ):
            raise Navigated from error
        if "closed" in text:
            raise PortalFault("浏览器已关闭或崩溃") from error
        raise
