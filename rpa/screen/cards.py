"""Lists of entries (邮寄地址, 发票信息, 人员, 旅行卡), drawn as cards or as rows of a table."""

from __future__ import annotations

from dataclasses import dataclass

from rpa.screen.pack import Element
from rpa.screen.view import View

__all__ = ["Card", "as_list", "read_cards"]


@dataclass(frozen=True, slots=True)
class Card:
    """An entry: its lines (or cells) as label and value, the section it stands in, and whether it is the chosen one.

    `choice` is what is pressed to choose it: its radio button, or the entry itself.
    """

    ref: int
    section: str
    lines: dict[str, str]
    chosen: bool
    choice: int


def as_list(element: Element) -> list[object]:
    """A list of the pack as the page script is asked for it.

    Its `kind` says what each entry has by the element's words: ``buttons`` (the usual), ``lines`` or ``rows``.
    """
    return [list(element.texts), element.kind, element.section]


async def read_cards(view: View, element: Element) -> list[Card]:
    """Every entry of a list, in page order."""
    return [Card(**entry) for entry in await view.call("cards", as_list(element))]
