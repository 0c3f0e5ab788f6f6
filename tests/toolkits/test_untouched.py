"""Pagers and lists of files as the toolkits draw them by themselves, on the same pages and with the same pack."""

from __future__ import annotations

import re
from pathlib import Path
from threading import Event, Timer
from typing import Any

import pytest

from rpa.errors import PageChanged, PortalFault

from ..screen.clerk import Clerk
from ..screen.conftest import ScreenOf
from ..screen.site import Site
from .conftest import PACK, PAGES, TOOLKITS

pytestmark = pytest.mark.timeout(300)

_OWN_NUMBER = (r"<p>第 .* 页</p>", "")
_OWN_BUTTONS = (r"<template v-if=\"stored.*</template>", "")
_PAGER = r"layout=\"prev, pager, next\" prev-text=\"上一页\" next-text=\"下一页\" "
_ON_SUCCESS = ':on-success="(_, file) => f.uploaded.push([name, file.name])"'

# What the pages ask of their toolkit, taken back.
UNTOUCHED = {
    "layui": [
        (r"page: \{ limit: 4, .*\},", "page: true, limit: 4, limits: [4, 10],"),
        (r"done: \(_, page\).*,", ""),
    ],
    "element-ui": [
        (_PAGER, ""),
        _OWN_NUMBER,
        _OWN_BUTTONS,
        (r"<el-upload [^>]*=> take[^>]*>", f'<el-upload action="/upload" {_ON_SUCCESS}>'),
    ],
    "ant-design-vue": [
        (r"itemRender: turn, current: page, onChange: go", ""),
        (r"\n *turn: .*,", ""),
        _OWN_NUMBER,
        _OWN_BUTTONS,
        (
            r"<a-upload [^>]*=> take[^>]*>",
            '<a-upload action="/upload" @change="({ file }) => file.status === \'done\' && f.uploaded.push([name, file.name])">',
        ),
    ],
    "view-design": [
        (r" prev-text=\"上一页\" next-text=\"下一页\"", ""),
        _OWN_NUMBER,
        _OWN_BUTTONS,
        (r"<upload [^>]*=> take[^>]*>", f'<upload action="/upload" {_ON_SUCCESS}>'),
    ],
    "easyui": [(r"\$\(\"#where\"\).*;", "")],
}
UNTOUCHED["element-plus"] = UNTOUCHED["element-ui"]
WITHOUT_LIST = ("layui", "easyui")


@pytest.fixture(params=TOOLKITS)
def clerk(request: pytest.FixtureRequest, screen_of: ScreenOf, site: Site, installed: Any) -> Clerk:
    """A clerk before the toolkit's page, with its pager and its list of files left as they are."""
    site.folder = installed(request.param)
    page = (PAGES / f"{request.param}.html").read_text(encoding="utf-8")
    for pattern, text in UNTOUCHED[request.param]:
        page, count = re.subn(pattern, lambda _, text=text: text, page)
        assert count == 1
    assert not re.search("下一页|第 .* 页", page)
    clerk = screen_of(page, PACK, bare=True)
    clerk.wait("window.model")
    return clerk


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file to upload."""
    path = tmp_path / "照片 1.jpg"
    path.write_bytes(b"\xff\xd8\xff")
    return path


def test_its_pager_is_turned_to_the_end(clerk: Clerk) -> None:
    first = clerk.listing("groups")
    assert [row["团组号"] for row in first.rows] == ["T-1", "T-2", "T-3", "T-4"]
    second = clerk.next_listing("groups", "1")
    assert [row["团组号"] for row in second.rows] == ["T-5", "T-6"]
    clerk.screen.view.patience = 0.5
    with pytest.raises(PageChanged, match="已是最后一页"):
        clerk.next_listing("groups", "2")
    assert [row["团组号"] for row in clerk.table("groups").rows] == ["T-5", "T-6"]


def test_its_pager_is_turned_without_a_look_at_the_list(clerk: Clerk) -> None:
    clerk.turn_page("1")
    assert [row["团组号"] for row in clerk.table("groups").rows] == ["T-5", "T-6"]


def _has_list(request: pytest.FixtureRequest) -> bool:
    return request.node.callspec.params["clerk"] not in WITHOUT_LIST


def test_its_list_of_files_is_the_sign_of_a_row(
    request: pytest.FixtureRequest, clerk: Clerk, site: Site, file: Path
) -> None:
    if not _has_list(request):
        return  # this toolkit draws none
    gate = Event()
    site.put("/upload", "{}", kind="application/json", gate=gate)
    Timer(0.5, gate.set).start()
    clerk.upload({"photo": file})
    assert gate.is_set()
    assert clerk.js("model()")["uploaded"] == [["照片", "照片 1.jpg"]]
    assert clerk.upload_rows(["photo"])["photo"].filled
    with pytest.raises(PageChanged, match="已有文件"):
        clerk.upload({"photo": file})


def test_a_file_that_its_list_shows_as_failed_is_a_fault_at_once(
    request: pytest.FixtureRequest, clerk: Clerk, site: Site, file: Path
) -> None:
    if not _has_list(request):
        return  # this toolkit draws none
    gate = Event()
    site.put("/upload", "{}", status=500, gate=gate)
    Timer(0.5, gate.set).start()
    clerk.screen.view.patience = 1.0
    with pytest.raises(PortalFault, match=r"上传失败|未被接收") as caught:
        clerk.upload({"photo": file})
    assert caught.value.where == "照片"
    assert not clerk.upload_rows(["photo"])["photo"].filled
