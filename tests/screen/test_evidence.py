"""A picture that is kept shows the page without the person: covered are values, what is shaped like one, and pictures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from rpa.errors import PageChanged
from rpa.screen.evidence import keep_evidence, picture

from .clerk import Clerk
from .conftest import ScreenOf

STYLE = "<style>.s, .p { color: #f00; display: table } input, textarea, select { color: #f00 !important; width: 300px }</style>"
VALUES = ["韦样一", "桂林路 1 号"]
RED = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='80' height='80'%3E%3Crect width='80' height='80' fill='red'/%3E%3C/svg%3E"

SECRETS = {
    "name": "<p class=s>韦样一</p>",
    "name in a sentence": "<p class=s>成员韦样一的材料</p>",
    "stretched name": "<p class=s>韦　样 一</p>",
    "name in parts": "<p class=s><b>韦</b><b>样一</b></p>",
    "name in a cell": "<table><tr><td class=s>韦样一</td></tr></table>",
    "input": "<input class=s value=韦样一>",
    "textarea": "<textarea class=s>寄到桂林路 1 号</textarea>",
    "select": "<select class=s><option>无<option selected>韦样一</select>",
    "password": "<input class=s type=password value=secret>",
    "ID number of anybody": "<p class=s>11010519491231002X</p>",
    "ID number in groups": "<p class=s>110105 19491231 002X</p>",
    "passport of anybody": "<p class=s>护照E12345678</p>",
    "new passport": "<input class=s value=EA1234567>",
    "mobile of anybody": "<p class=s>电话:13800138000。</p>",
    "mobile in groups": "<p class=s>138-0013-8000</p>",
    "picture": f'<img class=s width=80 height=80 src="{RED}">',
    "canvas": "<canvas class=s width=80 height=80></canvas><script>{ const c = document.querySelector('canvas').getContext('2d'); c.fillStyle = 'red'; c.fillRect(0, 0, 80, 80) }</script>",
    "background": f'<div class=s style="width:80px;height:80px;background-image:url(&quot;{RED}&quot;)"></div>',
    "frame": "<iframe class=s srcdoc='<body style=background:red>' width=90 height=90></iframe>",
    "labelled control": "<div><label>出生地点</label><input class=s value=广西></div>",
    "cell beside a label": "<table><tr><th>出生地点</th><td class=s>广西</td></tr></table>",
    "column under a label": "<table><tr><th>序号</th><th>出生地点</th></tr><tr><td>1</td><td class=s>广西</td></tr></table>",
    "line with a label": "<div><span>出生地点：</span><span class=s>广西</span></div>",
    "line with a label in one": "<p class=s>出生地点: 广西</p>",
    "far down the page": "<div style='height:2000px'></div><p class=s>韦样一</p>",
    "layer": "<div style='position:fixed;inset:0;background:#0003'></div><p class=s style='position:fixed;top:300px;left:400px;background:#fff'>韦样一</p>",
    "bar fixed to the bottom of a long page": "<div style='height:2000px'></div><p class=s style='position:fixed;bottom:0;left:200px'>韦样一</p>",
}
PUBLIC = {
    "other words": "<p class=p>办理须知</p>",
    "other name": "<p class=p>韦样二</p>",
    "group number": "<p class=p>APEC202611230001</p>",
    "other input": "<input class=p value=贸易部>",
    "icon": f'<img class=p width=24 height=24 src="{RED}">',
    "line with another label": "<div><span>发卡日期：</span><span class=p>2026-11-23</span></div>",
    "date of filing": "<p class=p>2026-11-23 10:20</p>",
}


def _red(path: Path, box: dict[str, float]) -> int:
    """How many red pixels the picture has there."""
    with Image.open(path) as image:
        part = image.convert("RGB").crop((box["left"], box["top"], box["right"], box["bottom"]))
    red, green, blue = part.split()
    strong = red.point([255 * (value > 150) for value in range(256)])
    weak = [channel.point([255 * (value < 90) for value in range(256)]) for channel in (green, blue)]
    return ImageChops.darker(strong, ImageChops.darker(*weak)).histogram()[255]


def _all_red(path: Path) -> int:
    with Image.open(path) as image:
        return _red(path, {"left": 0, "top": 0, "right": image.width, "bottom": image.height})


def _shoot(clerk: Clerk, path: Path) -> Path:
    clerk.run(picture, clerk.page, path, values=VALUES, labels=["出生地点"])
    return path


@pytest.mark.parametrize("what", SECRETS)
def test_what_is_personal_is_covered(screen_of: ScreenOf, tmp_path: Path, what: str) -> None:
    clerk = screen_of(STYLE + SECRETS[what])
    clerk.run(clerk.page.screenshot, path=tmp_path / "bare.png", full_page=True)
    assert _all_red(tmp_path / "bare.png") > 20  # the test sees what it is about
    assert _all_red(_shoot(clerk, tmp_path / "a.png")) == 0


@pytest.mark.parametrize("what", PUBLIC)
def test_what_is_not_personal_can_be_seen(screen_of: ScreenOf, tmp_path: Path, what: str) -> None:
    clerk = screen_of(STYLE + PUBLIC[what] + SECRETS["name"])
    box = clerk.js(
        "(() => { const b = document.querySelector('.p').getBoundingClientRect(); return { left: b.left, top: b.top, right: b.right, bottom: b.bottom } })()"
    )
    path = _shoot(clerk, tmp_path / "a.png")
    assert _red(path, box) > 20


def test_the_page_is_as_before_afterwards(screen_of: ScreenOf, tmp_path: Path) -> None:
    clerk = screen_of(STYLE + "".join(SECRETS.values()) + "<div style='height:3000px'></div>")
    clerk.js("scrollTo(0, 400)")
    look = "[document.documentElement.outerHTML.replaceAll(' style=\"\"', ''), scrollY, document.activeElement.tagName]"
    before = clerk.js(look)
    _shoot(clerk, tmp_path / "a.png")
    assert clerk.js(look) == before


def test_what_is_kept_tells_of_the_form_but_not_what_it_holds(screen_of: ScreenOf, tmp_path: Path) -> None:
    clerk = screen_of(
        "<h3>A 基本信息</h3><div><label>*身份证号</label><input value=11010519491231002X></div><div><label>部门</label><input></div>"
    )
    error = PageChanged("页面上没有“暂存”", where="new_card.member")
    kept = clerk.run(
        keep_evidence, clerk.page, tmp_path / "e", "stop", step="A 基本信息", values=VALUES, error=error
    )
    story = json.loads(kept.with_suffix(".json").read_text(encoding="utf-8"))
    assert story["step"] == "A 基本信息"
    assert story["error"]["message"] == "页面上没有“暂存”"
    assert [(f["label"], f["kind"], f["required"], f["filled"]) for f in story["form"]] == [
        ("身份证号", "text", True, True),
        ("部门", "text", False, False),
    ]
    assert "110105" not in json.dumps(story)
    assert {path.name for path in (tmp_path / "e").iterdir()} == {kept.name, kept.with_suffix(".json").name}


def test_a_page_that_is_gone_leaves_nothing_and_stops_nothing(screen_of: ScreenOf, tmp_path: Path) -> None:
    clerk = screen_of("<p>办理须知</p>")
    clerk.run(clerk.page.close)
    assert clerk.run(keep_evidence, clerk.page, tmp_path / "e", "stop", step="", values=VALUES) is None
