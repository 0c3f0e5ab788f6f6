"""Groups (团组), their members and the history of their states."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..business import DRAFT, FINAL, STATES, SUBMITTED, type_named
from ..clock import now, stamp
from .database import Database, dump, load

__all__ = ["Group", "Groups", "Member", "Step"]

_STATES = {state.text: state for state in STATES}


@dataclass(frozen=True, slots=True)
class Group:
    """A group as stored; `fields` (by label) are what the 上报 page sent, empty before."""

    id: int
    group_no: str
    business_type: str
    account: str
    state: str
    opinion: str
    fields: dict[str, str]
    created_at: str
    submitted_at: str


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a group; `fields` by label.

    `state` is set only of one who is ahead of the group (提前制卡), with the `economies` frozen for the card.
    """

    id: int
    group_id: int
    fields: dict[str, str]
    state: str = ""
    economies: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The person's Chinese name."""
        return self.fields.get("姓名", "")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of 办理流程."""

    at: str
    node: str
    office: str
    state: str
    opinion: str


_MEMBER = """SELECT member.id, team_id, fields, coalesce(state, '') AS state, coalesce(economies, '') AS economies
    FROM member LEFT JOIN ahead ON member_id = member.id"""

_ALWAYS = "9999"  # after every stamp

# An account's groups as they were at a time: one that was submitted later is still a draft.
_SEEN = """WITH seen AS (
    SELECT id, group_no, business_type, account, created_at, max(created_at, submitted_at) AS newest, '' AS opinion,
        CASE WHEN submitted_at > ?2 THEN ?3 ELSE state END AS state,
        CASE WHEN submitted_at > ?2 THEN '{}' ELSE fields END AS fields,
        CASE WHEN submitted_at > ?2 THEN '' ELSE submitted_at END AS submitted_at
    FROM team WHERE account = ?1 AND created_at <= ?2)"""
_FITS = """WHERE instr(group_no, ?4) AND ?5 IN ('', business_type) AND ?6 IN ('', state)
    AND substr(submitted_at, 1, 10) >= ?7
    AND (?8 = '' OR (submitted_at <> '' AND substr(submitted_at, 1, 10) <= ?8))
    AND (?9 = '' OR EXISTS (SELECT 1 FROM member WHERE team_id = seen.id AND instr(name, ?9)))"""


class Groups:
    """Every group of every account. Nothing here checks who asks: callers pass the account."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self, account: str, business_type: str, *, at: datetime | None = None, draft: bool = True
    ) -> Group:
        """A new group with its type's next free number of the day (prefix + day + four digits), made now unless told.

        Not a `draft`: its history begins with the step that the caller takes it to in the same transaction.
        """
        at = at or now()
        prefix = f"{type_named(business_type).prefix}{at:%Y%m%d}"
        with self._database.transaction():
            row = self._database.one(
                "SELECT max(group_no) AS last FROM team WHERE group_no LIKE ?", prefix + "____%"
            )
            last = int(row["last"][len(prefix) :]) if row and row["last"] else 0
            number = f"{prefix}{last + 1:04d}"
            group_id = self._database.run(
                "INSERT INTO team(group_no, business_type, account, state, created_at) VALUES (?,?,?,?,?)",
                number, business_type, account, DRAFT, stamp(at),
            )  # fmt: skip
            if draft:
                self._note(group_id, DRAFT, "", at)
        return self.with_id(group_id)

    def numbered(self, group_no: str, account: str | None = None) -> Group | None:
        """The group of that number; with `account`, only if it is that account's."""
        row = self._database.one("SELECT * FROM team WHERE group_no=?", group_no)
        return _group(row) if row and account in (None, row["account"]) else None

    def with_id(self, group_id: int) -> Group:
        """The group of that row."""
        row = self._database.one("SELECT * FROM team WHERE id=?", group_id)
        if row is None:
            raise LookupError(group_id)
        return _group(row)

    def of(self, account: str | None = None) -> list[Group]:
        """An account's groups (every account's unless told), newest creation or submission first."""
        rows = self._database.all(
            "SELECT * FROM team WHERE ?1 IS NULL OR account=?1 ORDER BY max(created_at, submitted_at) DESC, id DESC",
            account,
        )
        return [_group(row) for row in rows]

    def listed(
        self, account: str, filters: Mapping[str, str], number: int, size: int, as_of: str = _ALWAYS
    ) -> tuple[int, int, list[Group]]:
        """A page of an account's groups as they were `as_of` (a stamp), newest creation or submission first: how many groups fit
        the filters on all pages, the number of the page (at most the last), and its groups.

        The filters are those of 我的办件: ``group_no`` and ``name`` (parts of them), ``kind`` (a slug), ``state``, and
        ``since`` and ``until`` (days of submission); an empty one lets everything pass.
        """
        keys = ("group_no", "kind", "state", "since", "until", "name")
        values = (account, as_of, DRAFT, *(filters.get(key, "") for key in keys))
        ids = [
            row["id"]
            for row in self._database.all(
                f"{_SEEN} SELECT id FROM seen {_FITS} ORDER BY newest DESC, id DESC",  # noqa: S608 - constants
                *values,
            )
        ]
        number = min(max(1, number), max(1, -(-len(ids) // size)))
        shown = ids[(number - 1) * size : number * size]
        found = f"{_SEEN} SELECT * FROM seen WHERE id IN ({_numbers(shown)})"  # noqa: S608 - numbers
        groups = {row["id"]: _group(row) for row in self._database.all(found, *values[:3])}
        return len(ids), number, [groups[one] for one in shown]

    def delete(self, group: Group) -> None:
        """Remove a group with its members and files."""
        self._database.run("DELETE FROM team WHERE id=?", group.id)

    def submit(self, group: Group, fields: Mapping[str, str], at: datetime | None = None) -> None:
        """Keep what was sent and hand the group to the first reviewer."""
        with self._database.transaction():
            self._database.run(
                "UPDATE team SET fields=?, submitted_at=? WHERE id=?", dump(fields), stamp(at), group.id
            )
            self.move(group, SUBMITTED, "", at)

    def move(self, group: Group, state: str, opinion: str, at: datetime | None = None) -> None:
        """Put the group into a state, with the reviewer's opinion, and note the step. What is no draft has its 上报时间;
        what follows from a state is life's part."""
        with self._database.transaction():
            self._database.run("UPDATE team SET state=?, opinion=? WHERE id=?", state, opinion, group.id)
            if state != DRAFT:
                self._database.run(
                    "UPDATE team SET submitted_at=? WHERE id=? AND submitted_at=''", stamp(at), group.id
                )
            self._note(group.id, state, opinion, at)

    def _note(self, group_id: int, state: str, opinion: str, at: datetime | None = None) -> None:
        known = _STATES.get(state)
        self._database.run(
            "INSERT INTO step(team_id, at, node, office, state, opinion) VALUES (?,?,?,?,?,?)",
            group_id, stamp(at), known.node if known else "审批", known.office if known else "自治区外事办",
            state, opinion,
        )  # fmt: skip

    def history(self, group: Group) -> list[Step]:
        """The group's states, oldest first."""
        rows = self._database.all(
            "SELECT at, node, office, state, opinion FROM step WHERE team_id=? ORDER BY id", group.id
        )
        return [Step(*row) for row in rows]

    def members(self, group: Group) -> list[Member]:
        """The group's members in the order they were entered."""
        rows = self._database.all(f"{_MEMBER} WHERE team_id=? ORDER BY member.id", group.id)
        return [_member(row) for row in rows]

    def names(self, account: str, only: Sequence[Group] | None = None) -> dict[int, list[str]]:
        """The members' names of all of an account's groups, or of some `only`, by group row, in one reading."""
        found: dict[int, list[str]] = {}
        if only is None:
            rows = self._database.all(
                "SELECT team_id, member.name AS name FROM member JOIN team ON team.id = team_id"
                " WHERE account=? ORDER BY member.id",
                account,
            )
        else:
            some = _numbers(group.id for group in only)
            rows = self._database.all(
                f"SELECT team_id, name FROM member WHERE team_id IN ({some}) ORDER BY id"  # noqa: S608 - numbers
            )
        for row in rows:
            found.setdefault(row["team_id"], []).append(row["name"])
        return found

    def member(self, group: Group, member_id: int) -> Member | None:
        """One member, if it is of this group."""
        row = self._database.one(f"{_MEMBER} WHERE member.id=? AND team_id=?", member_id, group.id)
        return _member(row) if row else None

    def go_ahead(self, member: Member, state: str, economies: Sequence[str]) -> None:
        """Give a member a state of its own (none with ""), and the economies its card will show."""
        self._database.run(
            "INSERT OR REPLACE INTO ahead(member_id, state, economies) VALUES (?,?,?)",
            member.id, state, " ".join(economies),
        )  # fmt: skip

    def drop_members(self, group: Group) -> None:
        """Take all members out, before a returned group is filed again."""
        self._database.run("DELETE FROM member WHERE team_id=?", group.id)

    def save_member(self, group: Group, member: Member | None, fields: Mapping[str, str]) -> Member:
        """Store a member's fields: a new member, or the known one changed."""
        keys = fields.get("姓名", ""), fields.get("身份证号", ""), fields.get("护照号码", "")
        if member is None:
            member_id = self._database.run(
                "INSERT INTO member(team_id, name, id_no, passport_no, fields) VALUES (?,?,?,?,?)",
                group.id, *keys, dump(fields),
            )  # fmt: skip
        else:
            member_id = member.id
            self._database.run(
                "UPDATE member SET name=?, id_no=?, passport_no=?, fields=? WHERE id=?",
                *keys, dump(fields), member_id,
            )  # fmt: skip
        return Member(member_id, group.id, dict(fields))

    def open_with(self, id_no: str, business_type: str, *, other_than: Group | None) -> Group | None:
        """A submitted, unfinished group of that type, of any account, that holds the person, if there is one."""
        rows = self._database.all(
            "SELECT team.* FROM team JOIN member ON member.team_id = team.id"
            " WHERE member.id_no=? AND team.business_type=? AND team.id != ?",
            id_no, business_type, other_than.id if other_than else 0,
        )  # fmt: skip
        return next((_group(row) for row in rows if row["state"] not in FINAL | {DRAFT}), None)


def _numbers(ids: Iterable[int]) -> str:
    return ",".join(str(int(one)) for one in ids)


def _group(row: sqlite3.Row) -> Group:
    return Group(
        row["id"], row["group_no"], row["business_type"], row["account"], row["state"], row["opinion"],
        load(row["fields"]), row["created_at"], row["submitted_at"],
    )  # fmt: skip


def _member(row: sqlite3.Row) -> Member:
    return Member(
        row["id"], row["team_id"], load(row["fields"]), row["state"], tuple(row["economies"].split())
    )
