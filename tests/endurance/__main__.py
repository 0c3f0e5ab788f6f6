"""``make endurance``: fifty cases by one program, what it left behind, and its memory early and late."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from rpa.flow import flows
from rpa.testing import Replica

from .service import Service


def main() -> int:
    """File the cases; 1 when something was left behind, or memory grew by more than it may."""
    parser = argparse.ArgumentParser(prog="endurance")
    parser.add_argument("-n", type=int, default=50, help="cases")
    parser.add_argument("--early", type=int, default=10, help="the case after which memory must grow no more")
    parser.add_argument("--kind", action="append", choices=list(flows()), help="only this business type")
    parser.add_argument("--may-grow", type=float, default=1.10, help="the greatest ratio")
    asked = parser.parse_args()
    if not 0 < asked.early < asked.n:
        parser.error("--early is one of the cases before the last")
    kinds = asked.kind or list(flows())
    for name in [name for name in os.environ if name.startswith("YWTB_") and name != "YWTB_BROWSER"]:
        del os.environ[name]
    with Replica() as replica, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        temp = _own_temp(Path(folder))
        service = Service(replica, Path(folder), temp, asked.n, asked.early, kinds, asked.may_grow)
        figures = service.run(_say)
    for line in figures.trouble:
        _say(line)
    _say(str(figures))
    return 0 if figures.good else 1


def _own_temp(folder: Path) -> Path:
    """A folder for the temporary files of this process and all that it starts from now on, and of nobody else."""
    temp = folder / "temp"
    temp.mkdir()
    os.environ.update(dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temp)))
    tempfile.tempdir = None  # read anew at the next need
    return temp


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
