"""Exit codes, and which one a run of several cases ends with.

Several kinds of trouble: the first of 5 (portal), 4 (person), 2 (settings), 3 (input), 1 (failed) that occurred. What
stops all further work comes before what concerns one group. Waiting for signatures is a normal end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Any

from rpa.errors import YwtbError

__all__ = ["ExitCode", "of_case", "worst"]


class ExitCode(IntEnum):
    """How a run ended."""

    DONE = 0
    FAILED = 1
    WRONG_USE = 2
    INPUT_REFUSED = 3
    NEEDS_PERSON = 4
    UNREACHABLE = 5
    INTERRUPTED = 130


_ORDER = (
    ExitCode.UNREACHABLE,
    ExitCode.NEEDS_PERSON,
    ExitCode.WRONG_USE,
    ExitCode.INPUT_REFUSED,
    ExitCode.FAILED,
)


def of_case(state: str, error: Mapping[str, Any] | None) -> ExitCode:
    """What one case says: its state first, then the error that it keeps."""
    if state in ("rejected", "abandoned"):
        return ExitCode.FAILED if state == "rejected" else ExitCode.DONE
    if state == "needs_person":
        return ExitCode.NEEDS_PERSON
    if error is None:
        return ExitCode.DONE
    if state == "submitted" and error.get("kind") == "StoredOtherwise":
        return ExitCode.FAILED  # filed, but not what was meant: it has failed, nobody can press on
    return _of_kind(str(error.get("kind")))


def worst(codes: Iterable[int]) -> ExitCode:
    """The code of the whole run."""
    found = set(codes)
    return next((code for code in _ORDER if code in found), ExitCode.DONE)


def _of_kind(kind: str) -> ExitCode:
    def below(error: type[YwtbError]) -> Iterable[type[YwtbError]]:
        yield error
        for child in error.__subclasses__():
            yield from below(child)

    code = next((one.exit_code for one in below(YwtbError) if one.__name__ == kind), ExitCode.FAILED)
    return ExitCode(code)
