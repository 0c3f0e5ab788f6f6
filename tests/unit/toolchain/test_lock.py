"""requirements.lock pins everything, by files of the public index, and names no place to get them from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINS = dict(
    re.findall(r"^([a-z0-9-]+)==\S+ \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", LOCK, re.MULTILINE)
)


def test_every_declared_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    here = [line for line in declared if "sys_platform == 'win32'" not in line]
    names = {re.split(r"[\[<>=;~! ]", line)[0].replace(".", "-").replace("_", "-").lower() for line in here}
    assert names - set(PINS) == set(), "run make lock"


def test_every_pin_has_the_hashes_of_its_release() -> None:
    assert len(PINS) == len(re.findall(r"^[a-z0-9-]+==", LOCK, re.MULTILINE))
    # a wheel for every system, not only the one that the lock was written on
    for name in ("playwright", "pydantic-core", "lxml", "greenlet", "pillow"):
        assert PINS[name].count("--hash") > 5, name


def test_no_address_and_no_path_is_named() -> None:
    lines = [line for line in LOCK.splitlines() if not line.startswith((" ", "#"))]
    assert [line for line in lines if not re.match(r"[a-z0-9-]+==\S+ \\$", line) and line] == []
    assert not re.search(r"://|--(index-url|find-links|trusted-host)|\bfile:", LOCK)
