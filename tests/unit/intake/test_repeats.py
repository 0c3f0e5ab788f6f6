"""The same person, number or key twice: in a group, in two groups, in two files; each said once, where it stands."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("heading", "value"), [("身份证号", "990000190503120012"), ("护照号码", "PE0000011")]
)
def test_a_member_twice_in_a_group_is_found_at_the_second(sample: Any, heading: str, value: str) -> None:
    if heading == "身份证号":
        sample.set("成员", "性别", 3, "男")
        sample.set("成员", "出生日期", 3, "1905-03-12")
    cell = sample.set("成员", heading, 3, value)
    (problem,) = sample.problems()
    assert problem[:3] == ("成员", cell, heading)
    assert "重复" in problem[3]


def test_the_same_key_twice_holds_both_groups_back(sample: Any) -> None:
    cell = sample.set("团组", "团组编号", 3, "A")
    problems = sample.problems()
    assert ("团组", cell, "团组编号", "团组编号重复") in problems
    assert sample.keys() == []


def test_the_same_member_key_twice_in_a_group_is_found(sample: Any) -> None:
    cell = sample.set("成员", "成员编号", 3, "1")
    assert ("成员", cell) in [problem[:2] for problem in sample.problems()]
    assert sample.keys() == ["B"]


def _same_people_again(sample: Any, account: str | None) -> None:
    """The sheet 团组 has group B a second time, as C; so has 成员 its one member."""

    def again(book: Any) -> None:
        for name, last in (("团组", 3), ("成员", 4)):
            for cell in book[name][last]:
                book[name].cell(last + 1, cell.column).value = "C" if cell.column == 1 else cell.value
        book["团组"]["B4"] = account

    sample.edit(again)


@pytest.mark.parametrize("account", ["demo-private", None])
def test_two_groups_of_the_same_people_are_both_held_back(sample: Any, account: str | None) -> None:
    _same_people_again(sample, account)
    ((sheet, cell, _, message),) = sample.problems()
    assert (sheet, cell) == ("团组", "A4")
    assert "团组 B" in message
    assert sample.keys() == ["A"]


def test_the_same_people_under_two_accounts_are_only_warned_of(sample: Any) -> None:
    _same_people_again(sample, "demo-soe")
    assert sample.problems() == []
    doubts = [one for one in sample.read().warnings if "另一账号" in one.message]
    assert {(one.sheet, one.field) for one in doubts} == {("成员", "身份证号"), ("成员", "护照号码")}


def test_the_same_people_in_two_files_are_found_too(sample: Any) -> None:
    intake = sample.read(sample.workbook, sample.folder / "new_card.json")
    assert [(Path(one.file).name, one.sheet) for one in intake.problems] == [
        ("new_card.json", "团组[0]"),
        ("new_card.json", "团组[1]"),
    ]
    assert intake.applications == []


ID_NO, PASSPORT = "990000190503120012", "PE0000011"


@pytest.mark.parametrize(("heading", "value"), [("身份证号", ID_NO), ("护照号码", PASSPORT)])
def test_a_second_fault_in_the_row_does_not_hide_that_it_is_there_twice(
    sample: Any, heading: str, value: str
) -> None:
    if heading == "身份证号":
        sample.set("成员", "性别", 3, "男")
        sample.set("成员", "出生日期", 3, "1905-03-12")
    twice = sample.set("成员", heading, 3, f" {value[:5]} {value[5:]}")
    phone = sample.set("成员", "手机号", 3, "1")
    problems = sample.problems()
    assert sorted(problem[1] for problem in problems) == sorted([twice, phone])
    assert ("成员", twice, heading, f"与本团组前面的成员重复（{heading}相同）") in problems


def test_a_fault_in_the_first_row_does_not_hide_that_the_second_repeats_it(sample: Any) -> None:
    phone = sample.set("成员", "手机号", 2, "1")
    twice = sample.set("成员", "护照号码", 3, PASSPORT)
    assert {problem[1] for problem in sample.problems()} == {phone, twice}


def test_a_number_that_is_wrong_itself_repeats_nothing(sample: Any) -> None:
    cells = {sample.set("成员", "护照号码", row, "PE1") for row in (2, 3)}
    problems = sample.problems()
    assert {problem[1] for problem in problems} == cells
    assert not [problem for problem in problems if "重复" in problem[3]]


def test_a_document_tells_a_member_who_repeats_all_of_another(sample: Any) -> None:
    tree = sample.document()
    members = tree["团组"][0]["成员"]
    members.append(copy.deepcopy(members[0]))
    problems = sample.problems(sample.write_json(tree))
    assert {problem[2] for problem in problems} == {"成员编号", "身份证号", "护照号码"}


def _copy_first_member_to(sample: Any, row: int, headings: list[str]) -> dict[str, str]:
    """Puts cells of the first member into another row, and gives their addresses by heading."""
    value = {heading: _value(sample, heading, 2) for heading in headings}
    return {heading: sample.set("成员", heading, row, value[heading]) for heading in headings}


def _value(sample: Any, heading: str, row: int) -> Any:
    found: list[Any] = []
    cell = sample.cell("成员", heading, row)
    sample.edit(lambda book: found.append(book["成员"][cell].value))
    return found[0]


@pytest.mark.parametrize("account", ["demo-soe", None])
def test_the_same_person_in_two_groups_of_an_account_is_an_error_at_the_second(
    sample: Any, account: str | None
) -> None:
    for row in (2, 3):
        sample.set("团组", "账号", row, account)
    cells = _copy_first_member_to(sample, 4, ["身份证号", "性别", "出生日期"])
    sample.set("成员", "手机号", 2, "1")  # what is wrong with the first does not hide the second
    found = [problem for problem in sample.problems() if problem[2] == "身份证号"]
    assert [problem[:3] for problem in found] == [("成员", cells["身份证号"], "身份证号")]
    assert "团组 A（new_card.xlsx）" in found[0][3]
    assert sample.keys() == []


def test_the_same_passport_in_two_groups_is_an_error_too(sample: Any) -> None:
    sample.set("团组", "账号", 3, _account(sample))
    cells = _copy_first_member_to(sample, 4, ["护照种类", "护照号码", "签发机关"])
    ((sheet, cell, field, message),) = sample.problems()
    assert (sheet, cell, field) == ("成员", cells["护照号码"], "护照号码")
    assert "同一账号" in message
    assert sample.keys() == ["A"]


def _account(sample: Any) -> Any:
    found: list[Any] = []
    sample.edit(lambda book: found.append(book["团组"]["B2"].value))
    return found[0]


def test_a_group_key_that_is_missing_is_said_once(sample: Any) -> None:
    cell = sample.set("团组", "团组编号", 2, None)
    assert sample.problems() == [("团组", cell, "团组编号", "必须填写")]
    assert sample.keys() == ["B"]


def test_a_group_key_that_is_there_twice_is_said_once(sample: Any) -> None:
    cell = sample.set("团组", "团组编号", 3, "A")
    assert sample.problems() == [("团组", cell, "团组编号", "团组编号重复")]


def test_a_member_key_that_is_missing_is_said_once(sample: Any) -> None:
    cell = sample.set("成员", "成员编号", 3, None)
    assert sample.problems() == [("成员", cell, "成员编号", "必须填写")]
    assert sample.keys() == ["B"]
