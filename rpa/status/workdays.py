"""Working days in China, with the days that the State Council exchanges around a holiday (调休)."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from loguru import logger

if TYPE_CHECKING:
    from holidays import HolidayBase

__all__ = ["announced_until", "is_working_day"]


def is_working_day(day: date) -> bool:
    """Whether offices work on this day: Monday to Friday but for holidays, and the weekend days that make up for them.

    The exchanged days of a year are announced in November of the year before (国务院办公厅关于部分节假日安排的通知).
    Until the installed version of the `holidays` library knows them, only the holidays themselves are known: a warning
    says so once.
    """
    if day.year > announced_until():
        _warn(day.year)
    return _calendar().is_working_day(day)


@cache
def announced_until() -> int:
    """The last year whose exchanged days the installed version of the library knows."""
    from holidays.countries.china import ChinaStaticHolidays

    return max(ChinaStaticHolidays.special_public_holidays)


@cache
def _warn(year: int) -> None:
    logger.warning(
        "{} 年的调休安排未收入所装的 holidays 库，只按周一至周五和法定节假日计算；公布后请升级该库", year
    )


@cache
def _calendar() -> HolidayBase:
    # imported at need: most starts of the program ask for no calendar
    from holidays import country_holidays

    return country_holidays("CN")
