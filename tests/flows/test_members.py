"""Members: as many as the group has, and those whom the portal knows through 成员核查 (manual 2.1.1 (3) A, (4))."""

from __future__ import annotations

import json

import pytest

from flows.new_card import NewCard
from rpa.cases import CaseState
from rpa.testing import Replica
from tests.people import group_of

from .clerk import Clerk, outcome


def details(replica: Replica, kind: str) -> list[str]:
    """What the events of this kind tell."""
    return [event["detail"] for event in replica.events() if event["kind"] == kind]


def with_qin(soe_group: NewCard, **changes: object) -> NewCard:
    """The sample's first member alone, 覃样例, whom the portal knows; some answers changed."""
    qin = soe_group.members[0].model_copy(update=changes)
    return soe_group.model_copy(update={"members": [qin]})


@pytest.mark.manual("N4")
def test_a_known_member_needs_no_typing_what_the_button_brings_in_is_the_input(
    clerk: Clerk, replica: Replica, soe_group: NewCard
) -> None:
    case = clerk.prepare(with_qin(soe_group))
    assert outcome(case) == "awaiting_signature"
    assert details(replica, "check_member") == ["known"]
    [group] = replica.groups()
    assert group["members"][0]["fields"]["拼音名"] == "YANGLI"


@pytest.mark.manual("N4")
def test_a_known_member_that_differs_is_a_persons_matter_and_nothing_is_typed_over(
    clerk: Clerk, replica: Replica, soe_group: NewCard
) -> None:
    case = clerk.prepare(with_qin(soe_group, position="样例总监", mobile="13900000077"))
    assert case.state is CaseState.NEEDS_PERSON
    assert case.error
    assert case.error["kind"] == "StoredOtherwise"
    for field in ("手机号", "职务"):
        assert field in case.error["message"]
    for field in ("姓名", "护照号码", "从事行业"):
        assert field not in case.error["message"]
    said = json.dumps(dict(case.error), ensure_ascii=False)
    for value in ("样例总监", "业务经理", "13900000077", "13900000011", "覃样例"):
        assert value not in said
    # looked at, and left: no draft, no save
    assert details(replica, "check_member") == ["known"]
    assert details(replica, "save") == []
    assert replica.groups() == []

    # the officer corrects the row and hands the same people in again: the same case goes on
    corrected = clerk.prepare(with_qin(soe_group))
    assert corrected.id == case.id
    assert outcome(corrected) == "awaiting_signature"


@pytest.mark.manual("N4")
def test_a_member_who_is_not_to_be_checked_is_typed_and_replaces_what_was_known(
    clerk: Clerk, replica: Replica, soe_group: NewCard
) -> None:
    case = clerk.prepare(with_qin(soe_group, position="样例总监", known_member="不核查"))
    assert outcome(case) == "awaiting_signature"
    assert details(replica, "check_member") == []
    [group] = replica.groups()
    assert group["members"][0]["fields"]["职务"] == "样例总监"


@pytest.mark.long
@pytest.mark.manual("N17", "N18")
def test_three_members_are_entered_one_after_the_other_each_with_files_of_his_own(
    clerk: Clerk, replica: Replica, soe_group: NewCard
) -> None:
    application = group_of(3, soe_group)
    case = clerk.file(application)
    assert outcome(case) == "submitted"
    [group] = replica.groups()
    names = [member["fields"]["姓名"] for member in group["members"]]
    assert names == [member.name for member in application.members]
    # every scan is another one: each lies with its own member
    scans = [file["sha256"] for m in group["members"] for file in m["files"] if "个人事项表" in file["slot"]]
    assert len(set(scans)) == 3
    acts = [detail.split(" ")[0] for detail in details(replica, "save")]
    once_more = ["next_member", "next_member", "next_step"]
    assert acts == ["draft", "next_member", "draft", "next_member", "draft", "next_step", *once_more]


@pytest.mark.long
@pytest.mark.manual("N9", "N17")
def test_twelve_members_are_prepared_and_thirteen_forms_handed_out(
    clerk: Clerk, replica: Replica, soe_group: NewCard
) -> None:
    application = group_of(12, soe_group)
    case = clerk.prepare(application)
    assert outcome(case) == "awaiting_signature"
    assert len(replica.groups()) == 1
    assert len(replica.groups()[0]["members"]) == 12
    forms = [(form.form, form.member_name) for form in case.to_sign]
    assert forms[:12] == [("APEC商务旅行卡个人事项表", member.name) for member in application.members]
    assert forms[12:] == [("APEC商务旅行卡申请函", None)]
    files = {form.path for form in case.to_sign}
    assert len(files) == 13
    assert all(path.is_file() for path in files)
    # a file name tells the place of the form, never the person's name
    assert not [path for path in files for member in application.members if member.name in path.name]


@pytest.mark.manual("N16")
def test_a_post_that_the_portal_doubts_is_confirmed_and_no_refusal(
    clerk: Clerk, replica: Replica, soe_group: NewCard
) -> None:
    member = soe_group.members[1].model_copy(update={"position": "财务总监"})
    case = clerk.prepare(soe_group.model_copy(update={"members": [member]}))
    assert outcome(case) == "awaiting_signature"
    [group] = replica.groups()
    assert group["members"][0]["fields"]["职务"] == "财务总监"
    assert [detail.split()[0] for detail in details(replica, "save")] == ["draft", "next_step"]
