"""Lists of stored entries drawn as cards (邮寄地址, 发票信息): each has a choice, lines and buttons of its own."""

from __future__ import annotations

from dataclasses import dataclass

from rpa.screen.view import View

__all__ = ["Card", "read_cards"]


@dataclass(frozen=True, slots=True)
class Card:
    """A stored entry: its lines as label and value, the section it stands in, and whether it is the chosen one."""

    ref: int
    section: str
    lines: dict[str, str]
    chosen: bool
    choice: int


async def read_cards(view: View, word: str, section: str = "") -> list[Card]:
    """Every card that has a button reading `word`, in page order; only those of one section if it is given."""
    cards = [Card(**entry) for entry in await view.call("cards", word)]
    return [card for card in cards if not section or card.section == section]
