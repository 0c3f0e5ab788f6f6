"""`ywtb serve` in a process of its own: its log as it comes, what it holds, and how it ends."""

from __future__ import annotations

import queue
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil

from .kit import Ywtb

__all__ = ["Serving", "change", "rows", "serving", "write_settings"]


class Serving:
    """A server that runs; `lines` is what its log has said so far."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._come: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._come.put(line.decode("utf-8", "replace").rstrip())

    def until(self, *words: str, seconds: float = 150) -> str:
        """Wait for a line of the log that comes from now on and has all these words."""
        ends = time.monotonic() + seconds
        while True:
            try:
                line = self._come.get(timeout=max(0.0, ends - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"{words} did not come:\n" + "\n".join(self.lines)) from None
            self.lines.append(line)
            if all(word in line for word in words):
                return line

    def family(self) -> list[psutil.Process]:
        """The server and all that it has started."""
        server = psutil.Process(self.process.pid)
        return [server, *server.children(recursive=True)]

    def stop(self, number: int | None = None) -> int:
        """Ask it to end, as a service manager does; its exit code, once nothing it had started is left."""
        started = self.family()[1:]
        ask = signal.CTRL_BREAK_EVENT if sys.platform == "win32" else signal.SIGTERM
        self.process.send_signal(ask if number is None else number)
        code = self.process.wait(30)
        self._reader.join(10)
        while not self._come.empty():
            self.lines.append(self._come.get())
        _, alive = psutil.wait_procs(started, timeout=10)
        assert not alive, alive
        return code


@contextmanager
def serving(ywtb: Ywtb) -> Iterator[Serving]:
    """Start a server; it is ended with the block, however that ends."""
    # of its own group, so that Ctrl-Break is sent to it alone
    group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP} if sys.platform == "win32" else {}
    with ywtb.start("serve", **group) as process:
        server = Serving(process)
        try:
            server.until("服务已启动")
            yield server
        finally:
            if process.poll() is None:
                for one in reversed(server.family()):
                    one.kill()
            process.wait(30)


def write_settings(home: Path, text: str) -> None:
    """The data folder's ``ywtb.toml``."""
    home.mkdir(mode=0o700, exist_ok=True)
    (home / "ywtb.toml").write_text(text, encoding="utf-8")


def rows(home: Path, query: str) -> list[Any]:
    """What the ledger in this data folder answers."""
    with closing(sqlite3.connect(home / "ledger.db")) as ledger:
        return ledger.execute(query).fetchall()


def change(home: Path, statement: str) -> None:
    """Change the ledger in this data folder; no server may run."""
    with closing(sqlite3.connect(home / "ledger.db")) as ledger:
        ledger.execute(statement)
        ledger.commit()
