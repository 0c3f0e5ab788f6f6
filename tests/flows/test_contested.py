"""Somebody else is at the account: nobody is fought for it, whatever was being done, in no retry and no program (D7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
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
    """How often the robot has signed in; the other user's sign-ins say that they are made elsewhere."""
    return [(event["kind"], event["detail"]) for event in replica.events()].count(("login", ""))


def tried_on(clerk: Clerk, *cases: Case) -> list[Case]:
    """Cases taken on again and again, each time by a program of its own, for as long as they would go on by themselves."""
    left = list(cases)
    for _ in range(6):
        left = clerk.run(*left)
        soon = datetime.now(UTC) + timedelta(minutes=1)
        if not any(case.due_at and case.due_at < soon and case.state in GOES_ON for case in left):
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
    assert outcome(first) == f"needs_person: OutcomeUnknown: {CONTESTED}"
    assert logins(replica) - before <= 3
    assert "accepted" not in [event["detail"] for event in replica.events()]
    replica.clear_faults()
    assert outcome(clerk.back_to_work(first)) == "submitted"
    assert outcome(clerk.again(second)) == "awaiting_signature"


def test_the_other_cases_of_the_account_are_put_off_until_it_may_be_over(
    clerk: Clerk, replica: Replica, soe_group: NewCard
) -> None:
    cases = [clerk.receive(group_of(1, soe_group, start=start)) for start in (1, 2)]
    replica.faults("kicked", at="save", times=0)
    begun, waiting = tried_on(clerk, *cases)
    assert outcome(begun) == f"needs_person: AccountContested: {CONTESTED}"
    assert outcome(waiting) == f"received: AccountContested: {CONTESTED}"
    assert waiting.due_at is not None
    assert waiting.due_at > datetime.now(UTC) + timedelta(seconds=clerk.profile.contest_seconds - 300)
    assert logins(replica) == 2
    replica.clear_faults()
    assert outcome(clerk.again(waiting)) == "awaiting_signature"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"at": "save"}, f"AccountContested: {CONTESTED}"),
        # the page after 登录 too: the login page stands there again and does not say why
        pytest.param(
            {"at": "page", "nth": 4},
            "Challenged: 点击“登录”后没有出现首页，网站可能要求其他验证",
            marks=pytest.mark.long,
        ),
    ],
    ids=["暂存", "a page"],
)
def test_who_is_kicked_out_again_and_again_signs_in_no_further(
    clerk: Clerk, replica: Replica, private_group: NewCard, fault: dict[str, Any], said: str
) -> None:
    case = clerk.receive(private_group)
    replica.faults("kicked", times=0, **fault)
    [case] = tried_on(clerk, case)
    assert outcome(case) == f"needs_person: {said}"
    assert logins(replica) == 2


def test_a_loss_is_remembered_by_the_next_program_whatever_that_comes_for(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    account = private_group.account or ""

    def swept() -> str:
        [one] = clerk.do(sweep, clerk.sign_ins(), [account])
        return one.error.as_dict()["kind"] if one.error else ""

    replica.faults("kicked", at="list")
    assert (swept(), logins(replica)) == ("", 2)
    replica.faults("kicked", at="list")
    assert (swept(), logins(replica)) == ("AccountContested", 3)
