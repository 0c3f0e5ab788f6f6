"""The kinds of value an input is made of: each says how a cell's text is tidied and when it is refused.

Every kind takes what people really type (full-width digits, stray spaces, `+86`, a dozen ways to write a day)
and gives one spelling. The messages are for the filing officer and never quote the value.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as NumberError
from stdnum.iso7064 import mod_11_2

__all__ = [
    "INVISIBLE",
    "Account",
    "CardNo",
    "ChineseName",
    "Code",
    "Day",
    "Email",
    "IdNo",
    "Line",
    "Mobile",
    "Phone",
    "Pinyin",
    "Postcode",
    "TaxNo",
    "Text",
    "id_birth_date",
    "id_sex",
    "is_uscc",
    "months_later",
    "parse_day",
    "tidy_code",
    "tidy_text",
    "years_between",
]


@dataclass(frozen=True, slots=True)
class Code:
    """Marks digits that are a text: a number in such a cell has already lost its zeros or its last digits."""


# ---- texts -------------------------------------------------------------------------------------

# Full-width letters, digits and space become half-width. Chinese punctuation stays: NFKC would turn （集团）
# into (集团), and a company's name or a reason would no longer be what was typed.
_HALF_WIDTH = {code: code - 0xFEE0 for first, last in (("０", "９"), ("Ａ", "Ｚ"), ("ａ", "ｚ"))
               for code in range(ord(first), ord(last) + 1)}  # fmt: skip
_SPACES = dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003\u2009\u202f"), " ")
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202c\u00ad"))
_TEXT_TABLE = {**_HALF_WIDTH, **_SPACES, **INVISIBLE}
_UNTIDY = re.compile(f"[{''.join(map(chr, _TEXT_TABLE))}\r\n]")


def tidy_text(value: Any) -> Any:
    """A text without stray spaces, invisible characters, full-width letters or digits; others unchanged."""
    if not isinstance(value, str):
        return value
    if not _UNTIDY.search(value) and unicodedata.is_normalized("NFC", value):  # nearly every cell
        return value.strip()
    text = (
        unicodedata.normalize("NFC", value).translate(_TEXT_TABLE).replace("\r\n", "\n").replace("\r", "\n")
    )
    return "\n".join(line.strip() for line in text.split("\n")).strip()


def tidy_code(value: Any) -> Any:
    """A number or code in half-width capitals without any space; other values as they are."""
    if not isinstance(value, str):
        return value
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", value.translate(INVISIBLE))).upper()


Text = Annotated[str, BeforeValidator(tidy_text)]
"""Free text of one line or several: a reason, a note."""


def _check_line(value: str) -> str:
    if re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", value):
        raise ValueError("应为一行文字，请删去换行和其他控制字符")
    return value


Line = Annotated[Text, AfterValidator(_check_line)]
"""Free text for a box of one line, which would drop a line break without a word: a department, an address."""

_CJK = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_NAME = re.compile(rf"[{_CJK}]+(?:·[{_CJK}]+)*")


def _tidy_name(value: Any) -> Any:
    # 张　三 is set with a space to line up with longer names; the dot between parts comes in six shapes.
    value = tidy_text(value)
    return re.sub(r"[•・‧∙．.]", "·", re.sub(r"\s+", "", value)) if isinstance(value, str) else value


def _check_name(value: str) -> str:
    if not 2 <= len(value) <= 30 or not _NAME.fullmatch(value):
        raise ValueError("应为 2–30 个汉字，可含间隔号“·”")
    return value


ChineseName = Annotated[str, BeforeValidator(_tidy_name), AfterValidator(_check_name)]
"""A person's name as the passport prints it: Chinese characters, parts joined by `·`."""


def _tidy_pinyin(value: Any) -> Any:
    value = tidy_text(value)
    return (
        re.sub(r"\s+", " ", unicodedata.normalize("NFKC", value).upper()) if isinstance(value, str) else value
    )


def _check_pinyin(value: str) -> str:
    if len(value) > 39 or not re.fullmatch(r"[A-Z]+(?: [A-Z]+)*", value):
        raise ValueError("应为护照上的大写拼音字母，不含连字符和声调（ü 写作 YU），最长 39 个字母")
    return value


Pinyin = Annotated[str, BeforeValidator(_tidy_pinyin), AfterValidator(_check_pinyin)]
"""Part of a name in the passport's capitals (A–Z and single spaces)."""


# ---- numbers -----------------------------------------------------------------------------------
# [0-9] and not \d, which takes the digits of every script: the portal would not.


def _check_id(value: str) -> str:
    if not re.fullmatch(r"[0-9]{17}[0-9X]", value):
        raise ValueError("应为 18 位身份证号（末位可为 X）")
    try:
        id_birth_date(value)
    except ValueError:
        raise ValueError("第 7–14 位不是有效的出生日期") from None
    try:
        mod_11_2.validate(value)
    except NumberError:
        raise ValueError("校验码不正确，请核对每一位数字") from None
    return value


IdNo = Annotated[str, BeforeValidator(tidy_code), AfterValidator(_check_id), Code()]
"""An 18-digit citizen ID number (GB 11643-1999): birth date and check digit are checked, the
address code is not, because codes of abolished districts stay in use."""


def id_birth_date(id_no: str) -> date:
    """The birth date inside an ID number (digits 7–14). Raises ValueError when it is no day."""
    return date(int(id_no[6:10]), int(id_no[10:12]), int(id_no[12:14]))


def id_sex(id_no: str) -> str:
    """男 or 女 as digit 17 of an ID number says (odd is male; GB 11643-1999)."""
    return "男" if int(id_no[16]) % 2 else "女"


def _tidy_mobile(value: Any) -> Any:
    value = tidy_code(value)
    return re.sub(r"^(?:\+|00)86", "", value.replace("-", "")) if isinstance(value, str) else value


def _check_mobile(value: str) -> str:
    if not re.fullmatch(r"1[3-9][0-9]{9}", value):
        raise ValueError("应为 11 位手机号（以 13–19 开头）")
    return value


Mobile = Annotated[str, BeforeValidator(_tidy_mobile), AfterValidator(_check_mobile), Code()]
"""A mainland mobile number; `+86`, spaces and hyphens are dropped."""


def _check_phone(value: str) -> str:
    if not re.fullmatch(r"[0-9()-]{7,20}", value):
        raise ValueError("应为电话号码，例如 0771-5550000")
    return value


Phone = Annotated[str, BeforeValidator(tidy_code), AfterValidator(_check_phone), Code()]
"""Any telephone number, area code and hyphens kept."""


def _tidy_email(value: Any) -> Any:
    value = tidy_text(value)
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", value)) if isinstance(value, str) else value


def _check_email(value: str) -> str:
    if len(value) > 60 or not re.fullmatch(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", value):
        raise ValueError("应为电子邮箱，最长 60 个字符")
    return value


Email = Annotated[str, BeforeValidator(_tidy_email), AfterValidator(_check_email)]
"""An e-mail address; letters keep their case."""


def _check_postcode(value: str) -> str:
    if not re.fullmatch(r"[0-9]{6}", value):
        raise ValueError("应为 6 位邮政编码")
    return value


Postcode = Annotated[str, BeforeValidator(tidy_code), AfterValidator(_check_postcode), Code()]
"""A six-digit postcode."""


def _check_tax_no(value: str) -> str:
    if not re.fullmatch(r"[0-9A-Z]{15,20}", value):
        raise ValueError("应为 18 位统一社会信用代码（或 15–20 位旧税号）")
    return value


TaxNo = Annotated[str, BeforeValidator(tidy_code), AfterValidator(_check_tax_no), Code()]
"""A taxpayer's number: a unified social credit code, or an old number of 15 to 20 places."""


def is_uscc(value: str) -> bool:
    """Whether a number is a unified social credit code with a right check character (GB 32100-2015).

    Codes in real use exist that fail, so a False is a reason to warn, not to refuse.
    """
    return bool(uscc.is_valid(value))


def _check_card_no(value: str) -> str:
    if not re.fullmatch(r"[0-9A-Z]{6,20}", value):
        raise ValueError("应为 6–20 位字母或数字的卡号")
    return value


CardNo = Annotated[str, BeforeValidator(tidy_code), AfterValidator(_check_card_no), Code()]
"""The number printed on a card."""


def _check_account(value: str) -> str:
    if not re.fullmatch(r"[0-9]{6,30}", value):
        raise ValueError("应为 6–30 位数字的银行账号")
    return value


def _without_hyphens(value: Any) -> Any:
    value = tidy_code(value)
    return value.replace("-", "") if isinstance(value, str) else value


Account = Annotated[str, BeforeValidator(_without_hyphens), AfterValidator(_check_account), Code()]
"""A bank account number; spaces and hyphens are dropped."""


# ---- days --------------------------------------------------------------------------------------

_DAY_HELP = "应为日期，例如 2026-11-23"
_NUMBERS = re.compile(r"(\d{4})(?:年|[-/.\s])(\d{1,2})(?:月|[-/.\s])(\d{1,2})[日号]?")
_PLAIN = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTHS = {name: number for number, name in enumerate(
    ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), 1)}  # fmt: skip
_DAY_MONTH = re.compile(r"(\d{1,2})[-/.,\s]*([A-Z]{3})[A-Z]*[-/.,\s]*(\d{4})")
_MONTH_DAY = re.compile(r"([A-Z]{3})[A-Z]*[-/.,\s]*(\d{1,2})[-/.,\s]+(\d{4})")
_MIDNIGHT = re.compile(r"[T\s]+00?:00(?::00(?:\.0+)?)?$")


def parse_day(value: Any) -> Any:
    """A day from any spelling that can mean only one: year first, or the month as an English word.

    `3/1/2026` is refused: it is read as 1 March here and as 3 January there.
    """
    if isinstance(value, datetime):
        if value.time() != datetime.min.time():
            raise ValueError("应为日期，不应带有时间")
        return value.date()
    if isinstance(value, date) or value is None:
        return value
    if not isinstance(value, str):
        raise ValueError(_DAY_HELP)
    text = unicodedata.normalize("NFKC", value.translate(INVISIBLE)).strip().upper()
    text = re.sub(r"\s*([-/.年月日号])\s*", r"\1", _MIDNIGHT.sub("", re.sub(r"[‐‑–—−]", "-", text)))
    if found := _NUMBERS.fullmatch(text) or _PLAIN.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _DAY_MONTH.fullmatch(text):
        day, month, year = int(found[1]), _MONTHS.get(found[2], 0), int(found[3])
    elif found := _MONTH_DAY.fullmatch(text):
        day, month, year = int(found[2]), _MONTHS.get(found[1], 0), int(found[3])
    else:
        raise ValueError(_DAY_HELP)
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError("没有这一天，请核对年月日") from None


def _check_day(value: date) -> date:
    if not 1850 <= value.year <= 2200:
        raise ValueError("年份不合理，请核对")
    return value


Day = Annotated[date, BeforeValidator(parse_day), AfterValidator(_check_day)]
"""A calendar day, however it is spelled."""


def years_between(start: date, end: date) -> int:
    """Whole years from one day to another, as an age is counted."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def months_later(day: date, months: int) -> date:
    """The same day some months later; the last day of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
