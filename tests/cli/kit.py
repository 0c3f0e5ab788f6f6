"""What the tests of the command line share: the program in a process of its own, and a witness of its requests."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rpa.resources import folder

__all__ = [
    "SCANS",
    "Ran",
    "Ywtb",
    "closed_port",
    "copied_samples",
    "one_group",
    "processes_of",
    "put_scans",
    "witnessed",
]

SCANS = folder("fixtures") / "new_card" / "signed"


@dataclass(frozen=True)
class Ran:
    """How a run ended and what it said."""

    code: int
    out: bytes
    err: bytes

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out.decode("utf-8"))

    @property
    def text(self) -> str:
        """All it said to a person."""
        return self.out.decode("utf-8") + self.err.decode("utf-8")


@dataclass
class Ywtb:
    """`ywtb` with a data folder of its own, run in `work`; `said` collects all that it ever wrote."""

    home: Path
    work: Path
    variables: dict[str, str] = field(default_factory=dict)
    said: list[bytes] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """None of the developer's own settings."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("YWTB_")}
        browser = os.environ.get("YWTB_BROWSER")
        mine = {"YWTB_HOME": str(self.home), **({"YWTB_BROWSER": browser} if browser else {})}
        return {**kept, **mine, **self.variables}

    def start(self, *words: str | Path, **options: Any) -> subprocess.Popen[bytes]:
        """Start it and leave it running."""
        return subprocess.Popen(
            [sys.executable, "-m", "rpa.cli", *map(str, words)],
            cwd=self.work,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **options,
        )

    def __call__(self, *words: str | Path, said: bytes = b"", seconds: float = 180) -> Ran:
        """Run it to its end; `said` is what is typed into it."""
        with self.start(*words, stdin=subprocess.PIPE) as process:
            try:
                out, err = process.communicate(said, timeout=seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        self.said += [out, err]
        return Ran(process.returncode, out, err)


def copied_samples(to: Path) -> Path:
    """The sample inputs, copied; returns the workbook."""
    shutil.copytree(
        folder("fixtures"), to, ignore=shutil.ignore_patterns("*.py", "__pycache__"), dirs_exist_ok=True
    )
    return to / "new_card.xlsx"


def one_group(to: Path, key: str, *, name: str = "one.json", **changes: str | None) -> Path:
    """An input with one of the sample groups and, with these changes (None: left out), nothing else."""
    copied_samples(to)
    content = json.loads((to / "new_card.json").read_text(encoding="utf-8"))
    content["团组"] = [group for group in content["团组"] if group["团组编号"] == key]
    content["团组"][0].update(changes)
    content["团组"][0] = {word: value for word, value in content["团组"][0].items() if value is not None}
    path = to / name
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def put_scans(document: Mapping[str, Any]) -> None:
    """Play the person at the signature gate for every case of a document."""
    for case in document["cases"]:
        scans = folder("fixtures") / case["business_type"] / "signed"
        for form in case["to_sign"]:
            blank = Path(form["path"])
            signed = blank.parent.parent / "signed"
            signed.mkdir(exist_ok=True)
            shutil.copyfile(scans / f"{blank.stem}.pdf", signed / f"{blank.stem}.pdf")


def closed_port() -> str:
    """An address where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def processes_of(home: Path) -> list[str]:
    """The processes that were started with this data folder; every helper inherits it."""
    mark = f"YWTB_HOME={home}"
    found = subprocess.run(["ps", "axeww", "-o", "command="], capture_output=True, text=True, check=True)
    return [line[:200] for line in found.stdout.splitlines() if mark in line]


@contextmanager
def witnessed(address: str) -> Iterator[tuple[str, list[str]]]:
    """An address that hands everything on to `address`, and the list of paths that were asked for there."""
    host, port = urlsplit(address).hostname, urlsplit(address).port
    assert host and port
    paths: list[str] = []

    class Line(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection((host, port)) as portal:
                back = threading.Thread(target=_pump, args=(portal, self.request, None), daemon=True)
                back.start()
                _pump(self.request, portal, paths)
                back.join(10)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Line) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", paths
        server.shutdown()


_REQUEST = re.compile(rb"^(?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS) (\S+) HTTP/1\.1\r$", re.MULTILINE)


def _pump(source: socket.socket, sink: socket.socket, paths: list[str] | None) -> None:
    try:
        while data := source.recv(65536):
            if paths is not None:
                paths += [found.decode("ascii", "replace") for found in _REQUEST.findall(data)]
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:  # the other end has gone
        return
