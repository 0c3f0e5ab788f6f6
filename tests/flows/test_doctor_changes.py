"""What `ywtb doctor` says of a portal that has changed: lists of entries, twins, blank forms, what was accepted before."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rpa.doctor.changes import changed
from rpa.doctor.findings import Examination, Kind
from rpa.doctor.kept import accepted, keep
from rpa.doctor.overlay import overlay
from rpa.flow import pack_files
from rpa.screen import load_packs
from rpa.testing import Replica

from .clerk import Clerk
from .sources import Portal
from .test_doctor import amiss, examine, one

pytestmark = [pytest.mark.long, pytest.mark.timeout(180)]

NEXT_VERSION = """
from dataclasses import replace
from mock_portal import blank_forms, regressions
report = blank_forms.REPORTS["换卡报告"]
blank_forms.REPORTS["换卡报告"] = replace(report, paragraphs=(*report.paragraphs, "旧卡随本报告一并交回。"))
CHANGES = {
    ">旅行卡丢失</option>": ">旅行卡遗失</option>",
    "<th>序号</th>": "<th>编号</th>",
    '<label class="layui-form-label">邮编</label>': '<label class="layui-form-label"><em>*</em>邮编</label>',
}
def act(answer):
    for old, new in CHANGES.items():
        if answer.html is not None:
            answer.put(answer.html.replace(old, new))
regressions.REGRESSIONS["next"] = regressions.Regression("next", "C1", "the next version", "GET /.*", answer=act)
from mock_portal.__main__ import main
main()
"""


class NextVersion(Replica):
    """A later version of the portal: an option and a heading called otherwise, a further required field, a new report."""

    def _command(self) -> list[str]:
        """The replica, changed before it starts."""
        return [sys.executable, "-c", NEXT_VERSION, *super()._command()[3:], "--regression", "next"]


@pytest.fixture
def next_version() -> Iterator[Replica]:
    """It runs."""
    with NextVersion() as replica:
        yield replica


def _against_what_was_accepted(clerk: Clerk, examination: Examination) -> set[str]:
    """What has changed, one line each; the examination is kept."""
    known = clerk.do(accepted, clerk.ledger, examination.portal)
    clerk.do(keep, clerk.ledger, examination)
    return {f"{one.screen} {one.key}: {one.message}" for one in changed(examination, known)}


def test_a_later_version_differs_from_what_was_accepted(
    clerk: Clerk, portal: Portal, next_version: Replica, tmp_path: Path
) -> None:
    assert _against_what_was_accepted(clerk, examine(clerk, tmp_path / "1", "card_replacement")) == set()
    Portal(next_version)
    clerk.profile = clerk.profile.model_copy(update={"address": f"{next_version.address}/"})
    examination = examine(clerk, tmp_path / "2", "card_replacement")
    assert examination.is_safe
    found = _against_what_was_accepted(clerk, examination)
    assert found == {
        "card_replacement.filing reason: 选项新增“旅行卡遗失”；少了“旅行卡丢失”",
        "card_replacement.filing report: 空白表的内容变了",
        "card_replacement.filing attachments.headings: 列新增“编号”；少了“序号”",
        "common.address postcode: 现为必填",
        "common.my_applications groups.headings: 列新增“编号”；少了“序号”",
    }


def _laid(clerk: Clerk, tmp_path: Path, words: str) -> None:
    """The packs with other words in them, as if the page had changed."""
    path = tmp_path / "words.yaml"
    path.write_text(words, encoding="utf-8")
    clerk.pack = load_packs(pack_files(), [path])


@pytest.mark.parametrize(
    ("kind", "word", "entry"),
    [
        ("card_replacement", "卡号", "{text: 卡号码, kind: lines}"),
        ("early_card", "团组号", "{text: 团组编号, kind: rows}"),
    ],
)
def test_a_list_whose_word_has_changed_stops_filing_and_its_overlay_mends_it(
    clerk: Clerk, portal: Portal, tmp_path: Path, kind: str, word: str, entry: str
) -> None:
    _laid(clerk, tmp_path, f"{kind}: {{screens: {{selection: {{cards: {{sources: {entry}}}}}}}}}")
    examination = examine(clerk, tmp_path, kind)
    found = one(examination, f"{kind}.selection", "sources")
    assert (found.kind, found.proposal and found.proposal.text) == (Kind.RENAMED, word)
    assert not examination.is_safe
    written = overlay(clerk.pack, examination.findings)
    assert written is not None
    _laid(clerk, tmp_path, written)
    again = examine(clerk, tmp_path / "again", kind)
    assert one(again, f"{kind}.selection", "sources").kind is Kind.FOUND
    assert again.is_safe


def test_stored_entries_that_the_packs_do_not_read_stop_filing(
    clerk: Clerk, portal: Portal, tmp_path: Path
) -> None:
    stored = "{address: {text: 调整, section: B 领取方式}, invoice: {text: 修改, section: D 发票抬头}}"
    _laid(clerk, tmp_path, f"card_replacement: {{screens: {{filing: {{cards: {stored}}}}}}}")
    examination = examine(clerk, tmp_path, "card_replacement")
    blocking = {found.key: found.kind for found in examination.findings if found.blocks}
    assert set(blocking) == {"address", "invoice"}
    assert "标题可能改了名" in one(examination, "card_replacement.filing", "invoice").message


def test_a_list_that_is_empty_today_says_nothing(clerk: Clerk, replica: Replica, tmp_path: Path) -> None:
    examination = examine(clerk, tmp_path, "early_card")
    assert examination.is_safe
    assert {found.kind for found in examination.amiss} == {Kind.UNREACHED}


def test_who_may_be_added_is_looked_at(clerk: Clerk, portal: Portal, tmp_path: Path) -> None:
    examination = examine(clerk, tmp_path, "passport_change")
    assert amiss(examination) == []
    assert one(examination, "common.add_person", "choose").kind is Kind.FOUND
    assert one(examination, "common.add_person", "offered").kind is Kind.FOUND
    _laid(clerk, tmp_path, "common: {screens: {add_person: {cards: {offered: {text: 人名, kind: rows}}}}}")
    blind = examine(clerk, tmp_path / "blind", "passport_change")
    assert [(found.screen, found.key) for found in blind.findings if found.blocks] == [
        ("common.add_person", "offered")
    ]


def test_two_of_a_name_stop_filing(clerk: Clerk, replica: Replica, tmp_path: Path) -> None:
    replica.faults("label_renamed", field="部门", to="职务")
    examination = examine(clerk, tmp_path, "new_card")
    found = one(examination, "new_card.member", "position")
    assert (found.kind, found.message) == (Kind.AMBIGUOUS, "页面上有 2 个")
    assert not examination.is_safe


def test_a_blank_form_that_cannot_be_had_is_told(clerk: Clerk, portal: Portal, tmp_path: Path) -> None:
    portal.replica.faults("error_before", at="template", times=0)
    examination = examine(clerk, tmp_path, "card_cancellation")
    told = [found for found in examination.amiss if found.part == "forms"]
    assert [(found.key, found.kind) for found in told] == [("report", Kind.UNREACHED)]
    assert told[0].message.startswith("下载不到空白表")
    assert "后面的没有看" in one(examination, "card_cancellation.filing", "注销").message
