"""A small web site on this machine that shows what a test puts there."""

from __future__ import annotations

import mimetypes
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from urllib.parse import unquote, urlsplit

__all__ = ["Answer", "Site", "page"]

_KIT = Path(__file__).parent / "kit"

_SHELL = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>试验页</title><script src="/kit.js"></script>
<style>body {{ font: 14px sans-serif; margin: 8px }} .row {{ margin: 4px 0 }}</style></head>
<body>
{body}
</body></html>
"""


def page(body: str) -> str:
    """A whole page around `body`, with the kit of drawn controls in it."""
    return _SHELL.format(body=body)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answers. It is given once `gate` is set, so that a test decides how late."""

    body: bytes
    kind: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200
    gate: threading.Event | None = None


@dataclass
class Site:
    """The site: `put` answers, then read in `asked` which addresses were asked for."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    folder: Path | None = None  # what /npm/… is read from

    def __enter__(self) -> Site:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                address = unquote(urlsplit(self.path).path)
                site.asked.append(address)
                site.tell(self, site.answers.get(address) or site.file(address))

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.do_GET()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        """Where the site is."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def reset(self) -> None:
        """Take everything off the site but the kit."""
        self.folder = None
        self.asked.clear()
        self.answers.clear()
        kit = b"\n".join(part.read_bytes() for part in sorted(_KIT.glob("*.js")))
        self.answers["/kit.js"] = Answer(kit, "text/javascript; charset=utf-8")

    def put(self, address: str, body: str | bytes, **more: object) -> str:
        """Let an address answer with `body`; gives the whole address."""
        data = body.encode("utf-8") if isinstance(body, str) else body
        self.answers[address] = Answer(data, **more)  # type: ignore[arg-type]
        return self.address + address

    def file(self, address: str) -> Answer | None:
        """A file of the folder, if the address is one."""
        if self.folder is None or not address.startswith("/npm/"):
            return None
        path = self.folder / address.removeprefix("/npm/")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return Answer(path.read_bytes(), kind) if path.is_file() else None

    @staticmethod
    def tell(request: BaseHTTPRequestHandler, answer: Answer | None) -> None:
        """Write one answer; an address without one is not there."""
        answer = answer or Answer(b"", status=404)
        if answer.gate is not None:
            answer.gate.wait(20)
        try:
            request.send_response(answer.status)
            request.send_header("Content-Type", answer.kind)
            request.send_header("Content-Length", str(len(answer.body)))
            for name, value in answer.headers:
                request.send_header(name, value)
            request.end_headers()
            request.wfile.write(answer.body)
        except (BrokenPipeError, ConnectionError):
            pass  # the browser has gone elsewhere
