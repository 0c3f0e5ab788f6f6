"""The replica breaks a promise of the manual when it is told to, and only then."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from rpa.testing import Replica, ReplicaError
from rpa.testing.manual import rows

from .visitor import Visitor


@pytest.fixture
def broken(replica: Replica) -> Iterator[Replica]:
    """A replica that is mended afterwards."""
    yield replica
    replica.regressions()


def test_every_regression_is_of_a_row_of_the_manual(broken: Replica) -> None:
    listed = broken.regressions()
    assert len(listed) >= 20
    assert {one["row"] for one in listed} <= {row.name for row in rows()}
    assert not any(one["on"] for one in listed)


def test_exactly_the_named_ones_are_on_until_others_are_named(broken: Replica) -> None:
    broken.regressions("tile_gone", "pickup_gone")
    on = {one["name"] for one in broken.regressions("state_not_shown") if one["on"]}
    assert on == {"state_not_shown"}


def test_an_unknown_one_is_refused_and_changes_nothing(broken: Replica) -> None:
    broken.regressions("tile_gone")
    with pytest.raises(ReplicaError, match="no regression nonsense; known: service_gone"):
        broken.regressions("nonsense")
    visitor = Visitor(broken.address, "demo-soe")
    assert "card_cancellation" not in visitor.http.get("/home").text.partition('class="tiles"')[2]


def test_a_page_is_changed_and_mended(broken: Replica) -> None:
    visitor = Visitor(broken.address, "demo-soe")
    whole = visitor.http.get("/new_card/member").text
    broken.regressions("next_step_gone")
    assert "保存并下一步" not in visitor.http.get("/new_card/member").text
    broken.regressions()
    assert _still(visitor.http.get("/new_card/member").text) == _still(whole)


def _still(page: str) -> str:
    """A page without its key, which is another one each time."""
    return re.sub(r'data-key="[^"]*"', "", page)


def test_a_reset_leaves_the_portal_what_it_is(broken: Replica) -> None:
    broken.regressions("service_gone")
    broken.reset()
    assert "APEC商务旅行卡" not in Visitor(broken.address, "demo-soe").http.get("/").text


def test_one_is_switched_on_by_the_command_line() -> None:
    with Replica(options=("--regression", "service_gone")) as replica:
        assert "APEC商务旅行卡" not in Visitor(replica.address, "demo-soe").http.get("/").text


def test_the_command_line_names_those_there_are() -> None:
    command = [sys.executable, "-m", "mock_portal", "--regression", "nonsense"]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert ran.returncode == 2
    assert "service_gone" in ran.stderr


PAGES = {
    "service_gone": ("/", "APEC商务旅行卡"),
    "tile_gone": ("/home", 'class="tile tile-5"'),
    "notice_read_at_once": ("/new_card/notice", "pointer-events: none"),
    "soe_row_missing": ("/new_card/member", "因公出国人员备案表或任务批件"),
    "no_custom_rows": ("/new_card/member", "新增附件"),
    "next_member_gone": ("/new_card/member", "保存并下一人"),
    "next_step_gone": ("/new_card/member", "保存并下一步"),
    "pickup_gone": ("/new_card/{draft}/submission", 'value="自取"'),
    "detail_without_members": ("/my-applications/{draft}", ">成员1<"),
    "reason_gone": ("/card_replacement/fill?source=CHN00000001", '<option value="旅行卡丢失">'),
    "menu_entry_gone": ("/home", "我的办件_注销"),
}


@pytest.mark.parametrize(("name", "page"), PAGES.items(), ids=PAGES)
def test_what_a_regression_takes_away_is_there_without_it(
    broken: Replica, name: str, page: tuple[str, str]
) -> None:
    [draft] = broken.add_groups("demo-soe", 1)
    visitor, (address, text) = Visitor(broken.address, "demo-soe"), page
    address = address.format(draft=draft)
    assert text in visitor.http.get(address).text
    broken.regressions(name)
    assert text not in visitor.http.get(address).text


def test_the_list_of_a_private_enterprise_lacks_a_row_of_its_own(broken: Replica) -> None:
    broken.regressions("private_row_missing")
    lists = {
        account: Visitor(broken.address, account).http.get("/new_card/member").text
        for account in ("demo-soe", "demo-private")
    }
    assert ["社保缴纳证明" in page for page in lists.values()] == [True, False]


def test_a_cross_is_dead(broken: Replica) -> None:
    broken.scenario("small")
    [group] = [
        one
        for one in broken.groups()
        if one["state"] == "经济体审批中" and len(one["members"]) == 3 and one["account"] == "demo-soe"
    ]
    broken.regressions("cross_keeps_person")
    page = Visitor(broken.address, "demo-soe").http.get(f"/early_card/fill?source={group['group_no']}").text
    assert "stopImmediatePropagation" in page


def test_the_list_of_all_types_shows_one_and_the_lists_of_each_are_whole(broken: Replica) -> None:
    broken.scenario("busy")
    visitor = Visitor(broken.address, "demo-soe")

    def total(kind: str = "") -> int:
        return int(visitor.http.post("/my-applications/list", json={"kind": kind}).json()["total"])

    whole, new_cards, cancelled = total(), total("新卡申办"), total("注销")
    assert whole > new_cards
    assert cancelled
    broken.regressions("list_lacks_types")
    assert (total(), total("注销")) == (new_cards, cancelled)
