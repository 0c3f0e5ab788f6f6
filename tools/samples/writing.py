"""A sample as a workbook, as JSON and as YAML: the same input in the three formats."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from ruamel.yaml import YAML
from story import Sample

from rpa.flow import flow
from rpa.intake import SheetSet, template

__all__ = ["write_documents", "write_workbook"]


def write_documents(sample: Sample, folder: Path) -> None:
    """Writes the input as JSON and as YAML."""
    tree = _document(sample)
    text = json.dumps(tree, ensure_ascii=False, indent=2)
    (folder / f"{sample.business_type}.json").write_text(text + "\n", encoding="utf-8")
    yaml = YAML()
    yaml.width = 200
    yaml.indent(mapping=2, sequence=4, offset=2)
    with (folder / f"{sample.business_type}.yaml").open("w", encoding="utf-8", newline="\n") as file:
        yaml.dump(tree, file)


def _document(sample: Sample) -> dict[str, Any]:
    groups = []
    for group in sample.groups:
        people = []
        for person in group.people:
            name = f"{group.key}-{person.key}"
            papers = {"附件": sample.files_of(name, person.papers)} if person.papers else {}
            people.append({**sample.row_of(name, person), **papers})
        papers = {"附件": sample.files_of(group.key, group.papers)} if group.papers else {}
        groups.append({**group.fields, "成员": people, **papers})
    return {"业务类型": flow(sample.business_type).title, "团组": groups}


def write_workbook(sample: Sample, folder: Path) -> None:
    """Writes the input into the blank workbook of its business type."""
    path = folder / f"{sample.business_type}.xlsx"
    kind = flow(sample.business_type)
    template([kind], path)
    book = load_workbook(path)
    sheets = SheetSet.of(kind)
    for table, rows in zip(sheets.tables, _rows(sample), strict=True):
        places = {column.heading: index for index, column in enumerate(table.columns, start=1)}
        for number, row in enumerate(rows, start=2):
            for heading, value in row.items():
                book[table.sheet].cell(number, places[heading], value)
    book.save(path)
    _fix_times(path)


def _rows(sample: Sample) -> tuple[list[dict[str, Any]], ...]:
    """The rows of 团组, 成员 and 附件, by heading."""
    groups: list[dict[str, Any]] = []
    members: list[dict[str, Any]] = []
    files: list[dict[str, Any]] = []
    for group in sample.groups:
        link = {"团组编号": group.key}
        groups.append(group.fields)
        for person in group.people:
            name = f"{group.key}-{person.key}"
            members.append({**link, **sample.row_of(name, person)})
            own = {**link, "成员编号": person.key}
            files += [{**own, **file} for file in sample.files_of(name, person.papers)]
        files += [{**link, **file} for file in sample.files_of(group.key, group.papers)]
    return groups, members, files


def _fix_times(path: Path) -> None:
    """Writes a workbook again without the time of its making."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    core = "docProps/core.xml"
    parts[core] = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-01-01T00:00:00Z", parts[core])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
