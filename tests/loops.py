"""Asynchronous work of tests that are plain functions."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar

from anyio.from_thread import start_blocking_portal

__all__ = ["run_apart"]

_Answer = TypeVar("_Answer")


def run_apart(work: Coroutine[Any, Any, _Answer]) -> _Answer:
    """Do `work` on a loop of its own in another thread: browser tests keep one running in the main thread."""

    async def result() -> _Answer:
        return await work

    with start_blocking_portal() as portal:
        return portal.call(result)
