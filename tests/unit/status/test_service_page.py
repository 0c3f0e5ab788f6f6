"""docs/service.md: its settings load, its systemd unit is one."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from rpa.settings import Settings
from rpa.status.schedule import load_schedules
from rpa.status.ticks import Outcome

PAGE = (Path(__file__).parents[3] / "docs" / "service.md").read_text(encoding="utf-8")


def _example(name: str) -> str:
    found = re.search(rf"<!-- example: {name} -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


def test_its_schedules_are_some(home: Path) -> None:
    said = tomllib.loads(_example("schedules"))
    daytime, night = load_schedules(Settings(home=home, **said))
    assert (daytime.name, len(daytime.rule.windows), daytime.rule.working_days) == ("daytime", 2, True)
    assert (night.profile.name, night.rule.accounts, night.rule.full) == ("gxzf", ("demo-soe",), True)


def test_every_outcome_of_a_tick_is_explained() -> None:
    for outcome in Outcome:
        assert outcome is Outcome.BEGUN or f"{outcome.meaning}（`{outcome}`）" in PAGE


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_its_systemd_unit_is_accepted(tmp_path: Path) -> None:
    unit = _example("unit")
    # the program is asked for at the place where the page installs it; here it is this Python
    assert "ExecStart=/opt/ywtb/bin/ywtb serve" in unit
    path = tmp_path / "ywtb.service"
    path.write_text(unit.replace("/opt/ywtb/bin/ywtb", sys.executable), encoding="utf-8")
    judged = subprocess.run(
        ["systemd-analyze", "verify", str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (judged.returncode, judged.stdout + judged.stderr) == (0, "")
