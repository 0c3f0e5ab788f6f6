"""The portal's own draft (N16): what was cut off is taken up again from there, never typed a second time."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from html import unescape

import httpx
import pytest

from flows.new_card import NewCard
from rpa.application import Attachment
from rpa.cases import Case, CaseState
from rpa.testing import Replica
from tests.people import group_of
from tests.replica.visitor import PDF, Visitor, person

from .clerk import Clerk, outcome

ID_CARD = "身份证正反面"


def seen(replica: Replica, *kinds: str, since: int = 0) -> list[tuple[str, str]]:
    """The events of these kinds, the first `since` events of all left out: kind and what it tells."""
    return [(event["kind"], event["detail"]) for event in replica.events()[since:] if event["kind"] in kinds]


def row_of(visitor: Visitor, case: Case) -> dict[str, str]:
    """The group and the row of its first member, as the member page sends them."""
    group_no = case.group_no or ""
    return {"group_no": group_no, "member_id": _member_page(visitor, group_no).url.path.rsplit("/", 1)[-1]}


def held_files(visitor: Visitor, case: Case) -> dict[str, str]:
    """The ids of the files that the first member's page holds, by material."""
    html = _member_page(visitor, case.group_no or "").text
    rows = re.findall(r'data-name="([^"]*)"[^>]*data-file="([^"]*)"', html)
    return {unescape(name): json.loads(unescape(file))["id"] for name, file in rows}


def _member_page(visitor: Visitor, group_no: str) -> httpx.Response:
    return visitor.page(f"/new_card/{group_no}/edit")


def evidence_of(case: Case, name: str) -> list[str]:
    """The kinds of files that were kept when the case stopped with this error."""
    return sorted(path.suffix for path in (case.folder / "evidence").iterdir() if name in path.name)


@pytest.mark.long
@pytest.mark.manual("N16")
def test_a_draft_whose_number_was_never_told_is_found_and_taken_up(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    replica.faults("error_after", at="save")  # 暂存 is done, but its answer is lost
    case = clerk.prepare(private_group)
    assert (case.state, case.group_no) == (CaseState.RECEIVED, None)
    assert case.error
    assert case.error["kind"] == "PortalFault"
    [draft] = replica.groups()
    assert draft["state"] == "暂存"

    case = clerk.again(case)
    assert outcome(case) == "awaiting_signature"
    assert case.group_no == draft["group_no"]
    [group] = replica.groups()
    assert len(group["members"]) == 1
    assert seen(replica, "page").count(("page", "/new_card/member")) == 1  # no second empty page


@pytest.mark.long
@pytest.mark.manual("N16")
def test_a_list_that_lags_hides_no_draft(
    hire: Callable[..., Clerk], replica: Replica, private_group: NewCard
) -> None:
    clerk = hire(replica, reconcile_waits=(0, 1, 2, 4))
    replica.faults("error_after", at="save")
    replica.faults("list_lag", ms=1500)
    case = clerk.again(clerk.prepare(private_group))
    assert outcome(case) == "awaiting_signature"
    [draft] = replica.groups()
    assert draft["group_no"] == case.group_no


@pytest.mark.long
@pytest.mark.manual("N16")
def test_a_draft_of_unknown_number_is_found_for_a_corrected_input_too(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    member = private_group.members[0]
    misspelt = member.model_copy(update={"name": "蓝样", "known_member": "不核查"})
    replica.faults("error_after", at="save")
    first = clerk.prepare(private_group.model_copy(update={"members": [misspelt]}))
    assert (first.state, first.group_no) == (CaseState.RECEIVED, None)
    [draft] = replica.groups()

    corrected = member.model_copy(update={"known_member": "不核查"})
    case = clerk.prepare(private_group.model_copy(update={"members": [corrected]}))
    assert case.id == first.id
    assert outcome(case) == "awaiting_signature"
    assert [group["group_no"] for group in replica.groups()] == [draft["group_no"]] == [case.group_no]


@pytest.mark.long
@pytest.mark.manual("N16")
def test_a_list_that_is_not_whole_is_no_proof_that_there_is_no_draft(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    replica.faults("error_after", at="save")
    case = clerk.prepare(private_group)
    replica.faults("partial_list")
    case = clerk.again(case)
    assert outcome(case).startswith("received: PortalFault: 我的办件列表不完整")
    replica.clear_faults()
    assert outcome(clerk.again(case)) == "awaiting_signature"
    assert len(replica.groups()) == 1


@pytest.mark.long
@pytest.mark.manual("N16", "N12", "N13")
def test_a_sign_in_lost_among_the_uploads_is_made_again_once_and_the_case_goes_on_from_the_draft(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    replica.faults("session_lost", at="upload", nth=3)
    case = clerk.prepare(private_group)
    assert outcome(case) == "awaiting_signature"
    assert Counter(seen(replica, "login", "upload"))["login", ""] == 2
    uploads = Counter(slot for _, slot in seen(replica, "upload"))
    assert set(uploads.values()) == {1}  # what had arrived was not sent again
    assert len(replica.groups()) == 1
    clerk.sign(case)
    assert outcome(clerk.again(case)) == "submitted"


@pytest.mark.long
@pytest.mark.manual("N16", "N12", "N13")
def test_a_sign_in_that_is_lost_again_is_not_fought_for_and_a_later_run_goes_on_from_the_draft(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    replica.faults("session_lost", at="upload", nth=3, times=0)
    case = clerk.prepare(private_group)
    assert outcome(case) == "needs_person: AccountContested: 账号重新登录后又被退出"
    assert evidence_of(case, "AccountContested") == [".json", ".png"]
    assert Counter(kind for kind, _ in seen(replica, "login"))["login"] == 2
    replica.clear_faults()
    [draft] = replica.groups()
    [member] = draft["members"]
    held = [file["slot"] for file in member["files"]]
    assert case.group_no == draft["group_no"]

    before = len(replica.events())
    case = clerk.back_to_work(case)
    clerk.sign(case)
    # what lay there was looked at, what lacked was uploaded, nothing twice
    looks = Counter(seen(replica, "preview", "download", "upload", since=before))
    for slot in held:
        assert (looks["preview", slot], looks["download", slot], looks["upload", slot]) == (1, 1, 0)
    assert sum(number for (kind, _), number in looks.items() if kind == "upload") == 6 - len(held)
    case = clerk.again(case)
    assert outcome(case) == "submitted"
    assert [group["state"] for group in replica.groups()] == ["待初审"]


@pytest.mark.long
@pytest.mark.manual("N18")
@pytest.mark.parametrize("fault", ["drop_before", "error_before"])
def test_a_line_that_breaks_at_the_next_step_is_a_fault_and_no_refusal(
    clerk: Clerk, replica: Replica, private_group: NewCard, fault: str
) -> None:
    replica.faults(fault, at="save", nth=2, times=0)
    case = clerk.prepare(private_group)
    assert outcome(case).startswith("received: PortalFault: ")
    replica.clear_faults()
    assert outcome(clerk.again(case)) == "awaiting_signature"
    assert len(replica.groups()) == 1


@pytest.mark.long
@pytest.mark.manual("N16", "N17")
def test_a_group_cut_off_at_its_second_member_goes_on_there(
    clerk: Clerk, replica: Replica, soe_group: NewCard
) -> None:
    replica.faults("error_before", at="save", nth=3)  # 暂存 of the second member
    case = clerk.prepare(group_of(2, soe_group))
    assert case.state is CaseState.RECEIVED
    assert case.error
    [draft] = replica.groups()
    assert len(draft["members"]) == 1

    clerk.sign(clerk.again(case))
    case = clerk.again(case)
    assert outcome(case) == "submitted"
    [group] = replica.groups()
    assert len(group["members"]) == 2


@pytest.mark.long
@pytest.mark.manual("N16")
def test_a_case_that_a_killed_program_left_half_done_begins_anew_from_its_draft(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    case = clerk.receive(private_group)
    draft = clerk.again(case)
    # as the ledger would stand had the program been killed before it could say that the forms are out
    case = clerk.receive(private_group.model_copy(update={"reason": private_group.reason + "特此说明。"}))
    assert (case.id, case.state, case.group_no) == (draft.id, CaseState.RECEIVED, draft.group_no)
    clerk.move(case, CaseState.PREPARING)
    case = clerk.again(case)
    assert outcome(case) == "awaiting_signature"
    assert len(replica.groups()) == 1


@pytest.mark.manual("N13", "N14")
def test_a_wrong_file_in_the_draft_is_looked_at_deleted_and_replaced_and_no_other_is_touched(
    clerk: Clerk, replica: Replica, private_group: NewCard, visit: Callable[[str], Visitor]
) -> None:
    member = private_group.members[0]
    brochure = Attachment(material="产品说明书", path=member.files[0].path)
    application = private_group.model_copy(
        update={"members": [member.model_copy(update={"files": [*member.files, brochure]})]}
    )
    case = clerk.ready(application)
    visitor = visit("demo-private")
    owner = row_of(visitor, case)
    held = held_files(visitor, case)
    for material, slot in ((ID_CARD, "NP02"), ("产品说明书", "custom")):
        assert visitor.ask("/files/delete", id=held[material])["code"] == 0
        assert visitor.upload(slot, PDF, name=material, **owner)["code"] == 0

    before = len(replica.events())
    case = clerk.again(case)
    assert outcome(case) == "submitted"
    submitted = seen(replica, "delete", "upload", "submit", since=before)
    assert sorted(submitted[:-1]) == [
        ("delete", "产品说明书"),
        ("delete", ID_CARD),
        ("upload", "APEC商务旅行卡个人事项表"),
        ("upload", "APEC商务旅行卡申请函"),
        ("upload", "产品说明书"),
        ("upload", ID_CARD),
    ]
    [group] = replica.groups()
    kept = {file["slot"]: file["size"] for file in group["members"][0]["files"]}
    assert kept[ID_CARD] == kept["产品说明书"] == member.files[0].path.stat().st_size


@pytest.mark.long
@pytest.mark.manual("N16")
def test_a_draft_that_a_person_has_changed_is_not_written_over_but_told_field_by_field(
    clerk: Clerk, replica: Replica, private_group: NewCard, visit: Callable[[str], Visitor]
) -> None:
    case = clerk.ready(private_group)
    visitor = visit("demo-private")
    assert visitor.save(person(3, "demo-private"), **row_of(visitor, case))["code"] == 0

    case = clerk.again(case)
    assert case.state is CaseState.NEEDS_PERSON
    assert case.error
    assert case.error["kind"] == "StoredOtherwise"
    for field in ("姓名", "身份证号", "手机号", "护照号码"):
        assert field in case.error["message"]
    assert "性别" not in case.error["message"]
    [group] = replica.groups()
    assert (group["state"], group["members"][0]["fields"]["护照号码"]) == ("暂存", "EA0000003")


@pytest.mark.long
@pytest.mark.manual("N16")
def test_a_draft_that_a_person_has_deleted_is_told_and_not_made_anew(
    clerk: Clerk, replica: Replica, private_group: NewCard, visit: Callable[[str], Visitor]
) -> None:
    case = clerk.ready(private_group)
    assert visit("demo-private").ask("/my-applications/delete", group_no=case.group_no)["code"] == 0
    case = clerk.again(case)
    assert case.state is CaseState.NEEDS_PERSON
    assert case.error
    assert "草稿可能已被删除" in case.error["advice"]
    assert replica.groups() == []


@pytest.mark.long
def test_a_dry_run_stops_before_the_last_button_and_a_later_run_presses_it(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    case = clerk.ready(private_group)
    case = clerk.again(case, dry_run=True)
    assert outcome(case) == "ready"
    assert seen(replica, "submit") == []
    # everything but the press is done: the scans lie in their rows
    [group] = replica.groups()
    assert [file["slot"] for file in group["files"]] == ["APEC商务旅行卡申请函"]
    case = clerk.again(case)
    assert outcome(case) == "submitted"
    assert seen(replica, "submit") == [("submit", "accepted")]
