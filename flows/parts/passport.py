"""护照信息: the passport a card is bound to (manual 2.1), and the new one that takes its place (2.2, 2.4; rule V2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from flows.parts.options import Province
from rpa.application import Expires, Once, Record
from rpa.desk import Desk
from rpa.intake.rules import Advice, reading_day, setting
from rpa.intake.values import Code, Day, months_later, tidy_code
from rpa.personal import Personal
from rpa.screen import Screen, Value

__all__ = ["NewPassport", "Passport", "fill_passport", "new_passport_information", "passport_information"]

# Numbers of PRC passports in use, by kind. The second letter of the ordinary ones is never I or O.
_NUMBERS = {
    "普通护照": re.compile(r"E[0-9]{8}|E[A-HJ-NP-Z][0-9]{7}"),
    "公务普通护照": re.compile(r"PE[0-9]{7}"),
    "公务护照": re.compile(r"SE[0-9]{7}"),
    "外交护照": re.compile(r"DE[0-9]{7}"),
}
Authority = Literal["国家移民管理局", "公安部出入境管理局", "外交部", "广西壮族自治区外事办公室"]
# A card lasts five years and cannot outlive its passport; the process itself takes about half a year.
_COMFORTABLE_MONTHS = 66


def _is_chinese(number: str) -> str:
    if not any(pattern.fullmatch(number) for pattern in _NUMBERS.values()):
        raise ValueError("不是中国护照的号码格式")
    return number


def _already_issued(issued: date, info: ValidationInfo) -> date:
    if (today := reading_day(info)) and issued > today:
        raise ValueError("不能晚于今天")
    return issued


def _long_enough(expires: date, info: ValidationInfo) -> date:
    if (issued := info.data.get("issued_on")) and expires <= issued:
        raise ValueError("应晚于签发日期")
    months = setting(info, "min_passport_months", 12)
    if (today := reading_day(info)) and expires <= months_later(today, months):
        raise ValueError(f"护照剩余有效期应超过 {months} 个月")
    return expires


def _advise(expires: date, today: date) -> Iterator[Advice]:
    if expires < months_later(today, _COMFORTABLE_MONTHS):
        yield Advice(
            ("expires_on",),
            f"护照剩余有效期不足 {_COMFORTABLE_MONTHS} 个月，卡的有效期会随护照缩短，建议先换发护照",
        )


class Passport(Record):
    """A member's 护照信息; the number must fit the kind."""

    kind: Literal["普通护照", "公务普通护照", "公务护照", "外交护照"] = Field(
        title="护照种类", examples=["公务普通护照"], description="民营企业人员一般为普通护照"
    )
    number: Annotated[str, BeforeValidator(tidy_code), Code(), Personal("护照号码"), Once()] = Field(
        title="护照号码",
        examples=["PE0000011"],
        description="普通护照 E+8 位数字或 E+字母+7 位数字；公务普通 PE、公务 SE、外交 DE 加 7 位数字",
    )
    issued_on: Day = Field(title="签发日期", examples=["2025-06-10"], description="不晚于今天")
    expires_on: Annotated[Day, Expires("护照")] = Field(
        title="有效期至", examples=["2030-06-09"], description="晚于签发日期，并留足剩余有效期"
    )
    issue_place: Province = Field(
        title="签发地点", examples=["广西壮族自治区"], description="护照上的签发地点（省级）"
    )
    authority: Authority = Field(
        title="签发机关", examples=["外交部"], description="普通护照一般为国家移民管理局"
    )

    @field_validator("number")
    @classmethod
    def _number_fits_kind(cls, number: str, info: ValidationInfo) -> str:
        kind = info.data.get("kind")
        if kind and not _NUMBERS[kind].fullmatch(number):
            raise ValueError(f"不是{kind}的号码格式")
        return _is_chinese(number)

    _issued = field_validator("issued_on")(_already_issued)
    _expires = field_validator("expires_on")(_long_enough)

    def advise(self, today: date) -> Iterator[Advice]:
        """Doubts about this passport that a reviewer may raise."""
        yield from _advise(self.expires_on, today)


class NewPassport(Record):
    """The passport that takes the place of the one a card, or an application for one, is bound to."""

    number: Annotated[str, BeforeValidator(tidy_code), Code(), Personal("新护照号码"), Once()] = Field(
        title="新护照号码",
        examples=["PE0000061"],
        description="不同于原护照；普通护照 E+8 位数字或 E+字母+7 位数字；公务普通 PE、公务 SE、外交 DE 加 7 位数字",
    )
    issued_on: Day = Field(title="新护照签发日期", examples=["2026-06-10"], description="不晚于今天")
    expires_on: Annotated[Day, Expires("护照")] = Field(
        title="新护照有效期至", examples=["2031-06-09"], description="晚于签发日期，并留足剩余有效期"
    )
    issue_place: Province = Field(
        title="新护照签发地点", examples=["广西壮族自治区"], description="护照上的签发地点（省级）"
    )
    authority: Authority = Field(
        title="新护照签发机关", examples=["外交部"], description="普通护照一般为国家移民管理局"
    )

    _number = field_validator("number")(_is_chinese)
    _issued = field_validator("issued_on")(_already_issued)
    _expires = field_validator("expires_on")(_long_enough)

    def advise(self, today: date) -> Iterator[Advice]:
        """Doubts about this passport that a reviewer may raise."""
        yield from _advise(self.expires_on, today)


def passport_information(passport: Passport) -> dict[str, Value]:
    """The fields of B 护照信息, by their key in the pack."""
    return {f"passport_{name}": getattr(passport, name) for name in Passport.model_fields}


def new_passport_information(passport: NewPassport) -> dict[str, Value]:
    """The fields of a new passport, by their key in the pack."""
    return {f"new_passport_{name}": getattr(passport, name) for name in NewPassport.model_fields}


async def fill_passport(desk: Desk, page: Screen, passport: Passport) -> None:
    """B 护照信息 (manual 2.1.1 (3) B)."""
    desk.now("2.1.1（3）B 填写护照信息")
    await page.fill(passport_information(passport))
