"""Input: workbooks, JSON and YAML become validated applications; blank and annotated workbooks go back.

Nothing here knows a business type: what an input looks like is read off the model of each one.
"""

from rpa.intake.annotate import annotate, refuse_other_names
from rpa.intake.columns import BusinessType, SheetSet
from rpa.intake.files import FileLimits, check_file, default_limits, file_kind, load_limits
from rpa.intake.judge import Located
from rpa.intake.reading import Intake, read
from rpa.intake.results import GroupRow, WrittenResults, group_rows, write_results
from rpa.intake.rows import UnfitError
from rpa.intake.rules import Advice, Advising
from rpa.intake.template import template

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
