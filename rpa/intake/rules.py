"""What a model's rules may ask of the reading around them: today's date, settings, and the way to complain.

Rules that depend on the day (an age, a passport's remaining months) belong to the reading of an input, not to
the model: an application that was right when it was filed must still load from the ledger a year later. They
therefore apply only where the reader says what day it is, through pydantic's validation context.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, runtime_checkable

from pydantic import ValidationError, ValidationInfo
from pydantic_core import InitErrorDetails, PydanticCustomError

__all__ = ["TOP", "Advice", "Advising", "at_places", "is_whole", "reading_day", "setting"]

TOP = "@top"
"""Begins a place that is told from the application itself: a rule of one field may complain about another's cell."""


@dataclass(frozen=True, slots=True)
class Advice:
    """A doubt that does not stop a filing: `place` is the path of the field inside the application."""

    place: tuple[str | int, ...]
    message: str


@runtime_checkable
class Advising(Protocol):
    """An application that has more to say than right or wrong."""

    def advise(self, today: date) -> Iterator[Advice]:
        """The doubts about this application as of a day."""
        ...


def reading_day(info: ValidationInfo) -> date | None:
    """The day the input is read, or None where an application is only loaded again."""
    return info.context.get("today") if info.context else None


def setting(info: ValidationInfo, name: str, default: int) -> int:
    """A number the reader was told to judge by, such as `min_passport_months`."""
    return int(info.context.get(name, default)) if info.context else default


def is_whole(info: ValidationInfo, name: str) -> bool:
    """Whether every row of a list of the group could be read, so that what is not in it was not given.

    False where one was refused (that one may be what is missing), and where an application is only loaded again.
    """
    return name in info.context.get("whole", ()) if info.context else False


def at_places(title: str, complaints: Iterable[tuple[Sequence[str | int], str]], value: Any = None) -> None:
    """Raises the complaints of a rule over many rows, each at its own place below the validated field.

    A place that begins with :data:`TOP` is not below that field, but anywhere in the application.
    """
    details = [
        InitErrorDetails(
            type=PydanticCustomError("rule", "{why}", {"why": message}), loc=tuple(place), input=value
        )
        for place, message in complaints
    ]
    if details:
        raise ValidationError.from_exception_data(title, details, hide_input=True)
