"""What the portal refuses for a reason of its own: its words are kept and nothing is tried a second time."""

from __future__ import annotations

from datetime import date

import pytest

from flows.new_card import NewCard
from rpa.cases import CaseState
from rpa.testing import Replica
from tests.people import group_of

from .clerk import Clerk
from .conftest import Hire


def test_a_person_who_holds_a_card_is_rejected_in_the_portals_words(
    clerk: Clerk, replica: Replica, soe_group: NewCard
) -> None:
    qin = soe_group.members[0]
    lu = qin.model_copy(
        update={
            "name": "卢样卡",
            "id_no": "990000190202020034",
            "surname": "LU",
            "given_name": "YANGKA",
            "birth_date": date(1902, 2, 2),
            "mobile": "13900000012",
            "position": "副总经理",
            "passport": qin.passport.model_copy(update={"number": "PE0000012"}),
        }
    )
    case = clerk.prepare(soe_group.model_copy(update={"members": [lu]}))
    assert case.state is CaseState.REJECTED
    assert case.error
    assert case.error["kind"] == "PortalRefusal"
    assert "该人员已持有有效的APEC商务旅行卡，不能申办新卡" in case.error["message"]
    events = len(replica.events())
    assert clerk.again(case).state is CaseState.REJECTED
    assert len(replica.events()) == events


def test_a_person_of_another_open_group_is_rejected_in_the_portals_words(
    hire: Hire, clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    filed = hire(replica).file(private_group)  # with a ledger of its own: the other clerk cannot know
    assert filed.state is CaseState.SUBMITTED
    two = group_of(2, private_group)
    both = two.model_copy(
        update={
            "members": [two.members[0], private_group.members[0].model_copy(update={"key": "again"})],
        }
    )
    case = clerk.prepare(both)
    assert case.state is CaseState.REJECTED
    assert case.error
    assert "该人员已在其他办理中的新卡团组中，不能重复申办" in case.error["message"]
    assert sorted(group["state"] for group in replica.groups()) == ["待初审", "暂存"]


def test_a_unit_that_was_not_filed_is_rejected_before_anything_is_typed(
    hire: Hire, replica: Replica, private_group: NewCard
) -> None:
    clerk = hire(replica, page_timeout=3)
    replica.set_filed("demo-private", filed=False)
    case = clerk.prepare(private_group)
    assert case.state is CaseState.REJECTED
    assert case.error
    assert "贵单位企业备案未通过" in case.error["message"]
    assert replica.groups() == []


@pytest.mark.parametrize("one_at_a_time", [False, True], ids=["all errors in a list", "one error at a time"])
def test_a_rule_that_only_the_portal_knows_rejects_the_case(
    hire: Hire, replica: Replica, private_group: NewCard, one_at_a_time: bool
) -> None:
    clerk = hire(replica, page_timeout=3)
    if one_at_a_time:
        replica.faults("one_error_at_a_time")
    member = private_group.members[0]
    official = member.passport.model_copy(update={"kind": "公务普通护照", "number": "PE0000023"})
    lacking = [file for file in member.files if file.material != "社保缴纳证明"]
    changed = member.model_copy(update={"passport": official, "files": lacking})
    case = clerk.prepare(private_group.model_copy(update={"members": [changed]}))
    assert case.state is CaseState.REJECTED
    assert case.error
    assert "民营企业人员应使用普通护照" in case.error["message"]
    assert ("请上传社保缴纳证明" in case.error["message"]) is not one_at_a_time
