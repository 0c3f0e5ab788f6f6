"""What the program says: results on stdout (one JSON document, or tables for people), everything else on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

__all__ = ["Output", "console_for", "speak_utf8"]

_WIDTH_OF_A_PIPE = 120  # a file has no width; rich would take 80 and break paths


def speak_utf8() -> None:
    """Write UTF-8 whatever the system's code page is; a redirected stream on Windows would otherwise be GBK."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def console_for(stream: TextIO) -> Console:
    """Rich on a stream: the terminal's own width, a fixed one for a pipe."""
    from rich.console import Console

    return Console(
        file=stream,
        width=None if stream.isatty() else _WIDTH_OF_A_PIPE,
        highlight=False,
        markup=False,
        emoji=False,
    )


class Output:
    """Where a command puts its result. `as_json` decides for whom."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def document(self, document: Mapping[str, Any]) -> None:
        """The one document of a run with ``--json``; nothing otherwise."""
        if self.as_json:
            sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
            sys.stdout.flush()

    def show(self, document: Mapping[str, Any], *for_people: RenderableType) -> None:
        """The result: the document for programs, or these texts and tables for people."""
        if self.as_json:
            self.document(document)
            return
        console = console_for(sys.stdout)
        for one in for_people:
            console.print(one, soft_wrap=isinstance(one, str))

    def say(self, line: str) -> None:
        """A line about what is being done, on stderr."""
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    def complain(self, line: str) -> None:
        """A line about what went wrong, on stderr; red where a person sees it."""
        if sys.stderr.isatty():
            console_for(sys.stderr).print(f"错误：{line}", style="bold red", soft_wrap=True)
        else:
            self.say(f"错误：{line}")
