"""The rows of the portal's manual: every action and promise, under the name by which tests call it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

__all__ = ["Row", "rows"]

_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the manual: its name, who acts (robot, human or portal), and what it says."""

    name: str
    by: str
    what: str


def rows() -> list[Row]:
    """Every row, in the manual's order."""
    packaged = _PACKAGE / "data" / "manual_steps.yaml"
    # in a checkout they stand beside the tests that name them
    path = packaged if packaged.is_file() else _PACKAGE.parent / "tests" / "manual_steps.yaml"
    chapters = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return [
        Row(name, row["by"], row["what"]) for chapter in chapters.values() for name, row in chapter.items()
    ]
