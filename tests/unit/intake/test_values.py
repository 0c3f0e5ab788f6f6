"""Every kind of value takes what people really type, and refuses the rest without quoting it."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from stdnum.iso7064 import mod_11_2

from rpa.intake import values


def value(kind: Any, text: Any) -> Any:
    return TypeAdapter(kind).validate_python(text)


def refusal(kind: Any, text: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        value(kind, text)
    return str(caught.value.errors()[0]["ctx"]["error"])


@pytest.mark.parametrize(
    "spelling",
    [
        "2026-11-03",
        "2026-11-3",
        "2026/11/03",
        "2026.11.3",
        "20261103",
        "2026年11月3日",
        "2026 年 11 月 03 号",
        "２０２６－１１－０３",
        "　2026-11-03 ",
        "2026–11–03",
        "3 Nov 2026",
        "03-NOV-2026",
        "November 3, 2026",
        "2026-11-03 00:00:00",
        "2026-11-03T00:00:00",
        datetime.fromisoformat("2026-11-03"),
        date(2026, 11, 3),
    ],
)
def test_a_day_is_one_day_however_it_is_spelled(spelling: Any) -> None:
    assert value(values.Day, spelling) == date(2026, 11, 3)


@pytest.mark.parametrize(
    "spelling", ["3/11/2026", "2026-02-30", "2026-13-01", "2026", "明天", 46329, "1026-11-03"]
)
def test_a_day_that_could_be_another_one_is_refused(spelling: Any) -> None:
    assert refusal(values.Day, spelling)


def test_a_day_with_a_time_is_refused() -> None:
    assert "时间" in refusal(values.Day, datetime.fromisoformat("2026-11-03T09:30"))


@given(st.dates(date(1850, 1, 1), date(2200, 12, 31)), st.sampled_from(["-", "/", ".", "年月日", "", "full"]))
def test_every_day_survives_every_spelling(day: date, mark: str) -> None:
    if mark == "年月日":
        text = f" {day.year}年{day.month}月{day.day}日"
    elif mark == "full":
        text = day.isoformat().translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    else:
        text = f"{day:%Y}{mark}{day:%m}{mark}{day:%d}"
    assert value(values.Day, text) == day


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014", "990000190503120012"])
def test_the_standards_own_examples_and_unallocated_codes_pass(number: str) -> None:
    assert value(values.IdNo, number) == number


def test_an_id_number_is_half_width_capitals_without_spaces() -> None:
    assert value(values.IdNo, " １１０１０５ 19491231 002x ") == "11010519491231002X"


@given(st.integers(0, 17), st.integers(1, 9))
def test_any_single_wrong_digit_of_an_id_number_is_found(place: int, step: int) -> None:
    right = "440524188001010014"
    wrong = right[:place] + str((int(right[place]) + step) % 10) + right[place + 1 :]
    assert refusal(values.IdNo, wrong)


@given(st.dates(date(1850, 1, 1), date(2100, 1, 1)), st.integers(0, 999))
def test_every_id_number_made_by_the_standard_passes(born: date, sequence: int) -> None:
    body = f"990000{born:%Y%m%d}{sequence:03d}"
    number = value(values.IdNo, body + mod_11_2.calc_check_digit(body))
    assert values.id_birth_date(number) == born
    assert values.id_sex(number) == ("男" if sequence % 2 else "女")


@pytest.mark.parametrize(
    ("number", "word"),
    [
        ("99000019050312001", "18"),
        ("990000190503120013", "校验码"),
        ("990000190513120012", "出生日期"),
        ("一二三", "18"),
    ],
)
def test_a_wrong_id_number_is_refused_with_its_reason(number: str, word: str) -> None:
    message = refusal(values.IdNo, number)
    assert word in message
    assert number not in message


@pytest.mark.parametrize(
    "text", ["139 0000 0011", "+86 13900000011", "0086-139-0000-0011", "１３９０００００011"]
)
def test_a_mobile_number_loses_its_ornaments(text: str) -> None:
    assert value(values.Mobile, text) == "13900000011"


@pytest.mark.parametrize("text", ["12900000011", "1390000001", "139000000111", "手机"])
def test_a_wrong_mobile_number_is_refused(text: str) -> None:
    assert "手机号" in refusal(values.Mobile, text)


def test_a_name_loses_the_spaces_that_line_it_up_and_keeps_its_dot() -> None:
    assert value(values.ChineseName, "覃　样") == "覃样"
    assert value(values.ChineseName, "样例•买买提") == "样例·买买提"


@pytest.mark.parametrize("text", ["覃", "Qin", "覃样1", "·覃样", ""])
def test_a_wrong_name_is_refused(text: str) -> None:
    assert refusal(values.ChineseName, text)


def test_pinyin_is_capitals_with_single_spaces() -> None:
    assert value(values.Pinyin, " ｙang  li ") == "YANG LI"
    assert refusal(values.Pinyin, "YANG-LI")
    assert refusal(values.Pinyin, "LÜ")


def test_free_text_keeps_chinese_punctuation_and_lines() -> None:
    text = "　赴日本（东京），洽谈２期\u200b项目。\r\n 第二行 "
    assert values.tidy_text(text) == "赴日本（东京），洽谈2期项目。\n第二行"


@given(st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    once = values.tidy_text(text)
    assert values.tidy_text(once) == once
    code = values.tidy_code(text)
    assert not any(letter.isspace() for letter in code)


@pytest.mark.parametrize(
    ("code", "valid"),
    [("91350100M000100Y43", True), ("11320000MB151840XJ", True), ("91350100M000100Y4Z", False)],
)
def test_a_credit_code_is_told_by_its_check_character(code: str, valid: bool) -> None:
    assert values.is_uscc(code) is valid
    assert value(values.TaxNo, code) == code


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (values.Email, " ａ.b@example.invalid", "a@b"),
        (values.Postcode, "５３００22", "53002"),
        (values.Phone, "0771-5550000", "电话"),
        (values.Account, "4500 0000-0000 0001", "45A0000"),
        (values.CardNo, "chn 00000001", "CHN"),
    ],
)
def test_other_numbers_are_tidied_or_refused(kind: Any, good: str, bad: str) -> None:
    assert value(kind, good)
    assert refusal(kind, bad)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (values.IdNo, "990000190503120012"),
        (values.Mobile, "13900000011"),
        (values.Postcode, "530022"),
        (values.Account, "4500000000000001"),
    ],
)
def test_the_digits_of_another_script_are_no_digits(kind: Any, text: str) -> None:
    assert value(kind, text)
    assert refusal(kind, text[:-2] + "٠١")
    assert refusal(kind, text[:-1] + "๑")


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 240))
def test_months_later_never_leaves_the_month(day: date, months: int) -> None:
    later = values.months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
