"""The replica in a process of its own, and its back office."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

__all__ = ["Replica", "ReplicaError"]

_READY = "ready "
_ANSWER_SECONDS = 20.0
_STOP_SECONDS = 5.0


class ReplicaError(RuntimeError):
    """The replica did not start, or its back office refused."""


class Replica:
    """Starts the replica on a free port and asks its back office what really happened.

    ::

        with Replica() as replica:
            ...  # drive replica.address
            assert [group["state"] for group in replica.groups()] == ["待初审"]

    `data` is the database file (memory without one), `latency_ms` is added to every answer, `options` are
    further words of ``python -m mock_portal``. It ends with this process, however this one ends. After `kill`
    or `stop`, `start` brings it back at the same address.
    """

    def __init__(
        self,
        *,
        data: Path | None = None,
        latency_ms: int = 0,
        port: int = 0,
        options: Sequence[str] = (),
        ready_seconds: float = 30.0,
    ) -> None:
        self._data = data
        self._latency_ms = latency_ms
        self._port = port
        self._options = tuple(options)
        self._ready_seconds = ready_seconds
        self._process: subprocess.Popen[str] | None = None
        self._errors: IO[bytes] | None = None
        self._address = ""
        # the replica is on this computer: a proxy of the surroundings has no business here
        self._opener = build_opener(ProxyHandler({}))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def address(self) -> str:
        """Where the portal is, as ``http://127.0.0.1:PORT``."""
        return self._address

    @property
    def running(self) -> bool:
        """Whether its process is alive."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it and wait until it listens. Raises `ReplicaError` with its own words when it does not."""
        if self.running:
            return
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process, closed by _forget
        self._errors = errors
        self._process = process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            self._command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
        )
        try:
            self._address = _announced(process, self._ready_seconds)
        except BaseException as error:
            process.kill()
            process.wait()
            errors.seek(0)
            words = errors.read().decode("utf-8", "replace").strip()
            self._forget()
            if isinstance(error, TimeoutError | EOFError):
                raise ReplicaError(f"仿真门户没有启动：{error}\n{words}".strip()) from None
            raise
        self._port = int(self._address.rpartition(":")[2])

    def stop(self) -> None:
        """End it kindly: its input is closed; what is stored is stored."""
        if self._process is None:
            return
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._forget()

    def kill(self) -> None:
        """End it as a power failure does."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        self._forget()

    def groups(self) -> list[dict[str, Any]]:
        """Every group the portal holds, with fields, members and files."""
        return list(self._ask("GET", "/groups"))

    def group(self, group_no: str) -> dict[str, Any]:
        """One group by its 团组号; `LookupError` when the portal has none."""
        for group in self.groups():
            if group["group_no"] == group_no:
                return group
        raise LookupError(group_no)

    def add_groups(self, account: str, count: int, *states: str) -> list[str]:
        """Many groups of 新卡申办 at once, each of one person, in these states in turn (暂存 unless told); their numbers."""
        asked = {"account": account, "count": count, **({"states": list(states)} if states else {})}
        found: list[str] = self._ask("POST", "/groups", asked)["groups"]
        return found

    def events(self) -> list[dict[str, Any]]:
        """What happened, oldest first: `at, account, session, kind, group_no, detail`."""
        return list(self._ask("GET", "/events"))

    def set_state(self, group_no: str, state: str, opinion: str = "", *, member: int | None = None) -> None:
        """Move a group, or one member by its place from 1, to another state, as the approving authority would."""
        place = {} if member is None else {"member": member}
        moved = {"state": state, "opinion": opinion, **place}
        self._ask("POST", f"/groups/{quote(group_no, safe='')}/state", moved)

    def advance(self, group_no: str) -> None:
        """Move a group one state on, along the main line of its business type."""
        self._ask("POST", f"/groups/{quote(group_no, safe='')}/advance", {})

    def decide(self, group_no: str, decisions: dict[str, str], *, member: int | None = None) -> None:
        """Let economies decide (``{"AUS": "已批准"}``) on all members of a group, or on one by its place from 1."""
        place = {} if member is None else {"member": member}
        self._ask("POST", f"/groups/{quote(group_no, safe='')}/economies", {"decisions": decisions, **place})

    def cards(self) -> list[dict[str, Any]]:
        """Every card, as the back office keeps it."""
        found: list[dict[str, Any]] = self._ask("GET", "/cards")
        return found

    def set_filed(self, account: str, filed: bool) -> None:
        """Whether the account's unit has passed 企业备案; without it 新卡申办 is refused."""
        self._ask("POST", f"/accounts/{quote(account, safe='')}", {"filed": filed})

    def add_accounts(self, names: Sequence[str], password: str) -> None:
        """Many invented units that may sign in, all with one password."""
        self._ask("POST", "/accounts", {"names": list(names), "password": password})

    def turn_clock(self, moment: datetime | None) -> None:
        """Set the portal's clock to an aware moment, from which it goes on; None sets it right again."""
        self._ask("POST", "/clock", {"at": moment.isoformat() if moment else None})

    def steps(self) -> list[dict[str, str]]:
        """The office's own log: every state that a group was put into (`group_no, at, state`), each group's in order."""
        return list(self._ask("GET", "/steps"))

    def faults(self, name: str, **options: Any) -> None:
        """Switch one fault on, by the replica's own name and options for it."""
        self._ask("POST", "/faults", {"name": name, **options})

    def clear_faults(self) -> None:
        """Switch every fault off."""
        self._ask("DELETE", "/faults")

    def regressions(self, *names: str) -> list[dict[str, Any]]:
        """Have the replica break exactly these promises of the manual (none: it is as it should be); all there are.

        Each as `name, row, what, on`; :class:`ReplicaError` names those there are when one is unknown. They outlast a
        `reset`: they are another version of the portal.
        """
        return list(self._ask("POST", "/regressions", {"names": list(names)}))

    def scenario(self, name: str) -> None:
        """Forget everything and begin with what that scenario holds: ``empty``, ``small`` or ``busy``."""
        self._ask("POST", "/scenario", {"name": name})

    def captcha(self) -> str:
        """The code in the picture of 验证码 that was shown last; a test that plays the person types it in."""
        return str(self._ask("GET", "/captcha")["code"])

    def reset(self) -> None:
        """Back to the seed: no groups, no events, no faults, nobody signed in."""
        self._ask("POST", "/reset", {})

    def _command(self) -> list[str]:
        command = [sys.executable, "-m", "mock_portal", "--port", str(self._port), "--end-with-parent"]
        if self._data is not None:
            command += ["--data", str(self._data)]
        if self._latency_ms:
            command += ["--latency", str(self._latency_ms)]
        return [*command, *self._options]

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        request = Request(  # noqa: S310 - our own address
            f"{self._address}/_backoffice{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with self._opener.open(request, timeout=_ANSWER_SECONDS) as answer:
                return json.loads(answer.read() or b"null")
        except HTTPError as error:
            raise ReplicaError(f"{method} {path}: {error.code} {error.read().decode()}") from None
        except URLError as error:
            raise ReplicaError(f"{method} {path}: {error.reason}") from None

    def _forget(self) -> None:
        """Close what belonged to the process."""
        process, errors = self._process, self._errors
        self._process = self._errors = None
        for stream in (process and process.stdin, process and process.stdout, errors):
            if stream:
                stream.close()


def _announced(process: subprocess.Popen[str], seconds: float) -> str:
    """The address in the line that says it is ready; `TimeoutError` or `EOFError` when none comes."""
    lines: queue.Queue[str] = queue.Queue()

    def read() -> None:
        assert process.stdout is not None
        lines.put(process.stdout.readline())

    # a thread, because a pipe cannot be waited for with a deadline on Windows
    threading.Thread(target=read, name="replica", daemon=True).start()
    try:
        line = lines.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"{seconds:g} 秒内没有应答") from None
    if not line.startswith(_READY):
        raise EOFError("进程已结束")
    return line.removeprefix(_READY).strip()
