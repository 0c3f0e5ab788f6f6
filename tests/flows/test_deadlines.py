"""The time limits of a step and of a case, kept outside the browser (design D12)."""

from __future__ import annotations

import pytest

from flows.new_card import NewCard
from rpa.testing import Replica

from .clerk import Clerk, outcome

pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    ("limits", "missed"),
    [({"step_timeout": 1.5}, "单个步骤超过了时限"), ({"case_timeout": 1.5}, "单个团组超过了时限")],
)
def test_a_case_that_stands_still_is_cut_off_and_can_be_done_again(
    clerk: Clerk, replica: Replica, private_group: NewCard, limits: dict[str, float], missed: str
) -> None:
    case = clerk.receive(private_group)
    replica.faults("slow", at="save", ms=15_000)
    [case] = clerk.run(case, **limits)
    assert outcome(case) == f"received: PortalFault: {missed}"
    replica.clear_faults()
    assert outcome(clerk.again(case)) == "awaiting_signature"


def test_a_look_for_the_press_that_is_cut_off_is_taken_again_when_it_is_due(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    case = clerk.ready(private_group)
    replica.faults("error_after", at="submit")
    replica.faults("slow", at="list", nth=2, times=0, ms=60_000)  # the first opens the draft
    [case] = clerk.run(case, step_timeout=12)
    assert outcome(case) == "committing: PortalFault: 单个步骤超过了时限"
    assert case.due_at
    replica.clear_faults()
    assert outcome(clerk.again(case)) == "submitted"
    presses = [event for event in replica.events() if event["kind"] == "submit"]
    assert len(presses) == 1


def test_a_slow_case_is_not_cut_off_while_its_steps_go_on(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    case = clerk.receive(private_group)
    replica.faults("slow", ms=200)
    [case] = clerk.run(case, step_timeout=5)
    assert outcome(case) == "awaiting_signature"
