"""Ten thousand members in one workbook. Seconds and megabytes are printed by `tests/benchmarks/intake.py`."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from runpy import run_path

import pytest

from rpa.intake import BusinessType, read

BENCHMARK = Path(__file__).resolve().parents[2] / "benchmarks" / "intake.py"


@pytest.mark.long
@pytest.mark.timeout(
    120
)  # 6 s where it was written; far more means that some step grows with the square of the rows
def test_ten_thousand_members_are_read_and_the_bad_ones_found(
    tmp_path: Path, types: Mapping[str, BusinessType]
) -> None:
    benchmark = run_path(str(BENCHMARK))
    benchmark["prepare"](tmp_path)
    (tmp_path / "照片.jpg").write_bytes(b"")
    path = tmp_path / "many.xlsx"
    benchmark["write"](path, 10_000)
    intake = read([path], types, today=date(2026, 11, 23))
    assert intake.applications == []
    assert len(intake.problems) == 10_000
    assert {(one.sheet, one.field, one.message) for one in intake.problems} == {
        ("成员", "照片", "文件是空的")
    }
    assert len({one.cell for one in intake.problems}) == 10_000


@pytest.mark.long
@pytest.mark.timeout(300)
def test_ten_thousand_members_with_their_attachments_take_no_more_than_500_megabytes() -> None:
    done = subprocess.run([sys.executable, str(BENCHMARK)], capture_output=True, text=True, check=True)
    said = re.fullmatch(
        r"intake: 10000 members, 20000 attachments, ([0-9.]+) s .*, at most ([0-9]+) MB\n", done.stdout
    )
    assert said, done.stdout
    assert int(said[2]) < 500
