"""What a waiting `ywtb serve` holds: ``python -m tests.benchmarks.idle`` prints megabytes before and after its first sweep.

It ends with code 1 when that is more than the limit.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from rpa.testing import Replica
from tests.cli.kit import Ywtb
from tests.cli.server import Serving, serving, write_settings

_REST_SECONDS = 10.0
_GLANCE_SECONDS = 0.1
LIMIT_MEGABYTES = 150


def at_rest(server: Serving) -> int:
    """The bytes of the server and all its processes, once its browser has gone."""
    ends = time.monotonic() + _REST_SECONDS
    while len(server.family()) > 1 and time.monotonic() < ends:
        time.sleep(_GLANCE_SECONDS)
    return sum(int(one.memory_info().rss) for one in server.family())


def main() -> int:
    """Print a line a measurement; 1 when the server holds too much while it waits."""
    held = []
    with tempfile.TemporaryDirectory() as folder, Replica() as replica:
        home, work = Path(folder) / "home", Path(folder) / "work"
        work.mkdir()
        write_settings(home, f'[schedules.quick]\nevery = "20s"\nportal = "{replica.address}"\n')
        with serving(Ywtb(home, work)) as server:
            held.append(at_rest(server) / 1e6)
            print(f"waiting_server_before_its_first_sweep {held[-1]:.0f} MB", flush=True)
            for _ in range(2):
                server.until("计划 quick", "账号")
                server.until("处变化")
            held.append(at_rest(server) / 1e6)
            print(f"waiting_server_after_two_sweeps {held[-1]:.0f} MB, limit {LIMIT_MEGABYTES}", flush=True)
            server.stop()
    return int(max(held) > LIMIT_MEGABYTES)


if __name__ == "__main__":
    raise SystemExit(main())
