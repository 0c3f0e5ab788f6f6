"""The model of 提前制卡: people of a group, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.flows.books import Book


@pytest.fixture
def input_(book: Callable[[str], Book]) -> Book:
    return book("early_card")


def test_the_sample_is_found_by_its_member_alone(input_: Book) -> None:
    (located,) = input_.read().applications
    application: Any = located.application
    assert (application.source_group, application.files) == (None, [])
    assert [member.name for member in application.members] == ["覃样例"]
    assert input_.read().warnings == []


@pytest.mark.parametrize(
    ("sheet", "heading", "value", "word"),
    [
        ("团组", "原团组号", 1, "文本"),
        ("团组", "原团组号", "A" * 41, "40"),
        ("成员", "姓名", None, "必须"),
        ("成员", "身份证号", None, "必须"),
        ("成员", "身份证号", "990000190513120012", "日期"),
    ],
)
def test_each_wrong_cell_is_named_with_its_reason(
    input_: Book, sheet: str, heading: str, value: Any, word: str
) -> None:
    place = input_.set(sheet, heading, 2, value)
    problems = input_.problems()
    assert list(problems) == [place]
    assert word in problems[place]


def test_a_group_needs_a_member(input_: Book) -> None:
    input_.drop("成员", 2)
    assert list(input_.problems().values()) == ["没有成员，至少要有一个"]


def test_a_free_paper_is_the_groups(input_: Book) -> None:
    paper = {"团组编号": "A", "材料名称": "情况说明", "文件": "early_card/signed/A-申请报告.pdf"}
    row = input_.add("附件", paper)
    assert input_.problems() == {}
    place = input_.set("附件", "成员编号", row, "1")
    assert input_.problems() == {place: "这项业务的附件属于团组，不属于成员，成员编号应留空"}


def test_nobody_stands_in_a_group_twice(input_: Book) -> None:
    row = input_.add(
        "成员", {"团组编号": "A", "成员编号": "2", "姓名": "覃样例", "身份证号": "990000190503120012"}
    )
    place = input_.at("成员", "身份证号", row)
    assert input_.problems() == {place: "与本团组前面的成员重复（身份证号相同）"}
