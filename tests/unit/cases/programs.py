"""Several programs of their own, which do the same things at the same moment."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["Programs", "programs"]

_ROOT = Path(__file__).parents[3]


class Programs:
    """Running programs that say a line of JSON when they stand ready or are done, and go on when a line is said to them."""

    def __init__(self, running: Sequence[subprocess.Popen[str]]) -> None:
        self._running = running

    def said(self) -> list[Any]:
        """The next line of each."""
        return [json.loads(process.stdout.readline()) for process in self._running if process.stdout]

    def go(self) -> None:
        """Let all of them go on."""
        for process in self._running:
            assert process.stdin
            process.stdin.write("\n")
            process.stdin.flush()


@contextmanager
def programs(script: str, *arguments: Sequence[str]) -> Iterator[Programs]:
    """`script` started once for each of the `arguments`; after the block each has ended well."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=_ROOT,
        )
        for words in arguments
    ]
    try:
        yield Programs(running)
        for process in running:
            process.communicate(timeout=30)
            assert process.returncode == 0
    finally:
        for process in running:
            process.kill()
            process.communicate()
