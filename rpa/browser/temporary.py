"""A folder of its own for what the driver and the browser put into the system's folder for temporary files.

They tidy up after themselves, unless they are killed. So each launch is given a folder, which is removed after it; what a
program that was killed itself has left, a browser that hangs too, is removed by the next one that starts a browser on this
machine.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from hashlib import sha256
from pathlib import Path

import psutil

__all__ = ["end_processes", "given", "own_folder", "put_into"]

# who made it: the machine (a container shares no processes with its neighbour, but perhaps its folders), the process
# and when that began; short, because a browser puts sockets there, whose addresses have 104 characters at most
_NAME = re.compile(r"ywtb-([0-9a-f]{6})-(\d+)-(\d+)-\w+")
_VARIABLES = ("TMPDIR", "TMP", "TEMP")  # POSIX asks for the first, Windows for the others
_END_SECONDS = 2.0
_SECONDS = 2  # by which two readings of when a process began may differ


@contextmanager
def own_folder() -> Iterator[Path]:
    """A new folder for the time of the block; the folders of programs that are no more are removed first."""
    parent = Path(tempfile.gettempdir())
    _remove_left(parent)
    me = f"ywtb-{_machine()}-{os.getpid()}-{_began(psutil.Process())}-"
    folder = Path(tempfile.mkdtemp(prefix=me, dir=parent))
    try:
        yield folder
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    """Remove a folder into which a browser that was just killed may still write, or (Windows) whose files it still holds.

    What stays all the same is the next program's to remove.
    """
    ends = time.monotonic() + _END_SECONDS
    while folder.exists():
        shutil.rmtree(folder, ignore_errors=True)
        if time.monotonic() > ends:
            return


def end_processes(folder: Path) -> None:
    """End every process that was told by an option to keep its things in `folder` (a browser its profile), and what it
    started. A person who looks at a file there gives no such option."""
    inside = f"={folder}{os.sep}"
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if any(word.startswith("--") and inside in word for word in process.cmdline()):
                for child in process.children(recursive=True):
                    with suppress(psutil.NoSuchProcess):
                        child.kill()
                process.kill()


def put_into(folder: Path) -> AbstractContextManager[None]:
    """Programs that are started in this block put their temporary files into `folder`, and so do those they start."""
    return given(dict.fromkeys(_VARIABLES, str(folder)))


@contextmanager
def given(variables: Mapping[str, str]) -> Iterator[None]:
    """Programs that are started in this block have these environment variables, and so have those they start.

    Playwright asks for no such setting: it hands on this program's own variables. To be used by one launch at a time.
    """
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _remove_left(parent: Path) -> None:
    """Folders of this machine's dead programs. Those of other people cannot be removed by us, and stay."""
    with suppress(OSError):
        for folder in parent.iterdir():
            made_by = _NAME.fullmatch(folder.name)
            if made_by and made_by[1] == _machine() and not _lives(int(made_by[2]), int(made_by[3])):
                end_processes(folder)
                shutil.rmtree(folder, ignore_errors=True)


def _lives(pid: int, began: int) -> bool:
    """Whether the process is the one that had this number when it began, and not a later one that was given it again."""
    try:
        return abs(_began(psutil.Process(pid)) - began) <= _SECONDS
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True  # there is one, of which we may not know more


def _began(process: psutil.Process) -> int:
    """When a process began, in seconds: on Linux after the machine did, because a clock that is set changes the rest."""
    return int(process.create_time() - (psutil.boot_time() if psutil.LINUX else 0))


def _machine() -> str:
    return sha256(socket.gethostname().encode()).hexdigest()[:6]
