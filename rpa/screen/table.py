"""Tables of a page, read in one round trip and known by their headings; label-value pairs of a page that is only read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rpa.errors import PageChanged
from rpa.screen.view import View

__all__ = ["Fact", "Row", "Table", "as_listing", "read_facts", "read_tables"]


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its texts by heading, and the number by which the page script knows it."""

    ref: int
    cells: dict[str, str]
    links: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, heading: str) -> str:
        return self.cells[heading]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its headings, its rows, the section it stands in, and rows that are only a note (such as 暂无数据).

    `within` are the headings that it stands under, the outermost first; the last of them is its section.
    """

    headings: tuple[str, ...]
    section: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A label with its value on a page that is only read, and the section it stands in."""

    section: str
    label: str
    value: str


async def read_tables(view: View, headings: Sequence[str]) -> list[Table]:
    """Every visible table that has all of `headings`, in page order, in one round trip."""
    return _tables(await view.call("tables"), headings)


def as_listing(view: View, answer: Mapping[str, Any], headings: Sequence[str]) -> tuple[list[Table], str]:
    """What the page script answers to ``listing``: the tables that have all of `headings`, the words of the page.

    The view then knows where to press to turn the page.
    """
    view.since, view.ahead = answer["turn"]["since"], answer["turn"].get("point")
    view.leaf = answer["leaf"]
    return _tables(answer["tables"], headings), answer["words"]


def _tables(answers: Sequence[Mapping[str, Any]], headings: Sequence[str]) -> list[Table]:
    tables = []
    for answer in answers:
        names = tuple(answer["headings"])
        if not set(headings) <= set(names):
            continue
        named = [name for name in names if name]
        if len(set(named)) != len(named):
            raise PageChanged("表格有重名的列，无法按列名读取", where="、".join(names))
        rows = tuple(
            Row(row["ref"], dict(zip(names, row["cells"], strict=True)), dict(row["links"]))
            for row in answer["rows"]
        )
        tables.append(Table(names, answer["section"], rows, tuple(answer["notes"]), tuple(answer["within"])))
    return tables


async def read_facts(view: View) -> list[Fact]:
    """Every label-value pair of the page, in page order, in one round trip."""
    return [Fact(**entry) for entry in await view.call("facts")]
