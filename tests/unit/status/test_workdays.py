"""Working days: weekends, holidays, and the days exchanged around them (调休)."""

from __future__ import annotations

from datetime import date

import pytest

from rpa.status.workdays import is_working_day


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 23), True),  # a Monday
        (date(2026, 11, 22), False),  # a Sunday
        (date(2026, 10, 1), False),  # 国庆节
        (date(2026, 10, 7), False),  # the last day of it, a Wednesday
        (date(2026, 10, 10), True),  # the Saturday that makes up for it
        (date(2026, 2, 14), True),  # the Saturday before 春节
        (date(2026, 9, 20), True),  # the Sunday before 国庆节
        (date(2027, 1, 1), False),  # 元旦 of a year whose exchanged days are not announced yet
    ],
)
def test_a_day_is_a_working_day_or_not(day: date, works: bool) -> None:
    assert is_working_day(day) is works
