"""The portal's checks of what a fill page sends (manual 2.2 to 2.5): the reason, the new passports, the papers.

Each rule its own message, in the order of the page. Whether the people and cards may be chosen at all: sources.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import combinations

from .filings import NEW_PASSPORT, Filing
from .rules import check_controls, check_passport, passport_kind

__all__ = ["LAST_PERSON", "check_filing", "check_new_passport", "check_papers", "check_twice"]

Fields = Mapping[str, str]

LAST_PERSON = "至少保留一名成员"


def check_filing(filing: Filing, fields: Fields) -> list[str]:
    """What is wrong with the reason and what else is asked about the whole group."""
    values = {label: value.strip() for label, value in fields.items()}
    messages = list(check_controls(filing.fields, values, demand=True))
    messages += [
        f"{field.label}不能超过{field.max_length}个字"
        for field in filing.fields
        if field.kind == "textarea" and len(values.get(field.label, "")) > field.max_length
    ]
    return messages


def check_new_passport(sent: Fields, old_number: str, ownership: str, today: date, months: int) -> list[str]:
    """What is wrong with a person's new passport; `months` is the least validity left."""
    values = {label: value.strip() for label, value in sent.items()}
    messages = list(check_controls(NEW_PASSPORT, values, demand=True))
    number = values.get("新护照号码", "").upper()
    if number and number == old_number.upper():
        messages.append("新护照号码不能与原护照号码相同")
    plain = {
        "护照种类": passport_kind(number),
        "护照号码": number,
        "签发日期": values.get("新护照签发日期", ""),
        "有效期至": values.get("新护照有效期至", ""),
    }
    return messages + [_of_new(text) for text in check_passport(plain, ownership, today, months)]


def _of_new(message: str) -> str:
    """A message about a passport, told of the new one."""
    if message.startswith("护照"):
        return f"新{message}"
    return f"新护照{message}" if message.startswith(("签发", "有效期")) else message


def check_twice(people: Sequence[Fields]) -> list[str]:
    """The same new passport given to two people."""
    return [
        f"成员{one}与成员{two}的新护照号码重复"
        for (one, first), (two, second) in combinations(enumerate(people, 1), 2)
        if first.get("新护照号码") and first.get("新护照号码") == second.get("新护照号码")
    ]


def check_papers(filing: Filing, reason: str, uploaded: set[str]) -> list[str]:
    """Papers (by name not in `uploaded`) that are missing for the reason."""
    return [
        f"请上传{row.name}" for row in filing.rows_for(reason) if row.required and row.name not in uploaded
    ]
