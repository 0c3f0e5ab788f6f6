"""``make torture N=200 SEED=1``: so many kills, five cases a round, and one line of figures at the end."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from rpa.testing import Replica

from .round import Figures, Round

_KILLS_PER_ROUND = 10


def main() -> int:
    """Run rounds until the kills are used up; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="torture")
    parser.add_argument("-n", type=int, default=200, help="kills in all")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    dice = random.Random(asked.seed)
    began = time.monotonic()
    total = Figures()
    with Replica() as replica, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        number = 0
        while total.kills < asked.n:
            number += 1
            kills = min(_KILLS_PER_ROUND, asked.n - total.kills)
            total.add(Round(replica, Path(folder) / str(number), dice).run(kills))
            sys.stdout.write(f"round {number}: kills={total.kills} twice={total.twice} lost={total.lost}\n")
            sys.stdout.flush()
    for line in total.trouble:
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(
        f"kills={total.kills} (browser {total.browser_kills}) cases={total.cases} twice={total.twice} "
        f"lost={total.lost} orphans={total.orphans} doubled={total.doubled} "
        f"seconds={time.monotonic() - began:.0f}\n"
    )
    return 0 if total.good else 1


if __name__ == "__main__":
    raise SystemExit(main())
