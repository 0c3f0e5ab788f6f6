"""What a press brings besides the page: downloads and tabs, in both kinds of browser, from the portal alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event, Timer
from urllib.parse import urlsplit

import pytest
from anyio.from_thread import BlockingPortal
from PIL import Image

import rpa.desk
from rpa.browser import find_browser
from rpa.browser.catch import catch, file_kind, read_download
from rpa.browser.chromium import Chromium
from rpa.browser.find import look_for_browser
from rpa.browser.machine import Machine
from rpa.desk import Desk, page_scripts
from rpa.errors import PortalFault
from rpa.profile import Profile
from rpa.resources import folder
from rpa.screen import View, load_packs

from .conftest import Engine
from .presses import after_each_press, before_each_press
from .site import Site, page


def _docx() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return data.getvalue()


def _pdf() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    data = io.BytesIO()
    canvas = Canvas(data)
    canvas.drawString(100, 700, "stored file")
    canvas.save()
    return data.getvalue()


def _jpg() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(data, "JPEG")
    return data.getvalue()


PDF, DOCX, JPG = _pdf(), _docx(), _jpg()


@pytest.fixture(scope="session")
def full_engine(portal: BlockingPortal) -> Iterator[Engine]:
    """A full browser without a window, where there is one besides the headless shell."""
    executable = look_for_browser(headed=True, chosen=None, machine=Machine.this())
    if executable is None or executable.path == find_browser(headed=False).path:
        pytest.skip("only one kind of browser is installed")
    with portal.wrap_async_context_manager(Chromium.started(executable)) as chromium:
        yield Engine(portal, chromium)


@dataclass
class Room:
    """A desk in one kind of browser."""

    engine: Engine
    desk: Desk

    def download(self, text: str) -> tuple[bytes, str]:
        """Press what reads `text` and take the document it brings."""
        screen = self.desk.at("common.preview")
        answer: tuple[bytes, str] = self.engine.portal.call(
            lambda: self.desk.download(lambda: screen.press_text(text), "申请函")
        )
        return answer

    def open_file(self, text: str) -> bytes:
        """Press what reads `text` and take the stored file it shows."""
        screen = self.desk.at("common.preview")
        data: bytes = self.engine.portal.call(lambda: self.desk.open_file(lambda: screen.press_text(text)))
        return data

    @property
    def tabs(self) -> int:
        """How many tabs are open."""
        return len(self.desk.page.context.pages)


RoomOf = Callable[[str], Room]


@pytest.fixture(params=["engine", pytest.param("full_engine", marks=pytest.mark.long)])
def room_of(request: pytest.FixtureRequest, site: Site) -> Iterator[RoomOf]:
    """``room_of(html)``: a desk before a page with this body."""
    engine: Engine = request.getfixturevalue(request.param)
    packs = load_packs([folder("selectors") / "common.yaml"])
    context = engine.portal.call(lambda: engine.chromium.context(site.address, scripts=page_scripts(packs)))

    def make(body: str) -> Room:
        site.put("/", page(body))
        tab = engine.portal.call(context.new_page)
        profile = Profile(
            name="t", title="试验", address=site.address, pace_ms=0, page_timeout=3, upload_timeout=5
        )
        desk = engine.portal.call(Desk, tab, packs, profile)
        engine.portal.call(desk.go)
        return Room(engine, desk)

    yield make
    engine.portal.call(context.close)


def _attachment(name: str) -> dict[str, object]:
    return {"kind": "application/octet-stream", "headers": (("Content-Disposition", name),)}


NAMES = {
    "GBK bytes": 'attachment; filename="' + "申请函.docx".encode("gbk").decode("latin-1") + '"',
    "UTF-8 bytes": 'attachment; filename="' + "申请函.docx".encode().decode("latin-1") + '"',
    "underlines": 'attachment; filename="____.exe"',
    "a path": 'attachment; filename="..\\..\\a/b.docx"',
    "none": "attachment",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_download_is_known_by_its_bytes_whatever_it_is_called(
    room_of: RoomOf, site: Site, name: str
) -> None:
    site.put("/form", DOCX, **_attachment(NAMES[name]))
    assert room_of("<a href=/form>下载模板</a>").download("下载模板") == (DOCX, "docx")


@pytest.mark.parametrize(
    "act",
    [
        "<a href=/form>下载模板</a>",
        "<a href=/form target=_blank>下载模板</a>",
        "<button onclick=\"window.open('/form')\">下载模板</button>",
    ],
)
def test_a_download_is_caught_whichever_way_the_page_starts_it(room_of: RoomOf, site: Site, act: str) -> None:
    site.put("/form", PDF, **_attachment("attachment; filename=a.pdf"))
    room = room_of(act)
    assert room.download("下载模板") == (PDF, "pdf")
    assert room.tabs == 1


def test_a_download_made_by_the_page_itself_is_caught(room_of: RoomOf, site: Site) -> None:
    site.put("/form", DOCX)
    save = "const a = document.createElement('a'); a.href = window.URL.createObjectURL(await (await fetch('/form')).blob()); a.download = 'x'; document.body.append(a); a.click()"
    assert (
        room_of(f'<button onclick="(async () => {{ {save} }})()">下载模板</button>').download("下载模板")[0]
        == DOCX
    )


ERRORS = {
    "as a download": ("<a href=/form>下载模板</a>", _attachment("attachment; filename=a.docx")),
    "as a tab": ("<a href=/form target=_blank>下载模板</a>", {}),
}


@pytest.mark.parametrize("how", ERRORS)
def test_an_error_page_is_not_taken_for_a_document(
    room_of: RoomOf, site: Site, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rpa.desk, "_VIEWER_SECONDS", 0.3)
    act, answer = ERRORS[how]
    site.put("/form", page("<h1>500</h1>"), **answer)
    room = room_of(act)
    with pytest.raises(PortalFault, match="可能是错误页"):
        room.download("下载模板")
    assert room.tabs == 1


def test_an_empty_download_is_a_fault(room_of: RoomOf, site: Site) -> None:
    site.put("/form", b"", **_attachment("attachment; filename=a.docx"))
    with pytest.raises(PortalFault):
        room_of("<a href=/form>下载模板</a>").download("下载模板")


def test_a_press_that_brings_nothing_is_a_fault(room_of: RoomOf) -> None:
    room = room_of("<a onclick='1'>下载模板</a>")
    with pytest.raises(PortalFault, match="没有得到文件"):
        room.download("下载模板")


def test_a_late_download_is_waited_for(room_of: RoomOf, site: Site) -> None:
    gate = Event()
    site.put("/form", DOCX, gate=gate, **_attachment("attachment; filename=a.docx"))
    room = room_of("<a href=/form>下载模板</a>")
    Timer(0.5, gate.set).start()
    assert room.download("下载模板")[1] == "docx"


FILES = {"pdf": (PDF, "application/pdf"), "jpg": (JPG, "image/jpeg")}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_its_own_tab_shows_is_taken_from_there(room_of: RoomOf, site: Site, kind: str) -> None:
    data, mime = FILES[kind]
    site.put("/file", data, kind=mime)
    room = room_of("<a href=/file target=_blank>预览</a>")
    assert room.open_file("预览") == data
    assert room.tabs == 1


@pytest.mark.parametrize("kind", FILES)
def test_a_viewer_with_a_download_is_asked_for_it(room_of: RoomOf, site: Site, kind: str) -> None:
    data, mime = FILES[kind]
    site.put("/file", data, kind=mime)
    site.put("/raw", data, **_attachment("attachment"))
    show = (
        "<img src=/file>" if kind == "jpg" else "<embed src=/file type=application/pdf width=400 height=300>"
    )
    site.put("/view", page(f"<h2>预览</h2>{show}<a href=/raw>下 载</a>"))
    room = room_of("<button onclick=\"window.open('/view')\">预览</button>")
    assert room.open_file("预览") == data
    assert room.tabs == 1


SHOWN = {
    "early": "<iframe src=/file></iframe>",
    "by a script": "<script>document.write('<iframe src=/file></iframe>')</script>",
}
SAVES = {
    "button": "<button onclick=\"location.assign('/raw')\">下载</button>",
    "link": "<a href=/raw download>下载</a>",
}


@pytest.mark.parametrize("show", SHOWN)
@pytest.mark.parametrize("save", SAVES)
def test_what_a_viewer_shows_is_not_taken_for_what_it_stores(
    room_of: RoomOf, site: Site, show: str, save: str
) -> None:
    site.put("/file", PDF, kind="application/pdf")  # a rendering; the headless shell downloads it by itself
    site.put("/raw", DOCX, **_attachment("attachment"))
    site.put("/view", page(SHOWN[show] + SAVES[save]))
    assert room_of("<button onclick=\"window.open('/view')\">预览</button>").open_file("预览") == DOCX
    assert "/raw" in site.asked


def test_a_rendering_that_comes_after_the_press_is_not_taken_either(
    room_of: RoomOf, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, stored = Event(), Event()
    site.put("/file", PDF, kind="application/pdf", gate=shown)
    site.put("/raw", DOCX, gate=stored, **_attachment("attachment"))
    # of another frame, because one that goes elsewhere gives up what its own frames are still waiting for
    site.put(
        "/view", page("<iframe src=/file></iframe><iframe name=f></iframe><a href=/raw target=f>下载</a>")
    )
    room = room_of("<button onclick=\"window.open('/view')\">预览</button>")

    async def show(view: View, _point: list[float]) -> None:
        if view.page.url.endswith("/view"):
            shown.set()
            Timer(0.5, stored.set).start()

    after_each_press(monkeypatch, show)
    assert room.open_file("预览") == DOCX


@pytest.mark.parametrize(
    "save", ["<a href=/file download>下载</a>", "<a href='/file' target=_blank download>下载</a>"]
)
def test_a_viewer_may_save_from_where_it_shows(room_of: RoomOf, site: Site, save: str) -> None:
    site.put("/file", PDF, kind="application/pdf")
    site.put("/view", page("<iframe src=/file></iframe>" + save))
    assert room_of("<button onclick=\"window.open('/view')\">预览</button>").open_file("预览") == PDF


def bare(body: str, head: str = "") -> str:
    """A page without the kit, whose own listening would wake the deaf script of a window that was reused."""
    return f"<!doctype html><meta charset=utf-8><title>预览</title>{head}<body>{body}"


# what opens a viewer; the window of a tab that a script opens outlives the tab's first, empty document
OPENS = {
    "link": "<a href=/view target=_blank>预览</a>",
    "script": "<a onclick=\"window.open('/view')\">预览</a>",
}


@pytest.mark.parametrize("how", OPENS)
def test_a_viewers_download_that_moves_away_under_the_mouse_gives_no_other_the_press(
    room_of: RoomOf, site: Site, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    site.put("/raw", JPG, **_attachment("attachment"))
    site.put("/wrong", DOCX, **_attachment("attachment"))
    site.put(
        "/view",
        bare(
            "<a id=a href=/raw style='position:absolute;left:40px;top:40px'>下载</a><script>var move = () => {"
            " move = () => 0; a.style.top = '200px'; document.body.insertAdjacentHTML('beforeend',"
            " \"<a href=/wrong style='position:absolute;left:40px;top:40px'>全部</a>\") }</script>"
        ),
    )
    room = room_of(OPENS[how])

    async def late(view: View, _point: list[float]) -> None:
        await view.frame.evaluate("() => { if (window.move) move() }")

    before_each_press(monkeypatch, late)
    assert room.open_file("预览") == JPG
    assert "/wrong" not in site.asked


@pytest.mark.parametrize("how", OPENS)
def test_a_viewer_is_pressed_once_its_styles_are_there(
    room_of: RoomOf, site: Site, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    gate = Event()
    site.put("/late.css", "a { position: absolute; right: 20px }", kind="text/css", gate=gate)
    site.put("/raw", JPG, **_attachment("attachment"))
    site.put("/view", bare("<a href=/raw>下载</a>", head="<link rel=stylesheet href=/late.css>"))
    room = room_of(OPENS[how])
    presses = []

    async def late(view: View, point: list[float]) -> None:
        if view.page.url.endswith("/view"):
            presses.append(point)
            await view.page.wait_for_load_state("load")

    before_each_press(monkeypatch, late)
    Timer(0.6, gate.set).start()
    assert room.open_file("预览") == JPG
    assert len(presses) == 1


def test_a_style_sheet_that_is_not_there_is_not_waited_for(room_of: RoomOf, site: Site) -> None:
    gate = Event()
    site.put("/slow.jpg", JPG, kind="image/jpeg", gate=gate)
    site.put("/raw", JPG, **_attachment("attachment"))
    styles = "<link rel=stylesheet href=/none.css><link rel=stylesheet href=http://localhost:9/x.css>"
    site.put("/view", bare("<img src=/slow.jpg><a href=/raw>下载</a>", head=styles))
    try:
        assert room_of(OPENS["script"]).open_file("预览") == JPG
    finally:
        gate.set()


def test_a_slow_viewer_is_waited_for(room_of: RoomOf, site: Site) -> None:
    gate = Event()
    site.put("/raw", JPG, **_attachment("attachment"))
    site.put("/view", page("<a href=/raw>下载</a>"), gate=gate)
    room = room_of("<a href=/view target=_blank>预览</a>")
    Timer(0.6, gate.set).start()
    assert room.open_file("预览") == JPG


def test_a_viewer_that_draws_its_button_late_is_asked_too(room_of: RoomOf, site: Site) -> None:
    site.put("/raw", JPG, **_attachment("attachment"))
    site.put(
        "/view",
        page("<script>setTimeout(() => document.body.innerHTML = '<a href=/raw>下载</a>', 400)</script>"),
    )
    assert room_of("<a href=/view target=_blank>预览</a>").open_file("预览") == JPG


def test_what_is_listened_for_is_forgotten_afterwards(engine: Engine, tab: object, site: Site) -> None:
    site.put("/", page("<a href=/form id=a>下载</a>"))
    site.put("/form", DOCX, **_attachment("attachment"))

    async def twice() -> list[bytes]:
        await tab.goto(site.address)  # type: ignore[attr-defined]
        got = []
        for _ in range(2):
            download = await catch(tab, lambda: tab.click("#a"), seconds=5)  # type: ignore[arg-type,attr-defined]
            got.append(await read_download(download, seconds=5))  # type: ignore[arg-type]
        return got

    assert engine.portal.call(twice) == [DOCX, DOCX]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PDF, "pdf"),
        (DOCX, "docx"),
        (JPG, "jpg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
    ],
)
def test_a_document_is_known_by_its_first_bytes(data: bytes, kind: str) -> None:
    assert file_kind(data) == kind


@pytest.mark.parametrize("data", [b"", b"<!doctype html>", b"{}", b"PK", b" %PDF-1.4"])
def test_anything_else_is_no_document(data: bytes) -> None:
    assert file_kind(data) is None


# --- bounds -----------------------------------------------------------------------------------------------------------

REACHES = {
    "picture": "<img src={}>",
    "script": "<script src={}></script>",
    "frame": "<iframe src={}></iframe>",
    "fetch": "<script>fetch('{}', {{ mode: 'no-cors' }}).catch(() => 0)</script>",
    "beacon": "<script>navigator.sendBeacon('{}', 'x')</script>",
    "form": "<form action={} target=_blank id=f></form><script>f.submit()</script>",
    "page": "<script>setTimeout(() => location = '{}')</script>",
}


@pytest.mark.parametrize("how", REACHES)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_nothing_but_the_portal_can_be_reached(room_of: RoomOf, how: str, host: str) -> None:
    with Site() as other:
        other.put("/x", "secret")
        room = room_of(REACHES[how].format(f"http://{host}:{urlsplit(other.address).port}/x"))
        room.engine.portal.call(room.desk.settled)
        room.engine.portal.call(lambda: room.desk.page.wait_for_timeout(100))
        assert other.asked == []


def test_the_portal_itself_is_reached(room_of: RoomOf, site: Site) -> None:
    site.put("/x", JPG, kind="image/jpeg")
    room = room_of("<img src=/x>")
    room.engine.portal.call(room.desk.settled)
    assert "/x" in site.asked
