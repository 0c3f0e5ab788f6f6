"""The model of 换补卡: the reason decides what is asked, of whom and with which papers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flows.card_replacement import CardReplacement
from rpa.personal import personal_values
from tests.unit.flows.books import Book

NEW = ["新护照号码", "新护照签发日期", "新护照有效期至", "新护照签发地点", "新护照签发机关"]
PASSPORT, WORN, MORE, LOST = (
    "关联护照丢失/过期/签证页满", "旅行卡旧卡破损", "申请提前制卡后获更多经济体批准", "旅行卡丢失",
)  # fmt: skip


@pytest.fixture
def input_(book: Callable[[str], Book]) -> Book:
    return book("card_replacement")


def test_the_sample_names_one_card_by_its_number_and_one_by_its_holder(input_: Book) -> None:
    first, second = (located.application for located in input_.read().applications)
    assert isinstance(first, CardReplacement)
    assert isinstance(second, CardReplacement)
    assert [one.members[0].card_no for one in (first, second)] == ["CHN00000001", None]
    assert second.members[0].new_passport is None
    assert {"CHN00000001", "PE0000064", "覃样例"} <= set(personal_values(first))


@pytest.mark.parametrize(
    ("sheet", "heading", "value", "word"),
    [
        ("团组", "换卡原因", "旧卡破损", "旅行卡旧卡破损"),
        ("团组", "领取方式", "到付", "自取、邮寄"),
        ("团组", "收件人", None, "邮寄"),
        ("团组", "详细地址", None, "邮寄"),
        ("团组", "邮编", "5300", "6 位"),
        ("团组", "支付方式", None, "必须"),
        ("团组", "税号", None, "企业"),
        ("团组", "接收邮箱", None, "必须"),
        ("成员", "卡号", "CHN-1", "卡号"),
        ("成员", "卡号", 12345678, "文本"),
        ("成员", "身份证号", "990000190202020035", "校验码"),
        ("成员", "新护照号码", "SE000006", "中国护照"),
        ("成员", "新护照号码", None, "必须"),
        ("成员", "新护照签发机关", None, "必须"),
        ("成员", "新护照有效期至", "2026-07-06", "签发日期"),
    ],
)
def test_each_wrong_cell_is_named_with_its_reason(
    input_: Book, sheet: str, heading: str, value: Any, word: str
) -> None:
    place = input_.set(sheet, heading, 2, value)
    problems = input_.problems()
    assert list(problems) == [place]
    assert word in problems[place]
    assert [located.application.key for located in input_.read().applications] == ["B"]


def test_a_new_passport_is_asked_for_at_the_members_own_cells(input_: Book) -> None:
    places = {input_.set("成员", heading, 2, None) for heading in NEW}
    assert input_.problems() == dict.fromkeys(places, f"换卡原因为“{PASSPORT}”时必须填写")


def test_a_new_passport_is_for_its_reason_only(input_: Book) -> None:
    for heading, value in zip(
        NEW, ["PE0000065", "2026-06-10", "2031-06-09", "广西壮族自治区", "外交部"], strict=True
    ):
        input_.set("成员", heading, 3, value)
    place = input_.at("成员", "新护照号码", 3)
    assert input_.problems() == {place: f"换卡原因不是“{PASSPORT}”时不应填写新护照信息"}


@pytest.mark.parametrize(
    ("reason", "papers"),
    [
        (WORN, ["原卡正反面扫描件"]),
        (MORE, ["原卡正反面扫描件"]),
        (PASSPORT, ["原卡正反面扫描件", "新护照信息页", "旧护照信息页"]),
        (PASSPORT, ["原卡正反面扫描件", "新护照信息页", "报案或挂失证明"]),
        (LOST, ["报案或挂失证明"]),
    ],
)
def test_a_reason_asks_for_its_papers_and_for_no_others(input_: Book, reason: str, papers: list[str]) -> None:
    for _ in range(3):
        input_.drop("附件", 2)  # those of A; B's stays
    place = input_.set("团组", "换卡原因", 2, reason)
    if reason != PASSPORT:
        for heading in NEW:
            input_.set("成员", heading, 2, None)
    file = "card_replacement/A/原卡正反面扫描件.jpg"
    for paper in papers:
        assert list(input_.problems()) == [place]
        assert paper in input_.problems()[place]
        input_.add("附件", {"团组编号": "A", "材料名称": paper, "文件": file})
    assert input_.problems() == {}
    others = {"原卡正反面扫描件", "新护照信息页", "旧护照信息页", "报案或挂失证明"} - set(papers)
    for paper in others - ({"旧护照信息页", "报案或挂失证明"} if reason == PASSPORT else set()):
        row = input_.add("附件", {"团组编号": "A", "材料名称": paper, "文件": file})
        assert list(input_.problems()) == [input_.at("附件", "材料名称", row)]
        input_.drop("附件", row)
    input_.add("附件", {"团组编号": "A", "材料名称": "情况说明", "文件": file})
    assert input_.problems() == {}


def test_what_a_reason_asks_for_is_told_at_once(input_: Book) -> None:
    places = {input_.set("成员", heading, 2, None) for heading in NEW}
    input_.drop("附件", 3)
    assert set(input_.problems()) == places | {input_.at("团组", "换卡原因", 2)}


def test_papers_belong_to_the_group(input_: Book) -> None:
    place = input_.set("附件", "成员编号", 5, "1")
    assert input_.problems() == {place: "这项业务的附件属于团组，不属于成员，成员编号应留空"}
    assert [located.application.key for located in input_.read().applications] == ["A"]


@pytest.mark.parametrize(
    ("heading", "value", "message"),
    [
        ("身份证号", "990000190202020034", "与本团组前面的成员重复（身份证号相同）"),
        ("卡号", "CHN00000001", "与本团组前面的成员重复（卡号相同）"),
        ("新护照号码", "PE0000064", "与本团组前面的成员重复（新护照号码相同）"),
    ],
)
def test_no_holder_no_card_and_no_passport_stands_in_a_group_twice(
    input_: Book, heading: str, value: str, message: str
) -> None:
    new = dict(zip(NEW, ["PE0000065", "2026-06-10", "2031-06-09", "广西壮族自治区", "外交部"], strict=True))
    second = {"姓名": "覃样例", "身份证号": "990000190503120039", "卡号": "CHN00000003", **new}
    row = input_.add("成员", {"团组编号": "A", "成员编号": "2", **second, heading: value})
    assert input_.problems() == {input_.at("成员", heading, row): message}


def test_an_application_of_years_ago_still_loads(input_: Book) -> None:
    old = input_.read().applications[0].application.model_copy(update={"files": []})
    assert CardReplacement.model_validate_json(old.model_dump_json()) == old
