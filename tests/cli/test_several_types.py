"""Several business types on the command line: one blank workbook, one check, one submit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from rpa.flow import flow, flows
from rpa.intake import SheetSet
from rpa.resources import folder
from rpa.testing import Replica

from .kit import Ywtb, put_scans

FIXTURES = folder("fixtures")
TYPES = list(flows())


def sheets(*business_types: str) -> list[str]:
    return [table.sheet for name in business_types for table in SheetSet.of(flow(name)).tables]


def copied(to: Path, *business_types: str) -> list[str]:
    """The sample workbooks, each beside its files."""
    for name in business_types:
        shutil.copytree(FIXTURES / name, to / name)
        shutil.copy(FIXTURES / f"{name}.xlsx", to)
    return [f"{name}.xlsx" for name in business_types]


def into_one(book: Workbook, business_type: str, groups: list[str]) -> None:
    """Write these groups of a sample into a workbook of several business types."""
    sample = load_workbook(FIXTURES / f"{business_type}.xlsx")
    for sheet in sheets(business_type):
        wanted = sample[sheet].iter_rows(min_row=2, max_row=12, values_only=True)
        for number, line in enumerate((line for line in wanted if line[0] in groups), start=2):
            for index, value in enumerate(line, start=1):
                book[sheet].cell(number, index).value = value


@pytest.mark.parametrize(
    ("words", "made"),
    [
        (["new_card", "制卡前更换护照"], ["new_card", "passport_change"]),
        (["注销", "提前制卡", "card_cancellation"], ["card_cancellation", "early_card"]),
        (["全部"], TYPES),
        (["all"], TYPES),
    ],
)
def test_a_template_may_be_of_several_business_types(ywtb: Ywtb, words: list[str], made: list[str]) -> None:
    ran = ywtb("template", *words, "-o", "空白.xlsx", "--json")
    assert (ran.code, ran.document["business_types"]) == (0, made)
    assert load_workbook(ywtb.work / "空白.xlsx").sheetnames[:-2] == sheets(*made)


def test_one_unknown_business_type_makes_no_template(ywtb: Ywtb) -> None:
    ran = ywtb("template", "注销", "签证", "-o", "空白.xlsx")
    assert ran.code == 2
    assert "没有业务类型“签证”" in ran.text
    assert not (ywtb.work / "空白.xlsx").exists()


def test_all_samples_are_checked_at_once_and_each_error_names_its_sheet(ywtb: Ywtb) -> None:
    files = copied(ywtb.work, *TYPES)
    good = ywtb("check", *files, "--json")
    assert (good.code, good.document["applications"]) == (0, 7)
    book = load_workbook(ywtb.work / "card_replacement.xlsx")
    book["换补卡_附件"].delete_rows(2)
    book.save(ywtb.work / "card_replacement.xlsx")
    bad = ywtb("check", *files, "--json")
    assert (bad.code, bad.document["applications"]) == (3, 6)
    (error,) = bad.document["errors"]
    assert (Path(error["file"]).name, error["sheet"], error["field"]) == (
        "card_replacement.xlsx", "换补卡_团组", "换卡原因",
    )  # fmt: skip
    assert "原卡正反面扫描件" in error["message"]


@pytest.mark.long
def test_one_workbook_of_several_business_types_is_filed_whole(ywtb: Ywtb, replica: Replica) -> None:
    names = ["new_card", "card_replacement", "card_cancellation"]
    copied(ywtb.work, *names)
    assert ywtb("template", *names, "-o", "全部.xlsx").code == 0
    book = load_workbook(ywtb.work / "全部.xlsx")
    for name, groups in zip(names, (["B"], ["A"], ["A"]), strict=True):
        into_one(book, name, groups)
    book.save(ywtb.work / "全部.xlsx")
    prepared = ywtb("submit", "全部.xlsx", "--portal", replica.address, "--json")
    assert prepared.code == 0, prepared.text
    cases = prepared.document["cases"]
    assert [case["state"] for case in cases] == ["awaiting_signature"] * 3
    put_scans(prepared.document)
    filed = ywtb("resume", "--json")
    assert filed.code == 0, filed.text
    assert [(case["business_type"], case["state"]) for case in filed.document["cases"]] == [
        (name, "submitted") for name in names
    ]
    held = {(one["business_type"], one["account"], one["state"]) for one in replica.groups()}
    assert held == {
        ("new_card", "demo-private", "待初审"),
        ("card_replacement", "demo-soe", "待初审"),
        ("card_cancellation", "demo-private", "待初审"),
    }
