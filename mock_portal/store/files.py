"""Uploaded files: by group, by member, or by a page whose member is not stored yet."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass

from .database import Database

__all__ = ["Files", "Owner", "StoredFile"]

_SELECT = "SELECT id, account, team_id, slot, name, media, sha256, size FROM file"


@dataclass(frozen=True, slots=True)
class Owner:
    """What a file belongs to: a member, a group, or the page named by `upload_key` until its first save."""

    account: str
    group_id: int | None = None
    member_id: int | None = None
    upload_key: str = ""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file without its content; `slot` is the photo's or the material's name."""

    id: str
    account: str
    group_id: int | None
    slot: str
    name: str
    media: str
    sha256: str
    size: int


class Files:
    """Every uploaded file of every account."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, owner: Owner, slot: str, name: str, media: str, content: bytes) -> StoredFile:
        """Store a file in a slot of its owner. The caller has made sure that the slot is free."""
        file_id, digest = secrets.token_hex(12), hashlib.sha256(content).hexdigest()
        self._database.run(
            "INSERT INTO file(id, account, team_id, member_id, upload_key, slot, name, media, sha256, size, content)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            file_id, owner.account, owner.group_id, owner.member_id, owner.upload_key,
            slot, name, media, digest, len(content), content,
        )  # fmt: skip
        return StoredFile(file_id, owner.account, owner.group_id, slot, name, media, digest, len(content))

    def of(self, owner: Owner) -> list[StoredFile]:
        """The owner's files in the order they came."""
        where, values = _where(owner)
        return [
            _stored(row) for row in self._database.all(f"{_SELECT} WHERE {where} ORDER BY rowid", *values)
        ]

    def find(self, file_id: str, account: str) -> StoredFile | None:
        """The file of that id, if it is the account's."""
        row = self._database.one(f"{_SELECT} WHERE id=? AND account=?", file_id, account)
        return _stored(row) if row else None

    def content(self, file: StoredFile) -> bytes:
        """The file as it was uploaded."""
        row = self._database.one("SELECT content FROM file WHERE id=?", file.id)
        return bytes(row["content"]) if row else b""

    def delete(self, file: StoredFile) -> None:
        """Remove the file."""
        self._database.run("DELETE FROM file WHERE id=?", file.id)

    def adopt(self, account: str, upload_key: str, group_id: int, member_id: int | None) -> None:
        """Give the files of an unsaved page to the member, or (no member) the group, that it became."""
        self._database.run(
            "UPDATE file SET team_id=?, member_id=?, upload_key='' WHERE account=? AND upload_key=?"
            " AND upload_key != ''",
            group_id, member_id, account, upload_key,
        )  # fmt: skip


def _where(owner: Owner) -> tuple[str, tuple[object, ...]]:
    if owner.member_id is not None:
        return "member_id=?", (owner.member_id,)
    if owner.group_id is not None:
        return "team_id=? AND member_id IS NULL", (owner.group_id,)
    return "account=? AND upload_key=? AND upload_key != ''", (owner.account, owner.upload_key)


def _stored(row: sqlite3.Row) -> StoredFile:
    return StoredFile(*row)
