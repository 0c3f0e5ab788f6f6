"""``make torture N=200 SEED=1``: so many kills, at the boundaries of all steps and at any moment; figures at the end."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rpa.testing import Replica

from .boundaries import Boundary, boundaries
from .home import Figures
from .program import Program, Traces
from .round import Rounds

_KILLS_PER_ROUND = 10
_SHARE = 0.85  # of all kills are for the boundaries, as far as there are so many


def main() -> int:
    """Kill until the kills are used up; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="torture")
    parser.add_argument("-n", type=int, default=200, help="kills in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--only", default="", help="boundaries with this word, and no others, and no random moments"
    )
    asked = parser.parse_args()
    dice = random.Random(asked.seed)
    began = time.monotonic()
    total = Figures()
    with Replica() as replica, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        traces = Traces(folder / "temp")
        rounds = Rounds(replica, folder, traces, dice)
        known = boundaries(rounds.one_case)
        every = [one for mine in known.values() for one in mine if asked.only in str(one)]
        chosen = _chosen(every, round(asked.n * _SHARE), dice)
        for kind in known:
            total.add(rounds.at_boundaries([one for one in chosen if one.kind == kind]))
            _say(
                f"{kind}: kills={total.kills} boundaries={total.covered} twice={total.twice} lost={total.lost}"
            )
        while total.kills < asked.n and not asked.only:
            total.add(rounds.at_any_moment(min(_KILLS_PER_ROUND, asked.n - total.kills)))
            _say(f"at any moment: kills={total.kills} twice={total.twice} lost={total.lost}")
        _look_for_traces(rounds, traces, total)
    for line in total.trouble:
        _say(line)
    _say(
        f"boundaries={total.covered} of {total.boundaries} asked, {len(every)} known; "
        f"program_alone={total.alone} browser_alone={total.browser} "
        f"processes_left={total.processes} files_left={total.files}"
    )
    _say(
        f"kills={total.kills} cases={total.cases} twice={total.twice} lost={total.lost} "
        f"orphans={total.orphans} doubled={total.doubled} seconds={time.monotonic() - began:.0f}"
    )
    return 0 if total.good else 1


def _chosen(every: Sequence[Boundary], number: int, dice: random.Random) -> list[Boundary]:
    """As many of them, in their order."""
    if number >= len(every):
        return list(every)
    return sorted(dice.sample(every, number), key=every.index)


def _look_for_traces(rounds: Rounds, traces: Traces, total: Figures) -> None:
    """What is left of the killed programs once they have noticed, and another one has tidied up after them."""
    processes = traces.processes()
    home = rounds.one_case("card_cancellation")
    with Program.started(home.folder, traces) as program:
        program.wait()
    files = traces.files()
    total.processes, total.files = len(processes), len(files)
    total.trouble += [f"left: {one}" for one in (*processes, *files)]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
