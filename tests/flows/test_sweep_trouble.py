"""Sweeps while the portal changes, fails or says half: exactly the right notices, none false, none doubled (N37)."""

from __future__ import annotations

import pytest

from rpa.profile import Breaker
from rpa.status.sweep import sweep
from rpa.status.tables import notices, sweeps
from rpa.testing import Replica

from .conftest import Hire
from .watching import ACCOUNT, Watch

#: What a detail page is asked for by.
DETAIL = "GET /my-applications/APEC*"

pytestmark = [pytest.mark.manual("N37"), pytest.mark.long]


@pytest.fixture
def watch(hire: Hire, replica: Replica) -> Watch:
    """Sweeps of a fresh replica with an empty ledger; a page that never comes is not waited for long."""
    return Watch(hire(replica, page_timeout=5))


def test_a_group_that_changes_while_the_sweep_reads_is_told_once(watch: Watch, replica: Replica) -> None:
    made = replica.add_groups(ACCOUNT, 25, "待初审")
    watch.sweep()
    last, first = made[0], made[-1]  # the newest stands on the first page
    watch.meddler.meddle(
        list_2=lambda: replica.set_state(last, "待复审"), list_3=lambda: replica.set_state(first, "待缴费")
    )
    watch.sweep()  # sees the one that was still to come, not the one that had been read
    watch.sweep()
    watch.sweep()
    assert sorted(watch.told()) == sorted([("state_changed", last, "待复审"), ("to_pay", first, "待缴费")])
    assert all(complete for complete, *_ in watch.sweeps())


def test_fifteen_groups_between_two_pages_lose_and_double_nothing(watch: Watch, replica: Replica) -> None:
    made = replica.add_groups(ACCOUNT, 25, "待初审")
    watch.sweep()
    replica.set_state(made[3], "待复审")
    more: list[str] = []
    watch.meddler.meddle(list_2=lambda: more.extend(replica.add_groups(ACCOUNT, 15, "待初审")))
    swept = watch.sweep()
    assert swept.error is None
    assert watch.told() == [("state_changed", made[3], "待复审")]
    assert set(watch.states()) == {*made, *more}
    assert watch.meddler.asked["list"] > 5 + 3  # it was read again
    watch.sweep()
    assert len(watch.told()) == 1


def test_a_list_that_moves_all_the_time_says_nothing(watch: Watch, replica: Replica) -> None:
    made = replica.add_groups(ACCOUNT, 15, "待初审")
    watch.sweep()
    replica.set_state(made[0], "待复审")

    def one_more() -> None:
        replica.add_groups(ACCOUNT, 1, "待初审")

    watch.meddler.meddle(**{f"list_{time}": one_more for time in range(1, 15)})
    swept = watch.sweep()
    assert (swept.error, swept.listing.complete, list(swept.changes)) == (None, False, [])
    assert watch.told() == []
    assert len(watch.states()) == 15
    assert watch.sweeps()[1][::2] == (False, 0)
    watch.meddler.meddle()
    watch.sweep()
    assert watch.told() == [("state_changed", made[0], "待复审")]


@pytest.mark.parametrize("fault", ["session_lost", "kicked", "busy_page", "error_before", "drop_before"])
@pytest.mark.parametrize("at", ["list", DETAIL], ids=["list", "detail"])
def test_one_fault_in_the_middle_changes_nothing_about_what_is_told(
    watch: Watch, replica: Replica, fault: str, at: str
) -> None:
    made = replica.add_groups(ACCOUNT, 25, "待初审")
    watch.sweep()
    replica.set_state(made[5], "初审退回", "照片不清晰")
    replica.set_state(made[20], "待缴费")
    replica.faults(fault, at=at, nth=2)
    swept = watch.sweep()
    assert swept.error is None
    assert sorted(watch.told()) == sorted([("returned", made[5], "初审退回"), ("to_pay", made[20], "待缴费")])
    watch.sweep()
    assert len(watch.told()) == 2


@pytest.mark.parametrize(
    ("fault", "options"),
    [
        ("partial_list", {}),
        ("partial_list", {"to": "last_page"}),
        ("empty_list", {}),
        ("busy_page", {"at": "list", "times": 0}),
        ("error_before", {"at": "list", "times": 0}),
        ("maintenance", {}),
    ],
)
def test_what_is_no_list_is_never_a_status(
    watch: Watch, replica: Replica, fault: str, options: dict[str, object]
) -> None:
    made = replica.add_groups(ACCOUNT, 12, "待初审")
    watch.sweep()
    known = watch.states()
    replica.set_state(made[0], "待复审")
    replica.faults(fault, **options)
    swept = watch.sweep()
    assert not swept.listing.complete
    assert list(swept.changes) == []
    assert watch.told() == []
    assert watch.states() == known
    assert watch.sweeps()[1][0] is False
    replica.clear_faults()
    watch.sweep()
    assert watch.told() == [("state_changed", made[0], "待复审")]


def test_a_renamed_heading_of_the_list_is_told_once_until_it_is_mended(
    watch: Watch, replica: Replica
) -> None:
    made = replica.add_groups(ACCOUNT, 3, "待初审")
    watch.sweep()
    replica.set_state(made[0], "待复审")
    replica.faults("label_renamed", field="人数", to="成员数")
    for _ in range(2):
        swept = watch.sweep()
        assert swept.error is not None
        assert "人数" in swept.error.message
    assert watch.told() == [("portal_changed", None, "")]
    replica.clear_faults()
    watch.sweep()
    assert watch.told()[1:] == [("state_changed", made[0], "待复审")]
    replica.faults("label_renamed", field="人数", to="成员数")
    watch.sweep()
    assert [kind for kind, *_ in watch.told()] == ["portal_changed", "state_changed", "portal_changed"]


def test_a_renamed_label_of_the_detail_page_is_told_once_beside_the_change(
    watch: Watch, replica: Replica
) -> None:
    made = replica.add_groups(ACCOUNT, 3, "待初审")
    watch.sweep()
    replica.set_state(made[0], "待缴费")
    replica.set_state(made[1], "待复审")
    replica.faults("label_renamed", field="当前状态", to="目前进展", at=DETAIL)
    for _ in range(2):
        assert watch.sweep().error is not None
    assert sorted(watch.told(), key=lambda one: one[1] or "") == [
        ("portal_changed", None, ""),
        ("to_pay", made[0], "待缴费"),
        ("state_changed", made[1], "待复审"),
    ]
    replica.clear_faults()
    swept = watch.sweep()
    assert (swept.error, swept.opened) == (None, 2)  # what could not be read then
    assert watch.life(made[0], 1) == ["待初审", "待缴费"]
    assert len(watch.rows(notices)) == 3


def test_a_detail_page_that_never_comes_hides_no_other_group(watch: Watch, replica: Replica) -> None:
    made = replica.add_groups(ACCOUNT, 5, "待初审")
    watch.sweep()
    for group_no in made:
        replica.set_state(group_no, "待复审")
    replica.faults("error_before", at=f"GET /my-applications/{made[1]}", status=500, times=0)
    for opened in (4, 0):
        swept = watch.sweep()
        assert swept.error is not None and swept.listing.complete
        assert swept.opened == opened
    assert sorted(watch.told()) == [("state_changed", group_no, "待复审") for group_no in sorted(made)]
    assert [complete for complete, *_ in watch.sweeps()] == [True] * 3
    replica.clear_faults()
    swept = watch.sweep()
    assert (swept.error, swept.opened) == (None, 1)  # the one that could not be read then
    assert watch.life(made[1], 1) == ["待初审", "待复审"]
    assert len(watch.told()) == 5


def test_detail_pages_that_fail_one_after_the_other_are_left_to_the_next_sweep(
    watch: Watch, replica: Replica
) -> None:
    made = replica.add_groups(ACCOUNT, 6, "待初审")
    replica.faults("error_before", at=DETAIL, status=500, times=0)
    watch.meddler.meddle()
    swept = watch.sweep()
    assert swept.error is not None and swept.listing.complete
    assert set(watch.states()) == set(made)
    assert watch.meddler.asked["detail"] == 3 * 3  # three of them, each asked for three times
    replica.clear_faults()
    assert watch.sweep().opened == 6


def test_an_account_that_fails_leaves_a_row_and_stops_no_other(watch: Watch, replica: Replica) -> None:
    replica.add_groups(ACCOUNT, 1, "待初审")
    watch.clerk.passwords["demo-private"] = "wrong"
    swept = watch.clerk.do(sweep, watch.clerk.sign_ins(), ["demo-private", ACCOUNT], at_once=2)
    assert [one.account for one in swept] == ["demo-private", ACCOUNT]
    assert [one.error is None for one in swept] == [False, True]
    rows = {row["account"]: (row["complete"], bool(row["error"])) for row in watch.rows(sweeps)}
    assert rows == {"demo-private": (False, True), ACCOUNT: (True, False)}


def test_faults_of_sweeps_open_the_breaker_and_a_sweep_that_went_well_closes_the_count(
    watch: Watch, replica: Replica
) -> None:
    accounts = ["demo-private", "demo-soe"]
    watch.clerk.profile = watch.clerk.profile.model_copy(update={"breaker": Breaker(faults=2, pause=900)})
    portal = watch.clerk.profile.name

    def swept() -> list[str]:
        done = watch.clerk.do(sweep, watch.clerk.sign_ins(), accounts)
        return [type(one.error).__name__ for one in done]

    replica.faults("maintenance", account="demo-private")
    assert swept() == ["PortalFault", "NoneType"]
    assert swept() == ["PortalFault", "NoneType"]  # one in a row, again
    replica.faults("maintenance")
    assert swept() == ["PortalFault", "PortalFault"]
    assert watch.clerk.do(watch.clerk.ledger.paused_until, portal, 900)
    replica.clear_faults()
    watch.clerk.chromium.requests.clear()
    assert swept() == ["NotNow", "NotNow"]
    assert watch.clerk.chromium.requests == []


def test_an_account_that_takes_too_long_is_told_and_stops_no_other(watch: Watch, replica: Replica) -> None:
    replica.add_groups("demo-private", 1, "待初审")
    replica.faults("slow", at="list", account="demo-private", ms=60_000)
    [late, other] = watch.clerk.do(
        sweep, watch.clerk.sign_ins(), ["demo-private", ACCOUNT], at_once=2, limit=4.0
    )
    assert other.error is None
    assert "巡查超过时限" in str(late.error)
    rows = {row["account"]: (row["complete"], bool(row["error"])) for row in watch.rows(sweeps)}
    assert rows == {"demo-private": (False, True), ACCOUNT: (True, False)}
    assert watch.told() == []
