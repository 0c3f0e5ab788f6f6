"""The signature gate (N10, N32): people sign, the case waits and holds nothing, and only real scans open it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from flows.new_card import NewCard
from rpa.application import Attachment
from rpa.cases import SIGNED_FOLDER, Case, CaseState
from rpa.testing import Replica

from .clerk import Clerk, outcome, write_scan

FORM, LETTER = "APEC商务旅行卡个人事项表", "APEC商务旅行卡申请函"


def logins(replica: Replica) -> int:
    """How often anybody signed in."""
    return sum(event["kind"] == "login" for event in replica.events())


def put(case: Case, title: str, content: bytes) -> None:
    """Put a file into `signed` as the scan of the form with this title."""
    [form] = [form for form in case.to_sign if form.form == title]
    path = case.folder / SIGNED_FOLDER / f"{form.path.stem}.pdf"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


@pytest.mark.manual("N10", "N32")
def test_a_case_waits_for_its_scans_holding_nothing_and_goes_on_when_the_last_has_come(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    case = clerk.prepare(private_group)
    assert case.state is CaseState.AWAITING_SIGNATURE
    assert [form.form for form in case.to_sign] == [FORM, LETTER]
    # days may pass: the account is free for others, and no browser context stands open
    assert clerk.chromium.open_contexts == []
    assert clerk.do(clerk.ledger.acquire, clerk.profile.name, "demo-private", "somebody else", 60.0)
    clerk.do(clerk.ledger.release, clerk.profile.name, "demo-private", "somebody else")

    _, letter = clerk.sign(case)
    signed_letter = letter.read_bytes()
    letter.unlink()
    case = clerk.again(case)
    assert outcome(case) == "awaiting_signature"
    assert logins(replica) == 1  # with one scan missing there is nothing to sign in for

    letter.write_bytes(signed_letter)
    case = clerk.again(case)
    assert outcome(case) == "submitted"
    assert logins(replica) == 2


@pytest.mark.manual("N10", "N32")
def test_a_blank_form_a_damaged_file_and_a_twin_are_refused_and_the_true_scan_then_accepted(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    case = clerk.prepare(private_group)
    form, letter = clerk.sign(case)
    scan = letter.read_bytes()
    [blank] = [form.path for form in case.to_sign if form.form == LETTER]

    def told(content: bytes, *, first: str = LETTER) -> str:
        letter.write_bytes(content)
        refused = clerk.again(case)
        assert refused.state is CaseState.AWAITING_SIGNATURE
        assert refused.error
        assert refused.error["kind"] == "NeedsPerson"
        assert first in refused.error["where"]
        return str(refused.error["message"])

    assert told(blank.read_bytes()) == "扫描件就是未签字的空白表"
    assert told(scan[: len(scan) // 3]) == "扫描件无法打开，文件可能已损坏或不完整"
    assert told(b"PK\x03\x04 a Word file by another name") == "扫描件不是 PDF、JPG 或 PNG 文件"
    assert told(b"") == "扫描件是空文件"
    signed_form = form.read_bytes()
    form.write_bytes(b"")
    assert told(b"", first=FORM) == f"扫描件是空文件；《{LETTER}》扫描件是空文件"  # both at once
    form.write_bytes(signed_form)
    shutil.copy(form, letter.with_suffix(".jpg"))
    assert told(scan) == "2 个扫描件同名，不知道用哪一个"
    assert logins(replica) == 1

    letter.with_suffix(".jpg").unlink()
    accepted = clerk.again(case)
    assert outcome(accepted) == "submitted"


@pytest.mark.manual("N11", "N33")
def test_scans_that_the_input_names_are_used_at_once(
    clerk: Clerk, replica: Replica, private_group: NewCard, tmp_path: Path
) -> None:
    form, letter = write_scan(tmp_path / "表.pdf"), write_scan(tmp_path / "函.pdf")
    member = private_group.members[0]
    signed = member.model_copy(update={"files": [*member.files, Attachment(material=FORM, path=form)]})
    case = clerk.prepare(
        private_group.model_copy(
            update={"members": [signed], "files": [Attachment(material=LETTER, path=letter)]}
        )
    )
    assert outcome(case) == "submitted"
    assert logins(replica) == 1


@pytest.mark.manual("N10", "N32")
def test_a_strict_portal_gives_the_letter_only_after_the_signed_forms_two_rounds_of_signing(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    replica.faults("strict_next_step")
    case = clerk.prepare(private_group)
    assert outcome(case) == "awaiting_signature"
    assert [form.form for form in case.to_sign] == [FORM]

    clerk.sign(case)
    case = clerk.again(case)
    assert outcome(case) == "awaiting_signature"
    assert [form.form for form in case.to_sign] == [FORM, LETTER]
    assert [event for event in replica.events() if event["kind"] == "submit"] == []

    put(case, LETTER, write_scan(case.folder / "elsewhere.pdf").read_bytes())
    case = clerk.again(case)
    assert outcome(case) == "submitted"
    assert clerk.life(case) == [
        "received", "preparing", "awaiting_signature", "ready", "completing", "awaiting_signature", "ready",
        "completing", "committing", "submitted",
    ]  # fmt: skip
    [group] = replica.groups()
    assert group["state"] == "待初审"
