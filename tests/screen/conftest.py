"""The engine on a loop of its own beside the tests, and pages to try it on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from playwright.async_api import BrowserContext, Page

from rpa.browser import find_browser
from rpa.browser.chromium import Chromium
from rpa.desk import page_scripts
from rpa.resources import folder
from rpa.screen import Screen, Signs, View, load_packs

from .clerk import Clerk
from .site import Site, page


@dataclass
class Engine:
    """The loop, and the browser that runs on it."""

    portal: BlockingPortal
    chromium: Chromium


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """A loop in a thread of its own: pytest-playwright's own pages keep the main thread."""
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture(scope="session")
def engine(portal: BlockingPortal) -> Iterator[Engine]:
    """The browser that the robot would use."""
    started = Chromium.started(find_browser(headed=False))
    with portal.wrap_async_context_manager(started) as chromium:
        yield Engine(portal, chromium)


@pytest.fixture(scope="session")
def site_server() -> Iterator[Site]:
    """The site of all tests of this process."""
    with Site() as site:
        yield site


@pytest.fixture
def site(site_server: Site) -> Site:
    """A web site with nothing on it."""
    site_server.reset()
    return site_server


@pytest.fixture
def account(engine: Engine, site: Site) -> Iterator[BrowserContext]:
    """An account's context, made as the engine makes it."""
    common = load_packs([folder("selectors") / "common.yaml"])
    context = engine.portal.call(lambda: engine.chromium.context(site.address, scripts=page_scripts(common)))
    yield context
    engine.portal.call(context.close)


@pytest.fixture
def tab(engine: Engine, account: BrowserContext) -> Page:
    """An empty tab of that context."""
    tab: Page = engine.portal.call(account.new_page)
    return tab


ScreenOf = Callable[..., Clerk]


@pytest.fixture
def screen_of(engine: Engine, tab: Page, site: Site, tmp_path: Path) -> Iterator[ScreenOf]:
    """``screen_of(html, {"fields": {…}, …})``: a page with this body, seen through a pack of this one screen ``t.page``.

    Further screens come by name (``layer={"landmarks": […]}``); `signs` as :class:`rpa.screen.Signs` has them; a `bare` body is
    a whole document of its own.
    A mistake of the page's or of our own script fails the test.
    """
    errors: list[str] = []

    def make(
        body: str,
        pack: dict[str, Any] | None = None,
        *,
        patience: float = 4.0,
        signs: Signs | None = None,
        bare: bool = False,
        **others: dict[str, Any],
    ) -> Clerk:
        file = tmp_path / "t.yaml"
        file.write_text(json.dumps({"screens": {"page": pack or {}, **others}}), encoding="utf-8")
        packs = load_packs([file])
        engine.portal.call(tab.on, "pageerror", lambda error: errors.append(str(error)))
        address = site.put("/", body if bare else page(body))
        engine.portal.call(lambda: tab.goto(address))
        view = View(tab.main_frame, patience=patience)
        screen = Screen(view, packs, packs.screen("t.page"), signs or Signs())
        return Clerk(engine.portal, screen, tab, errors)

    yield make
    assert not errors
