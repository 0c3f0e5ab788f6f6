"""The units' people: who was entered before, who holds a card."""

from __future__ import annotations

from collections.abc import Mapping

from .database import Database, dump, load

__all__ = ["People"]


class People:
    """What 成员核查 looks in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def remember(self, unit: str, fields: Mapping[str, str]) -> None:
        """Keep the latest fields of a person of the unit; a card already noted stays."""
        name, id_no = fields.get("姓名", ""), fields.get("身份证号", "")
        if name and id_no:
            self._database.run(
                "INSERT INTO person(unit, id_no, name, fields) VALUES (?,?,?,?)"
                " ON CONFLICT(unit, id_no) DO UPDATE SET name=excluded.name, fields=excluded.fields",
                unit, id_no, name, dump(fields),
            )  # fmt: skip

    def known(self, unit: str, name: str, id_no: str) -> dict[str, str] | None:
        """The fields of a person the unit entered before, or None."""
        row = self._database.one(
            "SELECT fields FROM person WHERE unit=? AND id_no=? AND name=?", unit, id_no, name
        )
        return load(row["fields"]) if row else None

    def give_card(self, unit: str, id_no: str, card_no: str, expiry: str) -> None:
        """Note that the person holds a card until a day (ISO)."""
        self._database.run(
            "UPDATE person SET card_no=?, card_expiry=? WHERE unit=? AND id_no=?",
            card_no,
            expiry,
            unit,
            id_no,
        )

    def holds_card(self, id_no: str, day: str) -> bool:
        """Whether the person, of whatever unit, holds a card that is valid on the day (ISO)."""
        row = self._database.one(
            "SELECT 1 FROM person WHERE id_no=? AND card_no != '' AND card_expiry >= ?", id_no, day
        )
        return row is not None
