"""What is kept when a case stops: a masked picture, the form map and the step, in the case's own folder (design D10)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from loguru import logger
from playwright.async_api import Error, FloatRect, Page

from rpa.errors import YwtbError
from rpa.logs import masked_data
from rpa.private_files import private_folder, write_private
from rpa.screen import script
from rpa.screen.form import read_controls
from rpa.screen.script import Navigated
from rpa.screen.view import View

__all__ = ["keep_evidence", "picture"]

_SECONDS = 10
_ALL_SECONDS = 30  # a driver that hangs keeps none of the limits it is given


async def picture(
    page: Page,
    path: Path,
    *,
    values: Iterable[str],
    labels: Iterable[str] = (),
    clip: FloatRect | None = None,
) -> None:
    """A screenshot of the whole page, or of a part of it (`clip`), with every personal text and picture covered, and what
    stands under a label."""
    frames = [frame for frame in page.frames if not frame.is_detached()]
    hidden, named = list(values), list(labels)
    try:
        for frame in frames:
            await script.call(frame, "veil", [hidden, named], seconds=_SECONDS)
        data = await page.screenshot(timeout=_SECONDS * 1000, full_page=True, clip=clip)
    finally:
        for frame in frames:
            if not frame.is_detached():
                await script.call(frame, "unveil", seconds=_SECONDS)
    write_private(path, data)


async def keep_evidence(
    page: Page,
    folder: Path,
    name: str,
    *,
    step: str,
    values: Iterable[str],
    labels: Iterable[str] = (),
    error: YwtbError | None = None,
) -> Path | None:
    """Keep ``<time>-<name>.png`` and ``.json`` in `folder`; give the picture's path, or None when there is none.

    Covered are the `values` wherever they stand, and whatever stands under one of `labels`. The form map tells of each
    control its label, kind and whether it holds anything, never what it holds.
    """
    stem = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{name}"
    try:
        private_folder(folder)
        async with asyncio.timeout(_ALL_SECONDS):
            await picture(page, folder / f"{stem}.png", values=values, labels=labels)
            controls = await read_controls(View(page.main_frame), whole=True)
        form = [
            {
                "label": control.label,
                "section": control.section,
                "kind": control.kind,
                "required": control.required,
                "enabled": control.enabled,
                "filled": bool(control.value),
            }
            for control in controls
        ]
        story = {"step": step, "error": error.as_dict() if error else None, "form": form}
        text = json.dumps(masked_data(story), ensure_ascii=False, indent=2)
        write_private(folder / f"{stem}.json", text.encode("utf-8"))
    # evidence is kept if it can be; the case goes on without it
    except (Error, Navigated, YwtbError, OSError) as problem:  # TimeoutError is an OSError
        logger.warning("没有留下截图：{}", problem)
        return None
    return folder / f"{stem}.png"
