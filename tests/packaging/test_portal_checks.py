"""The plugin in the hands of somebody else's project, and where nothing that it stands on is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "portal_checks"


def _pytest(folder: Path, *words: str) -> tuple[int, str]:
    """Run pytest in a folder outside the project, as a program of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("YWTB_HOME", "PYTEST"))}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words],
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env={**kept, "YWTB_HOME": str(folder / "home"), "PYTHONIOENCODING": "utf-8"},
        timeout=150,
    )
    return ran.returncode, ran.stdout + ran.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The sample project, outside the tree."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "portal_checks"))


@pytest.mark.long
def test_an_outside_project_checks_the_portal_with_the_plugin(project: Path) -> None:
    kept = ("--tracing", "on", "--screenshot", "on", "--output", "seen")
    code, said = _pytest(project, *kept, "--slowmo", "20")
    assert code == 0, said
    assert "4 passed" in said
    assert len(list((project / "seen").rglob("trace.zip"))) == 4
    assert len(list((project / "seen").rglob("*.png"))) == 4
    passwords = [path for path in (project / "seen").rglob("*") if b"Demo-soe-2026" in _unpacked(path)]
    assert passwords == []


@pytest.mark.long
def test_an_outside_project_has_its_pages_filmed(project: Path, ffmpeg: None) -> None:
    code, said = _pytest(project, "--video", "on", "--output", "seen", "-k", "five_business_types")
    assert code == 0, said
    assert len(list((project / "seen").rglob("*.webm"))) == 1


def _unpacked(path: Path) -> bytes:
    """The bytes of a file, or of everything in an archive."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return b"".join(archive.read(name) for name in archive.namelist())
    return path.read_bytes() if path.is_file() else b""


def test_without_pytest_playwright_the_plugin_is_harmless(tmp_path: Path) -> None:
    (tmp_path / "test_plain.py").write_text(
        "def test_plain(pytestconfig): assert pytestconfig.getoption('--portal') is None\n"
        "def test_page(signed_in_page): pass\n",
        encoding="utf-8",
    )
    code, said = _pytest(tmp_path, "-p", "no:playwright", "-q")
    assert code == 1
    assert "1 passed" in said
    assert "signed_in_page needs pytest-playwright: pip install 'ywtb-rpa[testing]'" in said


def test_a_plain_project_pays_nothing_for_the_plugin(tmp_path: Path) -> None:
    (tmp_path / "test_plain.py").write_text(
        "import sys\n"
        "def test_plain():\n"
        "    heavy = {'rpa.cases', 'rpa.browser', 'sqlalchemy', 'pydantic', 'mock_portal'} & set(sys.modules)\n"
        "    assert not heavy\n",
        encoding="utf-8",
    )
    code, said = _pytest(tmp_path, "-q")
    assert code == 0, said
