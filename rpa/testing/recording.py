"""Traces, films and pictures of the robot's own pages, by the options that pytest-playwright has for its page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from loguru import logger
from playwright.async_api import Error

from rpa.desk import Desk
from rpa.testing.plugin import FAILED

__all__ = ["Kept", "Recording"]


@dataclass(frozen=True, slots=True)
class Recording:
    """What is to be kept of each test, ``on``, ``off``, or only when it fails, and in which folder.

    A picture for the report of promises is taken whenever there is such a report. `films` is where the browser
    puts films at first; None when none are wanted.
    """

    folder: Path
    tracing: str
    video: str
    screenshot: str
    pictures: bool
    films: Path | None

    @classmethod
    def asked_for(cls, config: pytest.Config, films: Path) -> Recording:
        """As the command line says; without pytest-playwright nothing but the report's pictures."""
        video = str(config.getoption("--video", default="off"))
        return cls(
            Path(str(config.getoption("--output", default="test-results"))).absolute(),
            str(config.getoption("--tracing", default="off")),
            video,
            str(config.getoption("--screenshot", default="off")),
            bool(config.getoption("--promises")),
            None if video == "off" else films,
        )

    @contextmanager
    def of(self, item: pytest.Item) -> Iterator[Kept]:
        """What is kept of one test; its films are whole when its desk is gone."""
        name = re.sub(r"[^\w.-]+", "-", item.nodeid.replace("::", "-")).strip("-").lower()
        kept = Kept(self, item, self.folder / name[-120:])
        yield kept
        kept.put_films()


@dataclass
class Kept:
    """What is kept of one test."""

    recording: Recording
    item: pytest.Item
    folder: Path
    pictured: bool = False

    async def begin(self, desk: Desk) -> None:
        """The trace begins only now, after the sign-in: it would have the password in it."""
        if self.recording.tracing != "off":
            await desk.page.context.tracing.start(screenshots=True, snapshots=True)

    async def end(self, desk: Desk) -> None:
        """The trace, and a picture as the page now stands unless there is one already."""
        failed = self.item.stash.get(FAILED, False)
        try:
            if self.recording.tracing != "off":
                keep = self.recording.tracing == "on" or failed
                await desk.page.context.tracing.stop(path=self.folder / "trace.zip" if keep else None)
        except Error as error:
            logger.warning("没有留下 trace：{}", error)
        await self.picture(desk, failed=failed)

    async def picture(self, desk: Desk, *, failed: bool) -> None:
        """A picture as the page now stands, the first time it is asked for; best before anything is tidied up."""
        wanted = self.recording.screenshot
        if self.pictured or not (
            self.recording.pictures or wanted == "on" or (wanted == "only-on-failure" and failed)
        ):
            return
        self.pictured = True
        picture = self.folder / f"test-{'failed' if failed else 'finished'}-1.png"
        try:
            await desk.page.screenshot(path=picture, animations="disabled", full_page=failed)
        except Error as error:  # a page that is gone takes nothing from the test's own result
            logger.warning("没有留下截图：{}", error)
        else:
            self.item.user_properties.append(("picture", str(picture)))

    def put_films(self) -> None:
        """Put the film into the test's folder, unless it is not wanted."""
        films = self.recording.films
        if films is None:
            return
        for number, film in enumerate(sorted(films.glob("*.webm")), 1):
            if self.recording.video == "on" or self.item.stash.get(FAILED, False):
                self.folder.mkdir(parents=True, exist_ok=True)
                film.replace(self.folder / f"video-{number}.webm")
            else:
                film.unlink()
