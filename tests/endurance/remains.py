"""What this program holds just now: processes, memory, sockets, files in the folder for temporary ones."""

from __future__ import annotations

import gc
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

__all__ = ["Remains", "memory_of"]

_REST_SECONDS = 10.0
_GLANCE_SECONDS = 0.1


@dataclass
class Remains:
    """Looks at this process and those it has started; `others` (a replica, say) are nobody's concern.

    `temp` is where this process and its children put their temporary files.
    """

    temp: Path
    others: Collection[int]
    _seen: set[psutil.Process] = field(default_factory=set)
    _sockets: int = field(init=False)
    _files: int = field(init=False)

    def __post_init__(self) -> None:
        self._sockets = _open_sockets()
        self._files = len(list(self.temp.iterdir()))

    def memory(self) -> int:
        """The bytes that all of them hold once they are at rest; every process that is there then is remembered.

        What a case has used is given back a moment after its end: renderers end, and garbage is collected. So it is read
        until a reading is no lower than the one before it.
        """
        gc.collect()
        ends = time.monotonic() + _REST_SECONDS
        before, now = self._held(), 0
        while time.monotonic() < ends:
            time.sleep(_GLANCE_SECONDS)
            now = self._held()
            if now >= before:
                break
            before = now
        self._seen |= set(self._family())
        return min(before, now)

    @property
    def processes(self) -> int:
        """How many of the processes that were ever seen at rest still run, or that are there now, beside this one."""
        alive = {one for one in self._seen if _runs(one)} | set(self._family())
        return len(alive)

    @property
    def sockets(self) -> int:
        """How many sockets this process has open, more than in the beginning."""
        return _open_sockets() - self._sockets

    @property
    def files(self) -> int:
        """How many temporary files and folders lie there, more than in the beginning."""
        return len(list(self.temp.iterdir())) - self._files

    def _family(self) -> list[psutil.Process]:
        children = psutil.Process().children(recursive=True)
        return [one for one in children if one.pid not in self.others and _runs(one)]

    def _held(self) -> int:
        return sum(map(memory_of, [psutil.Process(), *self._family()]))


def memory_of(process: psutil.Process) -> int:
    """A process's own memory in bytes.

    On Linux its part of what the family shares among itself, and nothing of the files it has mapped: how much of a
    program file is counted as one's own depends on how many other browsers run on the machine.
    """
    with suppress(psutil.Error, OSError):
        if not psutil.LINUX:
            return int(process.memory_full_info().uss)
        rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii")
        lines = (line.split() for line in rollup.splitlines())
        return sum(1024 * int(line[1]) for line in lines if line[0] in ("Pss_Anon:", "Pss_Shmem:"))
    return 0


def _runs(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def _open_sockets() -> int:
    return len(psutil.Process().net_connections(kind="all"))
