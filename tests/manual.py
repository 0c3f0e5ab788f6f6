"""`python -m tests.manual [PATH…]`: which rows of the portal's manual the tests name.

Prints each row with the tests that name it, how many rows the normal suite (`make test`) covers, and ends with one
line, `covered N of M`, which counts the long tests too. Tests are collected, not run; one that is skipped or expected to
fail covers nothing. An unknown row makes the exit code 1.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rpa.testing.manual import Row, rows

__all__ = ["Coverage", "main"]

_HERE = Path(__file__).resolve().parent
_NOT_RUN = ("skip", "xfail")


@dataclass
class Coverage:
    """A pytest plugin that notes which rows the collected tests name."""

    tests: dict[str, list[str]] = field(default_factory=dict)
    quick: set[str] = field(default_factory=set)
    """The rows that a test names which is not long."""

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note the rows of every test that will run."""
        for item in session.items:
            if _will_run(item):
                self._note(item)

    def unknown(self, known: Sequence[Row]) -> list[str]:
        """Names in the tests that are no row of the manual."""
        return sorted(set(self.tests) - {row.name for row in known})

    def _note(self, item: pytest.Item) -> None:
        # the cases of one parametrised test are one test to a reader
        test = item.nodeid.partition("[")[0]
        for marker in item.iter_markers("manual"):
            for name in marker.args:
                if item.get_closest_marker("long") is None:
                    self.quick.add(name)
                tests = self.tests.setdefault(name, [])
                if test not in tests:
                    tests.append(test)


def _will_run(item: pytest.Item) -> bool:
    """Whether nothing keeps the test from counting: skip, xfail, or a skipif that holds here."""
    if any(item.get_closest_marker(name) for name in _NOT_RUN):
        return False
    return not any(any(marker.args) for marker in item.iter_markers("skipif"))


def main(arguments: Sequence[str]) -> int:
    """Collect the tests at the paths (all of them without any) and print the table."""
    coverage, said = Coverage(), io.StringIO()
    options = ["--collect-only", "-q", "-p", "no:cacheprovider", "--rootdir", str(_HERE.parent)]
    with contextlib.redirect_stdout(said):
        outcome = pytest.main([*options, *(arguments or [str(_HERE)])], plugins=[coverage])
    if outcome not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        sys.stderr.write(said.getvalue())
        return int(outcome)
    return _tell(coverage, rows())


def _tell(coverage: Coverage, known: Sequence[Row]) -> int:
    """Print row by row, and the sum last."""
    lines = []
    for row in known:
        tests = coverage.tests.get(row.name, [])
        sign = "+" if row.name in coverage.quick else "~" if tests else "-"
        lines.append(f"{sign} {row.name:<4}{row.by:<7}{row.what}")
        lines += [f"       {test}" for test in tests]
    unknown = coverage.unknown(known)
    lines += [f"! {name}: no such row, named by {', '.join(coverage.tests[name])}" for name in unknown]
    quick = sum(row.name in coverage.quick for row in known)
    lines.append(f"by the normal suite: {quick} of {len(known)} (~: by long tests only)")
    covered = sum(row.name in coverage.tests for row in known)
    sys.stdout.write("\n".join([*lines, f"covered {covered} of {len(known)}", ""]))
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
