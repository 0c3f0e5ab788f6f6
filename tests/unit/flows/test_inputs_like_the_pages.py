"""The inputs of the four later business types against the replica's pages: the same words, lists, papers and rules."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from flows.parts.papers import papers_of
from flows.parts.people import OfPeople
from mock_portal import seed
from mock_portal.blank_forms import REPORTS
from mock_portal.file_rules import check_attachment
from mock_portal.filing_rules import check_filing, check_new_passport, check_papers, check_twice
from mock_portal.filings import FILINGS, NEW_PASSPORT
from mock_portal.store import Store
from rpa.flow import flow
from rpa.intake import SheetSet, read
from rpa.intake.columns import Column
from rpa.resources import folder
from tests.unit.flows.books import TODAY

TYPES = list(FILINGS)
FIXTURES = folder("fixtures")
ACCOUNTS = {"demo-soe": "国有企业", "demo-private": "民营企业"}


def columns(business_type: str, level: str) -> dict[str, Column]:
    table = getattr(SheetSet.of(flow(business_type)), level)
    return {column.heading: column for column in table.columns}


def sample(business_type: str) -> list[Any]:
    intake = read([FIXTURES / f"{business_type}.xlsx"], {business_type: flow(business_type)}, today=TODAY)
    intake.require()
    return [located.application for located in intake.applications]


def typed(member: Any) -> dict[str, str]:
    """A member's new passport as the page asks for it."""
    new = getattr(member, "new_passport", None)
    if new is None:
        return {}
    answers = (new.number, new.issued_on, new.expires_on, new.issue_place, new.authority)
    return {field.label: str(answer) for field, answer in zip(NEW_PASSPORT, answers, strict=True)}


@pytest.mark.parametrize("business_type", TYPES)
def test_every_control_has_a_column_of_its_name_and_its_list(business_type: str) -> None:
    filing = FILINGS[business_type]
    for fields, level in ((filing.fields, "groups"), (filing.member_fields, "members")):
        ours = columns(business_type, level)
        for field in fields:
            assert field.label in ours
            assert sorted(ours[field.label].options) == sorted(field.options), field.label


@pytest.mark.parametrize("business_type", TYPES)
def test_members_are_known_by_what_the_portal_knows(business_type: str) -> None:
    asked = set(columns(business_type, "members")) - {
        field.label for field in FILINGS[business_type].member_fields
    }
    assert asked - {"卡号"} == {"团组编号", "成员编号", "姓名", "身份证号"}
    assert ("卡号" in asked) == (business_type in ("card_replacement", "card_cancellation"))
    optional = {"原团组号"} & set(columns(business_type, "groups"))
    assert not any(columns(business_type, "groups")[name].required for name in optional)


def test_a_column_that_only_one_reason_asks_for_is_not_demanded_of_all() -> None:
    ours = columns("card_replacement", "members")
    for field in NEW_PASSPORT:
        assert not ours[field.label].required
        assert "必填" in ours[field.label].note
    assert columns("passport_change", "members")["新护照号码"].required


@pytest.mark.parametrize("business_type", ["passport_change", "card_replacement"])
def test_the_papers_of_every_reason_are_the_pages_rows(business_type: str) -> None:
    filing, asked = FILINGS[business_type], papers_of(business_type)
    assert filing.reason
    assert list(asked) == list(filing.reason.options)
    for reason, papers in asked.items():
        rows = {row.name for row in filing.rows_for(reason) if row.required and not row.template}
        # of papers that stand for each other, the page may insist on the first
        assert rows == {paper[0] for paper in papers}
        assert {name for paper in papers for name in paper} <= {row.name for row in filing.rows}


@pytest.mark.parametrize("business_type", TYPES)
def test_the_sample_keeps_the_replicas_own_rules(business_type: str) -> None:
    filing = FILINGS[business_type]
    for application in sample(business_type):
        facts = application.model_dump(mode="json")
        ours = columns(business_type, "groups")
        fields = {field.label: str(facts.get(ours[field.label].path[-1]) or "") for field in filing.fields}
        assert check_filing(filing, fields) == []
        new = [typed(member) for member in application.members]
        for passport in filter(None, new):
            assert check_new_passport(passport, "", ACCOUNTS[application.account], TODAY, 12) == []
        assert check_twice(new) == []
        given = {file.material for file in application.files}
        report = next(row.name for row in filing.rows if row.template)
        assert (
            check_papers(
                filing, fields.get(filing.reason.label, "") if filing.reason else "", given | {report}
            )
            == []
        )
        for file in application.files:
            assert check_attachment(file.path.read_bytes(), file.path.name) is None


@pytest.mark.parametrize("business_type", TYPES)
def test_a_scan_plays_the_form_that_is_handed_out(business_type: str) -> None:
    report = next(row.name for row in FILINGS[business_type].rows if row.template)
    assert report in REPORTS
    names = {path.name for path in (FIXTURES / business_type / "signed").iterdir()}
    assert names == {f"{one.key}-{report}.pdf" for one in sample(business_type)}


def test_the_samples_are_about_people_whom_the_replica_or_the_first_sample_knows() -> None:
    store = Store()
    seed.plant(store)
    holders = {card.card_no: card for card in store.cards.of()}
    applicants: dict[str, str] = {}
    for application in sample("new_card"):
        applicants |= {member.id_no: member.name for member in application.members}
    for business_type in TYPES:
        for application in sample(business_type):
            assert isinstance(application, OfPeople)
            for member in application.members:
                card = holders.get(getattr(member, "card_no", None) or "")
                if card is None:
                    assert applicants[member.id_no] == member.name
                else:
                    assert (card.account, card.name) == (application.account, member.name)
                    assert card.fields["身份证号"] == member.id_no
                    assert card.fields["护照号码"] not in typed(member).values()


def test_the_mailed_card_goes_to_an_address_that_the_account_has() -> None:
    store = Store()
    seed.plant(store)
    delivery = sample("card_replacement")[0].delivery
    (entry,) = store.book.entries("demo-soe", "address")
    assert entry.fields["所在地区"] == f"{delivery.province}/{delivery.city}/{delivery.district}"
    told = [entry.fields[name] for name in ("收件人", "手机号", "详细地址", "邮编")]
    assert told == [delivery.recipient, delivery.phone, delivery.street, delivery.postcode]


def test_reasons_are_told_as_the_manual_and_the_page_tell_them() -> None:
    model = flow("card_replacement").model
    assert set(get_args(model.model_fields["reason"].annotation)) == set(papers_of("card_replacement"))
