"""Ten thousand members in one workbook. Seconds and megabytes are printed by `tests/benchmarks/intake.py`."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from runpy import run_path

import pytest

from rpa.intake import BusinessType, read

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.long
@pytest.mark.timeout(
    120
)  # 6 s where it was written; far more means that some step grows with the square of the rows
def test_ten_thousand_members_are_read_and_the_bad_ones_found(
    tmp_path: Path, types: Mapping[str, BusinessType]
) -> None:
    for picture in (ROOT / "fixtures" / "new_card" / "A-1").glob("*.jpg"):
        shutil.copy(picture, tmp_path)
    (tmp_path / "照片.jpg").write_bytes(b"")
    path = tmp_path / "many.xlsx"
    run_path(str(ROOT / "tests" / "benchmarks" / "intake.py"))["write"](path, 10_000)
    intake = read([path], types, today=date(2026, 11, 23))
    assert intake.applications == []
    assert len(intake.problems) == 10_000
    assert {(one.sheet, one.field, one.message) for one in intake.problems} == {
        ("成员", "照片", "文件是空的")
    }
    assert len({one.cell for one in intake.problems}) == 10_000
