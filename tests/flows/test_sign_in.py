"""1 登录: through the portal's own pages, once per run, and never a password tried twice."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from flows.new_card import NewCard
from rpa.cases import CaseState
from rpa.flow import flow
from rpa.testing import Replica
from tests.people import group_of
from tests.replica.visitor import Visitor

from .clerk import Clerk, outcome


def logins(replica: Replica) -> list[tuple[str, str]]:
    """Every try to sign in: the account and whether it was let in."""
    tries = [event for event in replica.events() if event["kind"] in ("login", "login_failed")]
    return [(event["account"], event["kind"]) for event in tries]


@pytest.mark.manual("L1", "L2")
def test_a_sweep_signs_in_through_the_portals_address_and_apec(clerk: Clerk, replica: Replica) -> None:
    assert clerk.my_applications("demo-soe").complete
    assert [(event["kind"], event["detail"]) for event in replica.events()][:4] == [
        ("page", "/"),
        ("page", "/login"),
        ("login", ""),
        ("page", "/home"),
    ]
    [login_page, *_] = [asked for asked in clerk.chromium.requests if asked.address.endswith("/login")]
    assert login_page.came_from == f"{replica.address}/"


@pytest.mark.manual("L2")
def test_a_wrong_password_is_tried_once_for_all_cases_of_the_account(
    clerk: Clerk, replica: Replica, soe_group: NewCard
) -> None:
    clerk.passwords["demo-soe"] = "not-the-password"
    groups = [group_of(1, soe_group, start=start) for start in (1, 2)]
    cases = clerk.run(*(clerk.receive(group) for group in groups))
    assert logins(replica) == [("demo-soe", "login_failed")]
    for case in cases:
        assert (case.state, case.came_from) == (CaseState.NEEDS_PERSON, CaseState.RECEIVED)
        assert case.error
        assert (case.error["kind"], case.error["message"]) == ("NeedsPerson", "用户名或密码错误")
    assert replica.groups() == []


@pytest.mark.manual("L2")
def test_a_locked_account_is_told_and_the_password_not_tried_again(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    with closing(Visitor(replica.address, "demo-private", sign_in=False).http) as http:
        for _ in range(5):
            http.post("/login", json={"username": "demo-private", "password": "not-the-password"})
    case = clerk.prepare(private_group)
    assert case.state is CaseState.NEEDS_PERSON
    assert case.error
    assert (case.error["kind"], case.error["message"]) == ("NeedsPerson", "账号已锁定")
    assert len(logins(replica)) == 6  # the five of the person, one of the robot


@pytest.mark.manual("L2")
def test_a_sign_in_that_the_portal_still_knows_is_used(clerk: Clerk, replica: Replica) -> None:
    async def twice() -> None:
        async with clerk.sign_ins().signed_in("demo-soe", flow("new_card")) as desk:
            await desk.arrive()
            await desk.arrive()

    clerk.do(twice)
    assert logins(replica) == [("demo-soe", "login")]
    assert [event["detail"] for event in replica.events() if event["detail"] == "/home"] == ["/home"] * 3


def test_cases_of_one_account_share_a_sign_in_and_accounts_do_not_mix(
    clerk: Clerk, replica: Replica, soe_group: NewCard, private_group: NewCard
) -> None:
    groups = [group_of(1, soe_group, start=1), private_group, group_of(1, soe_group, start=2)]
    cases = clerk.run(*(clerk.receive(group) for group in groups))
    assert [case.state for case in cases] == [CaseState.AWAITING_SIGNATURE] * 3
    assert logins(replica) == [("demo-soe", "login"), ("demo-private", "login")]
    held = {group["group_no"]: group["account"] for group in replica.groups()}
    assert [held[case.group_no or ""] for case in cases] == ["demo-soe", "demo-private", "demo-soe"]


def test_a_portal_that_is_down_is_a_fault_and_the_case_goes_on_when_it_is_back(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    replica.stop()
    case = clerk.prepare(private_group)
    assert case.state is CaseState.RECEIVED
    assert case.error
    assert (case.error["kind"], case.error["message"]) == ("PortalFault", "网站无法访问")
    replica.start()
    case = clerk.again(case)
    assert outcome(case) == "awaiting_signature"


def test_an_account_that_another_program_holds_is_left_alone(
    clerk: Clerk, replica: Replica, private_group: NewCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def impatient(**values: Any) -> Any:
        sign_ins = Clerk.sign_ins(clerk)
        sign_ins.wait = 0.0
        return sign_ins

    monkeypatch.setattr(clerk, "sign_ins", impatient)
    case = clerk.receive(private_group)
    assert clerk.do(clerk.ledger.acquire, clerk.profile.name, "demo-private", "another program", 60.0)
    case = clerk.again(case)
    assert case.error and "正被另一个程序使用" in case.error["message"]
    assert logins(replica) == []
