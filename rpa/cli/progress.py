"""Progress on stderr: a line per case that a person can watch; elsewhere the log's lines tell it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rpa.cli.output import console_for

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, Task

    from rpa.cases import Case

__all__ = ["Lines", "Tell", "is_watched", "progress"]

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
    lines = Lines(cases, console_for(sys.stderr))
    with lines.bar:
        yield lines.tell


class Lines:
    """A line for each case, with a clock that runs while the case does. Cases of several accounts run side by side."""

    def __init__(
        self, cases: Sequence[Case], console: Console, get_time: Callable[[], float] | None = None
    ) -> None:
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self.bar: Progress = Progress(
            SpinnerColumn(finished_text="·"),
            TextColumn("{task.fields[case]}  团组 {task.fields[key]}"),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            get_time=get_time,
        )
        self._account = {case.id: (case.portal, case.account) for case in cases}
        for case in cases:
            self.bar.add_task("排队中", start=False, total=None, case=case.id, key=case.key)
        self._lines: dict[str, Task] = {task.fields["case"]: task for task in self.bar.tasks}

    def tell(self, case: Case, step: str) -> None:
        """The case is at this step. An account does one case at a time: its last one has ended, or was put off."""
        for other, line in self._lines.items():
            if other != case.id and self._account[other] == self._account[case.id] and _runs(line):
                self.bar.stop_task(line.id)
        mine = self._lines[case.id]
        mine.stop_time = None  # one that was put off goes on
        self.bar.start_task(mine.id)
        self.bar.update(mine.id, description=step)


def _runs(line: Task) -> bool:
    return line.started and line.stop_time is None
