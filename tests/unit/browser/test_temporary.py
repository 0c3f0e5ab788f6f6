"""What a browser puts into the folder for temporary files is gone after it, however it or its program ends."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from rpa.browser import find_browser
from rpa.browser.chromium import Chromium
from tests.loops import run_apart

ROOT = Path(__file__).parents[3]

_PROGRAM = """
import asyncio, sys, tempfile
from rpa.browser import find_browser
from rpa.browser.chromium import Chromium

async def main():
    async with Chromium.started(find_browser(headed=False)):
        print("running", flush=True)
        await asyncio.to_thread(sys.stdin.readline)

asyncio.run(main())
"""


@contextmanager
def program(temp: Path) -> Iterator[subprocess.Popen[str]]:
    """A program with a running browser, whose folder for temporary files this is."""

    variables = {**os.environ, **dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(temp))}
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=variables,
    ) as running:
        assert running.stdout and running.stdout.readline() == "running\n"
        try:
            yield running
        finally:
            running.kill()


def family(running: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(running.pid).children(recursive=True)


def test_a_program_that_ends_well_leaves_nothing(tmp_path: Path) -> None:
    with program(tmp_path) as running:
        (mine,) = tmp_path.iterdir()
        assert any(mine.iterdir()), "the driver's and the browser's own folders lie in it"
        running.communicate("\n", timeout=60)
        assert running.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_a_killed_browser_leaves_nothing_after_its_program(tmp_path: Path) -> None:
    with program(tmp_path) as running:
        killed = family(running)
        for process in killed:
            process.kill()
        running.communicate("\n", timeout=60)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_program_has_left_is_removed_by_the_next_and_what_a_living_one_has_is_not(
    tmp_path: Path,
) -> None:
    with program(tmp_path) as dead:
        (left,) = tmp_path.iterdir()
        processes = family(dead)
        for process in [psutil.Process(dead.pid), *processes]:
            process.kill()
        dead.wait(60)
    psutil.wait_procs(processes, timeout=30)
    assert left.exists()
    with program(tmp_path) as living:
        (other,) = tmp_path.iterdir()
        assert other != left
        with program(tmp_path):
            assert other in tmp_path.iterdir()
            assert any(other.iterdir())
        living.communicate("\n", timeout=60)
        assert living.returncode == 0


def test_a_hanging_browser_of_a_killed_program_is_ended_by_the_next_and_a_living_ones_is_not(
    tmp_path: Path,
) -> None:
    with program(tmp_path) as living, program(tmp_path) as dead:
        hanging = [one for one in family(dead) if "run-driver" not in one.cmdline()]
        assert hanging
        for process in hanging:
            process.suspend()
        psutil.Process(dead.pid).kill()
        dead.wait(60)
        _, left = psutil.wait_procs(hanging, timeout=3)
        assert left, "it hangs: nobody has told it that its program is gone"
        with program(tmp_path):
            _, left = psutil.wait_procs(hanging, timeout=30)
            assert [one for one in left if one.status() != psutil.STATUS_ZOMBIE] == []
        living.communicate("\n", timeout=60)
        assert living.returncode == 0


def test_the_programs_own_variables_stay_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.delenv("TMP", raising=False)

    async def start() -> dict[str, str]:
        async with Chromium.started(find_browser(headed=False)):
            return dict(os.environ)

    before = dict(os.environ)
    during = run_apart(start())
    assert {name: during.get(name) for name in before} == before
    assert "TMP" not in during
