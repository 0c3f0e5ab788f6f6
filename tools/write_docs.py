"""Writes those parts of the documentation that the code knows better: `python tools/write_docs.py`.

A part stands between ``<!-- generated: NAME -->`` and ``<!-- end -->``. A test fails while any of them is not what the
code says, so that no table can go stale.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path

from openpyxl import load_workbook

from flows.parts.papers import in_words, papers_of
from mock_portal.business import STATES
from mock_portal.regressions import REGRESSIONS
from rpa.cases import LEGAL, CaseState, draw_states
from rpa.flow import flow, flows
from rpa.intake import SheetSet, template
from rpa.intake.columns import Column
from rpa.intake.files import FileLimits, default_limits

__all__ = ["PARTS", "rewritten", "stale"]

ROOT = Path(__file__).resolve().parents[1]
_FILES = (
    "README.zh-CN.md",
    "docs/input.md",
    "docs/case-states.md",
    "docs/replica.md",
    "docs/regression-suite.md",
)
_PART = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_FEW = 8
_FIRST = "new_card"
_LATER = [name for name in flows() if name != _FIRST]


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _sheets(business_type: str = _FIRST) -> SheetSet:
    return SheetSet.of(flow(business_type))


@cache
def _notes() -> dict[tuple[str, str], tuple[str, str, str]]:
    """What the blank workbook itself says of each column (sheet, heading): demand, note, example."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "blank.xlsx"
        template(list(flows().values()), path)
        book = load_workbook(path, read_only=True)
        lines = [[str(cell or "") for cell in line] for line in book["填写说明"].iter_rows(values_only=True)]
        book.close()
    first = next(place for place, line in enumerate(lines) if line[:2] == ["工作表", "列"])
    return {(line[0], line[1]): (line[2], line[3], line[4]) for line in lines[first + 1 :]}


def _columns(level: str, *, keys: bool) -> str:
    """The columns of a sheet; with the keys of JSON and YAML for programmers, with an example for everybody."""
    table = getattr(_sheets(), level)
    rows = [_told(table.sheet, column, keys=keys) for column in table.columns]
    return _table(_headings(keys=keys), rows)


def _headings(*, keys: bool) -> list[str]:
    return ["列", *(["key", "kind"] if keys else []), "要求", "说明", "示例（虚构）"]


def _told(sheet: str, column: Column, *, keys: bool) -> list[str]:
    demand, note, example = _notes()[sheet, column.heading]
    key = "" if column.path[0].startswith("@") else f"`{'.'.join(column.path)}`"
    kind = f"{column.kind}: {column.rule}" if column.rule else column.kind
    return [column.heading, *([key, kind] if keys else []), demand, note, example]


def _later(business_type: str, *, keys: bool) -> str:
    """The columns of 团组 and 成员 of a later business type; those that it shares with the first are named in one row."""
    known = {column.path: column for column in _sheets().groups.columns if len(column.path) > 1}
    sheets, rows = _sheets(business_type), []
    for table in (sheets.groups, sheets.members):
        shared = [column for column in table.columns if known.get(column.path) == column]
        for column in table.columns:
            if column not in shared:
                rows.append([table.sheet, *_told(table.sheet, column, keys=keys)])
            elif column is shared[0]:
                through = f"{column.heading} 至 {shared[-1].heading}（{len(shared)} 列）"
                same = f"与{_sheets().title}的“{_sheets().groups.sheet}”相同"
                rows.append([table.sheet, through, *(["", ""] if keys else []), "", same, ""])
    return _table(["工作表", *_headings(keys=keys)], rows)


def _sheet_names() -> str:
    """Where each business type is filled in."""
    rows = [
        [one.title, f"`{one.business_type}`", "、".join(table.sheet for table in SheetSet.of(one).tables)]
        for one in flows().values()
    ]
    return _table(["业务类型", "英文名", "工作表"], rows)


def _papers() -> str:
    """The papers of each reason, besides the report that is signed."""
    rows = []
    for name in ("passport_change", "card_replacement"):
        for reason, asked in papers_of(name).items():
            rows.append([flow(name).title, reason, in_words(asked)])
    return _table(["业务类型", "原因", "附件中必须有的材料"], rows)


def _long_lists() -> Iterator[str]:
    """The options of every list that is too long for a note; equal lists once."""
    lists: dict[tuple[str, ...], list[str]] = {}
    for column in (column for name in flows() for table in _sheets(name).tables for column in table.columns):
        if len(column.options) > _FEW:
            lists.setdefault(column.options, []).append(column.heading)
    for options, headings in lists.items():
        yield f"- **{'、'.join(dict.fromkeys(headings))}** ({len(options)}): {' '.join(options)}\n"


def _limits() -> str:
    return _table(
        ["rule", "kinds", "width : height", "pixels", "size"],
        [[name, *_limit(one)] for name, one in default_limits().items()],
    )


def _limit(one: FileLimits) -> tuple[str, str, str, str]:
    ratio = f"{one.ratio[0]}:{one.ratio[1]} ± {one.ratio_tolerance:.0%}" if one.ratio else "any"
    bounds = [f"{size[0]}×{size[1]}" for size in (one.min_pixels, one.max_pixels) if size]
    return ", ".join(one.kinds), ratio, " to ".join(bounds) or "any", f"{one.min_kb} to {one.max_kb} KB"


def _drawing() -> str:
    """The states as a diagram; `needs_person`, reached from many and left to where it came from, would only tangle it."""
    hidden = CaseState.NEEDS_PERSON
    arrows: Mapping[CaseState, frozenset[CaseState]] = LEGAL
    lines = [
        f"    {state.value} --> {to.value}\n"
        for state in CaseState
        for to in CaseState
        if to in arrows[state] and hidden not in (state, to)
    ]
    return f"```mermaid\nstateDiagram-v2\n    [*] --> {CaseState.RECEIVED.value}\n{''.join(lines)}```\n"


def _portal_states() -> str:
    return _table(
        ["state", "step", "office", ""],
        [
            [one.text, one.node, one.office, "editable" if one.editable else "final" if one.final else ""]
            for one in STATES
        ],
    )


#: Every generated part, by its name.
def _regressions() -> str:
    """The promises of the manual that the replica breaks when it is told to."""
    return _table(
        ["regression", "row", "what the portal then does"],
        [[f"`{one.name}`", one.row, one.what] for one in REGRESSIONS.values()],
    )


PARTS: Mapping[str, Callable[[], str]] = {
    "columns-groups": lambda: _columns("groups", keys=True),
    "columns-members": lambda: _columns("members", keys=True),
    "columns-files": lambda: _columns("files", keys=True),
    "fill-groups": lambda: _columns("groups", keys=False),
    "fill-members": lambda: _columns("members", keys=False),
    "fill-files": lambda: _columns("files", keys=False),
    **{f"columns-{name}": partial(_later, name, keys=True) for name in _LATER},
    **{f"fill-{name}": partial(_later, name, keys=False) for name in _LATER},
    "sheet-names": _sheet_names,
    "papers": _papers,
    "long-lists": lambda: "".join(_long_lists()),
    "file-limits": _limits,
    "case-states": draw_states,
    "case-drawing": _drawing,
    "portal-states": _portal_states,
    "regressions": _regressions,
}


def rewritten(text: str) -> str:
    """`text` with every generated part written anew. KeyError for a part that nobody knows."""
    return _PART.sub(lambda found: f"{found[1]}{PARTS[found[2]]()}{found[3]}", text)


def stale() -> list[str]:
    """The files whose generated parts are not what the code says."""
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in _FILES}
    return [name for name, text in texts.items() if rewritten(text) != text]


def main() -> None:
    """Write what is stale."""
    for name in stale():
        path = ROOT / name
        path.write_text(rewritten(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
