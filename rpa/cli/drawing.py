"""Tables in the program's one style, and what is wrong with an input. Light: `ywtb check` needs no database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from rpa.cli.inputs import Inputs
    from rpa.errors import Problem

__all__ = ["problem_tables", "table"]


_MANY = 1000
"""More lines than these are no table: the columns of one are measured for many seconds before its first line."""


def table(*headings: str, title: str = "") -> Table:
    """An empty table in the program's one style."""
    made = Table(
        box=box.SIMPLE_HEAD,
        title=title or None,
        title_justify="left",
        title_style="bold",
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for heading in headings:
        made.add_column(heading, overflow="fold")
    return made


def problem_tables(inputs: Inputs) -> Iterator[RenderableType]:
    """What is wrong and what is doubtful, file by file."""
    if inputs.problems:
        yield from _problems(inputs.problems, "错误", "red")
    if inputs.warnings:
        yield from _problems(inputs.warnings, "提醒", "yellow")


def _problems(problems: Sequence[Problem], word: str, colour: str) -> Iterator[RenderableType]:
    for file in dict.fromkeys(problem.file for problem in problems):
        mine = [problem for problem in problems if problem.file == file]
        yield Text(f"{file}：{len(mine)} 处{word}", style=f"bold {colour}")
        rows = [(problem.sheet, problem.cell, problem.field, problem.message) for problem in mine]
        if len(rows) > _MANY:
            yield "\n".join(" ".join(filter(None, row)) for row in rows) + "\n"
            continue
        shown = [place for place in range(4) if any(row[place] for row in rows)]
        made = table(*(("工作表", "单元格", "列", word)[place] for place in shown))
        for row in rows:
            made.add_row(*(row[place] for place in shown))
        yield made
