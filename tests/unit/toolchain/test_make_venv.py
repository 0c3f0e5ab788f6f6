"""The virtual environment is made on a bare Debian too, and a wrong Python is told plainly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "tools" / "make_venv.sh"

PYTHON = f"exec '{sys.executable}' \"$@\""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="make is not used there")


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder of stand-ins, the only ones on PATH beside the shell's own."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def stand_in(folder: Path, name: str, script: str) -> None:
    """Put a program of this name there."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


def make(programs: Path, python: str = "") -> subprocess.CompletedProcess[str]:
    """Run the script for an environment `env` beside the stand-ins."""
    return subprocess.run(
        ["/bin/sh", str(SCRIPT), str(programs.parent / "env")],
        env={"PATH": str(programs), **({"PYTHON": python} if python else {})},
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )


def test_an_old_python_is_refused_in_words(programs: Path) -> None:
    stand_in(programs, "python3", "exit 1")
    ran = make(programs)
    assert ran.returncode == 2
    assert "Python 3.11" in ran.stderr


def test_a_newer_python_beside_an_old_one_is_taken(programs: Path) -> None:
    stand_in(programs, "python3", "exit 1")
    stand_in(programs, "python3.12", PYTHON)
    assert make(programs).returncode == 0
    assert (programs.parent / "env" / "bin" / "python").exists()


def test_a_bare_debian_gets_its_venv_package_after_one_look_at_the_lists(programs: Path) -> None:
    log, there = programs.parent / "log", programs.parent / "there"
    stand_in(
        programs,
        "python3",
        f'case "$2" in *ensurepip*) [ -e {there} ]; exit ;; esac\n{PYTHON}',
    )
    stand_in(programs, "id", "echo 0")
    stand_in(
        programs,
        "apt-get",
        f'echo "$*" >>{log}\ncase "$*" in update*) : >{there}.lists ;; *) [ -e {there}.lists ] && : >{there} ;; esac',
    )
    assert make(programs).returncode == 0
    calls = log.read_text(encoding="utf-8").splitlines()
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    assert [call.split()[-1] for call in calls] == [package, "-q", package]


def test_anyone_else_is_told_the_command(programs: Path) -> None:
    stand_in(programs, "python3", f'case "$2" in *ensurepip*) exit 1 ;; esac\n{PYTHON}')
    stand_in(programs, "id", "echo 1000")
    ran = make(programs)
    assert ran.returncode == 2
    assert "apt-get install -y python3" in ran.stderr


def test_a_whole_environment_is_kept(programs: Path) -> None:
    stand_in(programs, "python3", PYTHON)
    assert make(programs).returncode == 0
    kept = programs.parent / "env" / "kept"
    kept.touch()
    assert make(programs).returncode == 0
    assert kept.exists()
