"""The units' people: who was entered before."""

from __future__ import annotations

from collections.abc import Mapping

from .database import Database, dump, load

__all__ = ["People"]


class People:
    """What 成员核查 looks in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def remember(self, unit: str, fields: Mapping[str, str]) -> None:
        """Keep the latest fields of a person of the unit."""
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
