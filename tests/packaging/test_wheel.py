"""The wheel, installed alone into an empty environment, is a whole program."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# one worker builds the wheel for all of these
pytestmark = [pytest.mark.xdist_group("wheel"), pytest.mark.timeout(300)]

WHERE = """
import importlib.metadata, json, flows, mock_portal, rpa
from rpa.resources import folder
print(json.dumps({
    "packages": [rpa.__file__, flows.__file__, mock_portal.__file__],
    "selectors": [str(path) for path in folder("selectors").rglob("*")],
    "fixtures": [str(path) for path in folder("fixtures").rglob("*")],
    "flows": {point.name: type(point.load()).__name__
              for point in importlib.metadata.entry_points(group="ywtb.flows")},
}))
"""


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel in it, and an empty folder to work in."""

    folder: Path
    work: Path

    @property
    def scripts(self) -> Path:
        """Where its commands lie."""
        return self.folder / ("Scripts" if sys.platform == "win32" else "bin")

    def run(self, program: str, *arguments: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        """Run one of its commands as a person would, far from the clone."""
        keep = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "YWTB_"))}
        chosen = os.environ.get("YWTB_BROWSER")
        return _run(
            [str(self.scripts / program), *arguments],
            cwd=self.work,
            seconds=seconds,
            env={
                **keep,
                **({"YWTB_BROWSER": chosen} if chosen else {}),
                "YWTB_HOME": str(self.work / "home"),
                "PYTHONUTF8": "1",
                "PYTHONNOUSERSITE": "1",
            },
        )


def _run(
    command: Sequence[str], *, cwd: Path, seconds: float, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env=env,
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=seconds,
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel built from this tree and installed alone; its dependencies are the running environment's."""
    folder = tmp_path_factory.mktemp("wheel")
    built = _run(
        [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder), str(ROOT)],
        cwd=folder,
        seconds=120,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = folder.glob("*.whl")
    place = Installed(folder / "env", folder / "work")
    place.work.mkdir()
    venv.create(place.folder, with_pip=False, symlinks=sys.platform != "win32")
    pip = _run(
        [
            *(sys.executable, "-m", "pip", "--python", str(place.folder), "--disable-pip-version-check"),
            *("install", "--no-deps", "--no-index", str(wheel)),
        ],
        cwd=folder,
        seconds=120,
    )
    assert pip.returncode == 0, pip.stdout + pip.stderr
    _lend_dependencies(place)
    return place


def _lend_dependencies(place: Installed) -> None:
    """Let the environment see the packages of the running one, but not the clone.

    A path named in a .pth file is searched last, and .pth files inside it, such as that of the editable
    install, are not read.
    """
    base = {"base": str(place.folder), "platbase": str(place.folder)}
    own = Path(sysconfig.get_path("purelib", scheme="venv", vars=base))
    lent = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    (own / "dependencies.pth").write_text("\n".join(lent) + "\n", encoding="utf-8")


def test_the_program_starts(installed: Installed) -> None:
    ran = installed.run("ywtb", "--help")
    assert ran.returncode == 0, ran.stderr
    assert "submit" in ran.stdout


def test_everything_it_needs_comes_out_of_the_wheel(installed: Installed) -> None:
    ran = installed.run("python", "-c", WHERE)
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    for path in (*found["packages"], *found["selectors"], *found["fixtures"]):
        assert Path(path).is_relative_to(installed.folder), path
    assert {"new_card.yaml"} <= {Path(path).name for path in found["selectors"]}
    assert {"new_card.xlsx"} <= {Path(path).name for path in found["fixtures"]}
    assert "new_card" in found["flows"]


def test_the_regression_suite_comes_out_of_the_wheel(installed: Installed) -> None:
    collected = ("--collect-only", "-q", "-p", "no:cacheprovider", "--rows", "N14")
    ran = installed.run("python", "-m", "pytest", "--pyargs", "rpa.testing.regression", *collected)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "test_a_deleted_file_is_gone" in ran.stdout
    ran = installed.run("python", "-c", "from rpa.testing.manual import rows; print(len(rows()))")
    assert (ran.returncode, ran.stdout.strip()) == (0, "98"), ran.stderr


OPTIONAL = {"apprise": "apprise", "psycopg": "postgres"}
"""Modules that a part of the program wants which not everybody has, by the extra that brings them."""


def _imported(folder: Path) -> Iterator[tuple[str, Path]]:
    """The modules that the programs in a folder import, at their top or inside a function."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((alias.name.partition(".")[0], path) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                yield node.module.partition(".")[0], path


def test_whatever_is_imported_is_a_declared_dependency(installed: Installed) -> None:
    asked = "import importlib.metadata, json; print(json.dumps(importlib.metadata.requires('ywtb-rpa')))"
    ran = installed.run("python", "-c", asked)
    # each with the condition under which it is wanted, which names the extra
    known = {
        _normal(re.split(r"[\[<>=;~! (]", line)[0]) + line.partition(";")[2]
        for line in json.loads(ran.stdout)
    }
    own = {"rpa", "flows", "mock_portal", *sys.stdlib_module_names}
    brought_by = packages_distributions()
    for name, path in (one for room in ("rpa", "flows", "mock_portal") for one in _imported(ROOT / room)):
        if name in own or path.is_relative_to(ROOT / "rpa" / "testing"):
            continue
        extra = f" extra == '{OPTIONAL[name]}'" if name in OPTIONAL else ""
        wanted = {f"{_normal(one)}{extra}" for one in brought_by[name]}
        assert wanted & known, f"{path.relative_to(ROOT)} imports {name}: declare {wanted}"


def _normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


@pytest.mark.long
def test_the_sample_project_runs_in_an_environment_of_its_own(installed: Installed) -> None:
    project = shutil.copytree(ROOT / "docs" / "examples" / "portal_checks", installed.work / "portal_checks")
    words = ("-p", "no:cacheprovider", "--rootdir", str(project), "-k", "lost_session or robot_files")
    ran = installed.run("python", "-m", "pytest", str(project), *words, seconds=240)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "2 passed" in ran.stdout


@pytest.mark.long
def test_the_demo_files_the_sample_groups(installed: Installed) -> None:
    ran = installed.run("ywtb", "demo", "--json", seconds=240)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    document = json.loads(ran.stdout)
    told = {(case["business_type"], case["portal_state"]) for case in document["cases"]}
    assert {("new_card", "待缴费"), ("card_replacement", "复审退回"), ("card_cancellation", "已受理")} <= told
    # the report's template and style came with the wheel too, and the last sweep's changes are in it
    page = Path(document["report"]).read_text(encoding="utf-8")
    assert all(state in page for _, state in told)
