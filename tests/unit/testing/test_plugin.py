"""What the plugin adds to a run of pytest, without a browser: its marks, its rows, its page."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

TESTS = """
import pytest

@pytest.mark.manual("N14")
def test_deleted(): raise AssertionError("it is <still> there")

@pytest.mark.manual("N12", "N13")
def test_previewed(): pass

@pytest.mark.manual("N13")
def test_skipped(): pytest.skip("nothing to look at")

@pytest.fixture
def way(): raise LookupError("no way")

@pytest.mark.manual("N18")
def test_blocked(way): pass

def test_of_no_row(): pass
"""
REPLICA = """
import pytest

@pytest.mark.faults("maintenance", at="page")
@pytest.mark.faults("list_lag", ms=5)
@pytest.mark.regressions("tile_gone")
def test_marks(replica, portal):
    assert (portal.replica, portal.address, portal.account) == (replica, replica.address, "demo-soe")
    assert [fault["name"] for fault in replica._ask("GET", "/faults")] == ["maintenance", "list_lag"]
    assert [one["name"] for one in replica._ask("GET", "/regressions") if one["on"]] == ["tile_gone"]

def test_as_new(replica):
    assert replica._ask("GET", "/faults") == []
    assert not any(one["on"] for one in replica._ask("GET", "/regressions"))

def test_portal_of_the_command_line(portal):
    assert (portal.address, portal.account, portal.replica) == ("http://127.0.0.1:9", "somebody", None)

def test_nothing_is_filed_there(file_case):
    file_case(None)
"""


def _pytest(folder: Path, tests: str, *words: str) -> tuple[int, str]:
    (folder / "test_it.py").write_text(tests, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("YWTB_", "PYTEST"))}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--strict-markers", *words],
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env={**kept, "YWTB_HOME": str(folder / "home"), "PYTHONIOENCODING": "utf-8"},
        timeout=120,
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_the_page_of_promises_tells_what_became_of_each_row(tmp_path: Path) -> None:
    code, said = _pytest(tmp_path, TESTS, "--promises", "out/p.html", "--junitxml", "j.xml")
    assert code == 1
    assert "N14 不符  press 删除 and the wrong file is gone：it is <still> there" in said
    assert "N18 未能检查" in said
    assert "2 条符合，1 条不符，共 98 条" in said
    page = (tmp_path / "out" / "p.html").read_text(encoding="utf-8")
    told = {part.partition("<td>")[2].partition("</td>")[0]: part for part in page.split("<tr class=")[1:]}
    for row, word in {
        "N12": "符合",
        "N13": "符合",
        "N14": "不符",
        "N18": "未能检查",
        "N15": "未检查",
        "N10": "由人完成",
    }.items():
        assert f'<span class="chip">{word}</span>' in told[row], row
    assert "it is &lt;still&gt; there" in told["N14"]
    assert "nothing to look at" in told["N13"]
    cases = ElementTree.parse(tmp_path / "j.xml").getroot().iter("testcase")
    named = {case.get("name"): [one.get("value") for one in case.iter("property")] for case in cases}
    assert named["test_previewed"] == ["N12", "N13"]
    assert named["test_of_no_row"] == []


@pytest.mark.parametrize("rows", ["N14,N18", "N14，N18"])
def test_only_the_tests_of_the_named_rows_run(tmp_path: Path, rows: str) -> None:
    _, said = _pytest(tmp_path, TESTS, "--rows", rows)
    assert "1 failed, 3 deselected, 1 error" in said


def test_the_robot_is_as_slow_as_the_page(tmp_path: Path) -> None:
    slow = "def test_pace(portal, replica): assert portal.profile.pace_ms == 400\n"
    code, said = _pytest(tmp_path, slow, "--slowmo", "400")
    assert code == 0, said


def test_marks_make_the_replica_and_the_command_line_names_the_portal(tmp_path: Path) -> None:
    code, said = _pytest(tmp_path, REPLICA, "--portal", "http://127.0.0.1:9", "--account", "somebody", "-rs")
    assert code == 0, said
    assert "3 passed, 1 skipped" in said
    assert "only with --allow-filing" in said
