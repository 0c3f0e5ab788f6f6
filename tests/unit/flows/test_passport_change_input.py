"""The model of 制卡前更换护照: every rule complains at its cell, and all of them at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from rpa.personal import personal_values
from tests.unit.flows.books import Book

NEW = ["新护照号码", "新护照签发日期", "新护照有效期至", "新护照签发地点", "新护照签发机关"]


@pytest.fixture
def input_(book: Callable[[str], Book]) -> Book:
    return book("passport_change")


def test_the_sample_is_found_by_its_member_alone(input_: Book) -> None:
    (located,) = input_.read().applications
    application: Any = located.application
    assert application.source_group is None
    assert [file.material for file in application.files][:2] == ["新护照信息页", "旧护照信息页"]
    member = application.members[0]
    assert {member.name, member.id_no, member.new_passport.number} <= set(personal_values(application))
    assert located.place("members", 0, "new_passport", "number") == input_.at("成员", "新护照号码", 2)[:2]


def test_a_group_number_may_be_given(input_: Book) -> None:
    input_.set("团组", "原团组号", 2, " APEC202611230001 ")
    (located,) = input_.read().applications
    assert located.application.model_dump()["source_group"] == "APEC202611230001"


@pytest.mark.parametrize(
    ("sheet", "heading", "value", "word"),
    [
        ("团组", "原团组号", 202611230001, "文本"),
        ("团组", "办理原因", "护照丢失", "护照遗失"),
        ("成员", "姓名", "Wei", "汉字"),
        ("成员", "身份证号", "990000190605201025", "校验码"),
        ("成员", "身份证号", 990000190605201024, "文本"),
        ("成员", "新护照号码", "K12345678", "中国护照"),
        ("成员", "新护照号码", "MA1234567", "中国护照"),
        ("成员", "新护照号码", "G12345678", "中国护照"),
        ("成员", "新护照号码", 12345678, "文本"),
        ("成员", "新护照签发日期", "2026-11-24", "今天"),
        ("成员", "新护照签发日期", datetime.fromisoformat("2031-06-10"), "今天"),
        ("成员", "新护照签发日期", "6/10/2026", "日期"),
        ("成员", "新护照有效期至", "2026-06-10", "签发日期"),
        ("成员", "新护照有效期至", "2027-11-23", "12 个月"),
        ("成员", "新护照签发地点", "广西", "列表"),
        ("成员", "新护照签发机关", "公安局", "外交部"),
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
    ("sheet", "headings"), [("成员", ["姓名", "身份证号", *NEW]), ("团组", ["办理原因"])]
)
def test_what_must_be_there_is_asked_for_at_each_cell(input_: Book, sheet: str, headings: list[str]) -> None:
    places = {input_.set(sheet, heading, 2, None) for heading in headings}
    assert input_.problems() == dict.fromkeys(places, "必须填写")


def test_other_reasons_are_told_in_words_and_only_they(input_: Book) -> None:
    input_.set("团组", "办理原因", 2, "其他")
    place = input_.at("团组", "其他原因", 2)
    assert "必须填写" in input_.problems()[place]
    input_.set("团组", "其他原因", 2, "很" * 101)
    assert "100" in input_.problems()[place]
    input_.set("团组", "其他原因", 2, "姓名拼音有误，已换发护照")
    assert input_.problems() == {}
    input_.set("团组", "办理原因", 2, "签证页用完")
    assert "不应填写" in input_.problems()[place]


def test_a_lost_passport_needs_its_proof_and_has_no_page_to_show(input_: Book) -> None:
    reason = input_.set("团组", "办理原因", 2, "护照遗失")
    problems = input_.problems()
    assert set(problems) == {reason, input_.at("附件", "材料名称", 3)}
    assert problems[reason] == "附件中缺少这个原因必须有的材料：护照遗失证明"
    assert "不需要" in problems[input_.at("附件", "材料名称", 3)]
    input_.set("附件", "材料名称", 3, "《护照遗失证明》")
    assert input_.problems() == {}


@pytest.mark.parametrize(
    "reason", ["护照到期(或有效期不足)", "护照污损", "签证页用完", "护照信息变更", "护照遗失"]
)
def test_the_new_passports_page_is_always_asked_for(input_: Book, reason: str) -> None:
    place = input_.set("团组", "办理原因", 2, reason)
    input_.drop("附件", 2)
    assert "新护照信息页" in input_.problems()[place]


def test_a_paper_that_was_given_but_is_unfit_is_not_called_missing(input_: Book) -> None:
    place = input_.set("附件", "文件", 2, "passport_change/A/没有.jpg")
    assert input_.problems() == {place: "找不到文件"}


def test_papers_belong_to_the_group(input_: Book) -> None:
    place = input_.set("附件", "成员编号", 4, "1")
    assert input_.problems() == {place: "这项业务的附件属于团组，不属于成员，成员编号应留空"}


def test_nobody_and_no_passport_stands_in_a_group_twice(input_: Book) -> None:
    first = {"团组编号": "A", "成员编号": "2", "姓名": "覃样例", "身份证号": "990000190503120012"}
    new = dict(zip(NEW, ["PE0000063", "2026-06-10", "2031-06-09", "广西壮族自治区", "外交部"], strict=True))
    row = input_.add("成员", {**first, **new})
    place = input_.at("成员", "新护照号码", row)
    assert input_.problems() == {place: "与本团组前面的成员重复（新护照号码相同）"}
    input_.set("成员", "新护照号码", row, "PE0000069")
    assert input_.problems() == {}
    place = input_.set("成员", "身份证号", row, "990000190605201024")
    assert input_.problems() == {place: "与本团组前面的成员重复（身份证号相同）"}


def test_everything_wrong_is_told_at_once(input_: Book) -> None:
    places = {
        input_.set("团组", "办理原因", 2, "护照遗失"),
        input_.set("成员", "身份证号", 2, "1"),
        input_.set("成员", "新护照有效期至", 2, "2020-01-01"),
        input_.at("附件", "材料名称", 3),
    }
    assert set(input_.problems()) == places


def test_a_passport_that_soon_expires_is_a_doubt(input_: Book) -> None:
    assert [one.cell for one in input_.read().warnings] == [input_.at("成员", "新护照有效期至", 2)[1]]
    input_.set("成员", "新护照号码", 2, "EA1234567")
    input_.set("成员", "新护照有效期至", 2, "2036-06-09")
    assert input_.read().warnings == []
