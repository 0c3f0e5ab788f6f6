"""What a page has that a pack could name: controls, buttons, tables, upload rows, titles; never what is written in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rpa.screen.form import Control, as_controls
from rpa.screen.pack import Candidate, Element
from rpa.screen.view import View

__all__ = ["Place", "Survey", "TableHead", "hits", "survey"]


@dataclass(frozen=True, slots=True)
class Place:
    """A button or an upload row: what it reads, the heading it stands under, its number in the page script."""

    text: str
    section: str
    ref: int
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class TableHead:
    """A table by its headings."""

    headings: tuple[str, ...]
    section: str
    within: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """The open layer, or else the page. `labels` are those of a page that is only read, `titles` its headings."""

    controls: tuple[Control, ...]
    buttons: tuple[Place, ...]
    tables: tuple[TableHead, ...]
    materials: tuple[Place, ...]
    titles: tuple[str, ...]
    labels: tuple[str, ...]


async def survey(view: View) -> Survey:
    """Look at everything, in one round trip."""
    seen: Mapping[str, Any] = await view.call("survey")
    return Survey(
        controls=tuple(as_controls(seen["controls"])),
        buttons=tuple(Place(**one) for one in seen["buttons"]),
        tables=tuple(
            TableHead(tuple(one["headings"]), one["section"], tuple(one["within"])) for one in seen["tables"]
        ),
        materials=tuple(Place(**one) for one in seen["materials"]),
        titles=tuple(seen["titles"]),
        labels=tuple(seen["labels"]),
    )


async def hits(view: View, element: Element, candidate: Candidate) -> list[int]:
    """The numbers of the buttons that a press by this candidate would choose from, without aiming at any; one is right."""
    if not candidate.css and not candidate.role:
        found = await view.call("hits", [list(candidate.texts), element.within])
        return [hit["ref"] for hit in found]
    locator = (
        view.frame.locator(candidate.css)
        if candidate.css
        else view.frame.get_by_role(candidate.role, name=candidate.name, exact=True)  # type: ignore[arg-type]
    )
    refs: list[int] = await locator.evaluate_all(
        "elements => elements.filter(e => window.__ywtb.visible(e)).map(e => window.__ywtb.ref(e))"
    )
    return refs
