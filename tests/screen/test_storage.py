"""What a browser keeps of a sign-in goes into another browser whole, and never in the way of what the page does then."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Error, Page

from rpa.browser.storage import Storage

from .conftest import Engine
from .site import Site, page

_READ = """Object.fromEntries(
  [0, 1, 2].map((i) => sessionStorage.key(i)).filter((key) => key !== null).map((key) => [key, sessionStorage.getItem(key)]),
)"""
_SET = """() => {
  document.cookie = "SID=cookie";
  localStorage.setItem("token", "local");
  sessionStorage.setItem("令牌", "session");
  sessionStorage.setItem("length", "a name that trips");
}"""

Work = Callable[[Page], Awaitable[Any]]


class Browsers:
    """A browser that has been signed in, and a new one that gets what it kept."""

    def __init__(self, engine: Engine, site: Site) -> None:
        self._engine = engine
        self._site = site

    def carry(self, work: Work) -> Any:
        """Do something in the new browser's tab; no page of the site is open there yet."""

        async def do() -> Any:
            storage = await self._kept()
            # as it comes out of the ledger
            return await self._in(work, Storage.from_json(storage.as_json()))

        return self._engine.portal.call(do)

    async def _kept(self) -> Storage:
        async def sign_in(tab: Page) -> Storage:
            await tab.goto(self._site.address)
            await tab.evaluate(_SET)
            return await Storage.of(tab)

        kept: Storage = await self._in(sign_in, None)
        return kept

    async def _in(self, work: Work, storage: Storage | None) -> Any:
        context: BrowserContext = await self._engine.chromium.context(self._site.address, storage=storage)
        try:
            tab = await context.new_page()
            if storage is not None:
                await storage.put_into(tab)
            return await work(tab)
        finally:
            await context.close()


@pytest.fixture
def browsers(engine: Engine, site: Site) -> Browsers:
    """Two browsers and a site that says what was there before its own script ran."""
    site.put("/", page("<script>window.found = sessionStorage.getItem('令牌');</script>"))
    return Browsers(engine, site)


def test_cookies_local_and_session_storage_are_there_before_the_pages_first_script(
    browsers: Browsers, site: Site
) -> None:
    async def look(tab: Page) -> list[Any]:
        before = list(site.asked)
        await tab.goto(site.address)
        words = ("document.cookie", "localStorage.token", "window.found", _READ)
        return [before, *[await tab.evaluate(word) for word in words]]

    before, *found = browsers.carry(look)
    assert found == ["SID=cookie", "local", "session", {"令牌": "session", "length": "a name that trips"}]
    assert before.count("/") == 1, "the empty page in which it is put back never reached the site"


def test_what_the_page_changes_or_clears_stays_so(browsers: Browsers, site: Site) -> None:
    async def look(tab: Page) -> list[Any]:
        await tab.goto(site.address)
        await tab.evaluate("sessionStorage.setItem('令牌', 'changed')")
        await tab.reload()
        changed = await tab.evaluate(_READ)
        await tab.evaluate("sessionStorage.clear()")
        await tab.goto(site.address)
        return [changed["令牌"], await tab.evaluate(_READ)]

    assert browsers.carry(look) == ["changed", {}]


def test_no_other_tab_has_it(browsers: Browsers, site: Site) -> None:
    async def look(tab: Page) -> Any:
        await tab.goto(site.address)
        other = await tab.context.new_page()
        await other.goto(site.address)
        return await other.evaluate("[document.cookie, localStorage.token, sessionStorage.length]")

    assert browsers.carry(look) == ["SID=cookie", "local", 0]


def test_no_other_origin_has_it(browsers: Browsers, site: Site) -> None:
    with Site() as elsewhere:
        elsewhere.reset()
        address = elsewhere.put("/", page(""))

        async def look(tab: Page) -> Any:
            # only the portal is reachable from a context, so the other origin is answered here
            await tab.route(f"{address}**", lambda route: route.fulfill(body="<!doctype html>"))
            await tab.goto(address)
            return await tab.evaluate("[localStorage.length, sessionStorage.length]")

        assert browsers.carry(look) == [0, 0]


def test_a_page_that_is_none_of_a_sites_gives_nothing(browsers: Browsers) -> None:
    async def look(tab: Page) -> str:
        await tab.goto("data:text/html,<p>x")
        async with asyncio.timeout(5):
            with pytest.raises(Error):
                await Storage.of(tab)
        return "refused"

    assert browsers.carry(look) == "refused"
