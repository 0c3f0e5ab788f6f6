"""One stop of a tour: each element of its screens looked for on the page, as the engine would look for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rpa.desk import Desk
from rpa.doctor.findings import Finding, Kind, Seen
from rpa.doctor.nearest import Missing, Thing
from rpa.screen import Card, Control, Element, Screen, View
from rpa.screen.form import matching
from rpa.screen.survey import (
    Entries,
    Survey,
    hits,
    is_unread,
    strange_entries,
    survey,
    survey_controls,
)
from rpa.tour import Stop

__all__ = ["Examined", "examine", "things"]


@dataclass(frozen=True, slots=True)
class Unread:
    """A field with a list that nobody has opened yet; `looks` takes its options."""

    screen: str
    element: Element
    control: Control
    view: View
    looks: dict[str, Any]


@dataclass
class Examined:
    """What came of one stop: its findings, what its screens were like, and what is missing.

    `claimed` are the things of the page that elements of the packs mean, by part; `places` where fields stand, by screen;
    `unread` the fields whose list is not in the page before it is opened; `strange` the entries that no list of the packs
    means.
    """

    survey: Survey
    findings: list[Finding] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    claimed: dict[str, set[int]] = field(default_factory=dict)
    places: dict[str, dict[str, int]] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    strange: Sequence[Entries] = ()

    @property
    def is_elsewhere(self) -> bool:
        """Whether this is another page altogether: neither its landmark nor anything else of it is there."""
        return bool(self.missing) and self.missing[0].part == "landmarks" and not self.findings

    def claim(self, part: str, refs: Sequence[int]) -> None:
        """These things of the page are what an element of a pack means."""
        self.claimed.setdefault(part, set()).update(refs)


async def examine(desk: Desk, stop: Stop) -> Examined:
    """Look for everything of the packs that must be on this page now. Fills and presses nothing."""
    await desk.settled()
    page = desk.at(stop.screen)
    found = Examined(await survey(page.view))
    looks = [_Look(desk.at(name), stop, found) for name in (stop.screen, *stop.also)]
    await looks[0].landmarks()
    for look in looks:
        await look.everything()
    found.strange = await strange_entries(page.view, found.survey, found.claimed.get("cards", set()))
    for look in looks:
        look.unread_lists()
    return found


class _Look:
    """One screen of the packs, held against the page."""

    def __init__(self, screen: Screen, stop: Stop, found: Examined) -> None:
        self._screen = screen
        self._stop = stop
        self._found = found
        self._fields: dict[str, dict[str, Any]] = {}
        self._buttons: dict[str, str] = {}
        self._uploads: dict[str, str] = {}
        self._tables: dict[str, Sequence[str]] = {}
        self._empty: list[Element] = []

    async def landmarks(self) -> None:
        words = self._screen.words.landmarks
        if not words:
            return
        if await self._screen.says(words):
            self._say("landmarks", "landmarks", words[0], Kind.FOUND)
        else:
            self._miss("landmarks", Element("landmarks", ()), words[0], words)

    async def everything(self) -> None:
        words = self._screen.words
        if self._stop.facts:
            self._labels()
        else:
            await self._controls()
        for key, element in words.buttons.items():
            if self._stop.has(key):
                await self._button(element)
        await self._materials()
        for key, headings in words.tables.items():
            if self._stop.has(key):
                self._table(key, headings)
        for key, element in words.cards.items():
            if self._stop.has(key):
                await self._cards(element)
        self._found.seen.append(
            Seen(self._screen.name, self._fields, self._buttons, self._uploads, self._tables)
        )

    # --- fields ------------------------------------------------------------------------------------------------------

    async def _controls(self) -> None:
        inside = {key: entry for entry, keys in self._stop.entries.items() for key in keys}
        entries: dict[str, tuple[View, Sequence[Control]]] = {}
        for key, element in self._screen.words.fields.items():
            if not self._stop.has(key):
                continue
            view = self._screen.view
            controls: Sequence[Control] = self._found.survey.controls
            if key in inside:
                if inside[key] not in entries:
                    entries[inside[key]] = await self._entry(inside[key])
                view, controls = entries[inside[key]]
            await self._field(element, view, controls)

    async def _entry(self, key: str) -> tuple[View, Sequence[Control]]:
        """The first entry of a list and its controls; the page's when there is none."""
        cards: list[Card] = await self._screen.cards(key)
        if not cards:
            return self._screen.view, self._found.survey.controls
        view = replace(self._screen.view, part=cards[0].ref)
        for other in cards[1:]:  # what is asked of each person is the same element for each
            self._found.claim(
                "fields",
                [ref for one in await survey_controls(replace(view, part=other.ref)) for ref in one.refs],
            )
        return view, await survey_controls(view)

    async def _field(self, element: Element, view: View, controls: Sequence[Control]) -> None:
        for number, candidate in enumerate(element.candidates):
            fitting = await matching(view, element, candidate, controls)
            if not fitting:
                continue
            self._found.claim("fields", [ref for one in fitting for ref in one.refs])
            if self._count("fields", element, number, len(fitting), fitting[0].label):
                looks = _looks(fitting[0])
                self._fields[element.key] = looks
                if is_unread(fitting[0]):
                    self._found.unread.append(Unread(self._screen.name, element, fitting[0], view, looks))
                if fitting[0] in self._found.survey.controls:
                    at = self._found.survey.controls.index(fitting[0])
                    self._found.places.setdefault(self._screen.name, {})[element.key] = at
            return
        self._miss("fields", element, element.title, element.texts)

    def _labels(self) -> None:
        shown = self._found.survey.labels
        for key, element in self._screen.words.fields.items():
            if not self._stop.has(key):
                continue
            here = next((text for text in element.texts if text in shown), "")
            if here:
                self._count("fields", element, 0, 1, here)
                self._fields[key] = {"label": here}
            else:
                self._miss("labels", element, element.title, element.texts)

    # --- buttons, upload rows, tables --------------------------------------------------------------------------------

    async def _button(self, element: Element) -> None:
        for number, candidate in enumerate(element.candidates):
            refs = await hits(self._screen.view, element, candidate)
            if not refs:
                continue
            self._found.claim("buttons", refs)
            read = next((one.text for one in self._found.survey.buttons if one.ref == refs[0]), "")
            # what stands beside each entry of a list is pressed inside one of them
            several = element.key in self._stop.entries.get("*", ())
            if self._count("buttons", element, number, 1 if several else len(refs), read or element.title):
                self._buttons[element.key] = read or element.title
            return
        self._miss("buttons", element, element.title, element.texts)

    async def _materials(self) -> None:
        wanted = {key: one for key, one in self._screen.words.uploads.items() if self._stop.has(key)}
        if not wanted:
            return
        words = self._screen.upload_words.all
        rows = await self._screen.view.call(
            "uploads", [{key: list(one.texts) for key, one in wanted.items()}, words]
        )
        for key, element in wanted.items():
            if not rows[key]:
                self._miss("uploads", element, element.title, element.texts)
                continue
            self._found.claim("uploads", [row["ref"] for row in rows[key]])
            text = next((text for text in element.texts if text in rows[key][0]["text"]), element.title)
            if self._count("uploads", element, 0, len(rows[key]), text):
                self._uploads[key] = f"{text}{'（必传）' if rows[key][0]['required'] else ''}"

    def _table(self, key: str, headings: Sequence[str]) -> None:
        tables = self._found.survey.tables
        fitting = [table for table in tables if set(headings) <= set(table.headings)]
        title = "、".join(headings)
        if fitting:
            self._say("tables", key, title, Kind.FOUND)
            self._tables[key] = fitting[0].headings
            rows = [one.refs for one in self._found.survey.entries if set(headings) <= set(one.words)]
            self._found.claim("cards", [ref for refs in rows for ref in refs])
            return
        self._miss("tables", Element(key, ()), title, headings)

    # --- lists of entries ------------------------------------------------------------------------------------------------

    async def _cards(self, element: Element) -> None:
        cards = await self._screen.cards(element.key)
        if cards:
            self._found.claim("cards", [card.ref for card in cards])
            self._count("cards", element, 0, 1, next((t for t in element.texts if t in cards[0].lines), ""))
        elif element.kind == "rows" and any(
            set(element.texts) & set(table.headings) for table in self._found.survey.tables
        ):
            self._say("cards", element.key, element.title, Kind.FOUND)  # a list with nothing in it
        else:
            self._empty.append(element)

    def unread_lists(self) -> None:
        """A list of which the packs read no entry, while the page shows some that no list of the packs means, is missing.

        Where the page shows none either there is nothing to say: it may be empty today.
        """
        for element in self._empty:
            if any(_could_be(element, one, self._found.survey) for one in self._found.strange):
                self._miss("cards", element, element.title, element.texts)

    # --- what is said --------------------------------------------------------------------------------------------------

    def _count(self, part: str, element: Element, number: int, count: int, read: str) -> bool:
        """Say that an element was found so many times by this candidate, reading this; whether once."""
        if count > 1:
            message = f"页面上有 {count} 个"
            self._say(part, element.key, element.title, Kind.AMBIGUOUS, message)
            return False
        if number or (read and read != element.title and read in element.texts):
            self._say(part, element.key, element.title, Kind.ALIAS, f"页面上是“{read}”")
        else:
            self._say(part, element.key, element.title, Kind.FOUND)
        return True

    def _say(self, part: str, key: str, title: str, kind: Kind, message: str = "") -> None:
        self._found.findings.append(Finding(self._screen.name, part, key, title, kind, message))

    def _miss(self, part: str, element: Element, title: str, words: Sequence[str]) -> None:
        order = list(self._screen.words.fields)
        self._found.missing.append(
            Missing(self._screen.name, part, element, title, tuple(words), _neighbours(order, element.key))
        )


def _looks(control: Control) -> dict[str, Any]:
    looks = {
        "label": control.label,
        "section": control.section,
        "kind": control.kind,
        "required": control.required,
    }
    options = [option for option in control.options if option]
    return looks | ({"options": options} if options else {})


def _could_be(element: Element, entries: Entries, seen: Survey) -> bool:
    """Whether these entries could be those of a list of the packs: drawn so, in its section where the page has that."""
    in_place = element.section in ("", entries.section) or element.section not in seen.titles
    return in_place and entries.kind == (element.kind or "buttons")


def _neighbours(order: Sequence[str], key: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys before and after one in the pack, the nearest first."""
    if key not in order:
        return (), ()
    at = order.index(key)
    return tuple(reversed(order[:at])), tuple(order[at + 1 :])


def things(found: Examined, part: str) -> list[Thing]:
    """What of the page no element of the packs means, of the kind that a missing one of `part` could be."""
    taken = found.claimed.get(part, set())
    seen = found.survey
    if part == "fields":
        return [
            Thing(one.label, one.refs[0], one.kind, place)
            for place, one in enumerate(seen.controls)
            if one.label and one.enabled and one.kind != "readonly" and not taken & set(one.refs)
        ]
    if part == "buttons":
        return [
            Thing(one.text, one.ref, "", place)
            for place, one in enumerate(seen.buttons)
            if one.ref not in taken
        ]
    if part == "uploads":
        return [
            Thing(one.text, one.ref, "", place)
            for place, one in enumerate(seen.materials)
            if one.ref not in taken
        ]
    if part == "cards":
        # each of the entries says the same
        by_words = {
            (text, one.kind): Thing(text, one.refs[0], one.kind, place)
            for place, one in reversed(list(enumerate(found.strange)))
            for text in one.words
        }
        return list(by_words.values())
    texts = seen.titles if part == "landmarks" else seen.labels
    return [Thing(text, None, "", place) for place, text in enumerate(texts)]
