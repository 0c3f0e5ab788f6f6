"""Serving the replica: a line when it listens, a clean end when told, when interrupted, or with its parent."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["cut", "serve"]

_open: dict[tuple[str, int], asyncio.Transport] = {}


class _Line(H11Protocol):
    """A connection that a fault can cut: the application only knows the other end's address."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # Head and body go out in two writes; held back for the first one's receipt, every answer would take 40 ms.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _open[transport.get_extra_info("peername")[:2]] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.client is not None:
            _open.pop((self.client[0], self.client[1]), None)
        super().connection_lost(exc)


def cut(scope: Scope) -> None:
    """Break the connection a request came over, without an answer."""
    transport = _open.get(tuple(scope["client"]))
    if transport is not None:
        transport.abort()


class _Server(uvicorn.Server):
    """Tells when it listens, and ends with exit code 0 when it is asked to end."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn's own raises the signal again after the end, which makes a wanted end look like a crash.
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {
            number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def serve(
    application: Callable[..., object],
    host: str,
    port: int,
    ready: Callable[[str], None],
    *,
    end_with_parent: bool = False,
) -> None:
    """Serve until told to end; `ready` gets the address once it listens (port 0: a free port)."""
    listener = socket.create_server((host, port), backlog=512)
    address = f"http://{host}:{listener.getsockname()[1]}"
    config = uvicorn.Config(
        application,
        http=_Line,
        ws="none",
        lifespan="on",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
        proxy_headers=False,
    )
    server = _Server(config, lambda: ready(address))
    if end_with_parent:
        _watch_parent(server)
    with listener:
        server.run(sockets=[listener])


def _watch_parent(server: uvicorn.Server) -> None:
    """End when standard input closes: the parent has gone, however it went."""

    def wait() -> None:
        while sys.stdin.buffer.read(4096):
            continue
        server.should_exit = True

    threading.Thread(target=wait, name="parent", daemon=True).start()
