"""我的办件 (N35–N37): every group over all pages, its details held against the input, its state as it changes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from flows.new_card import NewCard
from rpa.cases import CaseState
from rpa.testing import Replica
from tests.people import group_of
from tests.replica.visitor import Visitor, person

from .clerk import outcome
from .conftest import Hire
from .observer import sign_in


@pytest.fixture
def portal(own_replica: Replica) -> Replica:
    """The replica whose database a test may reach into, with nothing but its seed in it."""
    own_replica.reset()
    return own_replica


@pytest.fixture
def database(portal: Replica, own_database: Path) -> Iterator[sqlite3.Connection]:
    """The replica's own database; triggers that a test has made are gone after it."""
    with closing(sqlite3.connect(own_database, isolation_level=None, timeout=10)) as connection:
        yield connection
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")


@contextmanager
def sitting(replica: Replica, account: str) -> Iterator[Visitor]:
    """A person of the account at the portal."""
    visitor = Visitor(replica.address, account)
    with closing(visitor.http):
        yield visitor


@pytest.mark.manual("N35", "N37")
def test_every_group_of_the_user_is_listed_over_all_pages_whatever_its_type_and_state(
    hire: Hire, portal: Replica, database: sqlite3.Connection, page: Page
) -> None:
    states = ["待初审", "初审退回", "经济体审批中", "已办结"]
    with sitting(portal, "demo-soe") as visitor:
        for number in range(23):
            saved = visitor.save(person(number))
            if number % 3:
                portal.set_state(saved["group_no"], states[number % 4])
    with sitting(portal, "demo-private") as visitor:
        visitor.save(person(1, "demo-private"))
    # the other business types are not built yet; the list must hold their groups all the same
    database.execute("UPDATE team SET business_type='early_card' WHERE id % 5 = 0")

    clerk = hire(portal)
    before = len(portal.events())
    listing = clerk.my_applications("demo-soe")
    assert listing.complete
    held = [group for group in portal.groups() if group["account"] == "demo-soe"]
    assert len(held) == 23
    titles = {"new_card": "新卡申办", "early_card": "提前制卡"}
    assert [
        (group.group_no, group.business_type, group.state, group.members) for group in listing.groups
    ] == [(group["group_no"], titles[group["business_type"]], group["state"], 1) for group in held]
    assert {group.business_type for group in listing.groups} == set(titles.values())
    looks = [event["detail"] for event in portal.events()[before:] if event["kind"] == "list"]
    # one round trip a page of the list of all types, its first page again, and one each for the types' own lists
    assert [look.split(",")[0].split(" ")[1] for look in looks] == ["1", "2", "3", "1", "1", "1", "1", "1"]

    sign_in(page, portal, "demo-soe")
    page.goto(f"{portal.address}/my-applications")
    expect(page.locator(".list-table tbody tr").first).to_contain_text(listing.groups[0].group_no)
    assert page.locator(".list-table tbody tr").count() == 10


@pytest.mark.manual("N35")
@pytest.mark.parametrize("groups", [0, 10, 11])
def test_an_empty_list_and_a_full_page_are_complete_too(hire: Hire, portal: Replica, groups: int) -> None:
    with sitting(portal, "demo-soe") as visitor:
        for number in range(groups):
            visitor.save(person(number))
    listing = hire(portal).my_applications("demo-soe")
    assert (len(listing.groups), listing.complete) == (groups, True)


@pytest.mark.manual("N37")
def test_each_state_that_the_authority_sets_is_read_in_its_own_words(hire: Hire, portal: Replica) -> None:
    with sitting(portal, "demo-soe") as visitor:
        group_no = visitor.save(person(1))["group_no"]
    clerk = hire(portal)
    for state in ("待初审", "初审退回", "外交部审核中", "已制卡", "已邮寄"):
        portal.set_state(group_no, state, "请补正")
        [group] = clerk.my_applications("demo-soe").groups
        assert (group.group_no, group.state) == (group_no, state)


@pytest.mark.manual("N35", "N16")
def test_a_draft_on_a_later_page_is_found_and_filed(hire: Hire, portal: Replica, soe_group: NewCard) -> None:
    clerk = hire(portal)
    case = clerk.ready(group_of(1, soe_group, start=50))
    with sitting(portal, "demo-soe") as visitor:
        for number in range(12):
            visitor.save(person(number))
    case = clerk.again(case)
    assert outcome(case) == "submitted"
    assert portal.group(case.group_no or "")["state"] == "待初审"


@pytest.mark.manual("N36")
def test_every_difference_of_the_stored_group_is_told_and_the_case_stays_submitted(
    hire: Hire, portal: Replica, database: sqlite3.Connection, soe_group: NewCard
) -> None:
    clerk = hire(portal)
    case = clerk.ready(soe_group)
    # what the portal keeps of a submitted group is spoilt in the moment of its submission
    spoil_fields = "fields = json_set(fields, '$.\"{}\"', '别的内容')"
    database.execute(f"""
        CREATE TRIGGER spoil AFTER UPDATE OF submitted_at ON team BEGIN
            UPDATE team SET {spoil_fields.format("申请事由")} WHERE id = new.id;
            UPDATE member SET {spoil_fields.format("职务")}
                WHERE id = (SELECT max(id) FROM member WHERE team_id = new.id);
            UPDATE file SET content = CAST('%PDF-1.4 another' AS BLOB)
                WHERE team_id = new.id AND slot = '贸易合同(自定义材料)';
            UPDATE file SET slot = '多余的材料'
                WHERE team_id = new.id AND slot = '在职证明或劳动合同';
        END""")
    case = clerk.again(case)
    assert case.state is CaseState.SUBMITTED
    assert case.error
    assert case.error["kind"] == "StoredOtherwise"
    told = case.error["message"]
    differences = told.partition("：")[2].split("、")
    assert sorted(differences) == sorted(
        [
            "团组 申请事由",
            "成员2 职务",
            "成员1 贸易合同(自定义材料)（内容不同）",
            "成员2 在职证明或劳动合同（没有文件）",
            "成员2 多余的材料（多出的文件）",
        ]
    )
    said = json.dumps(dict(case.error), ensure_ascii=False)
    for value in ("别的内容", soe_group.members[1].position, soe_group.reason[:8]):
        assert value not in said
    assert "verified" not in [event.kind for event in clerk.events(case)]
    assert [event["detail"] for event in portal.events() if event["kind"] == "submit"] == ["accepted"]


@pytest.mark.manual("N36")
def test_a_detail_page_that_cannot_be_read_is_told_and_read_by_the_next_run(
    hire: Hire, portal: Replica, private_group: NewCard
) -> None:
    clerk = hire(portal, page_timeout=3)
    case = clerk.ready(private_group)
    portal.faults("error_before", at="detail", times=0)
    case = clerk.again(case)
    assert case.state is CaseState.SUBMITTED
    assert case.error
    assert "已上报成功，但没有完成核对" in case.error["advice"]

    portal.clear_faults()
    case = clerk.again(case)
    assert outcome(case) == "submitted"
    assert "verified" in [event.kind for event in clerk.events(case)]
    assert [event["detail"] for event in portal.events() if event["kind"] == "submit"] == ["accepted"]


@pytest.mark.manual("N36")
def test_what_the_economies_decide_on_a_member_makes_no_difference(
    hire: Hire, portal: Replica, soe_group: NewCard
) -> None:
    clerk = hire(portal)
    case = clerk.ready(soe_group)

    def decide(step: str) -> None:
        if step.startswith("2.1.3"):
            portal.set_state(case.group_no or "", "经济体审批中")

    clerk.meanwhile = decide
    case = clerk.again(case)
    assert outcome(case) == "submitted"
    assert portal.group(case.group_no or "")["state"] == "经济体审批中"
