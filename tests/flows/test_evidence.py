"""What is kept of a case (design D10): enough to see what went wrong, and nothing that is a person's own."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Page as RobotsPage

from flows.new_card import NewCard
from rpa.cases import Case, CaseState
from rpa.testing import Replica
from tests.people import group_of
from tests.replica.visitor import PASSWORDS

from .clerk import Clerk, outcome
from .conftest import Hire

# Boxes, in pixels of the whole page, of every text, control and picture that shows one of the given values.
_BOXES = """values => {
  const boxes = [];
  const add = (box) => box.width > 4 && box.height > 4 && boxes.push([box.left + scrollX, box.top + scrollY, box.right + scrollX, box.bottom + scrollY]);
  const secret = (text) => values.some((value) => text.includes(value));
  const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest("script, style, #ywtb-veil");
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!secret(node.data) || !shown(node.parentElement)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    [...range.getClientRects()].forEach(add);
  }
  for (const e of document.querySelectorAll("input, textarea")) if (secret(e.value) && shown(e)) add(e.getBoundingClientRect());
  for (const e of document.querySelectorAll("img")) if (shown(e) && e.width > 40 && e.height > 40) add(e.getBoundingClientRect());
  return boxes;
}"""


def secrets(*groups: NewCard) -> list[str]:
    """What no log and no evidence may show: IDs, passports, phones, names, mail addresses, passwords."""
    found = [*PASSWORDS.values()]
    for group in groups:
        for member in group.members:
            found += [member.id_no, member.passport.number, member.mobile, member.name, member.email or ""]
            found += [member.birth_date.isoformat()]
        delivery, invoice = group.delivery, group.invoice
        found += [delivery.recipient or "", delivery.phone or "", delivery.street or "", invoice.email]
        found += [invoice.title, invoice.bank_account or ""]
    return sorted({value for value in found if value})


@dataclass
class Pictures:
    """Every screenshot that the robot took, with the boxes of what it must not show."""

    values: list[str]
    taken: list[tuple[bytes, list[list[float]]]] = field(default_factory=list)


@dataclass
class Story:
    """Two cases with troubles of many kinds, both filed in the end, and what was said on the way."""

    clerk: Clerk
    cases: list[Case]
    stops: list[Case]
    secrets: list[str]
    pictures: Pictures

    def files(self) -> list[Path]:
        """Every file kept with the cases, but for the forms and their scans."""
        folders = [case.folder for case in self.cases]
        files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
        return [path for path in files if path.parent.name not in ("to_sign", "signed")]


@pytest.fixture(scope="module")
def pictures(soe_group: NewCard, private_group: NewCard) -> Iterator[Pictures]:
    """Looks over the robot's shoulder whenever it takes a screenshot."""
    seen, real = Pictures(secrets(soe_group, private_group)), RobotsPage.screenshot

    async def screenshot(page: RobotsPage, **options: Any) -> bytes:
        boxes = await page.evaluate(_BOXES, seen.values)
        taken = await real(page, **options)
        seen.taken.append((taken, boxes))
        return taken

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RobotsPage, "screenshot", screenshot)
        yield seen


@pytest.fixture(scope="module")
def story(
    hire_for_all: Hire, own_replica: Replica, soe_group: NewCard, private_group: NewCard, pictures: Pictures
) -> Story:
    """A known member who differs, a sign-in lost twice, a lost answer to the last press; filed all the same."""
    clerk = hire_for_all(own_replica)
    qin, wei = soe_group.members
    other = soe_group.model_copy(
        update={"members": [qin.model_copy(update={"mobile": "13900000077", "position": "样例总监"}), wei]}
    )
    differing = clerk.prepare(other)
    soe = clerk.ready(soe_group)

    own_replica.faults("session_lost", at="upload", nth=4, times=0)
    signed_out = clerk.prepare(private_group)
    own_replica.clear_faults()
    private = clerk.back_to_work(signed_out)
    clerk.sign(private)
    own_replica.faults("error_after", at="submit", times=2)
    cases = clerk.run(soe, private)
    return Story(
        clerk,
        cases,
        [differing, signed_out],
        [*secrets(soe_group, private_group, other)],
        pictures,
    )


@pytest.mark.long
def test_both_cases_were_filed_in_spite_of_all(story: Story) -> None:
    assert [outcome(case) for case in story.cases] == ["submitted"] * 2
    assert [case.error and case.error["kind"] for case in story.stops] == [
        "StoredOtherwise",
        "AccountContested",
    ]


@pytest.mark.long
def test_each_stop_is_kept_as_a_picture_the_step_and_the_form_map(story: Story) -> None:
    soe, private = (sorted((case.folder / "evidence").iterdir()) for case in story.cases)
    [form, _] = [
        kept_of(soe, "StoredOtherwise", step="2.1.1（3）A 成员核查"),
        kept_of(private, "AccountContested", step="2.1.1（3）C 上传照片信息，D 上传附件"),
    ]
    # the map tells which fields hold anything, never what
    filled = {control["label"]: control["filled"] for control in form}
    assert filled["身份证号"] is True
    assert filled["部门"] is False
    for files in (soe, private):
        for name in ("PortalFault", "verified"):  # the answer of the press was lost; the details were proved
            assert sorted(path.suffix for path in files if name in path.name) == [".json", ".png"]


def kept_of(files: list[Path], name: str, *, step: str) -> list[dict[str, Any]]:
    """The form map that was kept at this stop, beside a picture of the whole page."""
    [picture] = [path for path in files if path.name.endswith(f"{name}.png")]
    with Image.open(picture) as image:
        assert image.width >= 1000
    [told] = [path for path in files if path.name.endswith(f"{name}.json")]
    kept = json.loads(told.read_text(encoding="utf-8"))
    assert (kept["step"], kept["error"]["kind"]) == (step, name)
    return list(kept["form"])


@pytest.mark.long
def test_each_case_has_its_own_log_of_its_own_steps(story: Story) -> None:
    for case in story.cases:
        log = (case.folder / "log.txt").read_text(encoding="utf-8")
        for step in ("2.1.1（3）A 填写基本信息", "保存并上报", "核对我的办件"):
            assert step in log
    soe, private = ((case.folder / "log.txt").read_text(encoding="utf-8") for case in story.cases)
    assert ("保存并下一人" in soe, "保存并下一人" in private) == (True, False)


@pytest.mark.long
def test_no_file_of_a_case_tells_anything_of_a_person(story: Story) -> None:
    files = story.files()
    assert {path.suffix for path in files} == {".txt", ".json", ".png"}
    for path in files:
        content = path.read_bytes()
        for value in story.secrets:
            assert value.encode() not in content, path.name
            assert value not in path.name


@pytest.mark.long
def test_the_ledgers_own_file_tells_nothing_of_a_person(story: Story) -> None:
    home = story.cases[0].folder.parent.parent
    files = list(home.glob("ledger.db*"))
    assert files
    for path in files:
        content = path.read_bytes()
        for value in story.secrets:
            assert value.encode() not in content, path.name
            assert json.dumps(value)[1:-1].encode() not in content, path.name


@pytest.mark.long
def test_no_error_tells_a_value(story: Story) -> None:
    told = [json.dumps(dict(case.error or {}), ensure_ascii=False) for case in story.stops]
    told += [str(event.detail) for case in story.cases for event in story.clerk.events(case)]
    for text in told:
        for value in [*story.secrets, "样例总监"]:
            assert value not in text


@pytest.mark.long
def test_every_screenshot_covers_what_is_personal(story: Story) -> None:
    assert len(story.pictures.taken) == 6
    covered = 0
    for taken, boxes in story.pictures.taken:
        with Image.open(BytesIO(taken)) as image:
            picture = image.convert("RGB")
        for left, top, right, bottom in boxes:
            inside = (max(0, int(left) + 1), max(0, int(top) + 1), int(right) - 1, int(bottom) - 1)
            area = picture.crop((*inside[:2], min(inside[2], picture.width), min(inside[3], picture.height)))
            if area.width > 0 and area.height > 0:
                assert area.getcolors(1) is not None, f"a box at {inside} shows more than one colour"
                covered += 1
    assert covered > 50


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="permissions of this kind are those of POSIX")
def test_nobody_else_may_read_what_is_kept(story: Story) -> None:
    for path in story.files():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for case in story.cases:
        assert stat.S_IMODE((case.folder / "evidence").stat().st_mode) == 0o700


@pytest.mark.long
def test_a_sign_in_that_stops_is_kept_for_every_case_that_waited_for_it(
    clerk: Clerk, soe_group: NewCard
) -> None:
    clerk.passwords["demo-soe"] = "not-the-password"
    cases = clerk.run(*(clerk.receive(group_of(1, soe_group, start=start)) for start in (1, 2)))
    for case in cases:
        assert outcome(case) == "needs_person: NeedsPerson: 用户名或密码错误"
        [story] = (case.folder / "evidence").glob("*-NeedsPerson.json")
        told = json.loads(story.read_text("utf-8"))
        assert (told["step"], told["error"]["message"]) == ("1 输入用户名、密码，登录", "用户名或密码错误")
        assert "用户名" in [control["label"] for control in told["form"]]
        assert story.with_suffix(".png").is_file()
        log = (case.folder / "log.txt").read_text("utf-8")
        assert "用户名或密码错误" in log
        assert "not-the-password" not in log + story.read_text("utf-8")


@pytest.mark.long
def test_a_portal_that_cannot_be_reached_leaves_a_line_in_the_log_and_no_empty_folder(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    replica.stop()
    case = clerk.prepare(private_group)
    replica.start()
    assert not (case.folder / "evidence").exists()
    assert "网站无法访问" in (case.folder / "log.txt").read_text("utf-8")


def test_what_a_stopped_case_leaves_tells_nothing_of_a_person(clerk: Clerk, soe_group: NewCard) -> None:
    qin = soe_group.members[0].model_copy(update={"mobile": "13900000077", "position": "样例总监"})
    group = soe_group.model_copy(update={"members": [qin]})
    case = clerk.prepare(group)
    assert case.state is CaseState.NEEDS_PERSON
    files = [path for path in case.folder.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".txt", ".json", ".png"}
    personal = [*secrets(group), "13900000011"]
    assert [path.name for path in files for word in personal if word.encode() in path.read_bytes()] == []
