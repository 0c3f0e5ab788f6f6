"""`read`: input files in, applications and complaints out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from rpa.errors import InputError, Problem
from rpa.intake.columns import BusinessType, SheetSet, sheet_sets
from rpa.intake.document import read_document
from rpa.intake.files import FileLimits, FolderGuard, default_limits
from rpa.intake.judge import Judge, Located
from rpa.intake.repeats import find_repeats
from rpa.intake.rows import Reading
from rpa.intake.workbook import read_workbook

__all__ = ["Intake", "read"]

_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".et", ".xlsb")
_DOCUMENTS = (".json", ".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Intake:
    """What some input files gave: what may be filed, and what is wrong or doubtful."""

    applications: list[Located] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong with any row."""
        return not self.problems

    def require(self) -> None:
        """Raises InputError with the whole list when anything is wrong."""
        if self.problems:
            raise InputError(self.problems)


def read(
    paths: Iterable[Path],
    business_types: Mapping[str, BusinessType],
    *,
    limits: Mapping[str, FileLimits] | None = None,
    today: date | None = None,
    allow_outside: bool = False,
    options: Mapping[str, int] | None = None,
) -> Intake:
    """Reads workbooks, JSON and YAML files, in the order given; the same file is read once.

    `limits` are those of `selectors/files.yaml` unless given; `allow_outside` lets paths leave the input's
    folder; `options` are numbers that the models' rules ask for, such as `min_passport_months`. Never raises
    for what stands in a file: a complaint is a problem, and its group is not among the applications.
    """
    intake = Intake()
    judges: list[Judge] = []
    sets = sheet_sets(business_types.values())
    day = today or datetime.now().astimezone().date()
    for path in {_real(path): path for path in paths}.values():
        reading = _read_one(path, sets)
        folder = FolderGuard(path, allow_outside=allow_outside)
        judge = Judge(
            path,
            reading,
            folder,
            limits if limits is not None else default_limits(),
            today=day,
            options=options or {},
        )
        judge.judge()
        judges.append(judge)
    find_repeats(judges)
    for judge in judges:
        intake.applications.extend(judge.applications())
        intake.problems.extend(_in_order(judge.reading.problems, sets))
        intake.warnings.extend(_in_order(judge.reading.warnings, sets))
    return intake


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # RuntimeError: a link that leads to itself
        return path


def _read_one(path: Path, sets: list[SheetSet]) -> Reading:
    name, suffix = str(path), path.suffix.lower()
    reading = Reading(name)
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
    except OSError:  # its name is too long, or its folder may not be entered
        reading.complain("文件无法读取，请核对文件名和所在文件夹的权限")
        return reading
    if is_folder:
        reading.complain("这是文件夹，应为文件")
    elif not is_file:
        reading.complain("找不到输入文件")
    elif suffix in _WORKBOOKS:
        return read_workbook(path, name, sets)
    elif suffix in _DOCUMENTS:
        return read_document(path, name, sets)
    else:
        reading.complain("不支持的输入文件；应为 .xlsx、.json 或 .yaml")
    return reading


def _in_order(problems: list[Problem], sets: list[SheetSet]) -> list[Problem]:
    """The problems as a reader meets them: sheet by sheet, row by row, from left to right."""
    usual = [table.sheet for one in sets for table in one.tables]
    others = dict.fromkeys(problem.sheet for problem in problems if problem.sheet not in usual)
    sheets = {sheet: place for place, sheet in enumerate([*others, *usual])}

    def place(problem: Problem) -> tuple[int, int, int, str]:
        number = re.search(r"\d+", problem.cell)
        letters = re.match(r"[A-Z]*", problem.cell)
        column = letters[0] if letters else ""
        return sheets[problem.sheet], int(number[0]) if number else 0, len(column), column

    return sorted(problems, key=place)
