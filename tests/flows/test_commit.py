"""The last press (N34, design D4): whatever happens to it, the group is filed once and the ledger knows the truth."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from flows.new_card import NewCard
from rpa.cases import Case, CaseState, IllegalTransition
from rpa.cases.settling import settle
from rpa.errors import NotNow
from rpa.flow import pack_files
from rpa.screen import load_packs
from rpa.testing import Replica
from tests.replica.visitor import Visitor

from .clerk import Clerk, outcome
from .conftest import Hire

pytestmark = pytest.mark.manual("N34")


def submits(replica: Replica) -> list[str]:
    """What the portal made of every press that reached it."""
    return [event["detail"] for event in replica.events() if event["kind"] == "submit"]


def filed_once(clerk: Clerk, replica: Replica, case: Case) -> None:
    """The group is filed, no second one exists, and the ledger knows it without a doubt."""
    assert outcome(case) == "submitted"
    [group] = replica.groups()
    assert (group["group_no"], group["state"]) == (case.group_no, "待初审")
    assert submits(replica).count("accepted") == 1
    assert "verified" in [event.kind for event in clerk.events(case)]


@pytest.mark.parametrize("fault", [pytest.param("error_after", marks=pytest.mark.long), "drop_after"])
def test_a_press_whose_answer_is_lost_is_found_in_the_list_and_not_made_again(
    clerk: Clerk, replica: Replica, private_group: NewCard, fault: str
) -> None:
    case = clerk.ready(private_group)
    replica.faults(fault, at="submit", times=0)
    case = clerk.again(case)
    filed_once(clerk, replica, case)
    moves = [event for event in clerk.events(case) if event.to_state is CaseState.SUBMITTED]
    assert moves[0].detail["reason"] == "由我的办件确认"
    assert submits(replica) == ["accepted"]  # pressed once by the robot, and sent once by its browser


@pytest.mark.long
def test_a_number_that_is_not_the_drafts_is_not_believed_but_looked_up(
    clerk: Clerk, replica: Replica, private_group: NewCard, tmp_path: Path
) -> None:
    case = clerk.ready(private_group)
    overlay = tmp_path / "overlay.yaml"  # in the portal's last words it reads another number than the group's
    patterns = r"['团组号\s*[:：]\s*(\w{4})\S*\s*已上报', '团组号\s*[:：]\s*([A-Za-z0-9-]+)']"
    overlay.write_text(
        f"new_card: {{screens: {{submission: {{patterns: {{group_no: {patterns}}}}}}}}}", "utf-8"
    )
    clerk.pack = load_packs(pack_files(), [overlay])
    before = case.group_no
    case = clerk.again(case)
    filed_once(clerk, replica, case)
    assert case.group_no == before
    moves = [event for event in clerk.events(case) if event.to_state is CaseState.SUBMITTED]
    assert moves[0].detail["reason"] == "由我的办件确认"


@pytest.mark.long
@pytest.mark.parametrize("fault", ["error_before", "drop_before", "session_lost"])
def test_a_press_that_never_arrived_is_proved_absent_and_made_by_the_next_run(
    clerk: Clerk, replica: Replica, private_group: NewCard, fault: str
) -> None:
    case = clerk.ready(private_group)
    replica.faults(fault, at="submit", times=1 if fault == "session_lost" else 0)
    case = clerk.again(case)
    assert case.state is CaseState.READY
    assert case.error
    assert case.error["kind"] in ("PortalFault", "SignInLost")
    assert submits(replica) == []
    assert [group["state"] for group in replica.groups()] == ["暂存"]
    [proof] = [event for event in clerk.events(case) if event.from_state is CaseState.COMMITTING]
    assert proof.detail["reason"] == "我的办件中没有，未上报"

    replica.clear_faults()
    filed_once(clerk, replica, clerk.again(case))


@pytest.mark.long
def test_a_list_that_lags_behind_is_looked_at_again_before_absence_is_believed(
    hire: Hire, replica: Replica, private_group: NewCard
) -> None:
    clerk = hire(replica, reconcile_waits=(0, 0.3, 0.6, 0.6))
    case = clerk.ready(private_group)
    replica.faults("error_after", at="submit")
    replica.faults("list_lag", ms=700)
    filed_once(clerk, replica, clerk.again(case))


@pytest.mark.long
def test_a_list_that_cannot_be_read_leaves_the_outcome_to_a_person_and_nothing_is_pressed_again(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    case = clerk.ready(private_group)
    replica.faults("error_after", at="submit")
    replica.faults("error_before", at="list", nth=2, times=0)  # the first opens the draft
    case = clerk.again(case)
    assert case.state is CaseState.NEEDS_PERSON
    assert case.error
    assert case.error["kind"] == "OutcomeUnknown"
    assert "切勿重复上报" in case.error["advice"]
    assert submits(replica) == ["accepted"]
    # the breaker has counted it
    assert clerk.do(clerk.ledger.count_fault, clerk.profile.name, 2, 0.0) is not None

    replica.clear_faults()
    filed_once(clerk, replica, clerk.back_to_work(case))


@pytest.mark.long
def test_a_refusal_of_the_last_press_is_told_in_the_portals_words(
    clerk: Clerk, replica: Replica, private_group: NewCard, visit: Callable[[str], Visitor]
) -> None:
    case = clerk.ready(private_group)
    # by the other unit the same person is filed first (rule V5)
    member = private_group.members[0]
    other = visit("demo-soe")
    group_no, _ = other.draft(3, name_cn=member.name, id_no=member.id_no, sex="男", birth_date="1908-11-03")
    other.letter(group_no)
    assert other.submit(group_no)["code"] == 0

    case = clerk.again(case)
    assert case.state is CaseState.REJECTED
    assert case.error
    assert "该人员已在其他办理中的新卡团组中" in case.error["message"]
    assert [group["state"] for group in replica.groups() if group["account"] == "demo-private"] == ["暂存"]


def at_the_intent(clerk: Clerk, application: NewCard) -> Case:
    """A case as a crash right after its intent leaves it: everything is filled in, the ledger says committing."""
    case = clerk.again(clerk.ready(application), dry_run=True)
    intent: dict[str, object] = {"draft": case.group_no, "members": case.members, "filed": []}
    return clerk.move(case, CaseState.COMPLETING, CaseState.COMMITTING, intent=intent)


@pytest.mark.long
def test_a_case_found_at_its_intent_that_was_filed_is_only_looked_up(
    clerk: Clerk, replica: Replica, private_group: NewCard, visit: Callable[[str], Visitor]
) -> None:
    case = at_the_intent(clerk, private_group)
    # the press of the program that died had arrived
    pressed = visit("demo-private").submit(
        case.group_no or "", payment="在线支付", reason=private_group.reason
    )
    assert pressed["code"] == 0
    filed_once(clerk, replica, clerk.again(case))
    assert submits(replica) == ["accepted"]


@pytest.mark.long
def test_a_case_found_at_its_intent_that_was_not_filed_is_proved_absent_and_then_filed_once(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    case = clerk.again(at_the_intent(clerk, private_group))
    filed_once(clerk, replica, case)
    assert submits(replica) == ["accepted"]
    life = clerk.life(case)
    assert life[-6:] == ["completing", "committing", "ready", "completing", "committing", "submitted"]


@pytest.mark.long
def test_a_group_that_has_vanished_after_the_intent_is_a_persons_matter(
    clerk: Clerk, replica: Replica, private_group: NewCard, visit: Callable[[str], Visitor]
) -> None:
    case = at_the_intent(clerk, private_group)
    assert visit("demo-private").ask("/my-applications/delete", group_no=case.group_no)["code"] == 0
    case = clerk.again(case)
    assert case.state is CaseState.NEEDS_PERSON
    assert case.error
    assert case.error["kind"] == "OutcomeUnknown"
    assert replica.groups() == []

    # it would be so for ever: a person who has looked says what is so, and may then give it up
    case = clerk.do(settle, clerk.ledger, case, None)
    assert (case.state, case.intent) == (CaseState.READY, None)
    assert clerk.events(case)[-1].detail["reason"] == "由人工确认：没有上报"
    assert clerk.move(case, CaseState.ABANDONED).state is CaseState.ABANDONED
    with pytest.raises(IllegalTransition):
        clerk.do(settle, clerk.ledger, clerk.now(case), None)


def test_while_a_program_looks_what_became_of_a_press_nobody_settles_it(
    clerk: Clerk, private_group: NewCard
) -> None:
    case = at_the_intent(clerk, private_group)
    account = private_group.account or ""
    assert clerk.do(clerk.ledger.acquire, clerk.profile.name, account, "that program", 60.0)
    with pytest.raises(NotNow):
        clerk.do(settle, clerk.ledger, case, None)
    clerk.do(clerk.ledger.release, clerk.profile.name, account, "that program")
    assert clerk.do(settle, clerk.ledger, case, None).state is CaseState.READY


def test_an_error_about_an_input_that_was_corrected_meanwhile_is_not_kept(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    case = clerk.receive(private_group)
    replica.faults("slow", at="save", times=0, ms=2_000)
    replica.faults("error_before", at="save", times=0)
    corrected = private_group.model_copy(update={"reason": f"{private_group.reason}（更正）"})
    correcting = Thread(target=clerk.receive, args=[corrected])

    def correct(step: str) -> None:
        if step.endswith("暂存") and not correcting.ident:
            correcting.start()

    clerk.meanwhile = correct
    case = clerk.again(case)
    correcting.join()
    assert (outcome(case), case.revision) == ("received", 2)
