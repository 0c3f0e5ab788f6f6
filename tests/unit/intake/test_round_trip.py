"""What is written into a workbook or a document comes back as the same application, whatever the business type."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from ruamel.yaml import YAML

from rpa.flow import flow, flows
from rpa.intake import SheetSet, read
from tests.unit.intake.inputs import GROUPS, TODAY

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("round")
    for picture in (FIXTURES / "new_card" / "A-1").glob("*.jpg"):
        shutil.copy(picture, path)
    return path


def write_workbook(path: Path, sheets: SheetSet, groups: tuple[dict[str, Any], ...]) -> None:
    book = Workbook(write_only=True)
    linked = [({"团组编号": one["团组编号"]}, one) for one in groups]
    members = [{**link, **member} for link, one in linked for member in one["成员"]]
    files = [{**link, **file} for link, one in linked for file in one.get("附件", [])]
    for table, rows in zip(sheets.tables, (groups, members, files), strict=True):
        sheet = book.create_sheet(table.sheet)
        headings = [column.heading for column in table.columns]
        sheet.append(headings)
        for row in rows:
            sheet.append([_text(row.get(heading)) for heading in headings])
    book.save(path)


def _text(value: Any) -> Any:
    # A text that begins with = would be written as a formula; people type it into a text-formatted cell.
    return value.replace("=", "＝") if isinstance(value, str) else value


def test_every_business_type_goes_round() -> None:
    assert list(GROUPS) == list(flows())


@pytest.mark.parametrize("business_type", list(GROUPS))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_same_input_in_three_formats_gives_the_same_applications(
    data: st.DataObject, business_type: str, folder: Path
) -> None:
    groups = data.draw(GROUPS[business_type])
    clean: Any = json.loads(
        json.dumps(groups, default=str), object_hook=lambda row: {k: _text(v) for k, v in row.items()}
    )
    tree = {"业务类型": flow(business_type).title, "团组": clean}
    write_workbook(folder / "a.xlsx", SheetSet.of(flow(business_type)), groups)
    (folder / "a.json").write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    with (folder / "a.yaml").open("w", encoding="utf-8") as file:
        YAML().dump(tree, file)
    results = []
    for name in ("a.xlsx", "a.json", "a.yaml"):
        intake = read([folder / name], dict(flows()), today=TODAY)
        assert intake.problems == []
        results.append([located.application for located in intake.applications])
    assert results[0] == results[1] == results[2]
    for wanted, got in zip(groups, results[0], strict=True):
        ids = [member.id_no for member in got.members]  # type: ignore[attr-defined]
        assert [member["身份证号"] for member in wanted["成员"]] == ids
        assert len(got.files) == len(wanted.get("附件", []))
        assert type(got).model_validate_json(got.model_dump_json()) == got
