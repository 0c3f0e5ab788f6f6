"""The documentation tells what is: its links lead somewhere, its tables are the code's, its examples load."""

from __future__ import annotations

import importlib
import re
import runpy
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.routing import Mount, Route

from mock_portal.backoffice import ROUTES as BACKOFFICE
from mock_portal.routes import ROUTES
from rpa.cases import CaseState
from rpa.cli.exit_codes import ExitCode
from rpa.errors import YwtbError
from rpa.flow import flows, pack_files
from rpa.intake import read
from rpa.intake.values import parse_day
from rpa.profile import load_profile
from rpa.screen import load_packs
from rpa.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
README, OFFICER = ROOT / "README.md", ROOT / "README.zh-CN.md"

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_NAME = re.compile(r"`((?:docs|fixtures|flows|mock_portal|rpa|selectors|tests|tools)/[\w./-]*)`")
_FENCED = re.compile(r"```.*?```", re.DOTALL)


def text(path: Path) -> str:
    """A page."""
    return path.read_text(encoding="utf-8")


def example(page: str, name: str) -> str:
    """The fenced text below ``<!-- example: NAME -->``."""
    found = re.search(rf"<!-- example: {name} -->\n```\w+\n(.*?)```", text(ROOT / page), re.DOTALL)
    assert found
    return found[1]


def anchors(path: Path) -> set[str]:
    """The anchors that a page's headings give."""
    headings = re.findall(r"^#+ (.+)$", text(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_every_file_that_is_named_is_there(page: Path) -> None:
    prose = _FENCED.sub("", text(page))
    for link in _LINK.findall(prose):
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        assert path.is_relative_to(ROOT), link
        assert path.exists(), link
        assert not anchor or anchor in anchors(path), link
    if "adding" not in page.name:  # it names files that are to be made
        for name in _NAME.findall(prose):
            assert (ROOT / name).exists(), name


def test_tables_are_what_the_code_says() -> None:
    stale = runpy.run_path(str(ROOT / "tools" / "write_docs.py"))["stale"]()
    assert not stale, "run: python tools/write_docs.py"


def test_every_generated_part_stands_on_a_page() -> None:
    parts = runpy.run_path(str(ROOT / "tools" / "write_docs.py"))["PARTS"]
    shown = {name for page in PAGES for name in re.findall(r"<!-- generated: ([\w-]+) -->", text(page))}
    assert shown == set(parts)


def commands() -> set[str]:
    """The commands that `ywtb --help` lists."""
    command = [sys.executable, "-m", "rpa.cli", "--help"]
    said = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.decode("utf-8")
    return set(re.findall(r"^│ ([a-z]+) ", said.partition("─ 命令 ─")[2], re.MULTILINE))


def test_every_command_and_exit_code_stands_in_the_readme() -> None:
    assert {"demo", "submit", "account"} <= commands()
    for name in commands():
        assert f"| `ywtb {name}" in text(README), name
    for code in ExitCode:
        assert f"| {code.value} |" in text(README), code


def test_no_command_is_named_that_does_not_exist() -> None:
    known = commands()
    for page in PAGES:
        named = set(re.findall(r"`ywtb ([a-z]+)", text(page))) | set(
            re.findall(r"^(?:\$ )?ywtb ([a-z]+)", text(page), re.MULTILINE)
        )
        assert named <= known, page


def test_the_officer_is_told_what_to_do_in_each_state() -> None:
    for state in CaseState:
        assert re.search(rf"^\| [^|]*{re.escape(state.meaning)}", text(OFFICER), re.MULTILINE), state
        assert f"\n| {state.value} | " in text(ROOT / "docs/case-states.md").partition("## What to do")[2], (
            state
        )


def every_error(kind: type[YwtbError] = YwtbError) -> set[str]:
    """The names of an error and of all that are more special; those of tests are not counted."""
    names = {kind.__name__} if kind.__module__.startswith("rpa.") else set()
    return names.union(*(every_error(one) for one in kind.__subclasses__()))


def test_the_operations_page_has_a_row_for_each_error() -> None:
    for package in ("cases", "cli", "intake", "status"):
        for module in (ROOT / "rpa" / package).glob("[a-z]*.py"):
            importlib.import_module(f"rpa.{package}.{module.stem}")
    table = text(ROOT / "docs/operations.md").partition("## By error")[2].partition("\n## ")[0]
    rows = [line.split(" | ")[0] for line in table.splitlines() if line.startswith("| ")]
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert every_error() <= told


def test_the_messages_that_the_officer_reads_about_are_the_programs_own() -> None:
    code = "".join(
        text(path) for folder in ("rpa", "flows") for path in sorted((ROOT / folder).rglob("*.py"))
    )
    said = re.sub(r'"\s*\n\s*f?"', "", re.sub(r"\{[^{}]*\}", "…", code))
    table = text(OFFICER).partition("<!-- messages -->")[2].partition("\n\n")[0]
    messages = [
        message for line in table.splitlines()[3:] for message in re.findall(r"`(.+?)`", line.split(" | ")[0])
    ]
    assert len(messages) > 20
    for message in messages:
        for part in message.split("…"):
            assert part in said, message


def test_the_overlay_of_the_packs_page_can_be_laid_on(tmp_path: Path) -> None:
    overlay = tmp_path / "portal.yaml"
    overlay.write_text(example("docs/packs.md", "overlay"), encoding="utf-8")
    member = load_packs(pack_files(), [overlay]).screen("new_card.member")
    assert member.fields["mobile"].texts == ("联系手机", "手机号")
    assert member.buttons["save_draft"].texts[0] == "保存草稿"
    assert member.fields["name"].texts[0] == "姓名"


def test_the_settings_of_the_packs_page_are_settings(tmp_path: Path) -> None:
    said: dict[str, Any] = tomllib.loads(example("docs/packs.md", "settings"))
    settings = Settings(home=tmp_path, **said)
    assert load_profile("gxzf", settings).quiet_hours == "20:00-08:00"
    city = load_profile("city", settings)
    assert (city.title, city.daily_cap) == ("市级门户", 50)
    assert city.overlay is not None


def test_the_yaml_of_the_input_page_has_no_unknown_word(tmp_path: Path) -> None:
    one, several = re.findall(r"```yaml\n(.*?)```", text(ROOT / "docs/input.md"), re.DOTALL)
    path = tmp_path / "input.yaml"
    path.write_text(one, encoding="utf-8")
    told = {problem.message for problem in read([path], dict(flows())).problems}
    assert told <= {"必须填写", "找不到文件"}
    path.write_text(several, encoding="utf-8")
    intake = read([path], dict(flows()))
    assert intake.problems == []
    assert [one.application.business_type for one in intake.applications] == [
        "early_card",
        "card_cancellation",
    ]


def test_the_days_of_the_input_page_are_read_as_told() -> None:
    days = text(ROOT / "docs/input.md").partition("## Days")[2].partition("##")[0]
    accepted, _, refused = days.partition("Refused")
    found = re.findall(r"`(.+?)`", accepted)
    assert len(found) == 8
    assert {parse_day(day).month for day in found} == {11}
    assert {type(parse_day(day)) for day in found} == {date}
    for day in re.findall(r"`(.+?)`", refused):
        with pytest.raises(ValueError, match="应为日期"):
            parse_day(day)


@pytest.mark.parametrize(
    "picture", sorted((ROOT / "docs" / "pictures").glob("*.png")), ids=lambda path: path.name
)
def test_pictures_are_small_and_shown(picture: Path) -> None:
    assert picture.stat().st_size < 300_000
    with Image.open(picture) as image:
        assert image.width <= 1000
    assert f"docs/pictures/{picture.name}" in text(README)


def test_the_replicas_back_office_is_described_whole() -> None:
    (mounted,) = BACKOFFICE
    assert isinstance(mounted, Mount)
    there = {
        (method, f"{mounted.path}{route.path}")
        for route in mounted.routes
        if isinstance(route, Route)
        for method in route.methods or ()
        if method != "HEAD"
    }
    rows = re.findall(r"^\| (.*?) \|", text(ROOT / "docs/replica.md"), re.MULTILINE)
    told = {
        (method, path)
        for row in rows
        for path in re.findall(r"/_backoffice[/\w{}]+", row)[:1]
        for method in re.findall(r"\b(?:GET|POST|DELETE)\b", row)
    }
    assert told == there


def test_the_replicas_pages_are_described_whole() -> None:
    # what answers a page's script, or is a file
    no_pages = re.compile(r"/(logout|captcha|regions|book/.*|files/.*|.*/template)")
    there = {
        route.path
        for route in ROUTES
        if isinstance(route, Route) and "GET" in (route.methods or ()) and not no_pages.fullmatch(route.path)
    }
    table = text(ROOT / "docs/replica.md").partition("## Pages")[2].partition("## ")[0]
    addresses = [
        address
        for row in re.findall(r"^\| [^|]+ \| ([^|]+) \|", table, re.MULTILINE)
        for address in re.findall(r"`(/[^`]*)`", row)
    ]
    kinds = [kind for kind in flows() if kind != "new_card"]
    assert {address.replace("{type}", kind) for address in addresses for kind in kinds} == there
