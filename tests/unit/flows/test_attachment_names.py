"""The name of a paper is that of one row of the portal's list: none that is another's, none twice."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.new_card import LETTER, PERSONAL_FORM, NewCard, NewCardMember
from flows.parts.attachments import by_key, by_title
from flows.parts.photos import PICTURE_NAMES
from rpa.application import Attachment
from rpa.errors import PortalRefusal
from rpa.flow import flow, flows, pack_files
from rpa.intake import read
from rpa.resources import folder as folder_of
from rpa.screen import fold, load_packs
from tests.unit.flows.books import TODAY, Book

FIXTURES = folder_of("fixtures")
FOUR = [kind for kind in flows() if kind != "new_card"]


def complaints(folder: Path, *names: str) -> list[tuple[str, str]]:
    """What is said of the sample of 新卡申办, as a document, with papers of these names for its first member."""
    shutil.copytree(FIXTURES / "new_card", folder / "new_card")
    document = json.loads((FIXTURES / "new_card.json").read_text(encoding="utf-8"))
    person = document["团组"][0]["成员"][0]
    person["附件"] = [{"材料名称": name, "文件": "new_card/A-1/照片.jpg"} for name in names]
    path = folder / "input.json"
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    problems = read([path], {"new_card": flow("new_card")}, today=TODAY).problems
    return [(f"{one.sheet} {one.field}", one.message) for one in problems]


@pytest.mark.parametrize("name", ["照片", "签名", "护照信息页", "护照资料页", "portrait", "护照 信息页"])
def test_a_paper_of_a_member_may_not_be_called_as_a_picture(tmp_path: Path, name: str) -> None:
    ((place, message),) = complaints(tmp_path, "情况说明", name)
    assert place == "团组[0].成员[0].附件[1] 材料名称"
    assert "同名的固定材料" in message


def test_two_spellings_of_one_name_are_told_at_the_second(tmp_path: Path) -> None:
    ((place, message),) = complaints(tmp_path, "情况说明（一）", "情况 说明(一)")
    assert place == "团组[0].成员[0].附件[1] 材料名称"
    assert "同一材料" in message


@pytest.mark.parametrize("kind", FOUR)
@pytest.mark.parametrize("names", [["report"], ["情况说明（一）", "情况 说明(一)"]])
def test_a_paper_of_the_group_has_a_name_of_its_own(
    book: Callable[[str], Book], kind: str, names: list[str]
) -> None:
    input_ = book(kind)
    scan = next((input_.path.parent / kind / "signed").glob("*.pdf"))
    file = scan.relative_to(input_.path.parent).as_posix()
    for name in names:
        row = input_.add("附件", {"团组编号": "A", "材料名称": name, "文件": file})
    assert list(input_.problems()) == [input_.at("附件", "材料名称", row)]


def test_every_row_that_the_packs_know_is_refused_or_is_a_form_that_comes_back_signed() -> None:
    pack = load_packs(pack_files())
    refused = {
        "new_card.member": PICTURE_NAMES | {"personal_form"},
        "new_card.submission": NewCard.reserved,
        **{f"{kind}.filing": flows()[kind].model.reserved for kind in FOUR},  # type: ignore[attr-defined]
    }
    signed = {PERSONAL_FORM, LETTER, *(flows()[kind].model.report for kind in FOUR)}  # type: ignore[attr-defined]
    with_rows = {name for name, screen in pack.screens.items() if screen.uploads}
    assert with_rows == set(refused)
    for name, taken in refused.items():
        for key, element in pack.screen(name).uploads.items():
            assert key in taken
            assert all(fold(text).strip("《》") in taken | signed for text in element.texts), (name, key)
    assert NewCardMember.model_fields["files"]


def test_two_files_for_one_row_are_refused_and_never_one_of_them_dropped() -> None:
    uploads = load_packs(pack_files()).screen("new_card.member").uploads
    files = [Attachment(material=name, path=Path(name)) for name in ("护照信息页", "护照资料页")]
    with pytest.raises(PortalRefusal, match="同一行"):
        by_key(uploads, files)
    with pytest.raises(PortalRefusal, match="护照信息页"):
        by_title(uploads, {"passport_page": Path("a"), "护照信息页": Path("b")})
