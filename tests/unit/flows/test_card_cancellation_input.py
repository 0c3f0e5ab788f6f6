"""The model of 注销: cards and why they are given back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rpa.personal import personal_values
from tests.unit.flows.books import Book


@pytest.fixture
def input_(book: Callable[[str], Book]) -> Book:
    return book("card_cancellation")


def test_the_sample_names_a_card_by_its_number(input_: Book) -> None:
    (located,) = input_.read().applications
    application: Any = located.application
    assert [member.card_no for member in application.members] == ["CHN00000002"]
    assert {"CHN00000002", "蒙样卡"} <= set(personal_values(application))
    assert input_.read().warnings == []


def test_a_card_number_may_be_left_out(input_: Book) -> None:
    input_.set("成员", "卡号", 2, None)
    assert input_.problems() == {}


@pytest.mark.parametrize(
    ("sheet", "heading", "value", "word"),
    [
        ("团组", "办理原因", None, "必须"),
        ("团组", "办理原因", "辞职", "离职/调离原单位"),
        ("团组", "说明", "很" * 501, "500"),
        ("成员", "姓名", None, "必须"),
        ("成员", "身份证号", "99000019020303004", "18"),
        ("成员", "卡号", "CHN0", "卡号"),
        ("成员", "卡号", 2, "文本"),
    ],
)
def test_each_wrong_cell_is_named_with_its_reason(
    input_: Book, sheet: str, heading: str, value: Any, word: str
) -> None:
    place = input_.set(sheet, heading, 2, value)
    problems = input_.problems()
    assert list(problems) == [place]
    assert word in problems[place]


@pytest.mark.parametrize(
    "reason", ["离职/调离原单位", "退休", "旅行卡遗失", "旅行卡到期", "重新申办", "违规用卡"]
)
def test_no_reason_asks_for_more_than_the_report(input_: Book, reason: str) -> None:
    input_.set("团组", "办理原因", 2, reason)
    input_.set("团组", "说明", 2, None)
    assert input_.problems() == {}
    place = input_.set("团组", "其他原因", 2, "多余")
    assert input_.problems() == {place: "办理原因不是“其他”时不应填写"}


def test_other_reasons_are_told_in_words(input_: Book) -> None:
    input_.set("团组", "办理原因", 2, "其他")
    assert input_.problems() == {input_.at("团组", "其他原因", 2): "办理原因为“其他”时必须填写"}
    input_.set("团组", "其他原因", 2, "单位注销")
    assert input_.problems() == {}


def test_no_card_stands_in_a_group_twice(input_: Book) -> None:
    second = {"姓名": "黄样例", "身份证号": "99000019070821002X", "卡号": "CHN00000002"}
    row = input_.add("成员", {"团组编号": "A", "成员编号": "2", **second})
    place = input_.at("成员", "卡号", row)
    assert input_.problems() == {place: "与本团组前面的成员重复（卡号相同）"}


def test_papers_belong_to_the_group(input_: Book) -> None:
    paper = {"团组编号": "A", "材料名称": "离职证明", "文件": "card_cancellation/signed/A-注销报告.pdf"}
    row = input_.add("附件", {**paper, "成员编号": "1"})
    place = input_.at("附件", "成员编号", row)
    assert input_.problems() == {place: "这项业务的附件属于团组，不属于成员，成员编号应留空"}
    input_.set("附件", "成员编号", row, None)
    assert input_.problems() == {}
