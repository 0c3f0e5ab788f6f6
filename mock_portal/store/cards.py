"""The cards that were issued, and what became of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .database import Database, dump, load

__all__ = ["CARD_STATES", "Card", "Cards"]

CARD_STATES = ("有效", "已遗失", "已换发", "已注销")
"""What is stored; 即将到期 and 已到期 follow from the day, 换补办理中 and 注销办理中 from open groups."""


@dataclass(frozen=True, slots=True)
class Card:
    """A card of a unit's account; `fields` (by label) are its holder's, `economies` the approved codes."""

    id: int
    card_no: str
    account: str
    state: str
    issued: str
    expiry: str
    economies: tuple[str, ...]
    fields: dict[str, str]
    member_id: int

    @property
    def name(self) -> str:
        """The holder's Chinese name."""
        return self.fields.get("姓名", "")


class Cards:
    """Every card of every account."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def issue(
        self,
        account: str,
        fields: Mapping[str, str],
        *,
        issued: str,
        expiry: str,
        economies: Sequence[str] = (),
        state: str = "有效",
        card_no: str = "",
        member_id: int = 0,
    ) -> Card:
        """A new card with the next free number (`CHN` + eight digits) unless told; `member_id`: whom it was made for."""
        if not card_no:
            row = self._database.one("SELECT max(card_no) AS last FROM card WHERE card_no LIKE 'CHN________'")
            card_no = f"CHN{(int(row['last'][3:]) if row and row['last'] else 0) + 1:08d}"
        self._database.run(
            "INSERT INTO card(card_no, account, id_no, state, issued, expiry, economies, fields, member_id)"
            " VALUES (?,?,?,?,?,?,?,?,?)",
            card_no, account, fields.get("身份证号", ""), state, issued, expiry, " ".join(economies), dump(fields),
            member_id,
        )  # fmt: skip
        return self.expect(card_no)

    def numbered(self, card_no: str, account: str | None = None) -> Card | None:
        """The card of that number; with `account`, only if it is that account's."""
        row = self._database.one("SELECT * FROM card WHERE card_no=?", card_no)
        return _card(row) if row and account in (None, row["account"]) else None

    def expect(self, card_no: str) -> Card:
        """The card of a number that is known to exist."""
        card = self.numbered(card_no)
        if card is None:
            raise LookupError(card_no)
        return card

    def of(self, account: str | None = None) -> list[Card]:
        """An account's cards (every account's unless told), the newest number first."""
        rows = self._database.all(
            "SELECT * FROM card WHERE ?1 IS NULL OR account=?1 ORDER BY card_no DESC", account
        )
        return [_card(row) for row in rows]

    def made_for(self, member_id: int) -> Card | None:
        """The card that was made for a member of a group, if it has been."""
        row = self._database.one("SELECT * FROM card WHERE member_id=? AND member_id != 0", member_id)
        return _card(row) if row else None

    def set_state(self, card_no: str, state: str) -> None:
        """Put the card into one of `CARD_STATES`."""
        self._database.run("UPDATE card SET state=? WHERE card_no=?", state, card_no)

    def set_expiry(self, card_no: str, expiry: str) -> None:
        """Let the card end on a day (ISO)."""
        self._database.run("UPDATE card SET expiry=? WHERE card_no=?", expiry, card_no)

    def holds_valid(self, id_no: str, day: str) -> bool:
        """Whether the person, of whatever unit, holds a card that is valid on the day (ISO)."""
        row = self._database.one(
            "SELECT 1 FROM card WHERE id_no=? AND state='有效' AND expiry >= ?", id_no, day
        )
        return row is not None


def _card(row: sqlite3.Row) -> Card:
    return Card(
        row["id"], row["card_no"], row["account"], row["state"], row["issued"], row["expiry"],
        tuple(row["economies"].split()), load(row["fields"]), row["member_id"],
    )  # fmt: skip
