"""A workbook: every complaint in its cell, all at once, and bad rows never stop good ones."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from rpa.intake import Intake


def test_the_sample_gives_both_groups_and_no_complaint(sample: Any) -> None:
    intake = sample.read()
    assert intake.problems == []
    assert [located.application.key for located in intake.applications] == ["A", "B"]
    assert [len(located.application.members) for located in intake.applications] == [2, 1]
    assert intake.applications[0].place("members", 1, "id_no") == ("成员", sample.cell("成员", "身份证号", 3))
    assert intake.applications[0].place("delivery", "street") == ("团组", sample.cell("团组", "详细地址", 2))


def test_a_missing_required_cell_is_found_and_only_its_group_is_held_back(sample: Any) -> None:
    cell = sample.set("成员", "职务", 3, None)
    assert sample.problems() == [("成员", cell, "职务", "必须填写")]
    assert sample.keys() == ["B"]


@pytest.mark.parametrize(
    ("sheet", "heading", "number"),
    [
        ("成员", "身份证号", 990000190503120012),
        ("成员", "护照号码", 12345678),
        ("成员", "手机号", 13900000011),
        ("成员", "原卡号", 12345678),
        ("团组", "邮编", 530200),
        ("团组", "税号", 450000000000000),
        ("团组", "收件手机号", 13900000013.0),
        ("团组", "银行账号", 4.5e18),
        ("团组", "账号", 913300001234567890),
    ],
)
def test_a_code_in_a_number_cell_is_an_error_and_never_converted(
    sample: Any, sheet: str, heading: str, number: float
) -> None:
    cell = sample.set(sheet, heading, 2, number, number_format="General")
    problems = sample.problems()
    assert [problem[:3] for problem in problems] == [(sheet, cell, heading)]
    assert "文本" in problems[0][3]


@pytest.mark.parametrize(
    ("heading", "value", "word"),
    [
        ("身份证号", "990000190503120013", "校验码"),
        ("性别", "女", "不一致"),
        ("出生日期", "1905-03-13", "不一致"),
        ("护照号码", "EA0000011", "公务普通护照"),
        ("护照种类", "旅行证", "普通护照、公务普通护照"),
        ("从事行业", "炼金", "列表"),
        ("签发日期", "2027-01-01", "今天"),
        ("有效期至", "2025-06-10", "签发日期"),
        ("有效期至", "2027-11-23", "12 个月"),
        ("手机号", "1390000", "手机号"),
        ("拼音姓", "覃", "拼音"),
        ("电子邮箱", "qin", "邮箱"),
        ("任职时间", "2026-10-01", "6 个月"),
        ("有无犯罪记录", "有", "无"),
        ("职务", "很" * 21, "20"),
        ("原卡号", "CHN00000001", "否"),
        ("护照号码", "PE٠٠٠٠٠١١", "公务普通护照"),
        ("出生地点", "#N/A", "错误值"),
        ("职务", "#SPILL!", "错误值"),
        ("职务", "业务\n经理", "一行"),
        ("部门", "国际_x000B_部", "一行"),
        ("职务", True, "TRUE"),
        ("部门", datetime.fromisoformat("2026-01-03"), "日期"),
    ],
)
def test_each_wrong_cell_is_named_with_its_reason(sample: Any, heading: str, value: Any, word: str) -> None:
    cell = sample.set("成员", heading, 2, value)
    (problem,) = sample.problems()
    assert problem[:3] == ("成员", cell, heading)
    assert word in problem[3]
    assert sample.keys() == ["B"]


@pytest.mark.parametrize(
    ("sheet", "heading", "value", "message"),
    [
        ("团组", "收件人", "韦", "太短，至少 2 个字"),
        ("团组", "详细地址", "很" * 101, "太长，最多 100 个字"),
        ("成员", "部门", "很" * 31, "太长，最多 30 个字"),
    ],
)
def test_a_text_of_the_wrong_length_is_told_its_length(
    sample: Any, sheet: str, heading: str, value: str, message: str
) -> None:
    cell = sample.set(sheet, heading, 2, value)
    assert sample.problems() == [(sheet, cell, heading, message)]


def test_all_errors_of_all_rows_come_at_once_in_reading_order(sample: Any) -> None:
    cells = [
        sample.set("团组", "申请事由", 3, "太短"),
        sample.set("成员", "手机号", 2, "1"),
        sample.set("成员", "性别", 2, "女"),
        sample.set("成员", "护照号码", 3, "X"),
        sample.set("附件", "文件", 2, "new_card/没有.pdf"),
    ]
    places = [problem[1] for problem in sample.problems()]
    assert sorted(places) == sorted(cells)
    assert sample.keys() == []
    rows = [
        (problem[0], int(problem[1].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))) for problem in sample.problems()
    ]
    assert rows == sorted(rows, key=lambda place: ([row[0] for row in rows].index(place[0]), place[1]))


def test_no_complaint_quotes_what_was_typed(sample: Any) -> None:
    secrets = {
        "身份证号": "990000190503120019",
        "手机号": "13900000",
        "护照号码": "EA99999990",
        "姓名": "覃样例X",
    }
    for heading, value in secrets.items():
        sample.set("成员", heading, 2, value)
    text = "\n".join(str(problem) for problem in sample.read().problems)
    assert len(sample.read().problems) == 4
    assert not any(value in text for value in secrets.values())


def test_full_width_digits_and_stray_spaces_are_accepted_and_normalised(sample: Any) -> None:
    sample.set("成员", "身份证号", 2, "９９００００１９０５０３１２００１２ ")
    sample.set("成员", "手机号", 2, "　139 0000 0011")
    sample.set("成员", "姓名", 2, " 覃 样例 ")
    sample.set("成员", "护照号码", 2, "ｐｅ0000011")
    sample.set("成员", "性别", 2, " 男　")
    intake = sample.read()
    assert intake.problems == []
    member = intake.applications[0].application.members[0]
    assert (member.id_no, member.mobile, member.name) == ("990000190503120012", "13900000011", "覃样例")
    assert (member.passport.number, member.sex) == ("PE0000011", "男")


@pytest.mark.parametrize(
    ("value", "number_format"),
    [
        ("1905/3/12", "@"),
        ("1905.03.12", "@"),
        ("19050312", "@"),
        ("1905年3月12日", "@"),
        (19050312, "General"),
        (datetime.fromisoformat("1905-03-12"), "yyyy-mm-dd"),
        (datetime.fromisoformat("1905-03-12"), 'yyyy"年"m"月"d"日"'),
        ("12 Mar 1905", "@"),
    ],
)
def test_dates_may_be_cells_or_texts(sample: Any, value: Any, number_format: str) -> None:
    sample.set("成员", "出生日期", 2, value, number_format=number_format)
    assert sample.problems() == []


def test_a_day_that_lost_its_date_format_is_still_a_day(sample: Any) -> None:
    sample.set("成员", "有效期至", 2, 47643, number_format="General")
    assert str(sample.read().applications[0].application.members[0].passport.expires_on) == "2030-06-09"


def test_a_number_that_is_no_day_is_refused(sample: Any) -> None:
    sample.set("成员", "有效期至", 2, 2030, number_format="General")
    assert "日期" in sample.problems()[0][3]


def test_held_before_asks_for_the_old_card(sample: Any) -> None:
    sample.set("成员", "是否曾持有APEC卡", 2, "是")
    assert {problem[2] for problem in sample.problems()} == {"原卡号", "原卡有效期至"}
    sample.set("成员", "原卡号", 2, "CHN00000009")
    sample.set("成员", "原卡有效期至", 2, "2024-01-31")
    assert sample.problems() == []


def test_mailing_asks_for_an_address_and_collecting_ignores_it(sample: Any) -> None:
    headings = ("收件人", "收件手机号", "省", "市", "区", "详细地址")
    for heading in headings:
        sample.set("团组", heading, 2, None)
    assert {problem[2] for problem in sample.problems()} == set(headings)
    sample.set("团组", "领取方式", 2, "自取")
    assert sample.problems() == []


def test_a_firms_invoice_asks_for_its_tax_number(sample: Any) -> None:
    sample.set("团组", "税号", 2, None)
    assert [problem[2] for problem in sample.problems()] == ["税号"]
    sample.set("团组", "抬头类型", 2, "个人")
    assert sample.problems() == []


def test_a_group_without_members_is_found(sample: Any) -> None:
    sample.edit(lambda book: book["成员"].delete_rows(4))
    sample.edit(lambda book: book["附件"].delete_rows(8, 3))
    ((sheet, cell, _, message),) = sample.problems()
    assert (sheet, cell) == ("团组", "A3")
    assert "没有成员" in message
    assert sample.keys() == ["A"]


def test_a_group_whose_members_are_all_bad_is_not_called_empty(sample: Any) -> None:
    sample.set("成员", "职务", 4, None)
    assert [problem[3] for problem in sample.problems()] == ["必须填写"]


def test_a_member_of_no_group_is_found_and_judged_all_the_same(sample: Any) -> None:
    link = sample.set("成员", "团组编号", 3, "Z")
    mobile = sample.set("成员", "手机号", 3, "1")
    problems = sample.problems()
    assert ("成员", link, "团组编号", "团组表中没有这个编号") in problems
    assert mobile in [problem[1] for problem in problems]


def test_an_attachment_of_nobody_holds_its_group_back(sample: Any) -> None:
    cell = sample.set("附件", "成员编号", 2, "9")
    (problem,) = sample.problems()
    assert problem[:3] == ("附件", cell, "成员编号")
    assert sample.keys() == ["B"]


def test_an_attachment_without_member_belongs_to_the_group(sample: Any) -> None:
    sample.set("附件", "成员编号", 4, None)
    group = sample.read().applications[0].application
    assert [file.material for file in group.files] == ["贸易合同（自定义材料）"]


def test_the_same_material_twice_is_found(sample: Any) -> None:
    cell = sample.set("附件", "材料名称", 3, "身份证正反面")
    assert [problem[1] for problem in sample.problems()] == [cell]


def test_keys_may_be_number_cells(sample: Any) -> None:
    for row in (2, 3, 4):
        sample.set("成员", "成员编号", row, row - 1, number_format="General")
    for row in range(2, 11):
        key = 1 if row < 5 else 2 if row < 8 else 3
        sample.set("附件", "成员编号", row, key, number_format="General")
    assert sample.problems() == []


def test_a_missing_sheet_a_strange_heading_and_a_missing_column_block_the_file(sample: Any) -> None:
    sample.edit(lambda book: book.remove(book["附件"]))
    assert ("附件", "", "", "缺少这个工作表") in sample.problems()
    assert sample.keys() == []


def test_an_unknown_heading_is_found_and_not_quoted(sample: Any) -> None:
    sample.edit(lambda book: book["成员"].__setitem__("AF1", "13900000011"))
    ((sheet, cell, field, message),) = sample.problems()
    assert (sheet, cell, field) == ("成员", "AF1", "")
    assert "未知" in message
    assert sample.keys() == []


def test_a_missing_required_column_is_said_once(sample: Any) -> None:
    column = sample.cell("成员", "手机号", 1).rstrip("1")
    index = next(cell.column for cell in _headings(sample) if cell.column_letter == column)
    sample.edit(lambda book: book["成员"].delete_cols(index))
    assert sample.problems() == [("成员", "A1", "手机号", "缺少这一列")]


def _headings(sample: Any) -> list[Any]:
    cells: list[Any] = []
    sample.edit(lambda book: cells.extend(book["成员"][1]))
    return cells


def test_a_column_that_need_not_be_there_may_go(sample: Any) -> None:
    index = next(cell.column for cell in _headings(sample) if cell.value == "原卡号")
    sample.edit(lambda book: book["成员"].delete_cols(index))
    assert sample.problems() == []


def test_a_heading_twice_is_found(sample: Any) -> None:
    sample.edit(lambda book: book["成员"].__setitem__("AF1", "姓名"))
    assert sample.problems() == [("成员", "AF1", "姓名", "列标题重复")]


def test_a_cell_below_no_heading_is_not_dropped_without_a_word(sample: Any) -> None:
    sample.edit(lambda book: book["成员"].__setitem__("AF3", "备注"))
    assert [problem[:2] for problem in sample.problems()] == [("成员", "AF3")]


def test_headings_may_carry_a_star_or_spaces(sample: Any) -> None:
    sample.edit(lambda book: book["成员"].__setitem__("C1", " 姓　名 *"))
    assert sample.problems() == []


def test_blank_rows_are_skipped_and_keep_the_numbers_of_the_others(sample: Any) -> None:
    sample.edit(lambda book: book["成员"].insert_rows(3, 2))
    assert sample.problems() == []
    assert sample.read().applications[0].place("members", 1)[1].endswith("5")


def test_a_row_of_invisible_characters_is_blank(sample: Any) -> None:
    sample.edit(lambda book: book["成员"].append(["\u200b", "\u00a0", "\ufeff"]))
    assert sample.problems() == []


def test_a_carriage_return_as_excel_writes_it_is_no_text(sample: Any) -> None:
    reason = "与越南、泰国的贸易伙伴长期往来，_x000D_\n需频繁赴当地洽谈业务。"
    sample.set("团组", "申请事由", 2, reason)
    assert sample.read().applications[0].application.reason == reason.replace("_x000D_", "")


def test_two_sheets_whose_names_differ_by_a_space_hold_everything_back(sample: Any) -> None:
    sample.edit(lambda book: setattr(book.copy_worksheet(book["成员"]), "title", "成员 "))
    ((sheet, cell, _, message),) = sample.problems()
    assert (sheet, cell) == ("成员 ", "")
    assert "同名" in message
    assert sample.keys() == []


def test_an_unknown_sheet_is_only_a_warning(sample: Any) -> None:
    sample.edit(lambda book: book.create_sheet("草稿"))
    intake: Intake = sample.read()
    assert intake.ok
    assert ("草稿", "这个工作表不属于输入，没有读取") in [(one.sheet, one.message) for one in intake.warnings]


def test_an_empty_template_is_told(sample: Any) -> None:
    for sheet in ("团组", "成员", "附件"):
        sample.edit(lambda book, sheet=sheet: book[sheet].delete_rows(2, 300))
    assert sample.problems() == [("团组", "A2", "", "没有填写任何团组")]


def test_doubts_are_warnings_and_stop_nothing(sample: Any) -> None:
    sample.set("成员", "职务", 2, "财务经理")
    sample.set("团组", "税号", 2, "91990000MA0000001X")
    intake = sample.read()
    assert intake.ok
    warned = {warning.field for warning in intake.warnings}
    assert warned == {"职务", "税号", "有效期至"}


def test_the_passport_margin_is_a_setting(sample: Any) -> None:
    assert {problem[2] for problem in sample.problems(options={"min_passport_months": 60})} == {"有效期至"}
