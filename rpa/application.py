"""What every application is made of, whatever its business type.

A business type's own models (in `flows/`) inherit from these. A field's `title` is the portal's word for it and the
heading of its column; `description` is the note beside the heading; a ``Literal`` is a list to choose from; a
:class:`~rpa.personal.Personal` mark is personal data; an :class:`Expires` mark is the last day of a document;
a :class:`Once` mark is what no two people share; a :class:`FileRule` mark names the limits a file must keep,
which are data of the pack (``files:`` in ``selectors/<business type>.yaml``), because the portal's real ones are a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

__all__ = ["Application", "Attachment", "Expires", "FileRule", "Member", "Once", "Record"]


@dataclass(frozen=True, slots=True)
class FileRule:
    """Marks a path whose file must keep the limits named `name` in the pack's ``files:`` section."""

    name: str


@dataclass(frozen=True, slots=True)
class Expires:
    """Marks the last day of a document that `what` names; somebody is told before it comes."""

    what: str


@dataclass(frozen=True, slots=True)
class Once:
    """Marks a member's number that nobody else has: no second member of a group may, nor one of another open group."""


class Record(BaseModel):
    """A row of the input: unknown fields are refused, texts are trimmed, nothing changes after validation."""

    # pydantic would otherwise quote what was given in its error texts
    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, frozen=True, hide_input_in_errors=True
    )


class Attachment(Record):
    """A file for one row of an attachment list; a name the list does not have becomes a 新增附件 row."""

    material: str = Field(
        title="材料名称",
        min_length=1,
        max_length=50,
        description="与网站附件列表中的名称一致；其他名称按“新增附件”上传",
    )
    path: Annotated[Path, FileRule("attachment")] = Field(
        title="文件", description="相对于本文件所在文件夹的路径"
    )

    @field_validator("material")
    @classmethod
    def _without_book_marks(cls, material: str) -> str:
        return material.strip("《》 ")  # people write 《申请函》, the portal's list does not


class Member(Record):
    """A person of a group; `key` ties the person's rows together inside one input."""

    key: str = Field(
        title="成员编号", min_length=1, max_length=30, description="同一团组内不重复，例如 1、2、3"
    )
    files: list[Attachment] = Field(default_factory=list, title="附件")


class Application(Record):
    """The structured input for one group. `business_type` is the slug that names it in every room."""

    business_type: ClassVar[str]
    key: str = Field(
        title="团组编号", min_length=1, max_length=30, description="自编，用来对应成员和附件，例如 A、B"
    )
    account: str | None = Field(
        default=None, title="账号", max_length=60, description="网站登录名；不填则用命令中的 --account"
    )
    members: list[Member] = Field(min_length=1, title="成员")
    files: list[Attachment] = Field(default_factory=list, title="附件")

    @property
    def identity(self) -> tuple[str, ...]:
        """What makes two inputs the same application: the same people, in any order. Personal; hash before keeping."""
        raise NotImplementedError
