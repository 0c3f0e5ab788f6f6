"""Sweeps of 我的办件 (N35 to N37): what they write down and what they tell, once each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from rpa.status.tables import groups, history, notices
from rpa.testing import Replica

from .conftest import Hire
from .watching import ACCOUNT, Watch

pytestmark = [pytest.mark.manual("N37")]


@pytest.fixture
def watch(hire: Hire, replica: Replica) -> Watch:
    """Sweeps of a fresh replica with an empty ledger."""
    return Watch(hire(replica))


def test_a_first_sweep_writes_all_down_and_tells_only_what_needs_somebody(
    watch: Watch, replica: Replica
) -> None:
    states = ["暂存", "待初审", "初审退回", "待缴费", "待领取", "已邮寄", "已办结", "经济体审批中"]
    made = replica.add_groups(ACCOUNT, len(states), *states)
    swept = watch.sweep()
    assert swept.error is None
    assert watch.states() == dict(zip(made, states, strict=True))
    assert [watch.life(group_no) for group_no in made] == [[state] for state in states]
    assert sorted(watch.told()) == [
        ("returned", made[2], "初审退回"),
        ("to_collect", made[4], "待领取"),
        ("to_pay", made[3], "待缴费"),
    ]
    # neither the draft nor what is done with was opened
    assert swept.opened == len(states) - 2
    assert watch.life(made[7], 1) == ["经济体审批中"]
    assert watch.life(made[7], 1, "AUS") == ["待审批"]
    assert watch.sweeps() == [(True, 8, 8)]


def test_a_quiet_sweep_opens_no_detail_page_and_writes_no_row_but_its_own(
    watch: Watch, replica: Replica
) -> None:
    replica.add_groups(ACCOUNT, 23, "待初审", "经济体审批中", "暂存")
    watch.sweep()
    before = [watch.rows(table) for table in (groups, history, notices)]
    swept = watch.sweep()
    assert (swept.error, swept.opened, swept.rows, list(swept.changes)) == (None, 0, 0, [])
    assert [watch.rows(table) for table in (groups, history, notices)] == before
    assert watch.sweeps()[1] == (True, 23, 0)


def test_each_change_is_told_once_by_its_more_telling_kind(watch: Watch, replica: Replica) -> None:
    made = replica.add_groups(ACCOUNT, 5, "待初审")
    watch.sweep()
    replica.set_state(made[0], "待复审")
    name = replica.group(made[1])["members"][0]["fields"]["姓名"]
    replica.set_state(made[1], "初审退回", f"{name}的照片不清晰，请联系13900000011")
    replica.set_state(made[2], "待缴费")
    replica.set_state(made[3], "待领取")
    swept = watch.sweep()
    assert sorted(watch.told()) == sorted(
        [
            ("state_changed", made[0], "待复审"),
            ("returned", made[1], "初审退回"),
            ("to_pay", made[2], "待缴费"),
            ("to_collect", made[3], "待领取"),
        ]
    )
    assert swept.opened == 4
    [opinion] = [row["detail"]["opinion"] for row in watch.rows(notices) if row["kind"] == "returned"]
    assert opinion == "＊＊＊的照片不清晰,请联系＊＊＊"
    assert watch.life(made[0]) == ["待初审", "待复审"]
    assert watch.life(made[0], 1) == ["待初审", "待复审"]
    watch.sweep()
    assert len(watch.told()) == 4


def test_members_and_economies_that_moved_are_gathered_in_one_notice(watch: Watch, replica: Replica) -> None:
    [group_no] = replica.add_groups(ACCOUNT, 1, "经济体审批中")
    watch.sweep()
    replica.decide(group_no, {"AUS": "已批准", "VNM": "已拒绝"})
    assert list(watch.sweep().changes) == []  # the row says nothing of it
    swept = watch.sweep(full=True)
    assert swept.opened == 1
    assert watch.told() == [("state_changed", group_no, "经济体审批中")]
    [notice] = watch.rows(notices)
    assert notice["detail"]["economies"] == "成员1 AUS 待审批→已批准、VNM 待审批→已拒绝"
    assert watch.life(group_no, 1, "AUS") == ["待审批", "已批准"]
    assert watch.life(group_no, 1, "JPN") == ["待审批"]


def test_an_unknown_word_is_kept_and_told_once(watch: Watch, replica: Replica) -> None:
    made = replica.add_groups(ACCOUNT, 3, "待初审")
    watch.sweep()
    replica.faults("unknown_state", field=made[1])
    assert watch.sweep().error is None
    assert watch.told() == [("unknown_state", made[1], "业务流转中")]
    assert watch.life(made[1]) == ["待初审", "业务流转中"]
    replica.clear_faults()
    replica.faults("unknown_state", field=made[2])
    watch.sweep()
    # back where it was is a change; the second group in the same odd state is one too, but no new word
    assert sorted(watch.told()[1:]) == sorted(
        [("state_changed", made[1], "待初审"), ("state_changed", made[2], "业务流转中")]
    )


def test_a_detail_page_that_words_a_state_otherwise_is_no_change(watch: Watch, replica: Replica) -> None:
    [group_no] = replica.add_groups(ACCOUNT, 1, "待初审")
    replica.faults("other_wording", to="窗口办理")
    watch.sweep()
    for full in (True, False, True, False):
        assert list(watch.sweep(full=full).changes) == []
    assert watch.states() == {group_no: "待初审"}
    replica.set_state(group_no, "待复审")
    for full in (False, True, False):
        watch.sweep(full=full)
    assert watch.told() == [("state_changed", group_no, "待复审")]
    assert watch.life(group_no) == ["待初审", "待复审"]
    replica.clear_faults()
    replica.faults("other_wording", field="待初审", to="窗口办理")
    replica.set_state(group_no, "待初审")
    for full in (False, True):
        watch.sweep(full=full)
    # the member's words are the page's; they are told with the group
    assert watch.told()[1:] == [("state_changed", group_no, "待初审")]
    assert watch.life(group_no, 1)[-1] == "窗口办理"


def test_new_groups_are_told_only_when_something_has_happened_to_them(watch: Watch, replica: Replica) -> None:
    watch.sweep()
    made = replica.add_groups(ACCOUNT, 4, "暂存", "待初审", "待复审", "待缴费")
    watch.sweep()
    assert sorted(watch.told()) == sorted(
        [("state_changed", made[2], "待复审"), ("to_pay", made[3], "待缴费")]
    )


def test_an_emptied_list_is_believed_once_it_has_been_so_for_hours(watch: Watch, replica: Replica) -> None:
    replica.add_groups(ACCOUNT, 2, "待初审", "暂存")
    watch.sweep()
    known = watch.states()
    replica.reset()
    lists = watch.meddler
    lists.meddle()
    swept = watch.sweep()
    assert lists.asked["list"] == 10  # it was looked at twice
    assert (swept.error, swept.listing.complete) == (None, False)
    watch.sweep()  # at once is too soon
    assert (watch.told(), watch.states()) == ([], known)
    [filed] = [group_no for group_no, state in known.items() if state == "待初审"]
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=7)):
        watch.sweep()
        assert watch.told() == [("gone", filed, "")]
        assert watch.states() == {}
        watch.sweep()
    assert len(watch.told()) == 1
    assert [complete for complete, *_ in watch.sweeps()] == [True, False, False, True, True]


def test_while_most_of_a_list_is_missing_the_rest_is_watched(watch: Watch, replica: Replica) -> None:
    replica.add_groups(ACCOUNT, 5, "待初审")
    watch.sweep()
    known = watch.states()
    replica.reset()
    [left] = replica.add_groups(ACCOUNT, 1, "待初审")
    for state in ("待缴费", "初审退回"):
        replica.set_state(left, state)
        assert not watch.sweep().listing.complete
        assert watch.states() == known | {left: state}
    assert [kind for kind, group_no, _ in watch.told() if group_no == left][-1] == "returned"
    assert "gone" not in [kind for kind, *_ in watch.told()]
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=7)):
        assert watch.sweep().listing.complete
    assert watch.states() == {left: "初审退回"}


def test_a_list_that_is_empty_for_a_while_tells_and_ends_nothing(watch: Watch, replica: Replica) -> None:
    made = replica.add_groups(ACCOUNT, 4, "待初审", "待缴费")
    watch.sweep()
    before = [watch.told(), watch.rows(groups), watch.rows(history)]
    replica.faults("empty_list")
    assert not watch.sweep().listing.complete
    replica.clear_faults()
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=7)):
        assert list(watch.sweep().changes) == []
        assert [watch.told(), watch.rows(groups), watch.rows(history)] == before
        # the doubt of then confirms nothing now
        replica.faults("empty_list")
        assert not watch.sweep().listing.complete
    assert set(watch.states()) == set(made)
