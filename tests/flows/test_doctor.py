"""`ywtb doctor`: the walk through the replica, what it finds amiss, and what comes of its proposals."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from flows.new_card import NewCard
from mock_portal.faults.changes import RENAMED
from rpa.cases import CaseState
from rpa.doctor.findings import Examination, Finding, Kind
from rpa.doctor.overlay import overlay
from rpa.doctor.walk import Walk
from rpa.flow import flow, flows, pack_files
from rpa.screen import load_packs
from rpa.testing import Replica
from tests.samples import signed_sample

from .clerk import Clerk
from .sources import Inputs, Portal

ACCOUNT = "demo-soe"


def examine(clerk: Clerk, folder: Path, *kinds: str, sample: NewCard | None = None) -> Examination:
    """A walk through the tours of these business types, or of all."""
    chosen = [flow(kind) for kind in kinds] or list(flows().values())
    samples = {"new_card": sample} if sample else {}
    return clerk.do(Walk(clerk.sign_ins(), ACCOUNT, folder, chosen, samples).run)


def amiss(examination: Examination) -> list[str]:
    """What is not simply found, one line each."""
    return [f"{one.screen} {one.key}: {one}" for one in examination.amiss]


def one(examination: Examination, screen: str, key: str) -> Finding:
    """The finding of an element."""
    return next(found for found in examination.findings if (found.screen, found.key) == (screen, key))


def test_the_replica_is_what_the_packs_say_and_nothing_is_left_on_it(
    clerk: Clerk, portal: Portal, tmp_path: Path
) -> None:
    before = [group["group_no"] for group in portal.replica.groups()]
    examination = examine(clerk, tmp_path)
    assert amiss(examination) == []
    assert examination.is_safe
    screens = {seen.screen for seen in examination.seen}
    assert {f"{kind}.filing" for kind in flows() if kind != "new_card"} <= screens
    assert {"common.login", "new_card.notice", "new_card.member", "common.new_attachment"} <= screens
    assert [group["group_no"] for group in portal.replica.groups()] == before


def test_with_drafts_the_pages_behind_the_draft_are_seen_and_the_draft_is_gone(
    clerk: Clerk, replica: Replica, tmp_path: Path, soe_group: NewCard
) -> None:
    examination = examine(clerk, tmp_path, "new_card", sample=soe_group)
    assert amiss(examination) == []
    screens = {seen.screen for seen in examination.seen}
    assert {"new_card.submission", "common.address", "common.invoice"} <= screens
    assert replica.groups() == []


def test_a_renamed_label_stops_filing_and_its_accepted_proposal_mends_it(
    clerk: Clerk, replica: Replica, tmp_path: Path, private_group: NewCard
) -> None:
    replica.faults("label_renamed", field="手机号", to="联系方式")
    examination = examine(clerk, tmp_path, "new_card")
    assert not examination.is_safe
    assert [(found.screen, found.key) for found in examination.findings if found.blocks] == [
        ("new_card.member", "mobile")
    ]
    found = one(examination, "new_card.member", "mobile")
    assert found.kind is Kind.RENAMED
    assert found.proposal is not None
    assert found.proposal.text == "联系方式"
    assert found.proposal.locator
    assert Path(found.proposal.picture).read_bytes().startswith(b"\x89PNG")

    case = clerk.prepare(private_group)
    assert case.error is not None
    assert case.error["kind"] == "PageChanged"
    written = overlay(clerk.pack, examination.findings)
    assert written is not None
    path = tmp_path / "proposed.yaml"
    path.write_text(written, encoding="utf-8")
    proposed = YAML(typ="safe").load(path)
    assert proposed["new_card"]["screens"]["member"]["fields"]["mobile"][0] == "联系方式"
    clerk.pack = load_packs(pack_files(), [path])
    assert examine(clerk, tmp_path / "again", "new_card").is_safe


@pytest.mark.long
@pytest.mark.timeout(180)
@pytest.mark.parametrize("kind", list(flows()))
def test_a_renamed_label_of_any_business_type_files_nothing_until_its_overlay_is_laid_on(
    clerk: Clerk, portal: Portal, inputs: Inputs, tmp_path: Path, kind: str
) -> None:
    application = signed_sample() if kind == "new_card" else inputs.signed(inputs.of(kind, portal))
    portal.replica.faults("label_renamed")
    case = clerk.prepare(application)
    assert (case.state, (case.error or {}).get("kind")) == (CaseState.NEEDS_PERSON, "PageChanged")
    assert {group["state"] for group in portal.filed()} <= {"暂存"}

    examination = examine(clerk, tmp_path / "looked", kind)
    renamed = {(one.title, one.proposal.text) for one in examination.findings if one.blocks and one.proposal}
    assert renamed
    assert renamed <= set(RENAMED.items())
    written = overlay(clerk.pack, examination.findings)
    assert written is not None
    path = tmp_path / "proposed.yaml"
    path.write_text(written, encoding="utf-8")
    clerk.pack = load_packs(pack_files(), [path])
    case = clerk.back_to_work(case)
    assert (case.state, case.error) == (CaseState.SUBMITTED, None)
    assert len(portal.filed()) == 1


@pytest.mark.long
@pytest.mark.parametrize("fault", ["ids_changed", "order_changed"])
def test_what_nobody_reads_may_change(clerk: Clerk, replica: Replica, tmp_path: Path, fault: str) -> None:
    replica.faults(fault)
    examination = examine(clerk, tmp_path)
    assert examination.is_safe
    assert not [found for found in examination.amiss if found.kind is not Kind.UNREACHED]
