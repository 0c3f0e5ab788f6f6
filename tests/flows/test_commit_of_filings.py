"""The last press of the types that keep no draft (P12, E11, R19, C13): filed once, whatever happens to it and whoever else files."""

from __future__ import annotations

from typing import Any

import pytest

from flows.parts.people import OfPeople
from rpa.cases import Case, CaseState
from rpa.cases.settling import settle
from tests.replica.filer import Filer

from .clerk import Clerk, outcome
from .sources import ACCOUNT, PAGES, Inputs, Portal, submits

pytestmark = pytest.mark.long


def filed_once(clerk: Clerk, portal: Portal, case: Case, *others: str, before: int = 0) -> None:
    """The group is filed beside those of others, no second one exists, and the ledger knows it without a doubt."""
    assert outcome(case) == "submitted"
    assert {group["group_no"] for group in portal.filed()} == {case.group_no, *others}
    assert submits(portal.replica).count("accepted") == 1 + len(others) + before
    assert "verified" in [event.kind for event in clerk.events(case)]


@pytest.mark.parametrize(
    ("kind", "lost", "unanswered"),
    [
        pytest.param("passport_change", "error_before", "drop_after", marks=pytest.mark.manual("P12")),
        pytest.param("early_card", "session_lost", "error_after", marks=pytest.mark.manual("E11")),
        pytest.param("card_replacement", "session_lost", "drop_after", marks=pytest.mark.manual("R19")),
        pytest.param("card_cancellation", "error_before", "error_after", marks=pytest.mark.manual("C13")),
    ],
)
def test_a_press_that_never_arrived_is_made_by_the_next_run_and_one_whose_answer_is_lost_never_again(
    clerk: Clerk, portal: Portal, inputs: Inputs, kind: str, lost: str, unanswered: str
) -> None:
    application = inputs.signed(inputs.of(kind, portal))
    with portal.filer() as filer:
        earlier = file_by_hand(filer, portal, application)
    portal.office.state(earlier, "不予受理")
    portal.first.append(earlier)
    case = clerk.receive(application)
    portal.replica.faults(lost, at="submit", times=1 if lost == "session_lost" else 0)
    case = clerk.again(case)
    assert case.state is CaseState.READY
    assert case.error
    assert case.error["kind"] == ("SignInLost" if lost == "session_lost" else "PortalFault")
    assert (submits(portal.replica), portal.filed()) == (["accepted"], [])
    [proof] = [event for event in clerk.events(case) if event.from_state is CaseState.COMMITTING]
    assert proof.detail["reason"] == "我的办件中没有，未上报"

    portal.replica.clear_faults()
    portal.replica.faults(unanswered, at="submit", times=0)
    clerk.chromium.requests.clear()
    case = clerk.again(case)
    filed_once(clerk, portal, case, before=1)
    moves = [event for event in clerk.events(case) if event.to_state is CaseState.SUBMITTED]
    assert moves[0].detail["reason"] == "由我的办件确认"
    assert len([one for one in clerk.chromium.requests if one.address.endswith(f"/{kind}/submit")]) == 1
    # told from the one of the same people by the groups that were listed before
    assert (clerk.now(case).intent or {})["filed"] == [earlier]


def file_by_hand(filer: Filer, portal: Portal, application: OfPeople) -> str:
    """A person files a group of the application's one member; its number."""
    kind = application.business_type
    if kind in ("card_replacement", "card_cancellation"):
        return filer.filed(kind, application.members[0].card_no)  # type: ignore[attr-defined]
    number, _ = portal.deciding()
    return filer.filed(kind, number, filer.keys(kind, number)[-1:])


def file_another(filer: Filer, portal: Portal, kind: str) -> str:
    """Somebody files a group of the same type, for as many people, but for others; its number."""
    if kind in ("card_replacement", "card_cancellation"):
        return filer.filed(kind, portal.cards()[-1]["卡号"])
    number, _ = portal.deciding()
    return filer.filed(kind, next(row["key"] for row in filer.sources(kind) if row["key"] != number))


@pytest.mark.parametrize("kind", list(PAGES))
def test_a_group_that_somebody_else_files_at_that_moment_is_not_taken_for_ours(
    clerk: Clerk, portal: Portal, inputs: Inputs, kind: str
) -> None:
    case = clerk.receive(inputs.signed(inputs.of(kind, portal)))
    others: list[str] = []

    def sit_down(step: str) -> None:
        # signs the robot out with the page filled and the intent written: its press cannot arrive
        if step == "保存并上报" and not others:
            with portal.filer() as filer:
                others.append(file_another(filer, portal, kind))

    clerk.meanwhile = sit_down
    case = clerk.again(case)
    assert [group["group_no"] for group in portal.filed()] == others
    assert portal.filed()[0]["business_type"] == kind
    assert (case.state, case.group_no) == (CaseState.READY, None)

    case = clerk.again(case)
    assert case.group_no not in others
    filed_once(clerk, portal, case, *others)


def at_the_intent(clerk: Clerk, portal: Portal, application: Any) -> Case:
    """A case as a crash right after its intent leaves it: nothing was filed before, the ledger says committing."""
    case = clerk.again(clerk.receive(application), dry_run=True)
    assert outcome(case) == "ready"
    assert portal.filed() == []
    intent: dict[str, object] = {"draft": None, "members": case.members, "filed": []}
    return clerk.move(case, CaseState.COMPLETING, CaseState.COMMITTING, intent=intent)


@pytest.mark.parametrize("kind", ["early_card", "card_replacement"])
def test_among_several_new_groups_ours_is_known_by_its_people_and_only_looked_up(
    clerk: Clerk, portal: Portal, inputs: Inputs, kind: str
) -> None:
    application = inputs.signed(inputs.of(kind, portal))
    case = at_the_intent(clerk, portal, application)
    with portal.filer() as filer:
        # the press of the program that died had arrived; somebody else has filed since
        ours = file_by_hand(filer, portal, application)
        other = file_another(filer, portal, kind)
    case = clerk.again(case)
    assert (case.state, case.group_no) == (CaseState.SUBMITTED, ours)
    assert submits(portal.replica) == ["accepted", "accepted"]
    assert other != ours
    # and what it holds is compared: these papers are not the input's
    assert case.error
    assert case.error["kind"] == "StoredOtherwise"


@pytest.mark.parametrize("kind", list(PAGES))
def test_a_group_that_is_listed_only_after_its_absence_was_believed_is_found_and_not_filed_again(
    clerk: Clerk, portal: Portal, inputs: Inputs, kind: str
) -> None:
    case = clerk.receive(inputs.signed(inputs.of(kind, portal)))
    portal.replica.faults("error_after", at="submit", times=0)
    portal.replica.faults("list_lag", ms=3_600_000)
    case = clerk.again(case)
    assert case.state is CaseState.READY  # the list was complete, again and again, and had no such group
    [ours] = portal.filed()

    # the portal itself knows the group before its list does: its refusal is no end of the case
    case = clerk.again(case)
    assert case.state is CaseState.NEEDS_PERSON
    assert case.error
    assert case.error["kind"] == "OutcomeUnknown"

    portal.replica.clear_faults()
    case = clerk.back_to_work(case)
    filed_once(clerk, portal, case)
    assert case.group_no == ours["group_no"]
    assert clerk.life(case)[-2:] == ["completing", "submitted"]


def test_a_list_that_has_lost_what_it_had_proves_no_absence(
    clerk: Clerk, portal: Portal, inputs: Inputs
) -> None:
    kind = "card_cancellation"
    application = inputs.signed(inputs.of(kind, portal))
    with portal.filer() as filer:
        other = file_another(filer, portal, kind)
    case = clerk.receive(application)
    portal.replica.faults("error_after", at="submit", times=0)
    portal.replica.faults("empty_list", nth=2, times=0)  # the first was read before the press
    case = clerk.again(case)
    assert (case.state, case.came_from) == (CaseState.NEEDS_PERSON, CaseState.COMMITTING)
    assert case.error
    assert "少了此前已上报的团组" in case.error["message"]

    portal.replica.clear_faults()
    filed_once(clerk, portal, clerk.back_to_work(case), other)


def test_the_late_press_of_a_program_that_had_lost_the_account_is_found(
    clerk: Clerk, portal: Portal, inputs: Inputs
) -> None:
    application = inputs.signed(inputs.of("card_cancellation", portal))
    case = clerk.move(at_the_intent(clerk, portal, application), CaseState.READY)  # absence was believed
    with portal.filer() as filer:
        ours = file_by_hand(filer, portal, application)
    case = clerk.again(case)
    assert (case.state, case.group_no) == (CaseState.SUBMITTED, ours)
    assert submits(portal.replica) == ["accepted"]


def test_a_person_settles_what_the_list_does_not_decide(clerk: Clerk, portal: Portal, inputs: Inputs) -> None:
    kind = "card_cancellation"
    case = clerk.receive(inputs.signed(inputs.of(kind, portal)))
    portal.replica.faults("error_after", at="submit", times=0)
    portal.replica.faults("partial_list", nth=2, times=0)  # the first was read before the press
    case = clerk.again(case)
    assert (case.state, case.came_from) == (CaseState.NEEDS_PERSON, CaseState.COMMITTING)
    assert case.error
    assert "ywtb settle" in case.error["advice"]
    [ours] = [group["group_no"] for group in portal.filed()]

    portal.replica.clear_faults()
    with portal.filer() as filer:
        other = file_another(filer, portal, kind)
    for number, why in (("GX-0", "没有这个业务类型的"), (other, "不是本办件的成员")):
        case = clerk.again(clerk.do(settle, clerk.ledger, case, number))
        assert (case.state, case.came_from) == (CaseState.NEEDS_PERSON, CaseState.COMMITTING)
        assert case.error
        assert why in case.error["message"]
    case = clerk.again(clerk.do(settle, clerk.ledger, case, ours))
    filed_once(clerk, portal, case, other)
    assert case.group_no == ours


@pytest.mark.parametrize("kind", ["passport_change", "card_cancellation"])
def test_two_members_of_one_name_are_told_apart_and_their_group_is_found_again(
    clerk: Clerk, portal: Portal, inputs: Inputs, kind: str
) -> None:
    one, two = "990000190504010114", "990000190504020136"
    if kind == "card_cancellation":
        cards = [portal.another_card(姓名="韦样同", 性别="男", 身份证号=id_no) for id_no in (one, two)]
        application: Any = inputs.card_cancellation(cards)
    else:
        same = {"name_cn": "韦样同", "sex": "男"}
        number = portal.another_group(
            {**same, "id_no": one, "birth_date": "1905-04-01"},
            {**same, "id_no": two, "birth_date": "1905-04-02"},
        )
        portal.replica.decide(number, {"AUS": "已批准"})
        people = [member["fields"] for member in portal.replica.group(number)["members"]]
        application = getattr(inputs, kind)(people[::-1], source_group=number)
    case = clerk.receive(inputs.signed(application))
    portal.replica.faults("error_after", at="submit")
    case = clerk.again(case)
    filed_once(clerk, portal, case)
    [group] = portal.filed()
    typed = {one["fields"]["身份证号"]: one["fields"].get("新护照号码") for one in group["members"]}
    assert typed == {
        one.id_no: one.new_passport.number if kind == "passport_change" else None
        for one in application.members
    }


@pytest.mark.parametrize("kind", ["passport_change", "card_cancellation"])
def test_a_dry_run_files_nothing_and_the_real_run_then_does(
    clerk: Clerk, portal: Portal, inputs: Inputs, kind: str
) -> None:
    case = clerk.again(clerk.receive(inputs.signed(inputs.of(kind, portal, people=2))), dry_run=True)
    assert outcome(case) == "ready"
    assert portal.filed() == []
    assert submits(portal.replica) == []
    assert not [one for one in clerk.chromium.requests if one.address.endswith("/submit")]
    case = clerk.again(case)
    filed_once(clerk, portal, case)
    listing = clerk.my_applications(ACCOUNT)
    [mine] = [group for group in listing.groups if group.group_no == case.group_no]
    assert (mine.business_type, mine.members, mine.is_draft) == (PAGES[kind], 2, False)


@pytest.mark.manual("R19")
def test_a_rule_that_only_the_portal_knows_is_told_in_the_portals_words(
    clerk: Clerk, portal: Portal, inputs: Inputs
) -> None:
    [lost] = portal.cards("已遗失")
    case = clerk.again(clerk.receive(inputs.signed(inputs.card_replacement([lost]))))
    assert case.error
    assert (case.error["kind"], case.error["message"]) == (
        "PortalRefusal",
        "成员1：该旅行卡已遗失，换卡原因应为旅行卡丢失",
    )
    assert portal.filed() == []
    assert submits(portal.replica) == ["refused"]
