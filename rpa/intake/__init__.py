"""Input: workbooks, JSON and YAML become validated applications; blank and annotated workbooks go back.

Nothing here knows a business type: what an input looks like is read off the model of each one.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rpa.intake.blank import template
    from rpa.intake.columns import BusinessType, SheetSet
    from rpa.intake.files import FileLimits, check_file, default_limits, file_kind, load_limits
    from rpa.intake.judge import Located
    from rpa.intake.marked import annotate, refuse_other_names
    from rpa.intake.reading import Intake, read
    from rpa.intake.results import GroupRow, WrittenResults, group_rows, write_results
    from rpa.intake.rows import UnfitError
    from rpa.intake.rules import Advice, Advising

__all__ = [
    "Advice",
    "Advising",
    "BusinessType",
    "FileLimits",
    "GroupRow",
    "Intake",
    "Located",
    "SheetSet",
    "UnfitError",
    "WrittenResults",
    "annotate",
    "check_file",
    "default_limits",
    "file_kind",
    "group_rows",
    "load_limits",
    "read",
    "refuse_other_names",
    "template",
    "write_results",
]

# Brought in at need: a flow asks for a single rule, and a waiting server must not hold the libraries for workbooks,
# pictures and PDF files on account of it. No module has the name of something it gives: it would take its place.
_HOMES = {
    "blank": ("template",),
    "columns": ("BusinessType", "SheetSet"),
    "files": ("FileLimits", "check_file", "default_limits", "file_kind", "load_limits"),
    "judge": ("Located",),
    "marked": ("annotate", "refuse_other_names"),
    "reading": ("Intake", "read"),
    "results": ("GroupRow", "WrittenResults", "group_rows", "write_results"),
    "rows": ("UnfitError",),
    "rules": ("Advice", "Advising"),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
