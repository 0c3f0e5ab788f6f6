"""The shipped suite of the manual's promises: it passes on the replica, and finds each promise that the replica breaks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mock_portal.regressions import REGRESSIONS
from rpa.testing import Replica
from rpa.testing.manual import rows

CONTROL = "N1"  # holds whatever else is broken, unless the way in is


@dataclass(frozen=True)
class Suite:
    """A run of the suite: what it said, and each test's outcome with the rows it names, by the JUnit file."""

    code: int
    said: str
    outcomes: tuple[tuple[str, tuple[str, ...]], ...]
    page: str

    def rows(self, outcome: str) -> set[str]:
        """The rows named by tests that ended so."""
        return {row for ended, named in self.outcomes if ended == outcome for row in named}


def _pytest(folder: Path, *words: str, seconds: float = 170) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("YWTB_HOME", "PYTEST"))}
    command = [sys.executable, "-m", "pytest", "--pyargs", "rpa.testing.regression", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, *words],
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env={**kept, "YWTB_HOME": str(folder / "home"), "PYTHONIOENCODING": "utf-8"},
        timeout=seconds,
    )


def _run(folder: Path, *words: str, seconds: float = 170) -> Suite:
    written = ("--junitxml", "junit.xml", "--promises", "promises.html", "--output", "seen")
    ran = _pytest(folder, *written, *words, seconds=seconds)
    said = ran.stdout + ran.stderr
    assert (folder / "junit.xml").exists(), said
    cases = ElementTree.parse(folder / "junit.xml").getroot().iter("testcase")
    page = (folder / "promises.html").read_text(encoding="utf-8")
    return Suite(ran.returncode, said, tuple(map(_outcome, cases)), page)


def _outcome(case: ElementTree.Element) -> tuple[str, tuple[str, ...]]:
    ended = next((one.tag for one in case if one.tag in ("failure", "error", "skipped")), "passed")
    named = (one.get("value", "") for one in case.iter("property") if one.get("name") == "manual")
    return ended, tuple(named)


@pytest.fixture(scope="module")
def site() -> Iterator[Replica]:
    """A replica with groups of all business types."""
    with Replica(options=("--scenario", "busy")) as replica:
        yield replica


@pytest.fixture
def portal(site: Replica) -> Iterator[Replica]:
    """The same, as it should be before and after."""
    site.scenario("busy")
    yield site
    site.regressions()


def test_a_broken_promise_is_named_with_its_row(portal: Replica, tmp_path: Path) -> None:
    portal.regressions("delete_keeps_file")
    suite = _run(tmp_path, "--portal", portal.address, "--rows", "N13,N14")
    assert suite.code == 1, suite.said
    assert (suite.rows("failure"), suite.rows("passed")) == ({"N14"}, {"N13"})
    assert "N14 不符" in suite.said
    assert "删除的文件在重新打开后仍在" in suite.said
    [broken] = suite.page.split('<tr class="failed">')[1:]
    assert "<td>N14</td>" in broken
    assert "data:image/png;base64," in broken


def test_the_suite_writes_its_reports_unasked_and_names_the_row_in_each_result(
    portal: Replica, tmp_path: Path
) -> None:
    """``pytest --pyargs rpa.testing.regression --portal P`` as it is written down; `--rows` only makes it short."""
    ran = _pytest(tmp_path, "-v", "--portal", portal.address, "--rows", "N1,N2", "--slowmo", "5")
    assert ran.returncode == 0, ran.stdout
    folder = tmp_path / "regression-report"
    assert f"报告（用浏览器打开） {Path('regression-report', 'promises.html')}" in ran.stdout
    assert 'src="data:image/png;base64,' in (folder / "promises.html").read_text(encoding="utf-8")
    results = [line for line in ran.stdout.splitlines() if " PASSED" in line]
    assert [line.partition(" PASSED ")[2].split()[0] for line in results] == ["N1", "N2"]
    cases = ElementTree.parse(folder / "junit.xml").getroot().iter("testcase")
    assert [_outcome(case) for case in cases] == [("passed", ("N1",)), ("passed", ("N2",))]


@pytest.mark.long
def test_the_suite_films_what_it_does(portal: Replica, tmp_path: Path, ffmpeg: None) -> None:
    suite = _run(tmp_path, "--portal", portal.address, "--rows", "N1", "--video", "on")
    assert suite.code == 0, suite.said
    assert list((tmp_path / "seen").rglob("video-1.webm"))


def test_nothing_is_left_on_the_portal(portal: Replica, tmp_path: Path) -> None:
    before = {group["group_no"] for group in portal.groups()}
    suite = _run(tmp_path, "--portal", portal.address, "--rows", "N16,N34")
    assert suite.code == 0, suite.said
    assert suite.rows("skipped") == {"N34", "N35"}, "nothing may be filed on a portal that is not this run's"
    assert {group["group_no"] for group in portal.groups()} == before


@pytest.mark.long
@pytest.mark.timeout(600)  # ninety promises, each in a browser
def test_every_promise_holds_on_the_replica(tmp_path: Path) -> None:
    suite = _run(tmp_path, seconds=580)
    assert suite.code == 0, suite.said
    assert (suite.rows("failure"), suite.rows("error"), suite.rows("skipped")) == (set(), set(), set())
    assert suite.rows("passed") == {row.name for row in rows() if row.by != "human"}


@pytest.mark.long
@pytest.mark.parametrize("name", REGRESSIONS)
def test_each_regression_is_found_in_its_row(portal: Replica, tmp_path: Path, name: str) -> None:
    portal.regressions(name)
    row = REGRESSIONS[name].row
    suite = _run(tmp_path, "--portal", portal.address, "--rows", f"{row},{CONTROL}")
    assert suite.code == 1, suite.said
    assert row in suite.rows("failure"), suite.said
    assert CONTROL not in suite.rows("failure"), suite.said
    assert f"{row:<4}不符" in suite.said
