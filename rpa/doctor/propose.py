"""Missing elements become findings with a proposal: the nearest words, Playwright's own locator for them, a masked picture."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Error

from rpa.desk import Desk
from rpa.doctor.examine import Examined, things
from rpa.doctor.findings import Finding, Kind, Proposal
from rpa.doctor.nearest import Missing, Thing, nearest, nearest_table
from rpa.errors import YwtbError
from rpa.private_files import private_folder
from rpa.screen.evidence import picture
from rpa.screen.script import Navigated

__all__ = ["Album", "propose"]

_LOCATOR_SECONDS = 3.0
_MARK = "ywtb"


@dataclass
class Album:
    """Where pictures of proposals go, and what is covered in them: these `values`, and what stands under `labels`."""

    folder: Path
    values: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    taken: int = 0

    async def take(self, desk: Desk, ref: int) -> str:
        """A masked picture of one thing on the page and what is around it; empty when it cannot be had."""
        self.taken += 1
        path = self.folder / f"{self.taken:02}.png"
        try:
            around = await desk.at("common.home").view.call("around", ref)
            private_folder(self.folder)
            await picture(desk.page, path, values=self.values, labels=self.labels, clip=around)
        except (Error, Navigated, YwtbError, OSError):
            return ""
        return str(path)


async def propose(desk: Desk, found: Examined, album: Album) -> list[Finding]:
    """The findings of everything that one stop lacks."""
    return [await _told(desk, found, album, one) for one in found.missing]


async def _told(desk: Desk, found: Examined, album: Album, missing: Missing) -> Finding:
    def finding(kind: Kind, message: str, proposal: Proposal | None = None) -> Finding:
        part = "fields" if missing.part == "labels" else missing.part
        return Finding(missing.screen, part, missing.element.key, missing.title, kind, message, proposal)

    if missing.part == "tables":
        pairs = nearest_table(missing.words, found.survey.tables)
        if not pairs:
            return finding(Kind.MISSING, "没有含这些列的表格" if pairs is None else "表格缺列")
        renamed = "、".join(f"“{old}”现为“{new}”" for old, new in pairs.items())
        headings = "、".join(pairs.get(heading, heading) for heading in missing.words)
        return finding(Kind.RENAMED, f"列名：{renamed}", Proposal(headings))
    if missing.part == "cards" and any(thing.text in missing.words for thing in things(found, "cards")):
        return finding(
            Kind.MISSING, f"页面上有这些条目，但不在“{missing.element.section}”之下：标题可能改了名"
        )
    rivals = sum(other.part == missing.part for other in found.missing)
    places = found.places.get(missing.screen, {})
    best = nearest(missing, things(found, missing.part), places, rivals)
    if best is None:
        return finding(Kind.MISSING, "页面上没有相近的")
    thing, likely = best
    locator, shown = "", ""
    if thing.ref is not None:
        locator, shown = await _locator(desk, thing), await album.take(desk, thing.ref)
    proposal = Proposal(thing.text, locator, shown)
    if likely:
        return finding(Kind.RENAMED, f"很可能现在叫“{thing.text}”", proposal)
    return finding(Kind.MISSING, f"最相近的是“{thing.text}”", proposal)


async def _locator(desk: Desk, thing: Thing) -> str:
    """How Playwright itself would speak of it; empty where it knows no good way, or is too old to say."""
    view = desk.at("common.home").view
    if not await view.call("name", [thing.ref, _MARK]):
        return ""
    try:
        async with asyncio.timeout(_LOCATOR_SECONDS):
            text = str(await view.frame.locator(f"[data-ywtb-named={_MARK}]").normalize())
    except (AttributeError, Error, TimeoutError):
        return ""
    finally:
        with suppress(Navigated, YwtbError):
            await view.call("unname")
    return "" if _MARK in text else text
