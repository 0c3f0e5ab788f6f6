"""Several business types in one workbook, in one document, in several files: each complaint in its own sheet."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from ruamel.yaml import YAML

from rpa.flow import flow, flows
from rpa.intake import BusinessType, Intake, SheetSet, annotate, read, template
from rpa.intake.columns import sheet_sets
from rpa.resources import folder

TODAY = date(2026, 11, 23)
FIXTURES = folder("fixtures")
TYPES = ["new_card", "passport_change", "early_card", "card_replacement", "card_cancellation"]
KEYS = [
    ("new_card", "A"), ("new_card", "B"), ("passport_change", "A"), ("early_card", "A"),
    ("card_replacement", "A"), ("card_replacement", "B"), ("card_cancellation", "A"),
]  # fmt: skip


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One workbook with the samples of all business types, beside their files."""
    path = tmp_path_factory.mktemp("all") / "全部.xlsx"
    template(list(flows().values()), path)
    book = load_workbook(path)
    for name in TYPES:
        shutil.copytree(FIXTURES / name, path.parent / name)
        sample = load_workbook(FIXTURES / f"{name}.xlsx")
        for table in SheetSet.of(flow(name)).tables:
            sheet = book[table.sheet]
            sheet.delete_rows(2, sheet.max_row)
            for line in sample[table.sheet].iter_rows(min_row=2, max_row=12, values_only=True):
                if any(line):
                    sheet.append(line)
    book.save(path)
    return path


class Input:
    """A copy of it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def edit(self, change: Callable[[Workbook], Any]) -> None:
        book = load_workbook(self.path)
        change(book)
        book.save(self.path)

    def read(self) -> Intake:
        return read([self.path], dict(flows()), today=TODAY)


@pytest.fixture
def input_(everything: Path, tmp_path: Path) -> Input:
    shutil.copytree(everything.parent, tmp_path / "输入")
    return Input(tmp_path / "输入" / everything.name)


def keys(intake: Intake) -> list[tuple[str, str]]:
    return [(one.application.business_type, one.application.key) for one in intake.applications]


def told(intake: Intake) -> list[tuple[str, str, str]]:
    return [(one.sheet, one.cell, one.message) for one in intake.problems]


def test_one_workbook_may_hold_all_business_types(input_: Input) -> None:
    intake = input_.read()
    assert told(intake) == []
    assert keys(intake) == KEYS
    located = intake.applications[4]
    assert located.place("members", 0, "card_no")[0] == "换补卡_成员"
    assert located.place("delivery", "street")[0] == "换补卡_团组"
    assert located.place("files", 0, "path")[0] == "换补卡_附件"


def test_errors_stand_in_the_sheet_of_their_business_type(input_: Input) -> None:
    def spoil(book: Workbook) -> None:
        book["成员"]["C3"] = "Wei"
        book["制卡前更换护照_团组"]["D2"] = "护照丢了"
        book["换补卡_成员"]["C3"] = None
        book["注销_附件"].append(["Z", None, "说明", "card_cancellation/signed/A-注销报告.pdf"])

    input_.edit(spoil)
    intake = input_.read()
    assert [one[:2] for one in told(intake)] == [
        ("成员", "C3"),
        ("制卡前更换护照_团组", "D2"),
        ("换补卡_成员", "C3"),
        ("注销_附件", "A2"),
    ]
    assert keys(intake) == [KEYS[1], KEYS[3], KEYS[4], KEYS[6]]


def test_bad_cells_of_all_sheets_are_marked(input_: Input, tmp_path: Path) -> None:
    input_.edit(lambda book: book["成员"].__setitem__("C3", "Wei"))
    input_.edit(lambda book: book["注销_团组"].__setitem__("C2", "辞职"))
    out = tmp_path / "结果.xlsx"
    assert annotate(input_.read(), input_.path, out) == 2
    marked = load_workbook(out)
    assert "离职/调离原单位" in marked["注销_团组"]["C2"].comment.text
    assert "汉字" in marked["成员"]["C3"].comment.text


def test_business_types_that_are_not_filled_in_are_passed_over(input_: Input) -> None:
    for name in TYPES[1:]:
        for table in SheetSet.of(flow(name)).tables:
            input_.edit(lambda book, sheet=table.sheet: book[sheet].delete_rows(2, 20))
    intake = input_.read()
    assert told(intake) == []
    assert keys(intake) == KEYS[:2]
    for sheet in ("团组", "成员", "附件"):
        input_.edit(lambda book, sheet=sheet: book[sheet].delete_rows(2, 20))
    assert told(input_.read()) == [("团组", "A2", "没有填写任何团组")]


def test_members_without_their_group_are_not_passed_over(input_: Input) -> None:
    input_.edit(lambda book: book["注销_团组"].delete_rows(2))
    assert told(input_.read()) == [("注销_成员", "A2", "注销_团组表中没有这个编号")]


def test_a_missing_sheet_holds_back_its_own_business_type_only(input_: Input) -> None:
    input_.edit(lambda book: book.remove(book["换补卡_附件"]))
    intake = input_.read()
    assert told(intake) == [("换补卡_附件", "", "缺少这个工作表")]
    assert keys(intake) == KEYS[:4] + KEYS[6:]


def test_business_types_may_be_taken_out(input_: Input) -> None:
    for table in SheetSet.of(flow("new_card")).tables:
        input_.edit(lambda book, sheet=table.sheet: book.remove(book[sheet]))
    intake = input_.read()
    assert (told(intake), intake.warnings[0].sheet) == ([], "制卡前更换护照_成员")
    assert keys(intake) == KEYS[2:]


def test_the_same_keys_in_two_business_types_are_two_groups(input_: Input) -> None:
    intake = input_.read()
    assert len([one for _, one in keys(intake) if one == "A"]) == 5
    assert not [one for one in intake.warnings if "相同）" in one.message]


def test_the_same_person_twice_in_one_business_type_is_found_at_the_second(input_: Input) -> None:
    input_.edit(lambda book: book["注销_团组"].append(["B", "demo-private", "退休"]))
    for row in (["B", "1", "蒙样卡", "99000019020303004X"], ["B", "2", "覃样例", "990000190503120012"]):
        input_.edit(lambda book, row=row: book["注销_成员"].append(row))
    intake = input_.read()
    assert [(one.sheet, one.cell, one.field) for one in intake.problems] == [("注销_成员", "D3", "身份证号")]
    assert "团组 A（" in intake.problems[0].message


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_a_document_may_be_a_list_of_business_types(tmp_path: Path, suffix: str) -> None:
    parts = [json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8")) for name in TYPES]
    for name in TYPES:
        shutil.copytree(FIXTURES / name, tmp_path / name)
    path = tmp_path / f"all.{suffix}"
    _write(path, parts)
    intake = read([path], dict(flows()), today=TODAY)
    assert told(intake) == []
    assert keys(intake) == KEYS
    assert intake.applications[-1].place("members", 0, "name")[0] == "[4].团组[0].成员[0]"


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_a_bad_part_of_a_document_stops_no_good_one(tmp_path: Path, suffix: str) -> None:
    parts = [json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8")) for name in TYPES[2:]]
    for name in TYPES[2:]:
        shutil.copytree(FIXTURES / name, tmp_path / name)
    parts[0]["团组"][0]["成员"][0]["年龄"] = "30"
    parts[1]["团组"][0]["成员"][0]["附件"] = parts[1]["团组"][0].pop("附件")
    path = tmp_path / f"some.{suffix}"
    _write(path, [*parts, {"业务类型": "签证", "团组": []}])
    intake = read([path], dict(flows()), today=TODAY)
    assert keys(intake) == [("card_replacement", "B"), ("card_cancellation", "A")]
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [
        (one.sheet, one.message, lines[int(one.cell.strip("第行")) - 1].strip()) for one in intake.problems
    ]
    assert {(sheet, message) for sheet, message, _ in found} == {
        ("[0].团组[0].成员[0]", "未知的项目"),
        *(
            (f"[1].团组[0].成员[0].附件[{place}]", "这项业务的附件属于团组，不属于成员，成员编号应留空")
            for place in range(3)
        ),
        ("[3].业务类型", "未知的业务类型，可填：新卡申办、制卡前更换护照、提前制卡、换补卡、注销"),
    }
    assert any("年龄" in line for _, _, line in found)


def test_several_files_at_once_each_tell_their_own(tmp_path: Path) -> None:
    for name in TYPES:
        shutil.copytree(FIXTURES / name, tmp_path / name)
        shutil.copy(FIXTURES / f"{name}.yaml", tmp_path)
    bad = tmp_path / "early_card.yaml"
    bad.write_text(bad.read_text(encoding="utf-8").replace("覃样例", "Qin"), encoding="utf-8")
    intake = read([tmp_path / f"{name}.yaml" for name in TYPES], dict(flows()), today=TODAY)
    assert [(Path(one.file).name, one.field) for one in intake.problems] == [("early_card.yaml", "姓名")]
    assert keys(intake) == [one for one in KEYS if one[0] != "early_card"]


def test_a_sheets_name_is_one_that_excel_takes_and_no_two_types_share_it() -> None:
    class Long:
        business_type, title, model = "long", "很" * 30, flow("early_card").model

    class Slash:
        business_type, title, model = "slash", "补领/换发", flow("early_card").model

    class Same:
        business_type, title, model = "same", "提前制卡", flow("early_card").model

    for wrong in ([Long], [Slash], [flow("early_card"), Same]):
        types: list[BusinessType] = list(wrong)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="sheet_prefix"):
            sheet_sets(types)


def _write(path: Path, tree: Any) -> None:
    with path.open("w", encoding="utf-8") as file:
        if path.suffix == ".json":
            json.dump(tree, file, ensure_ascii=False, indent=2)
        else:
            YAML().dump(tree, file)
