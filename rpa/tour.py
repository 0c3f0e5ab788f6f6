"""A tour: the screens of a portal in the order in which they can be reached without filing.

Which screen follows which is a flow's knowledge, so a flow declares it; whoever runs the tour only looks (`rpa.doctor`).
A tour is an asynchronous generator: it goes to a page, gives a :class:`Stop`, and goes on when it is asked for the next.
Whoever runs it waits for the stop's screen before that: only then is the page there.
It never presses what files a group, and what it leaves on the portal (a draft) it takes away in a ``finally``.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rpa.desk import Desk

__all__ = ["Stop", "Tour"]


@dataclass(frozen=True, slots=True)
class Stop:
    """A page that a tour has come to, and what of the packs must stand on it now.

    - `screen`: the screen before us;
    - `also`: further screens of the packs whose elements stand on the same page (the menu, 附件);
    - `without`: keys of elements that this state of the page does not show;
    - `only`: where it is not empty, the only keys that are looked for;
    - `entries`: keys of fields that stand inside each entry of a list of the pack, by the list's key;
    - `facts`: the fields are labels of a page that is only read;
    - `forms`: keys of uploads whose blank form can be downloaded here.
    """

    screen: str
    also: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()
    entries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: bool = False
    forms: tuple[str, ...] = ()

    def has(self, key: str) -> bool:
        """Whether an element of the pack must be here."""
        return key not in self.without and (not self.only or key in self.only)


#: ``tour(desk, sample)``: with a sample application a draft of it is made, visited and deleted; with None nothing is kept.
Tour = Callable[[Desk, Any], AsyncGenerator[Stop, None]]
