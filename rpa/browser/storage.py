"""What a browser keeps of a sign-in: cookies, localStorage, and the sessionStorage of the portal's tab."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page, Route, StorageState

__all__ = ["Storage"]

_VERSION = 1
_READ_SESSION = """() => [
  location.origin,
  Array.from({ length: sessionStorage.length }, (_, i) => sessionStorage.key(i)).map((key) => [key, sessionStorage.getItem(key)]),
]"""
_WRITE_SESSION = "(entries) => { for (const [key, value] of entries) sessionStorage.setItem(key, value); }"
_EVERYTHING = "**/*"


@dataclass(frozen=True, slots=True, repr=False)
class Storage:
    """Everything by which a portal knows a browser again. Whoever has it is signed in: it is never printed.

    `state` is what a new context is made with (cookies, localStorage); `session` is the sessionStorage of `origin`, which
    Playwright leaves out of it because it belongs to a tab.
    """

    state: StorageState
    origin: str
    session: tuple[tuple[str, str], ...]

    @classmethod
    async def of(cls, page: Page) -> Storage:
        """What the page's context keeps, with the sessionStorage of the page's own origin.

        Raises :class:`playwright.async_api.Error` for a page that has none (an error page of the browser).
        """
        origin, session = await page.evaluate(_READ_SESSION)
        state = await page.context.storage_state()
        return cls(state, str(origin), tuple((str(name), str(value)) for name, value in session))

    async def put_into(self, page: Page) -> None:
        """Give a new tab its sessionStorage, before the portal's first page is opened in it.

        The tab is shown an empty page of that origin, which never leaves this program. So it is done once: what the portal
        then changes or clears stays changed, and no other tab and no other origin has it.
        """
        if not self.session:
            return
        await page.route(_EVERYTHING, _empty)
        await page.goto(f"{self.origin}/", wait_until="commit")
        await page.evaluate(_WRITE_SESSION, self.session)
        await page.unroute(_EVERYTHING, _empty)

    def as_json(self) -> str:
        """All of it as a text to be encrypted."""
        whole = {"version": _VERSION, "state": self.state, "origin": self.origin, "session": self.session}
        return json.dumps(whole, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Storage:
        """The storage of :meth:`as_json`; :class:`ValueError` for any other text."""
        kept: Any = json.loads(text)
        try:
            if kept["version"] != _VERSION:
                raise ValueError("kept by another version of this program")
            session = tuple((str(name), str(value)) for name, value in kept["session"])
            return cls(kept["state"], str(kept["origin"]), session)
        except (KeyError, TypeError) as error:
            raise ValueError("not what this program keeps") from error


async def _empty(route: Route) -> None:
    await route.fulfill(status=200, content_type="text/html", body="<!doctype html>")
