"""Several cases under one sign-in: what happens to one is not the next one's concern."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine

from flows.new_card import NewCard
from rpa.profile import PORTAL_TIME
from rpa.testing import Replica
from tests.people import group_of

from .clerk import Clerk, outcome
from .conftest import Hire
from .sources import Inputs, Portal, submits


def test_a_case_that_was_refused_does_not_stop_the_next(clerk: Clerk, portal: Portal, inputs: Inputs) -> None:
    gone, held = portal.another_card(), portal.another_card()
    portal.office.card(card_no=gone["卡号"], state="已注销")
    first, second = (
        clerk.receive(inputs.signed(inputs.card_cancellation([holder]))) for holder in (gone, held)
    )
    first, second = clerk.run(first, second)
    assert outcome(first).startswith("rejected: PortalRefusal: ")
    assert outcome(second) == "submitted"
    assert submits(portal.replica) == ["accepted"]
    assert [event["kind"] for event in portal.replica.events()].count("login") == 1


def test_quiet_hours_that_begin_in_a_long_run_let_the_case_under_way_come_to_its_end_and_no_other_begin(
    hire: Hire, replica: Replica, soe_group: NewCard
) -> None:
    clerk = hire(replica, quiet_hours="22:00-07:00")
    cases = [clerk.receive(group_of(1, soe_group, start=start)) for start in (1, 2)]
    with time_machine.travel(datetime(2026, 11, 23, 21, 50, tzinfo=PORTAL_TIME)) as clock:

        def fall_asleep(step: str) -> None:
            if step.startswith("2.1.1（3）A"):
                clock.shift(timedelta(hours=1))

        clerk.meanwhile = fall_asleep
        first, second = clerk.run(*cases)
    assert outcome(first) == "awaiting_signature"
    assert outcome(second).startswith("received: NotNow: 现在是 22:00-07:00")
    assert len(replica.groups()) == 1


@pytest.mark.parametrize("soon", [True, False])
def test_a_sign_in_lost_in_two_cases_is_fought_for_only_when_nobody_else_can_have_taken_it(
    hire: Hire, replica: Replica, soe_group: NewCard, soon: bool
) -> None:
    # or the two losses lie further apart than that
    clerk = hire(replica, **({} if soon else {"contest_seconds": 0}))
    cases = [clerk.receive(group_of(1, soe_group, start=start)) for start in (1, 2)]
    replica.faults("session_lost", at="upload", nth=2)
    replica.faults("session_lost", at="upload", nth=8)  # of the next case: each has six files
    first, second = clerk.run(*cases)
    assert outcome(first) == "awaiting_signature"
    lost = "needs_person: AccountContested: 账号重新登录后又被退出"
    assert outcome(second) == (lost if soon else "awaiting_signature")
    logins = [event["kind"] for event in replica.events()].count("login")
    assert logins == (2 if soon else 3)
