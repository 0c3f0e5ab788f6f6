"""One browser process: started once, shared by all accounts, each in a context of its own (design D1)."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from loguru import logger
from playwright.async_api import Browser, BrowserContext, Error, Playwright, async_playwright

from rpa.browser.find import Executable, launch_arguments
from rpa.browser.limits import tidying
from rpa.browser.storage import Storage
from rpa.browser.temporary import end_processes, given, own_folder, put_into
from rpa.errors import NeedsPerson

__all__ = ["Chromium"]

# Where nothing listens: every request that is not for the portal goes there and fails at once (design D13).
_NOWHERE = "http://127.0.0.1:9"
_START_SECONDS = 60
_CLOSE_SECONDS = 15
# The driver's garbage is collected early: it would otherwise hold twice the memory after some hundred pages.
_LEAN = "--max-semi-space-size=1"


class Chromium:
    """A running browser. Open with ``async with Chromium.started(executable) as chromium``.

    `hangs` is set when it did not close a context in time: it is to be killed, and another one to be started.
    """

    def __init__(
        self, browser: Browser, executable: Executable, processes: Sequence[psutil.Process] = ()
    ) -> None:
        self.browser = browser
        self.executable = executable
        self.hangs = False
        self.videos: Path | None = None  # where films of its pages are put; none are taken without it
        self._processes = processes

    @classmethod
    @asynccontextmanager
    async def started(cls, executable: Executable, *, headed: bool = False) -> AsyncIterator[Chromium]:
        """Start the driver and the browser; both are gone when the block ends, and so are their temporary files.

        Raises :class:`~rpa.errors.NeedsPerson` when the program does not start.
        """
        others = set(psutil.Process().children())
        async with AsyncExitStack() as stack:
            folder = stack.enter_context(own_folder())
            started: list[psutil.Process] = []
            stack.callback(end_processes, folder)
            stack.callback(_kill, started)
            try:
                with put_into(folder), given({"NODE_OPTIONS": os.environ.get("NODE_OPTIONS", _LEAN)}):
                    playwright = await stack.enter_async_context(_driver())
            finally:  # one that does not answer is to be ended too
                started += (
                    one for one in psutil.Process().children() if one not in others and _is_driver(one)
                )
            browser = await _launch(playwright, executable, headed=headed)
            logger.debug("浏览器 {} 已启动", browser.version)
            for driver in tuple(started):  # by itself, for when the driver is gone before it
                with suppress(psutil.NoSuchProcess):
                    started += driver.children(recursive=True)
            try:
                yield cls(browser, executable, started)
            finally:
                # one that hangs is ended with the driver
                async with tidying(_CLOSE_SECONDS):
                    await browser.close()

    @property
    def is_fit(self) -> bool:
        """Whether it can be used: its program runs and has not hung."""
        return self.browser.is_connected() and not self.hangs

    @asynccontextmanager
    async def lend(
        self,
        address: str,
        *,
        scripts: Sequence[str] = (),
        storage: Storage | None = None,
        seconds: float = 60.0,
    ) -> AsyncIterator[BrowserContext]:
        """A context of :meth:`context` for the time of the block. One that does not open or close in time holds nobody up.

        Raises :class:`TimeoutError` when it does not open within `seconds`.
        """
        try:
            async with asyncio.timeout(seconds):
                context = await self.context(address, scripts=scripts, storage=storage)
        except TimeoutError:
            self.hangs = True
            raise
        try:
            yield context
        finally:
            try:
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await context.close()
            except Error:
                pass  # it is closed already, or its browser is gone
            except TimeoutError:
                self.hangs = True

    def kill(self) -> None:
        """End the driver, the browser and every process of theirs at once, without asking them."""
        _kill(self._processes)

    async def context(
        self, address: str, *, scripts: Sequence[str] = (), storage: Storage | None = None
    ) -> BrowserContext:
        """A context for one account: Chinese, only `address`'s origin reachable, `scripts` in every page.

        With the cookies and the localStorage of `storage`; what that has of a tab is put into the tab.
        """
        context = await self.browser.new_context(
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": 1360, "height": 900},
            accept_downloads=True,
            proxy={"server": _NOWHERE, "bypass": _host(address)},
            storage_state=storage.state if storage else None,
            record_video_dir=self.videos,
        )
        for script in scripts:
            await context.add_init_script(script)
        return context


@asynccontextmanager
async def _driver() -> AsyncIterator[Playwright]:
    """Playwright's driver for the time of the block. One that hangs is left to be killed, not waited for."""
    manager = async_playwright()
    try:
        async with asyncio.timeout(_START_SECONDS):
            playwright = await manager.__aenter__()
    except TimeoutError:
        raise NeedsPerson(
            "浏览器的驱动程序没有响应", advice="请重新启动电脑后再试；仍不行时运行 ywtb doctor"
        ) from None
    try:
        yield playwright
    finally:
        async with tidying(_CLOSE_SECONDS):
            await manager.__aexit__(None, None, None)


def _kill(processes: Sequence[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            for child in process.children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    child.kill()
            process.kill()


def _is_driver(process: psutil.Process) -> bool:
    """Whether a process is Playwright's driver, of which the browser is a child."""
    try:
        return "run-driver" in process.cmdline()
    except psutil.Error:
        return False


def _host(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


async def _launch(playwright: Playwright, executable: Executable, *, headed: bool) -> Browser:
    try:
        async with asyncio.timeout(_START_SECONDS):
            return await playwright.chromium.launch(
                executable_path=executable.path,
                headless=not headed,
                args=launch_arguments(),
                # the runner answers Ctrl-C itself: a case is parked before the browser goes
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
    except (Error, TimeoutError) as error:
        reason = re.sub(r"\s+", " ", str(error))[:200]
        raise NeedsPerson(
            f"浏览器无法启动：{reason}",
            where=str(executable.path),
            advice="请用 YWTB_BROWSER 指定可用的浏览器",
        ) from error
