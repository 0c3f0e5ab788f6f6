"""Progress on stderr: a line per case that a person can watch; elsewhere the log's lines tell it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rpa.cli.output import console_for

if TYPE_CHECKING:
    from rpa.cases import Case

__all__ = ["Tell", "is_watched", "progress"]

Tell = Callable[["Case", str], None]


def is_watched() -> bool:
    """Does a person look at stderr?"""
    return sys.stderr.isatty()


@contextmanager
def progress(cases: Sequence[Case]) -> Iterator[Tell]:
    """While it lasts, show what is told of these cases: a live line for each on a terminal."""
    if not is_watched():
        yield lambda _case, _step: None  # the log's lines tell it
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Progress(
        SpinnerColumn(finished_text="·"),
        TextColumn("{task.fields[case]}  团组 {task.fields[key]}"),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console_for(sys.stderr),
        transient=True,
    ) as bar:
        lines = {
            case.id: bar.add_task("排队中", start=False, total=None, case=case.id, key=case.key)
            for case in cases
        }

        def tell(case: Case, step: str) -> None:
            for other, line in lines.items():
                if other != case.id:
                    bar.stop_task(line)
            bar.start_task(lines[case.id])
            bar.update(lines[case.id], description=step)

        yield tell
