"""The browser of a program: one that hangs or dies is replaced, and nothing of it is left behind."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from anyio.from_thread import BlockingPortal

from rpa.browser import find_browser
from rpa.browser.chromium import Chromium
from rpa.browser.keeper import Keeper
from rpa.errors import NeedsPerson

from .site import Site, page

Run = Callable[..., Any]


def drivers() -> set[int]:
    """The drivers that this process has started, as process ids."""
    children = psutil.Process().children()
    return {child.pid for child in children if "run-driver" in child.cmdline()}


@pytest.fixture
def run(portal: BlockingPortal) -> Iterator[Run]:
    """``run(work)``: do something with a new keeper; afterwards none of its processes is there."""
    before = drivers()

    def do(work: Callable[[Keeper], Awaitable[Any]], **options: int) -> Any:
        async def within() -> Any:
            executable = find_browser(headed=False)
            async with Keeper(lambda: Chromium.started(executable), **options) as keeper:
                return await work(keeper)

        return portal.call(within)

    yield do
    assert drivers() == before


async def visit(keeper: Keeper, site: Site) -> str:
    """Look at the site in a context of its own."""
    async with keeper.lend(site.address) as context:
        tab = await context.new_page()
        await tab.goto(site.address)
        return await tab.inner_text("body")


def test_one_browser_serves_many(run: Run, site: Site) -> None:
    site.put("/", page("<p>你好</p>"))

    async def work(keeper: Keeper) -> list[Any]:
        said = [await visit(keeper, site) for _ in range(3)]
        return [said, len(drivers())]

    started = len(drivers())
    said, running = run(work)
    assert [text.strip() for text in said] == ["你好"] * 3
    assert running == started + 1


def test_a_browser_that_was_killed_is_replaced(run: Run, site: Site) -> None:
    site.put("/", page("<p>你好</p>"))

    async def work(keeper: Keeper) -> str:
        before = drivers()
        await visit(keeper, site)
        [driver] = drivers() - before
        for browser in psutil.Process(driver).children():
            browser.kill()
        return await visit(keeper, site)

    assert run(work).strip() == "你好"


def test_a_browser_that_hangs_is_killed_with_all_its_processes(run: Run, site: Site) -> None:
    site.put("/", page("<p>你好</p>"))

    async def work(keeper: Keeper) -> list[Any]:
        before = drivers()
        await visit(keeper, site)
        [driver] = drivers() - before
        stopped = psutil.Process(driver).children(recursive=True)
        for process in stopped:
            with suppress(psutil.NoSuchProcess):  # that of the page just closed may be on its way out
                process.suspend()
        with pytest.raises(TimeoutError):
            async with keeper.lend(site.address, seconds=2):
                pass
        said = await visit(keeper, site)
        return [
            said,
            [process.pid for process in stopped if process.is_running() and process.status() != "zombie"],
        ]

    said, left = run(work)
    assert said.strip() == "你好"
    assert left == []


def test_a_browser_that_hangs_without_its_driver_is_killed_with_all_its_processes(
    run: Run, site: Site
) -> None:
    site.put("/", page("<p>你好</p>"))

    async def work(keeper: Keeper) -> list[int]:
        before = drivers()
        await visit(keeper, site)
        [driver] = drivers() - before
        stopped = psutil.Process(driver).children(recursive=True)
        for process in stopped:
            with suppress(psutil.NoSuchProcess):
                process.suspend()
        psutil.Process(driver).kill()
        await keeper.close()
        _, left = psutil.wait_procs(stopped, timeout=5)
        return [process.pid for process in left if process.status() != psutil.STATUS_ZOMBIE]

    assert run(work) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
def test_a_driver_and_a_browser_that_do_not_start_leave_nothing(
    portal: BlockingPortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rpa.browser.chromium._START_SECONDS", 4)
    mute = tmp_path / "mute"
    mute.write_text("#!/bin/sh\nexec sleep 1000\n")
    mute.chmod(0o700)

    async def start() -> None:
        executable = replace(find_browser(headed=False), path=mute)
        async with Chromium.started(executable):
            raise AssertionError("it says nothing")

    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(NeedsPerson, match="浏览器无法启动"):
        portal.call(start)
    _, left = psutil.wait_procs(set(psutil.Process().children(recursive=True)) - before, timeout=5)
    assert [one for one in left if one.status() != psutil.STATUS_ZOMBIE] == []


def test_a_browser_that_has_served_long_is_given_up_when_nobody_uses_it(run: Run, site: Site) -> None:
    site.put("/", page("<p>你好</p>"))

    async def work(keeper: Keeper) -> list[int]:
        counts = []
        async with keeper.lend(site.address):
            await visit(keeper, site)
            counts.append(len(drivers()))  # in use: it stays
        counts.append(len(drivers()))
        await asyncio.gather(visit(keeper, site), visit(keeper, site))
        return counts

    started = len(drivers())
    assert run(work, recycle_after=2) == [started + 1, started]
