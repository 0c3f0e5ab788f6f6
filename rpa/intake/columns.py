"""The columns of an input, read off a model: nested models are flattened, lists get sheets of their own."""

from __future__ import annotations

import types
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from rpa.application import Application, FileRule, Once
from rpa.intake.values import Code

__all__ = [
    "GROUP_LINK",
    "MEMBER_LINK",
    "RESULT_PREFIX",
    "BusinessType",
    "Column",
    "FieldPath",
    "SheetSet",
    "Table",
    "normal",
    "sheet_sets",
]

FieldPath = tuple[str, ...]
"""The way from a row's model down to one of its fields, e.g. `("passport", "number")`."""

GROUP_LINK: FieldPath = ("@group",)
MEMBER_LINK: FieldPath = ("@member",)
"""Columns that say to which group or member a row belongs."""

RESULT_PREFIX = "结果："
"""Begins the headings of the columns that the program itself writes (:mod:`rpa.intake.results`) and never reads."""

_LONGEST_SHEET_NAME = 31
_NOT_IN_SHEET_NAMES = set("[]:*?/\\")

Kind = Literal["text", "code", "choice", "date", "path", "number"]


class BusinessType(Protocol):
    """What intake must know of a business type; a flow is one."""

    @property
    def business_type(self) -> str:
        """The slug, e.g. `new_card`."""
        ...

    @property
    def title(self) -> str:
        """The portal's name, e.g. 新卡申办."""
        ...

    @property
    def model(self) -> type[Application]:
        """The model of its input."""
        ...


@dataclass(frozen=True)
class Column:
    """One field of a row: its heading, how its cell is read, and what the blank workbook says about it."""

    heading: str
    path: FieldPath
    kind: Kind = "text"
    required: bool = False
    options: tuple[str, ...] = ()
    note: str = ""
    example: str = ""
    default: str = ""
    rule: str = ""
    """Name of the limits a file must keep, for a path."""
    once: bool = False
    """Whether no two members may have the same."""

    @cached_property
    def choices(self) -> Mapping[str, str]:
        """The options by their normal form."""
        return {normal(option): option for option in self.options}


@dataclass(frozen=True)
class Table:
    """A sheet, or a level of a JSON or YAML input: rows of one model."""

    sheet: str
    title: str
    """The sheet's name without a prefix, which is the name of the list in JSON and YAML."""
    columns: tuple[Column, ...]
    nested: tuple[FieldPath, ...] = ()
    """Nested models that are always there, even where all their cells are blank."""
    sections: Mapping[str, FieldPath] = field(default_factory=dict, hash=False)
    """Every nested model by its name and by the normal form of its title."""

    @cached_property
    def by_heading(self) -> Mapping[str, Column]:
        """The columns by the normal form of their heading."""
        return {normal(column.heading): column for column in self.columns}

    @cached_property
    def once(self) -> tuple[Column, ...]:
        """The columns in which no two rows may have the same."""
        return tuple(column for column in self.columns if column.once)

    @cached_property
    def by_path(self) -> Mapping[FieldPath, Column]:
        """The columns by the field they fill."""
        return {column.path: column for column in self.columns}


@dataclass(frozen=True)
class SheetSet:
    """The three sheets of one business type; those of a second type in a workbook have a prefix."""

    business_type: str
    title: str
    model: type[Application]
    groups: Table
    members: Table
    files: Table

    @classmethod
    def of(cls, business_type: BusinessType) -> SheetSet:
        """The sheets of a business type. A model's `sheet_prefix` replaces the prefix made from the title."""
        model = business_type.model
        prefix = getattr(model, "sheet_prefix", f"{business_type.title}_")
        member, attachment = _row_model(model, "members"), _row_model(model, "files")
        group_key, member_key = _heading(model, "key"), _heading(member, "key")
        to_group = Column(
            group_key, GROUP_LINK, required=True, note=f"{prefix}团组表中的{group_key}", example="A"
        )
        own_files = member.model_fields["files"].description
        to_member = Column(
            member_key,
            MEMBER_LINK,
            note=own_files or "所属成员；团组的附件留空",
            example="" if own_files else "1",
        )
        tables = {
            "groups": (model, ()),
            "members": (member, (to_group,)),
            "files": (attachment, (to_group, to_member)),
        }
        names = {"groups": "团组", "members": _heading(model, "members"), "files": _heading(model, "files")}
        made = {
            level: _table(prefix, names[level], row_model, links)
            for level, (row_model, links) in tables.items()
        }
        return cls(business_type.business_type, business_type.title, model, **made)

    @property
    def tables(self) -> tuple[Table, Table, Table]:
        """The sheets in their order."""
        return self.groups, self.members, self.files


def sheet_sets(business_types: Iterable[BusinessType]) -> list[SheetSet]:
    """The sheets of some business types. ValueError when two of them would have a sheet of the same name."""
    sets = [SheetSet.of(one) for one in business_types]
    names = [normal(table.sheet) for one in sets for table in one.tables]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(
            f"sheets of two business types have the same name: {sorted(twice)}; set `sheet_prefix`"
        )
    return sets


def normal(text: str) -> str:
    """A heading or an option as it is compared: half-width, without spaces or a trailing star."""
    return "".join(unicodedata.normalize("NFKC", text).split()).rstrip("*").casefold()


def _table(prefix: str, title: str, model: type[BaseModel], links: tuple[Column, ...]) -> Table:
    nested: list[FieldPath] = []
    sections: dict[str, FieldPath] = {}
    columns = (*links, *_columns(model, (), nested, sections))
    headings = [normal(column.heading) for column in columns]
    if twice := {heading for heading in headings if headings.count(heading) > 1}:
        raise ValueError(f"{model.__name__}: headings must differ within one sheet: {sorted(twice)}")
    sheet = prefix + title
    if len(sheet) > _LONGEST_SHEET_NAME or _NOT_IN_SHEET_NAMES & set(sheet):
        raise ValueError(f"{model.__name__}: no name for a sheet: {sheet}; set `sheet_prefix`")
    return Table(sheet, title, columns, tuple(nested), sections)


def _columns(
    model: type[BaseModel], prefix: FieldPath, nested: list[FieldPath], sections: dict[str, FieldPath]
) -> Iterator[Column]:
    """The columns of a model; those of a nested model that may be left out are not required, and say when they are."""
    for name, info in model.model_fields.items():
        leaves = list(_leaves(info.annotation))
        kinds = [leaf for leaf in leaves if leaf is not types.NoneType]
        path = (*prefix, name)
        if any(get_origin(leaf) in (list, tuple) for leaf in kinds):
            continue
        inner = next((leaf for leaf in kinds if isinstance(leaf, type) and issubclass(leaf, BaseModel)), None)
        if inner is None:
            yield _column(info, path, kinds)
            continue
        sections[normal(name)] = path
        sections[normal(info.title or name)] = path
        columns = _columns(inner, path, nested, sections)
        if len(kinds) == len(leaves):
            nested.append(path)
            yield from columns
        else:
            when = info.description or ""
            yield from (
                replace(one, required=False, note="。".join(filter(None, (when, one.note))))
                for one in columns
            )


def _column(info: FieldInfo, path: FieldPath, kinds: list[Any]) -> Column:
    marks = [*info.metadata, *_marks(info.annotation)]
    options = tuple(str(option) for leaf in kinds if get_origin(leaf) is Literal for option in get_args(leaf))
    rule = next((mark.name for mark in marks if isinstance(mark, FileRule)), "")
    kind: Kind = "text"
    if options:
        kind = "choice"
    elif Path in kinds:
        kind = "path"
    elif date in kinds:
        kind = "date"
    elif int in kinds or float in kinds:
        kind = "number"
    elif any(isinstance(mark, Code) for mark in marks):
        kind = "code"
    return Column(
        heading=info.title or path[-1],
        path=path,
        kind=kind,
        required=info.is_required(),
        options=options,
        note=info.description or "",
        example=str(info.examples[0]) if info.examples else "",
        default=str(info.default) if isinstance(info.default, str) else "",
        rule=rule,
        once=any(isinstance(mark, Once) for mark in marks),
    )


def _leaves(annotation: Any) -> Iterator[Any]:
    """The plain types inside `X | None` and `Annotated[X, …]`."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        for part in get_args(annotation):
            yield from _leaves(part)
    elif origin is Annotated:
        yield from _leaves(get_args(annotation)[0])
    else:
        yield annotation


def _marks(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        for part in get_args(annotation):
            yield from _marks(part)
    elif origin is Annotated:
        first, *marks = get_args(annotation)
        yield from marks
        yield from _marks(first)


def _row_model(model: type[BaseModel], field: str) -> type[BaseModel]:
    (row,) = get_args(model.model_fields[field].annotation)
    if not (isinstance(row, type) and issubclass(row, BaseModel)):
        raise TypeError(f"{model.__name__}.{field} must be a list of models")
    return row


def _heading(model: type[BaseModel], field: str) -> str:
    return model.model_fields[field].title or field
