"""What on a page is most likely an element that its pack no longer finds: by its words, and by where it stands.

A proposal is for a person to judge. Nothing is ever filled or pressed by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rpa.screen import Element
from rpa.screen.survey import TableHead

__all__ = ["Missing", "Thing", "nearest", "nearest_table"]

_LIKELY = 0.5  # from here on it is called renamed
_WORTH_SAYING = 0.34
_KINDS = {
    "date": {"date", "text"},
    "cascade": {"cascade", "drawn", "select"},
    "lines": {"lines"},
    "rows": {"rows"},
}


@dataclass(frozen=True, slots=True)
class Missing:
    """An element that was not found. `before` and `after` are its neighbours in the pack, the nearest first."""

    screen: str
    part: str
    element: Element
    title: str
    words: tuple[str, ...]
    neighbours: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


@dataclass(frozen=True, slots=True)
class Thing:
    """Something on the page that no element of the packs means; `place` counts along the page."""

    text: str
    ref: int | None
    kind: str
    place: int


def nearest(
    missing: Missing, things: Sequence[Thing], places: Mapping[str, int], rivals: int
) -> tuple[Thing, bool] | None:
    """The thing that is most likely the missing element, and whether it is likely enough to say so.

    `places` are where the other fields of the screen were found, `rivals` how many elements of this part are missing.
    Words that look alike count, and so does standing where the pack has it, between the same neighbours; where one thing
    is left over and one element is missing, they are each other's.
    """
    kinds = _KINDS.get(missing.element.kind, set())
    fitting = [one for one in things if not kinds or not one.kind or one.kind in kinds]
    if not fitting:
        return None
    between = _between(missing, places)
    scored = sorted(
        (
            (_alike(missing.words, one.text) + (0.5 if one.place in between else 0.0), -one.place, one)
            for one in fitting
        ),
        reverse=True,
        key=lambda scored: scored[:2],
    )
    score, _, best = scored[0]
    alone = len(fitting) == 1 and rivals == 1 and missing.part in ("fields", "uploads")
    stands_out = len(scored) == 1 or score - scored[1][0] > 0.1
    if (score >= _LIKELY and stands_out) or alone:
        return best, True
    return (best, False) if score >= _WORTH_SAYING else None


def _alike(words: Sequence[str], text: str) -> float:
    return max((SequenceMatcher(None, word, text).ratio() for word in words), default=0.0)


def _between(missing: Missing, places: Mapping[str, int]) -> range:
    """Where on the page it would stand: between those found of its neighbours in the pack."""
    before, after = ([places[key] for key in keys if key in places] for keys in missing.neighbours)
    if not before or not after or before[0] > after[0] or after[0] - before[0] > 3:
        return range(0)  # the page has another order: it says nothing
    return range(before[0] + 1, after[0])


def nearest_table(headings: Sequence[str], tables: Sequence[TableHead]) -> dict[str, str] | None:
    """In the table that shares most of `headings`: the heading that stands for each one missing, as far as it can be told."""
    known = set(headings)
    best = max(tables, key=lambda one: len(known & set(one.headings)), default=None)
    if best is None or not known & set(best.headings):
        return None
    lost = [heading for heading in headings if heading not in best.headings]
    new = [heading for heading in best.headings if heading not in known]
    if len(lost) == 1 and len(new) == 1:
        return {lost[0]: new[0]}
    pairs = {}
    for heading in lost:
        ranked = sorted(new, key=lambda text, lost=heading: -_alike([lost], text))  # type: ignore[misc]
        if ranked and _alike([heading], ranked[0]) >= _LIKELY:
            pairs[heading] = ranked[0]
    return pairs
