"""Work that blocks, in a thread that nobody has to wait for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

__all__ = ["aside"]

_Answer = TypeVar("_Answer")


async def aside(work: Callable[[], _Answer]) -> _Answer:
    """Do `work` in a thread of its own. Whoever is cancelled meanwhile leaves it behind.

    A thread of the pool that hangs would be missing to all others, and hold up the end of the program.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[_Answer] = loop.create_future()

    def settle(set_: Callable[[Any], None], what: Any) -> None:
        if not answer.done():
            set_(what)

    def run() -> None:
        try:
            done: tuple[Callable[[Any], None], Any] = (answer.set_result, work())
        except Exception as error:
            done = (answer.set_exception, error)
        with suppress(RuntimeError):  # the program has ended meanwhile
            loop.call_soon_threadsafe(settle, *done)

    threading.Thread(target=run, name="ywtb aside", daemon=True).start()
    return await answer
