"""A program that goes on working leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.long
@pytest.mark.timeout(400)
def test_eight_cases_leave_no_process_no_file_and_no_socket_behind() -> None:
    # while a browser is young its memory still grows a little; a context that is not closed would be a tenth a case
    words = ["-m", "tests.endurance", "-n", "8", "--early", "4", "--may-grow", "1.25"]
    ran = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=380,
        check=False,
    )
    last = ran.stdout.splitlines()[-1]
    assert last.startswith("cases=8 processes=0 temp=0 sockets=0 "), (ran.stdout, ran.stderr)
    assert ran.returncode == 0, last
