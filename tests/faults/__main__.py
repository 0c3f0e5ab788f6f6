"""``make faults``: every fault against every business type, a table, and one line of figures at the end."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

from rpa.flow import flows

from .rows import ROWS, SHARE, Row
from .trial import Result, trials

_PROCESSES = 2


def main() -> int:
    """Try them all; 1 when anything came out otherwise than it must."""
    parser = argparse.ArgumentParser(prog="faults")
    parser.add_argument("words", nargs="*", help="only the rows with all of these words in their title")
    parser.add_argument("--kind", action="append", help="only this business type")
    parser.add_argument(
        "--share", action="store_true", help="a fixed choice: each of SHARE with one type, in turn"
    )
    parser.add_argument("--write", type=Path, help="keep the table in this Markdown file")
    asked = parser.parse_args()
    kinds = asked.kind or list(flows())
    rows = [row for row in ROWS if all(word in row.title.split() for word in asked.words)]
    if asked.share:
        assert {row.title for row in ROWS} >= SHARE, SHARE
        chosen = [row for row in rows if row.title in SHARE]
        rows = [replace(row, only=(kinds[place % len(kinds)],)) for place, row in enumerate(chosen)]
    began = time.monotonic()
    results: list[Result] = []
    for result in _all(rows, kinds):
        results.append(result)
        mark = "ok  " if result.good else "BAD "
        sys.stdout.write(
            f"{mark}{result.row.title:42} {result.kind:18} {result.during:18} {result.after:18} {result.error}\n"
        )
        sys.stdout.flush()
    bad = [result for result in results if not result.good]
    for result in bad:
        sys.stdout.write(f"{result.row.title} {result.kind}: {result.wrong}\n")
    if asked.write and not bad:
        asked.write.write_text(_page(results, kinds), encoding="utf-8", newline="\n")
    sys.stdout.write(
        f"faults={len(rows)} cases={len(results)} twice={sum(one.twice for one in results)} "
        f"doubled={sum(one.doubled for one in results)} orphans={sum(one.orphans for one in results)} "
        f"otherwise={len(bad)} seconds={time.monotonic() - began:.0f}\n"
    )
    return 1 if bad else 0


def _all(rows: Sequence[Row], kinds: Sequence[str]) -> Iterator[Result]:
    """The results in the order of the rows, several processes at work."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        ProcessPoolExecutor(_PROCESSES) as pool,
    ):
        begun = [
            pool.submit(trials, [row], row.only or kinds, Path(folder) / str(number))
            for number, row in enumerate(rows)
        ]
        for one in begun:
            yield from one.result()


def _page(results: Sequence[Result], kinds: Sequence[str]) -> str:
    """The table as it is kept in ``docs/``."""
    titles = {kind: flows()[kind].title for kind in kinds}
    lines = [
        "# What comes of each fault",
        "",
        "Written by `make faults`: a replica with the fault, a real browser, one case of each business type that is handed",
        "in with its signed papers. A cell tells how the case stands when the robot can do no more while the fault lasts, and",
        "how many groups of it the portal holds as filed; after the arrow the same once the fault is over and the case was let go on.",
        "",
        f"| fault | {' | '.join(titles.values())} |",
        f"|---|{'---|' * len(titles)}",
    ]
    for row in dict.fromkeys(result.row.title for result in results):
        cells = {result.kind: _cell(result) for result in results if result.row.title == row}
        lines.append(f"| `{row}` | {' | '.join(cells.get(kind, '') for kind in titles)} |")
    return "\n".join([*lines, ""])


def _cell(result: Result) -> str:
    return result.during if result.during == result.after else f"{result.during} → {result.after}"


if __name__ == "__main__":
    raise SystemExit(main())
