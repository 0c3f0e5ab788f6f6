"""The ledger: one case per application, legal moves only, and nothing readable at rest."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from rpa.cases import Case, CaseState, FormToSign, IllegalTransition, Ledger, LostRace, Outcome, Receipt
from rpa.cases.rows import new_id
from rpa.errors import NeedsPerson, Returned, SettingsError
from rpa.logs import hide
from rpa.vault import Vault

S = CaseState
ID, OTHER_ID, NAME = "990000190503120010", "990000190708210021", "韦样一"


class Desk:
    """The ledger as the tests use it: synchronous, for one account."""

    def __init__(self, run: Callable[[Any], Any], ledger: Ledger) -> None:
        self.run, self.ledger = run, ledger

    def receive(self, application: Any, **where: Any) -> Receipt:
        return self.run(  # type: ignore[no-any-return]
            self.ledger.receive(application, **{"portal": "mock", "account": "demo-soe", **where})
        )

    def move(self, case: Case, *way: CaseState, **changes: Any) -> Case:
        """Along the way; the changes belong to its last step."""
        for to in way[:-1]:
            more = {"intent": {"draft": "G1"}} if to is S.COMMITTING else {}
            more |= {"group_no": "G1"} if to is S.SUBMITTED else {}
            case = self.run(self.ledger.move(case.id, to, **more))
        return self.run(self.ledger.move(case.id, way[-1], **changes))  # type: ignore[no-any-return]

    def get(self, case_id: str) -> Case:
        return self.run(self.ledger.get(case_id))  # type: ignore[no-any-return]

    def events(self, case: Case) -> Any:
        return self.run(self.ledger.events(case.id))


@pytest.fixture
def desk(run: Any, ledger: Ledger) -> Desk:
    return Desk(run, ledger)


# What comes in


def test_an_application_becomes_a_case_once(desk: Desk, group: Any) -> None:
    first = desk.receive(group(ID, OTHER_ID), source=Path("in.xlsx"))
    assert (first.outcome, first.case.state, first.case.members) == (Outcome.CREATED, S.RECEIVED, 2)
    assert (first.case.revision, first.case.attempt, first.case.source) == (1, 0, "in.xlsx")
    again = desk.receive(group(ID, OTHER_ID))
    assert (again.outcome, again.case.id) == (Outcome.ALREADY, first.case.id)
    assert [event.kind for event in desk.events(first.case)] == ["received"]


def test_the_order_of_members_makes_no_second_case(desk: Desk, group: Any) -> None:
    first = desk.receive(group(ID, OTHER_ID))
    assert desk.receive(group(OTHER_ID, ID)).case.id == first.case.id


@pytest.mark.parametrize("where", [{"portal": "gxzf"}, {"account": "demo-private"}])
def test_another_portal_or_account_is_another_case(desk: Desk, group: Any, where: dict[str, str]) -> None:
    first = desk.receive(group())
    second = desk.receive(group(), **where)
    assert second.outcome is Outcome.CREATED and second.case.id != first.case.id


@pytest.mark.parametrize(
    "way",
    [
        [],
        [S.PREPARING],
        [S.PREPARING, S.AWAITING_SIGNATURE],
        [S.PREPARING, S.READY],
        [S.PREPARING, S.READY, S.COMPLETING],
        [S.PREPARING, S.NEEDS_PERSON],
    ],
)
def test_before_the_intent_a_changed_input_replaces_the_old_and_starts_again(
    desk: Desk, group: Any, way: list[CaseState]
) -> None:
    case = desk.receive(group()).case
    if way:
        case = desk.move(case, *way, group_no="G1", error=NeedsPerson("x"))
    receipt = desk.receive(group(reason="更正"))
    assert receipt.outcome is Outcome.UPDATED
    assert (receipt.case.id, receipt.case.state, receipt.case.revision) == (case.id, S.RECEIVED, 2)
    assert (receipt.case.error, receipt.case.to_sign, receipt.case.came_from) == (None, (), None)
    assert receipt.case.group_no == case.group_no, "the portal's draft is taken up again"
    last = desk.events(case)[-1]
    assert (last.kind, last.from_state, last.to_state) == ("revised", case.state, S.RECEIVED)
    stored = desk.run(desk.ledger.application(case.id, type(group())))
    assert stored == group(reason="更正")


@pytest.mark.parametrize(
    "way",
    [
        [S.COMMITTING],
        [S.COMMITTING, S.NEEDS_PERSON],
        [S.COMMITTING, S.SUBMITTED],
    ],
)
def test_after_the_intent_a_changed_input_changes_nothing(
    desk: Desk, group: Any, way: list[CaseState]
) -> None:
    case = desk.receive(group()).case
    last: dict[str, Any] = {"intent": {"draft": "G1"}} if way[-1] is S.COMMITTING else {"group_no": "G1"}
    case = desk.move(case, S.PREPARING, S.READY, S.COMPLETING, *way, **last)
    receipt = desk.receive(group(reason="更正"))
    assert (receipt.outcome, receipt.case) == (Outcome.TOO_LATE, case)
    assert desk.run(desk.ledger.application(case.id, type(group()))) == group()


def test_a_returned_group_takes_a_corrected_input_and_keeps_its_number(desk: Desk, group: Any) -> None:
    case = desk.receive(group()).case
    way = (S.PREPARING, S.READY, S.COMPLETING, S.COMMITTING, S.SUBMITTED, S.RETURNED)
    case = desk.move(case, *way, error=Returned("初审退回：材料不清晰"))
    assert desk.receive(group()).outcome is Outcome.ALREADY  # nothing was corrected
    receipt = desk.receive(group(reason="更正"))
    assert (receipt.outcome, receipt.case.id) == (Outcome.UPDATED, case.id)
    assert (receipt.case.state, receipt.case.group_no, receipt.case.error) == (S.RECEIVED, "G1", None)


def test_after_its_end_an_application_may_be_filed_anew(desk: Desk, group: Any) -> None:
    case = desk.receive(group()).case
    desk.move(case, S.PREPARING, S.REJECTED)
    receipt = desk.receive(group())
    assert receipt.outcome is Outcome.CREATED and receipt.case.id != case.id


def test_what_was_filed_and_is_closed_is_not_filed_again_unchanged_unless_asked_for(
    desk: Desk, group: Any
) -> None:
    way = (S.PREPARING, S.READY, S.COMPLETING, S.COMMITTING, S.SUBMITTED, S.CLOSED)
    closed = desk.move(desk.receive(group()).case, *way)
    receipt = desk.receive(group())
    assert (receipt.outcome, receipt.case) == (Outcome.ALREADY, closed)
    changed = desk.receive(group(reason="又一次"))
    assert (changed.outcome, changed.case.state) == (Outcome.CREATED, S.RECEIVED)
    desk.move(changed.case, S.ABANDONED)
    again = desk.receive(group(), again=True)
    assert again.outcome is Outcome.CREATED and again.case.id != closed.id


# What happens to a case


def test_a_whole_life_leaves_an_event_per_step(desk: Desk, group: Any) -> None:
    way = [S.PREPARING, S.AWAITING_SIGNATURE, S.READY, S.COMPLETING, S.COMMITTING, S.SUBMITTED, S.CLOSED]
    case = desk.move(desk.receive(group()).case, *way)
    assert (case.state, case.group_no, case.is_open) == (S.CLOSED, "G1", False)
    told = desk.events(case)
    assert [event.to_state for event in told] == [S.RECEIVED, *way]
    assert [event.from_state for event in told] == [None, S.RECEIVED, *way[:-1]]
    assert [event.seq for event in told] == sorted(event.seq for event in told)


def test_an_illegal_move_changes_nothing(desk: Desk, group: Any) -> None:
    case = desk.receive(group()).case
    with pytest.raises(IllegalTransition, match="不能转为“已上报”"):
        desk.move(case, S.SUBMITTED, group_no="G1")
    assert desk.get(case.id) == case and len(desk.events(case)) == 1


def test_the_press_needs_a_written_intent_and_its_success_a_group_number(desk: Desk, group: Any) -> None:
    case = desk.move(desk.receive(group()).case, S.PREPARING, S.READY, S.COMPLETING)
    with pytest.raises(IllegalTransition, match="意图"):
        desk.move(case, S.COMMITTING)
    case = desk.move(case, S.COMMITTING, intent={"draft": "G1", "listed": ["G0"]})
    assert case.intent == {"draft": "G1", "listed": ["G0"]}
    with pytest.raises(IllegalTransition, match="团组号"):
        desk.move(case, S.SUBMITTED)
    case = desk.move(case, S.READY, S.COMPLETING)
    assert case.intent, "what was filed before the press is known for as long as it may show up late"
    with pytest.raises(IllegalTransition, match="意图"):  # and yet it is no intent for another one
        desk.move(case, S.COMMITTING)


def test_the_intent_outlives_a_correction_but_not_of_a_group_that_was_returned(
    desk: Desk, group: Any
) -> None:
    case = desk.move(desk.receive(group()).case, S.PREPARING, S.READY, S.COMPLETING, S.COMMITTING, S.READY)
    assert desk.receive(group(reason="更正")).case.intent == case.intent
    way = (S.PREPARING, S.READY, S.COMPLETING, S.COMMITTING, S.SUBMITTED, S.RETURNED)
    desk.move(case, *way)
    assert desk.receive(group(reason="再更正")).case.intent is None


def test_a_person_sends_a_case_back_to_where_it_was_with_its_intent(desk: Desk, group: Any) -> None:
    case = desk.move(desk.receive(group()).case, S.PREPARING, S.READY, S.COMPLETING)
    case = desk.move(case, S.COMMITTING, S.NEEDS_PERSON, error=NeedsPerson("需核对", where="我的办件"))
    assert (case.came_from, case.error and case.error["message"]) == (S.COMMITTING, "需核对")
    with pytest.raises(IllegalTransition):
        desk.move(case, S.SUBMITTED)
    case = desk.move(case, S.COMMITTING)
    assert (case.came_from, case.error, case.intent) == (None, None, {"draft": "G1"})


def test_who_acts_on_an_old_view_loses(desk: Desk, group: Any) -> None:
    old = desk.receive(group()).case
    desk.move(old, S.PREPARING)
    for view in (old, S.RECEIVED):
        with pytest.raises(LostRace):
            desk.move(old, S.READY, expect=view)
    preparing = desk.get(old.id)
    desk.receive(group(reason="更正"))
    desk.move(old, S.PREPARING)
    with pytest.raises(LostRace):  # the same state, but of another input
        desk.move(old, S.READY, expect=preparing)


def test_who_keeps_something_with_a_case_that_another_has_begun_anew_loses(desk: Desk, group: Any) -> None:
    case = desk.receive(group()).case
    mine = desk.move(case, S.PREPARING, attempt=1)
    desk.move(case, S.RECEIVED)
    desk.move(case, S.PREPARING, attempt=2, group_no="G2")
    with pytest.raises(LostRace):
        desk.run(desk.ledger.keep(case.id, expect=mine, group_no="G1"))
    assert desk.get(case.id).group_no == "G2"


def test_a_misspelt_change_is_a_mistake_of_the_program(desk: Desk, group: Any) -> None:
    case = desk.receive(group()).case
    with pytest.raises(TypeError, match="groupno"):
        desk.move(case, S.PREPARING, groupno="G1")


def test_forms_to_sign_come_back_and_follow_a_moved_data_folder(
    desk: Desk, group: Any, run: Any, url: str, vault: Vault, tmp_path: Path
) -> None:
    case = desk.receive(group()).case
    forms = (
        FormToSign("个人事项表", "1", NAME, case.folder / "to_sign" / "1.pdf"),
        FormToSign("申请函", None, None, tmp_path / "elsewhere.docx"),
    )
    case = desk.move(case, S.PREPARING, S.AWAITING_SIGNATURE, to_sign=forms)
    assert case.to_sign == forms and case.folder == tmp_path / "home" / "cases" / case.id
    assert case.as_dict()["to_sign"][0] == {"form": "个人事项表", "member": NAME, "path": str(forms[0].path)}
    moved: Ledger = run(Ledger.open(url, vault, tmp_path / "new"))
    paths = [form.path for form in run(moved.get(case.id)).to_sign]
    run(moved.close())
    assert paths == [tmp_path / "new" / case.id / "to_sign" / "1.pdf", forms[1].path]


def test_a_note_changes_no_state_and_needs_a_case(desk: Desk, group: Any) -> None:
    case = desk.receive(group()).case
    desk.run(desk.ledger.note(case.id, "compared", {"fields": 31}))
    assert (desk.events(case)[-1].kind, desk.events(case)[-1].detail) == ("compared", {"fields": 31})
    assert desk.get(case.id) == case
    with pytest.raises(SettingsError):
        desk.run(desk.ledger.note("20260101-000000", "x"))


# What is known


def test_a_case_is_found_by_any_beginning_of_its_id_that_is_its_alone(desk: Desk, group: Any) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 3, tzinfo=UTC), tick=False):
        case = desk.receive(group(ID)).case
        other = desk.receive(group(OTHER_ID)).case
    assert case.id != other.id and case.id[:-1] == other.id[:-1] and case.id.startswith("20261123-")
    for said in (case.id, case.id.upper(), f" {case.id[9:]} "):
        assert desk.get(said).id == case.id
    with pytest.raises(SettingsError, match="写完整"):
        desk.get(case.id[:12])
    for said in ("", "nothing", "%", "20261123_"):
        with pytest.raises(SettingsError):
            desk.get(said)


def test_ids_sort_by_time_and_begin_with_the_beijing_day() -> None:
    moments = [datetime(2026, 11, 23, hour, 59, 59, 999_000, tzinfo=UTC) for hour in range(15)]
    ids = [new_id(moment) for moment in [*moments, datetime(2026, 11, 23, 16, tzinfo=UTC)]]
    assert ids == sorted(ids) and ids[-1] == "20261124-000000"
    assert not set("".join(ids)) & set("ilou")


def test_the_list_is_filtered_and_oldest_first(desk: Desk, group: Any) -> None:
    cases = [desk.receive(group(f"99000019050312{n:04}")).case for n in range(4)]
    desk.receive(group(), portal="gxzf")
    desk.move(cases[1], S.PREPARING)
    found = lambda **by: [case.id for case in desk.run(desk.ledger.list(**by))]  # noqa: E731
    ids = [case.id for case in cases]
    assert found(portal="mock") == ids and len(found()) == 5
    assert found(states=[S.PREPARING, S.READY]) == ids[1:2]
    assert found(portal="mock", limit=2) == ids[2:]
    assert found(account="nobody") == found(business_type="early_card") == found(states=[]) == []


# At rest


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_nothing_about_people_is_readable_in_the_file(desk: Desk, group: Any, tmp_path: Path) -> None:
    case = desk.receive(group(ID, reason=NAME)).case
    form = FormToSign("个人事项表", "1", NAME, case.folder / "to_sign" / f"{NAME}.pdf")
    with hide([NAME]):
        desk.move(case, S.PREPARING, S.AWAITING_SIGNATURE, to_sign=[form], reason=f"等 {NAME} {ID}")
        desk.move(case, S.READY, S.COMPLETING, S.COMMITTING, intent={"members": [NAME, ID]}, reason=NAME)
        desk.run(desk.ledger.note(case.id, "x", {NAME: [ID]}))
        desk.move(case, S.NEEDS_PERSON, error=NeedsPerson(f"{NAME} {ID}"))
    files = [path for path in (tmp_path / "home").iterdir() if path.is_file()]
    kept = b"".join(path.read_bytes() for path in files)
    assert b"needs_person" in kept
    for value in (ID, NAME):
        forms = (value.encode(), value.encode("utf-16-le"), value.encode("unicode_escape"))
        assert not [form for form in forms if form in kept]
    if os.name != "nt":
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_the_content_needs_the_key_it_was_written_with(desk: Desk, group: Any, run: Any, url: str) -> None:
    case = desk.receive(group()).case
    other: Ledger = run(Ledger.open(url, Vault(b"x" * 32)))
    with pytest.raises(SettingsError, match="密钥"):
        run(other.application(case.id, type(group())))
    run(other.close())


def test_a_content_that_this_version_cannot_read_is_a_persons_matter(desk: Desk, group: Any) -> None:
    class Stricter(type(group())):  # type: ignore[misc]
        """As a later version asks more of it."""

        agency: str

    case = desk.receive(group(ID, reason=NAME)).case
    with pytest.raises(NeedsPerson, match="格式") as caught:
        desk.run(desk.ledger.application(case.id, Stricter))
    assert NAME not in str(caught.value) and ID not in str(caught.value)


def test_a_rehearsal_stays_one_until_somebody_says_otherwise(run: Any, ledger: Ledger, group: Any) -> None:
    case = run(ledger.receive(group(), portal="mock", account="a", rehearsal=True)).case
    assert case.rehearsal
    assert run(ledger.receive(group(), portal="mock", account="a")).case.rehearsal  # known already: as it is
    changed = run(ledger.receive(group(reason="更正"), portal="mock", account="a")).case
    assert (changed.id, changed.rehearsal) == (case.id, False)
    run(ledger.keep(case.id, rehearsal=True))
    moved = run(ledger.move(case.id, CaseState.PREPARING))
    assert moved.rehearsal  # a move says nothing about it
    assert not run(ledger.keep(case.id, rehearsal=False)).rehearsal
