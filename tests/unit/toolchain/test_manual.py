"""The table of the manual's rows counts what tests really do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def table(*paths: Path) -> subprocess.CompletedProcess[str]:
    """Run `python -m tests.manual` on the paths."""
    return subprocess.run(
        [sys.executable, "-m", "tests.manual", *map(str, paths)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def written(folder: Path, text: str) -> Path:
    """A test file of these words."""
    file = folder / "test_rows.py"
    file.write_text(f"import pytest\n{text}", encoding="utf-8")
    return file


def test_the_tests_of_this_project_name_only_rows_of_the_manual() -> None:
    ran = table()
    assert ran.returncode == 0, ran.stdout + ran.stderr
    last = ran.stdout.splitlines()[-1].split()
    assert (last[0], last[2:]) == ("covered", ["of", "98"])


def test_a_row_counts_once_and_names_its_tests(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "@pytest.mark.manual('L1', 'N14')\n"
        "@pytest.mark.parametrize('n', [1, 2])\n"
        "def test_one(n): pass\n"
        "@pytest.mark.manual('L1')\n"
        "def test_two(): pass\n",
    )
    ran = table(file)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == "covered 2 of 98"
    assert ran.stdout.count("test_one") == 2
    assert ran.stdout.count("test_two") == 1


def test_rows_that_only_long_tests_name_are_told_apart(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "@pytest.mark.manual('L1')\ndef test_one(): pass\n"
        "@pytest.mark.long\n@pytest.mark.manual('L1', 'L2')\ndef test_two(): pass\n",
    )
    said = table(file).stdout.splitlines()
    assert said[-2].startswith("by the normal suite: 1 of 98")
    assert said[-1] == "covered 2 of 98"


def test_tests_that_do_not_run_cover_nothing(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "@pytest.mark.skip\n@pytest.mark.manual('L1')\ndef test_skipped(): pass\n"
        "@pytest.mark.skipif(True, reason='x')\n@pytest.mark.manual('L2')\ndef test_not_here(): pass\n"
        "@pytest.mark.xfail\n@pytest.mark.manual('N1')\ndef test_expected_to_fail(): assert False\n"
        "@pytest.mark.skipif(False, reason='x')\n@pytest.mark.manual('N2')\ndef test_here(): pass\n",
    )
    assert table(file).stdout.splitlines()[-1] == "covered 1 of 98"


def test_an_unknown_row_is_an_error(tmp_path: Path) -> None:
    ran = table(written(tmp_path, "@pytest.mark.manual('N99')\ndef test_it(): pass\n"))
    assert ran.returncode == 1
    assert "N99" in ran.stdout


def test_a_test_file_that_cannot_be_read_is_an_error_not_a_gap(tmp_path: Path) -> None:
    ran = table(written(tmp_path, "import no_such_module\n"))
    assert ran.returncode != 0
    assert "no_such_module" in ran.stderr
