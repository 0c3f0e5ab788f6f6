"""What a fill page of the four other business types sent, read back: its fields by label and its people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .. import schema
from ..business import BusinessType
from ..desk import Desk, row_number
from ..filings import FILINGS, Filing
from ..sources import Person, Sources
from ..store import Group

__all__ = ["Sent", "person_of", "read_filing"]


@dataclass(frozen=True, slots=True)
class Sent:
    """What a fill page holds: values by label, the chosen people, and what was typed in about each."""

    fields: dict[str, str]
    people: list[Person]
    typed: list[dict[str, str]]
    refused: list[str]


def read_filing(desk: Desk, kind: BusinessType, data: dict[str, Any], but: Group | None) -> Sent:
    """What the page sent, by label, and why people or cards in it cannot be chosen."""
    filing = FILINGS[kind.slug]
    fields = schema.to_labels(
        filing.fields, {k: str(v).strip() for k, v in _object(data.get("values")).items()}
    )
    for field in filing.fields:
        if not field.asked(fields):
            fields[field.label] = ""
    sources = Sources(desk.store, kind, desk.account.name, but)
    people: list[Person] = []
    typed: list[dict[str, str]] = []
    refused: list[str] = []
    sent = data.get("people")
    for number, one in enumerate(sent if isinstance(sent, list) else [], 1):
        asked = _object(one)
        person, message = person_of(
            desk, kind, sources, str(data.get("source", "")), str(asked.get("key", ""))
        )
        if person and person.key in {other.key for other in people}:
            message = "不能重复选择"
        if message:
            refused.append(f"成员{number}：{message}")
        if person:
            people.append(person)
            typed.append(_typed(filing, fields, _object(asked.get("values"))))
    return Sent(fields, people, typed, refused)


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _typed(filing: Filing, fields: dict[str, str], sent: dict[str, Any]) -> dict[str, str]:
    """What was typed in about a person; what the reason does not ask for is left out."""
    values = {str(key): str(value).strip() for key, value in sent.items()}
    labelled = schema.to_labels(filing.member_fields, values)
    return {
        field.label: labelled[field.label].upper() if field.upper else labelled[field.label]
        for field in filing.member_fields
        if field.asked(fields)
    }


def person_of(
    desk: Desk, kind: BusinessType, sources: Sources, source: str, key: str
) -> tuple[Person | None, str]:
    """The person behind a key of the page, and why they cannot be chosen."""
    if kind.source == "card":
        card = desk.store.cards.numbered(key, desk.account.name)
        if card is None:
            return None, "所选旅行卡不属于本单位"
        return sources.holder(card), sources.refuse_card(card)
    group = desk.store.groups.numbered(source, desk.account.name)
    if group is None:
        return None, "所选团组不属于本单位"
    member = desk.store.groups.member(group, row_number(key))
    if member is None:
        return None, "所选人员不属于该团组"
    return sources.person(group, member), sources.refuse_group(group) or sources.refuse_member(group, member)
