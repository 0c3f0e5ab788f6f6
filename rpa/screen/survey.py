"""What a page has that a pack could name: controls, buttons, tables, upload rows, titles; never what is written in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rpa.errors import PageChanged
from rpa.screen.choosing import read_list
from rpa.screen.form import Control, as_controls
from rpa.screen.pack import Candidate, Element
from rpa.screen.view import View
from rpa.screen.words import fold

__all__ = [
    "Entries",
    "Place",
    "Survey",
    "TableHead",
    "hits",
    "is_unread",
    "read_options",
    "strange_entries",
    "survey",
    "survey_controls",
]

_SETTLE_MS = 500  # how long a page may take to show again what it held before a list was opened


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
class Entries:
    """Entries of a list as the page draws them: the kind a pack would call them, the words it could know them by."""

    kind: str
    section: str
    words: tuple[str, ...]
    refs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """The open layer, or else the page. `labels` are those of a page that is only read, `titles` its headings."""

    controls: tuple[Control, ...]
    buttons: tuple[Place, ...]
    tables: tuple[TableHead, ...]
    materials: tuple[Place, ...]
    titles: tuple[str, ...]
    labels: tuple[str, ...]
    entries: tuple[Entries, ...] = ()


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
        entries=tuple(
            Entries(one["kind"], one["section"], tuple(one["words"]), tuple(one["refs"]))
            for one in seen["entries"]
        ),
    )


async def strange_entries(view: View, seen: Survey, known: Collection[int]) -> list[Entries]:
    """Those entries of the page that have nothing to do with the `known` ones."""
    if not seen.entries:
        return []
    firsts = [one.refs[0] for one in seen.entries]
    apart = await view.call("apart", [firsts, list(known)])
    return [one for one in seen.entries if one.refs[0] in apart]


async def survey_controls(view: View) -> list[Control]:
    """The controls of the view's part alone, with what they offer and without what is written in them."""
    return as_controls(await view.call("surveyOf", view.part))


def is_unread(control: Control) -> bool:
    """Whether a control has a list that the page does not hold before it is opened."""
    return control.kind in ("drawn", "cascade") and not any(control.options)


async def read_options(view: View, controls: Sequence[Control]) -> list[tuple[str, ...]]:
    """What each of these drawn controls offers (of a cascade its first step); empty where it could not be seen.

    Each is opened and shut again, nothing is chosen: raises :class:`~rpa.errors.PageChanged` when what the page holds is
    another thing afterwards.
    """
    before = await view.call("wholeForm")
    found = []
    for control in controls:
        options: tuple[str, ...] = ()
        if control.enabled:
            options = await read_list(view, control.label, control.refs[0])
        found.append(tuple(option for option in options if option != fold(control.placeholder)))
    await view.call("formSettled", [_SETTLE_MS, None])
    if _held(await view.call("wholeForm")) != _held(before):
        raise PageChanged("打开列表看选项之后，页面上的值变了")
    return found


def _held(form: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    return [(one["label"], one["value"], one["model"]) for one in form]


async def hits(view: View, element: Element, candidate: Candidate) -> list[int]:
    """The numbers of the buttons that a press by this candidate would choose from, without aiming at any; one is right."""
    if not candidate.css and not candidate.role:
        found = await view.call("hits", [list(candidate.texts), element.within, element.key == "next_page"])
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
