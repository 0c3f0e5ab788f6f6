"""A portal that refuses to be asked is asked no more (design D13)."""

from __future__ import annotations

from typing import Any

import pytest

from flows.new_card import NewCard
from rpa.cases import CaseState
from rpa.testing import Replica
from tests.people import group_of

from .clerk import Clerk, outcome

pytestmark = pytest.mark.long


def asked(replica: Replica) -> list[dict[str, Any]]:
    """Every page, save, upload and press that reached the portal."""
    return [event for event in replica.events() if event["kind"] not in ("state", "reset")]


@pytest.mark.parametrize("status", [403, 429])
def test_nothing_more_is_asked_by_any_account(
    clerk: Clerk, replica: Replica, soe_group: NewCard, private_group: NewCard, status: int
) -> None:
    cases = [clerk.receive(group_of(1, soe_group, start=start)) for start in (1, 2)]
    replica.faults("error_before", at="page", nth=4, times=0, status=status)
    first, second = clerk.run(*cases)
    assert outcome(first) == f"received: Barred: 网站拒绝访问（状态码 {status}）"
    assert first.error and first.error["advice"]
    assert outcome(second) == outcome(first)
    replica.clear_faults()
    so_far = asked(replica)
    third = clerk.prepare(private_group)
    assert outcome(third).startswith("received: NotNow: 网站连续出错，暂停访问到")
    assert asked(replica) == so_far


def test_a_refused_sign_in_page_is_no_wrong_password(
    clerk: Clerk, replica: Replica, soe_group: NewCard
) -> None:
    replica.faults("error_before", at="page", times=0, status=429)
    case = clerk.prepare(group_of(1, soe_group, start=1))
    assert outcome(case) == "received: Barred: 网站拒绝访问（状态码 429）"
    assert not [event for event in replica.events() if event["kind"].startswith("login")]


def test_a_press_that_is_refused_so_is_not_made_again(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    case = clerk.ready(private_group)
    replica.faults("error_after", at="submit", times=0, status=429)
    stopped = clerk.again(case)
    assert stopped.state is CaseState.COMMITTING
    assert stopped.error and stopped.error["kind"] == "Barred"
    replica.clear_faults()
    presses = [event for event in replica.events() if event["kind"] == "submit"]
    assert len(presses) == 1
    assert [group["state"] for group in replica.groups()] == ["待初审"]


def test_a_portal_that_forbids_head_is_filed_with_all_the_same(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    replica.faults("error_before", at="HEAD /*", times=0, status=403)
    case = clerk.again(clerk.ready(private_group))
    assert (case.state, case.error) == (CaseState.SUBMITTED, None)


def test_no_press_follows_on_lines_that_were_refused(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    case = clerk.ready(private_group)
    replica.faults("error_before", at="HEAD /*", times=0, status=429)
    stopped = clerk.again(case)
    assert stopped.error and stopped.error["kind"] == "Barred"
    assert not [event for event in replica.events() if event["kind"] == "submit"]
