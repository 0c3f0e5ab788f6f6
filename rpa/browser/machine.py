"""What the browser finder asks of the computer it runs on, as one value that a test can replace."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Machine", "Ran"]

_SCRIPT_SIZE = 8192


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended: its exit code (None when it did not start or was stopped) and all its output."""

    code: int | None
    output: str

    @property
    def ok(self) -> bool:
        """Whether it ended by itself and well."""
        return self.code == 0


@dataclass(frozen=True)
class Machine:
    """The system as the finder sees it. `Machine.this()` is the real one."""

    platform: str  # as sys.platform
    env: Mapping[str, str]
    home: str
    is_root: bool
    which: Callable[[str], str | None]
    is_program: Callable[[str], bool]
    app_path: Callable[[str], str | None]  # the App Paths entry of a program, Windows only
    run: Callable[[Sequence[str], float], Ran]  # command, seconds

    @classmethod
    def this(cls) -> Machine:
        """The computer this process runs on."""
        return cls(
            platform=sys.platform,
            env=os.environ,
            home=str(Path.home()),
            is_root=hasattr(os, "geteuid") and os.geteuid() == 0,
            which=shutil.which,
            is_program=is_program,
            app_path=_registered_path,
            run=run,
        )

    @property
    def has_display(self) -> bool:
        """Whether a browser's window could be shown: Windows and macOS have a desktop, Linux says so in a variable."""
        return self.platform != "linux" or bool(self.env.get("DISPLAY") or self.env.get("WAYLAND_DISPLAY"))


def is_program(path: str) -> bool:
    """Whether `path` is a program we can drive: an executable file that is not a snap.

    A snap's browser sees neither /tmp nor other people's folders, and Ubuntu's /usr/bin/chromium-browser is a
    script that only points to the snap.
    """
    file = Path(path)
    if not file.is_file() or not os.access(file, os.X_OK):
        return False
    target = file.resolve()
    if target == Path("/usr/bin/snap") or target.is_relative_to("/snap"):
        return False
    if target.stat().st_size > _SCRIPT_SIZE:
        return True
    return b"/snap/" not in target.read_bytes()


def run(command: Sequence[str], seconds: float) -> Ran:
    """Run `command` without input for at most `seconds`; it and its children are ended when time is up."""
    # a file, not a pipe: a grandchild that outlives the command would hold a pipe open and us with it
    with tempfile.TemporaryFile() as sink:
        try:
            process = subprocess.Popen(  # noqa: S603 - a list from our own code, no shell
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            return Ran(None, str(error))
        code: int | None
        try:
            code = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            code = None
            _end(process)
        except BaseException:  # Ctrl-C does not reach a session of its own
            _end(process)
            raise
        sink.seek(0)
        return Ran(code, sink.read().decode("utf-8", "replace"))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the process with its children where the system has process groups."""
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _registered_path(program: str) -> str | None:
    """The path Windows knows for `program` (chrome.exe) in its App Paths; None elsewhere."""
    if sys.platform != "win32":
        return None
    import winreg

    key = rf"Software\Microsoft\Windows\CurrentVersion\App Paths\{program}"
    for hive in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
        with contextlib.suppress(OSError):
            return winreg.QueryValue(hive, key).strip('"')
    return None
