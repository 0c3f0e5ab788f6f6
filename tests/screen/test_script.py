"""The page script is asked at any moment, also while a page is only on its way."""

from __future__ import annotations

import threading

from .conftest import ScreenOf
from .site import Site


def test_a_document_that_has_only_begun_is_asked_once_it_has_a_body(screen_of: ScreenOf, site: Site) -> None:
    clerk = screen_of("<h1>前一页</h1>", {"landmarks": ["后一页"]})
    gate = threading.Event()
    site.put("/late.js", "", kind="text/javascript", gate=gate)
    address = site.put(
        "/next",
        "<html><head><meta charset=utf-8><script src='/late.js'></script></head><body>后一页</body></html>",
    )
    clerk.run(clerk.page.goto, address, wait_until="commit")
    assert clerk.js("document.body === null")
    asked = clerk.portal.start_task_soon(clerk.screen.stands)
    assert clerk.js("document.body === null")  # asked after the other, answered before it
    gate.set()
    assert asked.result(10)
