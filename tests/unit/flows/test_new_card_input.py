"""The model of 新卡申办: its words are the portal's, and its sample is what the replica knows and accepts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

from flows.new_card import NewCard, NewCardMember
from flows.parts.options import Industry, Province
from mock_portal import file_rules, rules, schema
from rpa.intake import SheetSet, read
from rpa.intake.columns import Column
from rpa.personal import personal_values

TODAY = date(2026, 11, 23)
FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"
# Words of our own: they stand for no control of the page.
OURS = {"成员编号", "成员核查", "团组编号", "照片", "签名", "护照信息页"}
READ_ONLY = {"工作单位", "企业性质"}


class NewCardType:
    business_type, title, model = "new_card", "新卡申办", NewCard


def columns(level: str) -> dict[str, Column]:
    table = getattr(SheetSet.of(NewCardType()), level)
    return {column.heading: column for column in table.columns}


def sample() -> list[NewCard]:
    intake = read([FIXTURES / "new_card.xlsx"], {"new_card": NewCardType()}, today=TODAY)
    intake.require()
    found = [located.application for located in intake.applications]
    assert all(isinstance(one, NewCard) for one in found)
    return found  # type: ignore[return-value]


def shown(member: NewCardMember) -> dict[str, str]:
    """A member as the page's controls show it."""
    parts: dict[str, Any] = {**member.model_dump(mode="json"), **member.passport.model_dump(mode="json")}
    found = {name: column.path[-1] for name, column in columns("members").items()}
    return {label: str(parts.get(path) or "") for label, path in found.items() if label not in OURS}


def test_every_control_of_the_member_page_has_a_column_of_its_name() -> None:
    labels = {field.label for field in schema.MEMBER_FIELDS}
    assert set(columns("members")) - OURS == labels - READ_ONLY


def test_lists_to_choose_from_are_those_of_the_page() -> None:
    ours = columns("members")
    for field in schema.MEMBER_FIELDS:
        if field.options:
            assert sorted(ours[field.label].options) == sorted(field.options), field.label
    assert "广西壮族自治区" in get_args(Province)
    assert "商贸" in get_args(Industry)


def test_the_sample_keeps_the_replicas_own_rules() -> None:
    for application, ownership in zip(sample(), ("国有企业", "民营企业"), strict=True):
        for member in application.members:
            assert rules.check_member(shown(member), ownership, TODAY, complete=True) == []
            for slot, path in (
                ("photo", member.photos.portrait),
                ("signature", member.photos.signature),
                ("passport_page", member.photos.passport_page),
            ):
                assert file_rules.check_image(slot, path.read_bytes(), path.name) is None
            for file in member.files:
                assert file_rules.check_attachment(file.path.read_bytes(), file.path.name) is None
            held = {
                row.code
                for row in schema.ATTACHMENTS[ownership]
                if row.name in {f.material for f in member.files}
            }
            assert rules.check_rows(schema.ATTACHMENTS[ownership], held, shown(member), templates=False) == []


def test_the_sample_brings_a_material_of_its_own_and_signed_forms() -> None:
    known = {row.name for rows in schema.ATTACHMENTS.values() for row in rows}
    free = [file.material for one in sample() for member in one.members for file in member.files]
    assert [name for name in free if name not in known] == ["贸易合同（自定义材料）"]
    signed = {path.name for path in (FIXTURES / "new_card" / "signed").iterdir()}
    for one in sample():
        assert f"{one.key}-APEC商务旅行卡申请函.pdf" in signed
        for member in one.members:
            assert f"{one.key}-{member.key}-APEC商务旅行卡个人事项表.pdf" in signed
    assert sum(path.stat().st_size for path in FIXTURES.rglob("*") if path.is_file()) < 3 * 2**20


def test_who_the_people_are_makes_the_application_in_any_order() -> None:
    application = sample()[0]
    turned = application.model_copy(update={"members": application.members[::-1]})
    assert turned.identity == application.identity == tuple(sorted(application.identity))


def test_every_personal_value_is_marked() -> None:
    application = sample()[0]
    marked = set(personal_values(application))
    member = application.members[1]
    assert {member.name, member.id_no, member.mobile, member.email, member.passport.number} <= marked
    assert {application.delivery.recipient, application.delivery.street} <= marked
    assert str(member.birth_date) in marked


def test_an_application_of_years_ago_still_loads() -> None:
    application = sample()[0]
    member = application.members[0]
    expired = member.passport.model_copy(
        update={"issued_on": date(2015, 1, 1), "expires_on": date(2020, 1, 1)}
    )
    old = application.model_copy(update={"members": [member.model_copy(update={"passport": expired})]})
    assert NewCard.model_validate_json(old.model_dump_json()) == old


@pytest.mark.parametrize("place", ["members", "group"])
def test_an_error_of_the_model_quotes_no_value(place: str) -> None:
    data = sample()[0].model_dump(mode="json")
    if place == "members":
        data["members"][0]["mobile"] = "13900000-SECRET"
    else:
        data["invoice"]["email"] = "SECRET"
    with pytest.raises(ValueError, match="应为") as caught:
        NewCard.model_validate(data)
    assert "SECRET" not in str(caught.value)
