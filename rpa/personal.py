"""Personal data are marked once, in the models, and masked everywhere else (PIPL Art. 28, 51).

A field is marked with ``Annotated[str, Personal("身份证号")]``. Logs, errors, reports and screenshots derive their
masking from these marks; nothing else decides what is personal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import get_args

from pydantic import BaseModel

__all__ = [
    "MASK",
    "Personal",
    "mask_account",
    "mask_text",
    "mask_value",
    "personal_titles",
    "personal_values",
]

MASK = "＊＊＊"


@dataclass(frozen=True, slots=True)
class Personal:
    """Marks a model field as personal data; `what` names the kind of data in the portal's words."""

    what: str


# What an ID number (GB 11643), a PRC passport number and a mobile number look like, wherever they turn up.
_SHAPES = re.compile(
    r"(?<![0-9A-Za-z])(?:\d{17}[0-9Xx]|[EePpSsDdGg][A-Za-z]?\d{7,8}|1[3-9]\d{9})(?![0-9A-Za-z])"
)


def mask_value(value: str) -> str:
    """A value for a list in which a person must recognise it: the first and the last two characters at most."""
    if len(value) <= 2:
        return value[:1] + "＊"
    if len(value) <= 4:
        return value[0] + "＊" * (len(value) - 1)
    return value[:2] + "＊" * (len(value) - 4) + value[-2:]


def mask_text(text: str, values: Iterable[str] = ()) -> str:
    """`text` without the given values and without anything shaped like an ID, passport or mobile number."""
    for value in sorted({value for value in values if len(value) > 1}, key=len, reverse=True):
        text = text.replace(value, MASK)
    return _SHAPES.sub(MASK, text)


def mask_account(account: str) -> str:
    """An account's name for others to read: some sign in by an ID or a mobile number, which is masked, but so that a
    person still knows which of several accounts it is."""
    return mask_value(account) if _SHAPES.search(account) else account


def personal_titles(model: type[BaseModel]) -> set[str]:
    """The words of every marked field of a model, and of the lists of such records (成员)."""
    titles = set()
    for field in model.model_fields.values():
        titles.update({mark.what for mark in field.metadata if isinstance(mark, Personal)})
        titles.update({field.title or "" for mark in field.metadata if isinstance(mark, Personal)})
        for part in (field.annotation, *get_args(field.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel) and (inner := personal_titles(part)):
                titles |= inner if part is field.annotation else {*inner, field.title or ""}
    return titles - {""}


def personal_values(model: BaseModel) -> Iterator[str]:
    """Every marked value inside a model, nested models and lists included."""
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if any(isinstance(mark, Personal) for mark in field.metadata):
            if value not in (None, ""):
                yield str(value)
        elif isinstance(value, BaseModel):
            yield from personal_values(value)
        elif isinstance(value, (list, tuple)):
            for item in value:
                if isinstance(item, BaseModel):
                    yield from personal_values(item)
