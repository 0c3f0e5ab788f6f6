"""Somebody else is at the account: nobody is fought for it, whatever was being done, in no retry and no program (D7)."""

from __future__ import annotations

from typing import Any

import pytest

from flows.new_card import NewCard
from rpa.cases import Case, CaseState
from rpa.cases.work import GOES_ON
from rpa.status.sweep import sweep
from rpa.testing import Replica
from tests.people import group_of

from .clerk import Clerk, outcome

CONTESTED = "账号重新登录后又被退出"


def logins(replica: Replica) -> int:
    """How often the robot has signed in."""
    return [event["kind"] for event in replica.events()].count("login")


def tried_on(clerk: Clerk, *cases: Case) -> list[Case]:
    """Cases taken on again and again, each time by a program of its own, for as long as they would go on by themselves."""
    left = list(cases)
    for _ in range(6):
        left = clerk.run(*left)
        if not any(case.due_at and case.state in GOES_ON for case in left):
            break
    return left


@pytest.mark.long
def test_who_is_kicked_out_at_every_press_stops_and_presses_nothing_more(
    clerk: Clerk, replica: Replica, soe_group: NewCard
) -> None:
    first = clerk.ready(group_of(1, soe_group, start=1))
    second = clerk.receive(group_of(1, soe_group, start=2))
    replica.faults("kicked", at="submit", times=0)
    before = logins(replica)
    first = tried_on(clerk, first)[0]
    assert (first.state, first.came_from) == (CaseState.NEEDS_PERSON, CaseState.COMMITTING)
    assert outcome(first) == f"needs_person: OutcomeUnknown: 无法确认是否已上报：{CONTESTED}"
    assert logins(replica) - before <= 3
    assert "accepted" not in [event["detail"] for event in replica.events()]
    replica.clear_faults()
    assert outcome(clerk.back_to_work(first)) == "submitted"
    assert outcome(clerk.again(second)) == "awaiting_signature"


@pytest.mark.long
def test_the_cases_after_the_one_at_the_press_are_stopped_too(
    clerk: Clerk, replica: Replica, soe_group: NewCard
) -> None:
    first = clerk.ready(group_of(1, soe_group, start=1))
    second = clerk.receive(group_of(1, soe_group, start=2))
    replica.faults("kicked", at="submit", times=0)
    replica.faults("kicked", at="list", times=0)
    before = logins(replica)
    first, second = tried_on(clerk, first, second)
    assert first.state is CaseState.NEEDS_PERSON
    assert outcome(second) == f"needs_person: AccountContested: {CONTESTED}"
    assert logins(replica) - before <= 3


@pytest.mark.parametrize(
    "fault",
    [{"at": "page"}, {"at": "save"}],
    ids=["at the first page after 登录", "at 暂存"],
)
def test_who_is_kicked_out_again_and_again_signs_in_no_further(
    clerk: Clerk, replica: Replica, private_group: NewCard, fault: dict[str, Any]
) -> None:
    case = clerk.receive(private_group)
    replica.faults("kicked", times=0, **fault)
    [case] = tried_on(clerk, case)
    assert outcome(case) == f"needs_person: AccountContested: {CONTESTED}"
    assert logins(replica) <= 3


def test_a_loss_is_remembered_by_the_next_program_whatever_that_comes_for(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    account = private_group.account or ""

    def swept() -> str:
        [one] = clerk.do(sweep, clerk.sign_ins(), [account])
        return one.error.as_dict()["kind"] if one.error else ""

    replica.faults("kicked", at="page", times=0)
    assert [swept(), swept()] == ["SignInLost", "AccountContested"]
    assert logins(replica) == 2
