"""From rows to applications: every row is judged by its model, every file by its limits.

Members and attachments are judged one by one before their group, so that one bad row hides no other. A group
with a complaint about any of its rows yields no application; what is wrong only beside other groups is found between
:meth:`Judge.judge` and :meth:`Judge.applications`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

from pydantic import BaseModel, ValidationError

from rpa.application import Application
from rpa.errors import SettingsError
from rpa.intake.columns import FieldPath, SheetSet
from rpa.intake.files import FileLimits, FolderGuard, check_file
from rpa.intake.messages import explain
from rpa.intake.rows import Group, Member, Reading, Row, UnfitError
from rpa.intake.rules import TOP, Advising

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

__all__ = ["Judge", "Judged", "Located"]

_Loc = tuple[str | int, ...]
_KEY: FieldPath = ("key",)


@dataclass(frozen=True, slots=True)
class Located:
    """An application and where each of its parts stands in the input."""

    application: Application
    file: Path
    rows: Mapping[_Loc, Row] = field(repr=False)
    """The rows by their place in the application: `()`, `("members", 0)`, `("members", 0, "files", 1)` …"""

    def place(self, *loc: str | int) -> tuple[str, str]:
        """The sheet and the cell of a part of the application, e.g. `place("members", 0, "id_no")`."""
        row, path = _find(self.rows, loc)
        return row.place.sheet, row.place.cell(path)


@dataclass(frozen=True, slots=True)
class Judged:
    """A group whose rows have been judged; without an application when anything is wrong with them."""

    group: Group
    application: Application | None
    rows: Mapping[_Loc, Row] = field(repr=False)

    @property
    def is_good(self) -> bool:
        """Whether nobody has complained of it, up to now."""
        everything = [*_rows(self.group.members), *self.group.files, self.group.row]
        return bool(self.application) and not self.group.blocked and not any(row.bad for row in everything)


class Judge:
    """Judges what was read from one input file; `options` are the numbers its rules ask for."""

    def __init__(
        self,
        file: Path,
        reading: Reading,
        folder: FolderGuard,
        limits: Mapping[str, FileLimits],
        *,
        today: date,
        options: Mapping[str, int],
    ) -> None:
        self.file = file
        self.reading, self.folder, self.limits, self.today = reading, folder, limits, today
        self.judged: list[Judged] = []
        self.context = {**options, "today": today}
        self._files: dict[tuple[str, str], Path | UnfitError] = {}

    def judge(self) -> None:
        """Judges every row by itself and with its group; the complaints go to the reading."""
        self._same_group_keys()
        for group in self.reading.groups:
            rows, application = self._group(group)
            self.judged.append(Judged(group, application, rows))
        self._strays()

    def applications(self) -> Iterator[Located]:
        """The applications of all groups without a complaint, and the advice on them."""
        for one in self.judged:
            if one.application is not None and one.is_good:
                self._advise(one.application, one.rows)
                yield Located(one.application, self.file, one.rows)

    def _group(self, group: Group) -> tuple[dict[_Loc, Row], Application | None]:
        model = group.sheets.model
        rows: dict[_Loc, Row] = {(): group.row}
        people: list[BaseModel] = []
        self._same((member.row for member in group.members), _KEY, "同一团组内重复；每个成员的编号应不同")
        for member in group.members:
            rows["members", len(people)] = member.row
            rows |= {("members", len(people), "files", index): row for index, row in enumerate(member.files)}
            person = self._person(member, group.sheets)
            if person is not None:
                people.append(person)
        files = self._attachments(group.files, group.sheets)
        rows |= {("files", index): row for index, (row, _) in enumerate(files)}
        data = {**self._data(group.row), "members": people, "files": [file for _, file in files]}
        # a file that was refused because it stands with a member may be one that the group is missing
        strays = sum(bool(row.bad) for member in group.members for row in member.files)
        lost = {
            "members": len(group.members) - len(people),
            "files": len(group.files) - len(files) + strays,
        }
        whole = [name for name, count in lost.items() if not count]
        judged = self._validate(
            model, data, rows, bool(group.members) or group.adrift, whole=() if group.blocked else whole
        )
        return rows, cast("Application | None", judged)

    def _person(self, member: Member, sheets: SheetSet) -> BaseModel | None:
        files = self._attachments(member.files, sheets)
        rows: dict[_Loc, Row] = {(): member.row}
        rows |= {("files", index): row for index, (row, _) in enumerate(files)}
        data = {**self._data(member.row), "files": [file for _, file in files]}
        return self._validate(_row_model(sheets, "members"), data, rows)

    def _attachments(self, files: list[Row], sheets: SheetSet) -> list[tuple[Row, BaseModel]]:
        """The good ones, each with its row."""
        self._same(files, ("material",), "同一材料已有文件；每种材料只能有一个文件，请合并")
        model = _row_model(sheets, "files")
        judged = ((row, self._validate(model, self._data(row), {(): row})) for row in files)
        return [(row, attachment) for row, attachment in judged if attachment is not None]

    def _strays(self) -> None:
        """Rows of no group are judged too, so that they need correcting only once."""
        sheets = {group.sheets.members: group.sheets for group in self.reading.groups}
        for member in self.reading.strays:
            if found := sheets.get(member.row.table):
                self._person(member, found)
        tables = {group.sheets.files: group.sheets for group in self.reading.groups}
        for row in self.reading.stray_files:
            if found := tables.get(row.table):
                self._attachments([row], found)

    def _validate(
        self,
        model: type[BaseModel],
        data: dict[str, Any],
        rows: Mapping[_Loc, Row],
        has_members: bool = False,
        *,
        whole: Collection[str] = (),
    ) -> BaseModel | None:
        try:
            return model.model_validate(data, context={**self.context, "whole": whole})
        except ValidationError as refusal:
            for error in refusal.errors(include_url=False, include_input=False):
                # A group whose members are all bad, or cannot be known for its own, is not a group without members.
                if not (has_members and error["loc"] == ("members",) and error["type"] == "too_short"):
                    self._complain(error, rows)
            return None

    def _complain(self, error: ErrorDetails, rows: Mapping[_Loc, Row]) -> None:
        row, path = _find(rows, error["loc"])
        told = path in row.bad or (error["type"] == "missing" and not row.place.has(path))
        row.bad.add(path)
        if not told:
            column = row.table.by_path.get(path)
            self.reading.problems.append(row.problem(path, explain(error, column)))

    def _same(self, rows: Iterable[Row], path: FieldPath, message: str) -> None:
        seen: set[Any] = set()
        for row in rows:
            value = row.values.get(path)
            if value is None or path in row.bad:
                continue
            if value in seen:
                self.reading.problems.append(row.spoil(path, message))
            seen.add(value)

    def _same_group_keys(self) -> None:
        for table in {group.sheets.groups for group in self.reading.groups}:
            groups = [group for group in self.reading.groups if group.sheets.groups is table]
            first = {group.row.values.get(_KEY): group for group in reversed(groups)}
            for group in groups:
                # Nobody can tell to which of the two the members belong, so neither is filed.
                owner = first[group.row.values.get(_KEY)]
                owner.blocked |= owner is not group and _KEY in owner.row.values
            self._same((group.row for group in groups), _KEY, "团组编号重复")

    def _data(self, row: Row) -> dict[str, Any]:
        for column in row.table.columns:
            value = row.values.get(column.path)
            if column.kind == "path" and isinstance(value, str):
                found = self._file(value, column.rule)
                if isinstance(found, UnfitError):
                    self.reading.problems.append(row.spoil(column.path, str(found)))
                else:
                    row.values[column.path] = found
        return row.nest()

    def _file(self, text: str, rule: str) -> Path | UnfitError:
        if (text, rule) not in self._files:
            self._files[text, rule] = self._look_up(text, rule)
        return self._files[text, rule]

    def _look_up(self, text: str, rule: str) -> Path | UnfitError:
        try:
            path = self.folder.resolve(text)
            if rule:
                check_file(path, self.limits[rule])
        except UnfitError as unfit:
            return unfit
        except KeyError:
            raise SettingsError(f"文件限制中没有 {rule}") from None
        except OSError:
            return UnfitError("文件无法读取")
        return path

    def _advise(self, application: Application, rows: Mapping[_Loc, Row]) -> None:
        if isinstance(application, Advising):
            for advice in application.advise(self.today):
                row, path = _find(rows, advice.place)
                self.reading.warnings.append(row.problem(path, advice.message))


def _rows(members: Iterable[Member]) -> Iterator[Row]:
    for member in members:
        yield member.row
        yield from member.files


def _find(rows: Mapping[_Loc, Row], loc: _Loc) -> tuple[Row, FieldPath]:
    """The row a place lies in, and the row's field that comes nearest to the rest of the place."""
    if TOP in loc:
        loc = loc[loc.index(TOP) + 1 :]
    cut = next(length for length in range(len(loc), -1, -1) if loc[:length] in rows)
    row, rest = rows[loc[:cut]], tuple(map(str, loc[cut:]))
    fitting = (rest[:length] for length in range(len(rest), 0, -1) if rest[:length] in row.table.by_path)
    return row, next(fitting, rest[:1] or _KEY)


def _row_model(sheets: SheetSet, field_name: str) -> type[BaseModel]:
    return cast("type[BaseModel]", get_args(sheets.model.model_fields[field_name].annotation)[0])
