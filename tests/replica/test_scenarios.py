"""What a portal holds when it opens, and how it goes on by itself."""

from __future__ import annotations

import time
from collections import Counter

import httpx

from rpa.testing import Replica

from .filer import Office


def test_the_usual_portal_is_empty(replica: Replica) -> None:
    office = Office(replica)
    replica.reset()
    assert office.get("/groups") == []
    assert [card["card_no"] for card in office.get("/cards")] == ["CHN00000002", "CHN00000001"]


def test_a_small_portal_has_a_handful_for_each_account(office: Office) -> None:
    for account in ("demo-soe", "demo-private"):
        states = Counter(group["state"] for group in office.get(f"/groups?account={account}"))
        assert states == {"已受理": 1, "经济体审批中": 2, "制卡中": 1}
        shown = {card["shown"] for card in office.get(f"/cards?account={account}")}
        assert shown == {"有效", "即将到期", "已到期", "已遗失", "已注销", "已换发"}
    people = [member["fields"] for group in office.get("/groups") for member in group["members"]]
    assert all(person["身份证号"].startswith("990000") for person in people)
    assert len({person["身份证号"] for person in people}) == len(people)


def test_a_busy_portal_has_hundreds_of_all_kinds(replica: Replica) -> None:
    office = Office(replica)
    counts = office.scenario("busy")
    assert counts["groups"] > 200
    assert counts["cards"] > 200
    groups = office.get("/groups")
    assert {group["business_type"] for group in groups} == {
        "new_card",
        "passport_change",
        "early_card",
        "card_replacement",
        "card_cancellation",
    }
    assert len({group["state"] for group in groups}) > 12
    assert replica.reset() is None
    assert office.get("/groups") == []


def test_cases_move_on_by_themselves_when_told() -> None:
    with Replica(options=["--scenario", "small", "--advance", "0.05"]) as replica:
        office = Office(replica)
        before = {group["group_no"]: group["state"] for group in office.get("/groups")}
        ends = time.monotonic() + 20
        while time.monotonic() < ends:
            after = {group["group_no"]: group["state"] for group in office.get("/groups")}
            if after != before:
                break
        assert after != before
        assert httpx.get(f"{replica.address}/", trust_env=False).status_code == 200
