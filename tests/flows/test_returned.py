"""退回补正: the office's opinion reaches the case, and a corrected input files the same group again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flows.new_card import NewCard
from rpa.application import Application
from rpa.cases import CaseState
from rpa.testing import Replica

from .clerk import Clerk, outcome
from .sources import Inputs, Portal

OPINION = "材料不清晰，请重新上传"

pytestmark = pytest.mark.long


def returned(clerk: Clerk, replica: Replica, application: Application) -> Any:
    """The application filed, and given back by the office."""
    case = clerk.file(application)
    assert outcome(case) == "submitted"
    replica.set_state(case.group_no or "", "初审退回", OPINION)
    clerk.my_applications(case.account)
    case = clerk.now(case)
    assert case.state is CaseState.RETURNED
    assert case.error
    assert (case.error["kind"], OPINION[:5] in case.error["message"]) == ("Returned", True)
    return case


def filed_again(clerk: Clerk, replica: Replica, before: Any, corrected: Application) -> dict[str, Any]:
    """The corrected input filed: the same case, the same group, signed anew; the group as the portal holds it."""
    groups = len(replica.groups())
    case = clerk.receive(corrected)
    assert (case.id, case.group_no) == (before.id, before.group_no)
    case = clerk.again(case)
    assert outcome(case) == "awaiting_signature"
    clerk.sign(case)
    case = clerk.again(case)
    assert (outcome(case), case.group_no) == ("submitted", before.group_no)
    assert len(replica.groups()) == groups
    group = replica.group(case.group_no or "")
    assert group["state"] == "待初审"
    return group


def test_a_returned_group_of_new_cards_is_corrected_and_filed_again(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    case = returned(clerk, replica, private_group)
    assert clerk.again(clerk.receive(private_group)).state is CaseState.RETURNED  # nothing was corrected
    corrected = private_group.model_copy(
        update={"reason": "公司软件产品已在新加坡上线，需每季度到现场培训。"}
    )
    group = filed_again(clerk, replica, case, corrected)
    assert group["fields"]["申请事由"] == corrected.reason


def test_a_lost_answer_of_the_second_press_is_found_in_the_list(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    case = returned(clerk, replica, private_group)
    replica.faults("error_after", at="submit")
    corrected = private_group.model_copy(
        update={"reason": "公司软件产品已在新加坡上线，需每季度到现场培训。"}
    )
    filed_again(clerk, replica, case, corrected)


@pytest.mark.parametrize("kind", ["card_cancellation", "passport_change"])
def test_a_returned_group_without_drafts_is_taken_up_from_its_own_list(
    clerk: Clerk, replica: Replica, tmp_path: Path, kind: str
) -> None:
    portal, inputs = Portal(replica), Inputs(tmp_path)
    application = inputs.of(kind, portal)
    case = returned(clerk, replica, application)
    changed = {"reason": "其他", "other_reason": "按意见改正"}
    group = filed_again(clerk, replica, case, application.model_copy(update=changed))
    assert group["fields"]["其他原因"] == "按意见改正"


def test_a_group_that_is_final_closes_its_case_and_one_that_moves_on_does_nothing(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    case = clerk.file(private_group)
    replica.set_state(case.group_no or "", "经济体审批中")
    clerk.my_applications(case.account)
    assert clerk.now(case).state is CaseState.SUBMITTED
    replica.set_state(case.group_no or "", "已办结")
    clerk.my_applications(case.account)
    assert clerk.now(case).state is CaseState.CLOSED
