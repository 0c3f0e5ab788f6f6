"""Reading JSON and YAML: the same groups, members and attachments, as nested lists.

Keys are the columns' headings or the fields' English names; nested models may stand flat or as objects of
their own. JSON is read by the standard library, and by the YAML reader only when a line number is wanted:
that one is a hundred times slower, but JSON is YAML.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from rpa.intake.columns import FieldPath, SheetSet, Table, normal
from rpa.intake.rows import Group, Member, Reading, Row, UnfitError, cell_value

__all__ = ["read_document"]

_Keys = tuple[str | int, ...]
_Object = Mapping[Any, Any]
_TYPE_KEYS = ("业务类型", "business_type")
_GROUP_KEYS = ("团组", "groups")
_MAX_FOR_LINES = 4 * 2**20


class _Text:
    """The text of an input, and the line on which a part of it stands."""

    def __init__(self, text: str, tree: Any) -> None:
        self.text, self.tree = text, tree

    def line(self, keys: _Keys) -> int | None:
        """The line (from 1) of the part that the keys lead to, or of the nearest part above it."""
        if self.tree is None:
            self.tree = _with_lines(self.text)
        node: Any = self.tree
        line: int | None = None
        for key in keys:
            try:
                marks = node.lc
                line = (marks.key(key) if isinstance(node, Mapping) else marks.item(key))[0] + 1
                node = node[key]
            except (AttributeError, KeyError, IndexError, TypeError):
                break
        return line


@dataclass(frozen=True, slots=True)
class _LinePlace:
    """An object of the input; its fields are found by the keys that were written."""

    sheet: str
    text: _Text
    keys: _Keys
    written: dict[FieldPath, _Keys] = field(default_factory=dict)

    def cell(self, path: FieldPath) -> str:
        """`第12行`, or nothing when the line is not known."""
        line = self.text.line((*self.keys, *self.written.get(path, ())))
        return f"第{line}行" if line else ""

    def has(self, path: FieldPath) -> bool:
        """Always: an object may have any field."""
        return True


def read_document(path: Path, name: str, sets: Sequence[SheetSet]) -> Reading:
    """The groups of a JSON or YAML file, with every complaint about its shape and its values.

    The file holds one object with a 业务类型 and its 团组, or a list of such objects.
    """
    reading = Reading(name)
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except OSError:
        reading.complain("文件无法读取")
        return reading
    except UnicodeDecodeError:
        reading.complain("文件不是 UTF-8 编码，请用 UTF-8 另存")
        return reading
    loaded = _load_json(content, reading) if path.suffix.lower() == ".json" else _load_yaml(content, reading)
    if reading.problems:
        return reading
    text = _Text(content, loaded if path.suffix.lower() != ".json" else None)
    parts = (
        [((), loaded)] if not isinstance(loaded, list) else [((i,), part) for i, part in enumerate(loaded)]
    )
    if not parts:
        reading.complain("没有填写任何团组")
    for keys, part in parts:
        _Part(reading, text, sets).read(part, keys)
    return reading


class _Part:
    """One object with a 业务类型 and its 团组."""

    def __init__(self, reading: Reading, text: _Text, sets: Sequence[SheetSet]) -> None:
        self.reading, self.text = reading, text
        self.sets = {normal(word): one for one in sets for word in (one.business_type, one.title)}

    def complain(self, message: str, keys: _Keys, name: str = "", *, quoted: bool = True) -> None:
        """A complaint about a part; its own key is not `quoted` where it may be a person's number."""
        line = self.text.line(keys)
        told = _sheet(keys if quoted else keys[:-1])
        self.reading.complain(message, sheet=told, cell=f"第{line}行" if line else "", name=name)

    def read(self, part: Any, keys: _Keys) -> None:
        if not isinstance(part, Mapping):
            self.complain("最外层应为对象（或对象的列表），含“业务类型”和“团组”", keys)
            return
        before = len(self.reading.problems)
        type_key = next((key for key in _TYPE_KEYS if key in part), None)
        group_key = next((key for key in _GROUP_KEYS if key in part), None)
        for key in part:
            if key not in (type_key, group_key):
                self.complain("未知的项目", (*keys, key), quoted=False)
        if type_key is None:
            self.complain("必须填写", keys, "业务类型")
            return
        word = part[type_key]
        sheets = self.sets.get(normal(word)) if isinstance(word, str) else None
        if sheets is None:
            known = "、".join(dict.fromkeys(one.title for one in self.sets.values()))
            self.complain(f"未知的业务类型，可填：{known}", (*keys, type_key), "业务类型")
            return
        sound = len(self.reading.problems) == before
        groups = self.objects(part, group_key, keys) if group_key else []
        if not groups and len(self.reading.problems) == before:
            self.complain("没有填写任何团组", keys, "团组")
        for index, (where, item) in enumerate(groups):
            group = self.group(sheets, item, where, index)
            group.blocked |= not sound
            self.reading.groups.append(group)

    def group(self, sheets: SheetSet, item: _Object, keys: _Keys, index: int) -> Group:
        """A group with all below it; blocked when anything about its shape was wrong."""
        before = len(self.reading.problems)
        members, files = _word(item, sheets, "members"), _word(item, sheets, "files")
        group = Group(sheets, self.row(sheets.groups, item, keys, index, (members, files)))
        for number, (where, one) in enumerate(self.objects(item, members, keys)):
            theirs = _word(one, sheets, "files")
            member = Member(self.row(sheets.members, one, where, number, (theirs,)))
            member.files = self.files(sheets, one, theirs, where)
            group.members.append(member)
        group.files = self.files(sheets, item, files, keys)
        group.blocked = len(self.reading.problems) > before
        return group

    def files(self, sheets: SheetSet, item: _Object, word: str, keys: _Keys) -> list[Row]:
        """The attachments of a group or a member."""
        return [self.row(sheets.files, one, where, None, ()) for where, one in self.objects(item, word, keys)]

    def objects(self, item: _Object, word: str, keys: _Keys) -> list[tuple[_Keys, _Object]]:
        """The objects of a list, each with the keys that lead to it."""
        found = item.get(word)
        if found is None:
            return []
        if not isinstance(found, list):
            self.complain("应为列表", (*keys, word), word)
            return []
        objects: list[tuple[_Keys, _Object]] = []
        for index, one in enumerate(found):
            where = (*keys, word, index)
            if isinstance(one, Mapping):
                objects.append((where, one))
            else:
                self.complain("应为对象", where, word)
        return objects

    def row(self, table: Table, item: _Object, keys: _Keys, index: int | None, lists: tuple[str, ...]) -> Row:
        """An object as a row. A group or member without a 编号 gets its number in the list."""
        place = _LinePlace(_sheet(keys), self.text, keys)
        row = Row(table, self.reading.file, place)
        self.fill(row, place, item, (), lists)
        if index is not None:
            row.values.setdefault(("key",), str(index + 1))
        return row

    def fill(
        self, row: Row, place: _LinePlace, item: _Object, path: FieldPath, lists: tuple[str, ...] = ()
    ) -> None:
        """Puts an object's fields into the row; objects inside it are sections of the row."""
        above = tuple(
            key for step in range(1, len(path) + 1) for key in place.written.get(path[:step], ())[-1:]
        )
        for key, value in item.items():
            name = key if isinstance(key, str) else ""  # YAML lets anything be a key, a list of lists too
            word, written = normal(name), (*above, key)
            section = row.table.sections.get(word) if isinstance(value, Mapping) else None
            column = row.table.by_path.get((*path, name)) or row.table.by_heading.get(word)
            if key in lists:
                continue
            if section is not None and isinstance(value, Mapping):
                place.written[section] = written
                self.fill(row, place, value, section)
            elif column is None or column.path[0].startswith("@"):
                self.complain("未知的项目", (*place.keys, *written), quoted=False)
            elif column.path in place.written:
                self.complain("同一项目写了两次", (*place.keys, *written), column.heading)
            else:
                place.written[column.path] = written
                try:
                    content = cell_value(column, value)
                except UnfitError as unfit:
                    self.reading.problems.append(row.spoil(column.path, str(unfit)))
                else:
                    if content is not None:
                        row.values[column.path] = content


def _word(item: _Object, sheets: SheetSet, name: str) -> str:
    """The key under which an object keeps its members or files: the portal's word or the field's name."""
    title = {"members": sheets.members.title, "files": sheets.files.title}[name]
    return title if title in item else name


def _sheet(keys: _Keys) -> str:
    """A place as people read it: `团组[0].成员[1]`."""
    text = ""
    for key in keys:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else str(key)
    return text


def _load_json(content: str, reading: Reading) -> Any:
    try:
        return json.loads(content, object_pairs_hook=_no_key_twice)
    except json.JSONDecodeError as error:
        reading.complain("JSON 语法错误", cell=f"第{error.lineno}行")
    except _KeyTwiceError:
        try:
            _with_lines(content, strict=True)
        except DuplicateKeyError as error:
            reading.complain("同一对象中有重复的键", cell=_line_of(error))
        else:
            reading.complain("同一对象中有重复的键")
    except RecursionError:
        reading.complain("嵌套过深")
    except ValueError:  # Python reads no number of more than 4300 digits
        reading.complain("有一个数字长得无法读取，请给它加上引号")
    return None


class _KeyTwiceError(ValueError):
    """An object has the same key twice; the second would silently replace the first."""


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _KeyTwiceError
    return found


def _load_yaml(content: str, reading: Reading) -> Any:
    try:
        return YAML(typ="rt").load(StringIO(content))
    except DuplicateKeyError as error:
        reading.complain("同一对象中有重复的键", cell=_line_of(error))
    except MarkedYAMLError as error:
        reading.complain("YAML 语法错误", cell=_line_of(error))
    except RecursionError:
        reading.complain("嵌套过深")
    except ValueError:
        reading.complain("有一个日期或数字无法读取（例如没有这一天），请核对，并给它加上引号")
    except (YAMLError, TypeError):  # TypeError: a list that holds lists stands as a key
        reading.complain("YAML 语法错误")
    return None


def _line_of(error: MarkedYAMLError) -> str:
    mark = error.problem_mark
    return f"第{mark.line + 1}行" if mark is not None else ""


def _with_lines(content: str, *, strict: bool = False) -> Any:
    """The same tree with line numbers; an empty one where that is too slow or not possible."""
    if len(content) > _MAX_FOR_LINES:
        return {}
    try:
        # Between JSON's tokens a tab is legal, in YAML it is not; inside a JSON string it never stands bare.
        return YAML(typ="rt").load(StringIO(content.replace("\t", " ")))
    except DuplicateKeyError:
        if strict:
            raise
    except (YAMLError, ValueError, RecursionError):
        pass
    return {}
