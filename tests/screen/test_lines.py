"""What is sent once arrives once, though the line breaks before the answer."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator

import pytest
from playwright.async_api import Page

from rpa.browser.lines import sent_once
from rpa.errors import PortalFault

from .conftest import Engine

_POST = "fetch('/file', { method: 'POST', body: 'x' }).then(() => 'answered', () => 'lost')"


class _Portal(socketserver.ThreadingTCPServer):
    """Keeps its lines open, and cuts the one over which something is posted before it answers."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Line)
        self.posts = 0
        self.asked_to_close = 0


class _Line(socketserver.StreamRequestHandler):
    server: _Portal

    def handle(self) -> None:
        while request := self.rfile.readline():
            headers = {}
            while (line := self.rfile.readline().strip()) != b"":
                name, _, value = line.partition(b":")
                headers[name.lower()] = value.strip().lower()
            self.rfile.read(int(headers.get(b"content-length", b"0")))
            if request.startswith(b"POST"):
                self.server.posts += 1
                return
            closes = headers.get(b"connection") == b"close"
            self.server.asked_to_close += closes
            body = b"" if request.startswith(b"HEAD") else b"<h1>1</h1>"
            kept = b"close" if closes else b"keep-alive"
            self.wfile.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 10\r\nConnection: %s\r\n\r\n%s"
                % (kept, body)
            )
            if closes:
                return


@pytest.fixture
def portal_server() -> Iterator[_Portal]:
    """A portal of one page."""
    with _Portal() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def opened(engine: Engine, portal_server: _Portal) -> Iterator[Page]:
    """Its page, over a line that is kept open."""
    address = f"http://127.0.0.1:{portal_server.server_address[1]}"
    context = engine.portal.call(lambda: engine.chromium.context(address))
    page = engine.portal.call(context.new_page)
    engine.portal.call(page.goto, address)
    yield page
    engine.portal.call(context.close)


def test_a_browser_by_itself_posts_twice(engine: Engine, opened: Page, portal_server: _Portal) -> None:
    # why it is needed; a browser that no longer does it would make the whole matter unnecessary
    assert engine.portal.call(opened.evaluate, _POST) == "lost"
    assert portal_server.posts == 2


def test_what_is_sent_once_arrives_once(engine: Engine, opened: Page, portal_server: _Portal) -> None:
    async def press() -> str:
        async with sent_once(opened):
            return str(await opened.evaluate(_POST))

    assert engine.portal.call(press) == "lost"
    assert portal_server.posts == 1
    assert portal_server.asked_to_close == 6


def test_afterwards_lines_are_kept_again(engine: Engine, opened: Page, portal_server: _Portal) -> None:
    async def look() -> None:
        async with sent_once(opened):
            pass
        await opened.reload()

    engine.portal.call(look)
    assert portal_server.asked_to_close == 6


def test_a_page_that_is_gone_is_a_fault(engine: Engine, opened: Page) -> None:
    async def press() -> None:
        await opened.close()
        async with sent_once(opened):
            raise AssertionError("nothing can be sent")

    with pytest.raises(PortalFault):
        engine.portal.call(press)
