"""The sample groups of both accounts, from the sign-in to 我的办件: one run, at which all tests here look."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections import Counter
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from flows.new_card import NewCard
from rpa import resources
from rpa.cases import SIGNED_FOLDER, Case
from rpa.testing import Replica

from .clerk import Clerk, outcome
from .conftest import Hire
from .observer import attachment_names, facts, open_detail, open_new_card, sign_in

FORM, LETTER = "APEC商务旅行卡个人事项表", "APEC商务旅行卡申请函"
CONTRACT = "贸易合同(自定义材料)"


@dataclass
class Done:
    """What the run left: the cases between the two runs and after, the replica's events and groups."""

    clerk: Clerk
    replica: Replica
    waiting: list[Case]
    soe: Case
    private: Case
    events: list[dict[str, Any]]
    prepared: int

    def of(self, case: Case, *kinds: str, later: bool = False) -> list[dict[str, Any]]:
        """The events of a case's account, of these kinds; `later` those after the signature only."""
        events = self.events[self.prepared :] if later else self.events
        return [event for event in events if event["account"] == case.account and event["kind"] in kinds]

    def details(self, case: Case, *kinds: str) -> list[str]:
        """What these events tell."""
        return [event["detail"] for event in self.of(case, *kinds)]

    def group(self, case: Case) -> dict[str, Any]:
        """The group as the portal holds it."""
        assert case.group_no
        return self.replica.group(case.group_no)


@pytest.fixture(scope="module")
def done(hire_for_all: Hire, own_replica: Replica, soe_group: NewCard, private_group: NewCard) -> Done:
    """Both samples filed; the sample scans play the people."""
    clerk = hire_for_all(own_replica)
    waiting = clerk.run(clerk.receive(soe_group), clerk.receive(private_group))
    assert [outcome(case) for case in waiting] == ["awaiting_signature"] * 2
    prepared = len(own_replica.events())
    for case in waiting:
        for form in case.to_sign:
            scan = resources.folder("fixtures") / "new_card" / "signed" / f"{form.path.stem}.pdf"
            (case.folder / SIGNED_FOLDER).mkdir(exist_ok=True)
            shutil.copy(scan, case.folder / SIGNED_FOLDER)
    soe, private = clerk.run(*waiting)
    assert [outcome(soe), outcome(private)] == ["submitted"] * 2
    return Done(clerk, own_replica, waiting, soe, private, own_replica.events(), prepared)


def test_both_groups_are_filed_once_and_the_portal_agrees(done: Done) -> None:
    for case in (done.soe, done.private):
        assert done.group(case)["state"] == "待初审"
        assert "verified" in [event.kind for event in done.clerk.events(case)]
        assert done.clerk.life(case) == [
            "received", "preparing", "awaiting_signature", "ready", "completing", "committing", "submitted",
        ]  # fmt: skip
    assert len(done.replica.groups()) == 2


@pytest.mark.manual("L1", "L2")
def test_each_run_goes_from_the_portals_address_through_apec_and_the_login_page(done: Done) -> None:
    robot = [event for event in done.events if event["kind"] in ("page", "login")]
    walk = [(event["account"], event["kind"], event["detail"]) for event in robot]
    for account in ("demo-soe", "demo-private"):
        signed_in = [place for place, step in enumerate(walk) if step[:2] == (account, "login")]
        assert len(signed_in) == 2  # once to prepare, once after the signature
        for place in signed_in:
            assert walk[place - 2 : place + 2] == [
                ("", "page", "/"),
                ("", "page", "/login"),
                (account, "login", ""),
                (account, "page", "/home"),
            ]
    assert not [event for event in done.events if event["kind"] == "login_failed"]


@pytest.mark.manual("N1", "N2")
def test_a_new_group_is_begun_by_the_tile_and_the_notice(done: Done) -> None:
    for case in (done.soe, done.private):
        assert done.details(case, "page")[:3] == ["/home", "/new_card/notice", "/new_card/member"]
        assert done.details(case, "page").count("/new_card/notice") == 1  # the second run takes the draft up
    # pressed, not typed in; the notice's button is dead until its end has been read
    for address, came_from in (("/new_card/notice", "/home"), ("/new_card/member", "/new_card/notice")):
        asked = [one for one in done.clerk.chromium.requests if one.address.endswith(address)]
        assert [one.came_from for one in asked] == [done.replica.address + came_from] * 2


@pytest.mark.manual("N3", "N5")
def test_the_portal_has_every_field_of_every_member(
    done: Done, soe_group: NewCard, private_group: NewCard
) -> None:
    for case, application in ((done.soe, soe_group), (done.private, private_group)):
        members = done.group(case)["members"]
        assert len(members) == len(application.members)
        for stored, member in zip(members, application.members, strict=True):
            wanted = {
                "姓名": member.name,
                "身份证号": member.id_no,
                "拼音姓": member.surname,
                "拼音名": member.given_name,
                "性别": member.sex,
                "出生日期": member.birth_date.isoformat(),
                "出生地点": member.birth_place,
                "手机号": member.mobile,
                "电子邮箱": member.email or "",
                "部门": member.department or "",
                "职务": member.position,
                "人员类别": member.position_class or "",
                "从事行业": member.industry,
                "任职时间": member.joined_on.isoformat() if member.joined_on else "",
                "是否曾持有APEC卡": member.held_before,
                "有无被拒签记录": member.visa_refused,
                "有无犯罪记录": member.criminal_record,
                "护照种类": member.passport.kind,
                "护照号码": member.passport.number,
                "签发日期": member.passport.issued_on.isoformat(),
                "有效期至": member.passport.expires_on.isoformat(),
                "签发地点": member.passport.issue_place,
                "签发机关": member.passport.authority,
            }
            assert {label: stored["fields"][label] for label in wanted} == wanted


@pytest.mark.manual("N4")
def test_the_known_member_is_brought_in_by_the_button_and_the_unknown_are_typed(done: Done) -> None:
    assert done.details(done.soe, "check_member") == ["known", "unknown"]
    assert done.details(done.private, "check_member") == ["unknown"]


@pytest.mark.manual("N6", "N11", "N33")
def test_the_portal_holds_every_file_byte_for_byte(
    done: Done, soe_group: NewCard, private_group: NewCard
) -> None:
    for case, application in ((done.soe, soe_group), (done.private, private_group)):
        signed = {
            form.member_key: case.folder / SIGNED_FOLDER / f"{form.path.stem}.pdf" for form in case.to_sign
        }
        group = done.group(case)
        assert _sums(group["files"]) == {LETTER: _sum(signed[None])}
        for stored, member in zip(group["members"], application.members, strict=True):
            given = {
                file.material.translate({ord("（"): "(", ord("）"): ")"}): file.path for file in member.files
            }
            pictures = {
                "照片": member.photos.portrait,
                "签名": member.photos.signature,
                "护照信息页": member.photos.passport_page,
            }
            wanted = {**given, **pictures, FORM: signed[member.key]}
            assert _sums(stored["files"]) == {name: _sum(path) for name, path in wanted.items()}


@pytest.mark.manual("N7")
@pytest.mark.manual("N8")
def test_the_two_accounts_have_lists_of_their_own_and_the_files_lie_in_their_rows(
    done: Done, page: Page
) -> None:
    lists: dict[str, list[str]] = {}
    for case in (done.soe, done.private):
        sign_in(page, done.replica, case.account)
        open_new_card(page)
        lists[case.account] = attachment_names(page)
    assert "因公出国人员备案表或任务批件" in lists["demo-soe"]
    assert "因公出国人员备案表或任务批件" not in lists["demo-private"]
    pictures = {"照片", "签名", "护照信息页"}
    for case, custom in ((done.soe, {CONTRACT}), (done.private, set())):
        rows = {file["slot"] for member in done.group(case)["members"] for file in member["files"]}
        assert rows - pictures - set(lists[case.account]) == custom


@pytest.mark.manual("N9", "N31")
def test_the_blank_forms_are_the_portals_own_and_lie_in_to_sign(done: Done, soe_group: NewCard) -> None:
    case = done.waiting[0]
    assert done.details(done.soe, "template") == [FORM, FORM, LETTER]
    assert [(form.form, form.member_name) for form in case.to_sign] == [
        (FORM, "覃样例"),
        (FORM, "韦样一"),
        (LETTER, None),
    ]
    for form, member in zip(case.to_sign[:2], soe_group.members, strict=True):
        assert form.path.parent == case.folder / "to_sign"
        text = _word_text(form.path)
        assert member.name in text
        assert member.passport.number in text
    [letter] = [form for form in case.to_sign if form.form == LETTER]
    shown = "".join(page.extract_text() for page in PdfReader(letter.path).pages)
    assert soe_group.reason[:10] in "".join(shown.split())
    assert case.group_no and case.group_no in shown


@pytest.mark.manual("N12", "N13")
def test_every_stored_file_is_previewed_and_downloaded_once_more_after_the_submission(done: Done) -> None:
    for case in (done.soe, done.private):
        events = done.of(case, "submit", "preview", "download")
        [submitted] = [place for place, event in enumerate(events) if event["kind"] == "submit"]
        seen = Counter((event["kind"], event["detail"]) for event in events[submitted + 1 :])
        group = done.group(case)
        files = [*group["files"], *(file for member in group["members"] for file in member["files"])]
        held = Counter(file["slot"] for file in files)
        assert seen == Counter(
            {(kind, slot): number for kind in ("preview", "download") for slot, number in held.items()}
        )


@pytest.mark.manual("N15")
def test_a_material_that_the_list_does_not_have_gets_a_row_of_its_own(done: Done, page: Page) -> None:
    sign_in(page, done.replica, "demo-soe")
    open_detail(page, done.replica, done.soe.group_no or "")
    shown = page.locator(".file-table").first.locator("tbody tr td:first-child").all_inner_texts()
    assert CONTRACT in shown
    assert done.details(done.soe, "upload").count(CONTRACT) == 1


@pytest.mark.manual("N16", "N17", "N18")
def test_every_member_is_kept_and_the_buttons_lead_on_in_the_manuals_order(done: Done) -> None:
    acts = [detail.split(" ")[0] for detail in done.details(done.soe, "save")]
    # prepared: 暂存 for each, 保存并下一人, 保存并下一步; completed: the two once more
    assert acts == ["draft", "next_member", "draft", "next_step", "next_member", "next_step"]
    acts = [detail.split(" ")[0] for detail in done.details(done.private, "save")]
    assert acts == ["draft", "next_step", "next_step"]
    for case in (done.soe, done.private):
        assert f"/new_card/{case.group_no}/submission" in done.details(case, "page")


@pytest.mark.manual("N19", "N24", "N30")
def test_the_private_group_is_collected_and_paid_online(done: Done, private_group: NewCard) -> None:
    fields = done.group(done.private)["fields"]
    assert (fields["领取方式"], fields["支付方式"]) == ("自取", "在线支付")
    assert fields["收件人"] == ""
    assert fields["申请事由"] == private_group.reason
    assert done.details(done.private, "address") == []


@pytest.mark.manual("N21", "N25", "N26")
def test_the_soe_group_is_mailed_to_a_new_address_with_the_stored_invoice(
    done: Done, soe_group: NewCard
) -> None:
    fields = done.group(done.soe)["fields"]
    assert (fields["领取方式"], fields["支付方式"]) == ("邮寄", "窗口支付")
    assert fields["所在地区"] == "广西壮族自治区/南宁市/良庆区"
    assert (fields["收件人"], fields["详细地址"]) == (soe_group.delivery.recipient, soe_group.delivery.street)
    assert [detail.split(" ")[0] for detail in done.details(done.soe, "address")] == ["add"]
    assert (fields["发票抬头"], fields["税号"]) == (soe_group.invoice.title, soe_group.invoice.tax_no)
    assert done.details(done.soe, "invoice") == []


@pytest.mark.manual("N27")
def test_the_private_group_gets_a_new_invoice_with_all_its_fields(done: Done, private_group: NewCard) -> None:
    assert [detail.split(" ")[0] for detail in done.details(done.private, "invoice")] == ["add"]
    fields, invoice = done.group(done.private)["fields"], private_group.invoice
    wanted = {
        "抬头类型": invoice.title_type,
        "发票抬头": invoice.title,
        "税号": invoice.tax_no,
        "注册地址": invoice.registered_address,
        "注册电话": invoice.registered_phone,
        "开户行": invoice.bank,
        "银行账号": invoice.bank_account,
        "接收邮箱": invoice.email,
        "接收手机": invoice.mobile,
    }
    assert {label: fields[label] for label in wanted} == wanted


@pytest.mark.manual("N34")
def test_the_last_button_is_pressed_once_and_its_question_answered(done: Done) -> None:
    for case in (done.soe, done.private):
        assert done.details(case, "submit") == ["accepted"]
        posts = [
            asked
            for asked in done.clerk.chromium.requests
            if asked.address.endswith(f"/{case.group_no}/submit")
        ]
        assert [asked.method for asked in posts] == ["POST"]
        intent = done.clerk.now(case).intent or {}
        assert (intent["draft"], intent["members"]) == (case.group_no, case.members)


@pytest.mark.manual("N36", "N37")
def test_a_person_sees_the_same_details_and_state(done: Done, page: Page, soe_group: NewCard) -> None:
    sign_in(page, done.replica, "demo-soe")
    open_detail(page, done.replica, done.soe.group_no or "")
    group = facts(page, "基本信息")
    assert (group["当前状态"], group["人数"], group["领取方式"]) == ("待初审", "2", "邮寄")
    for place, member in enumerate(soe_group.members, 1):
        shown = facts(page, f"成员{place}")
        assert (shown["姓名"], shown["护照号码"]) == (member.name, member.passport.number)
    assert page.locator(".file-table tbody tr").count() == sum(
        len(member["files"]) for member in done.group(done.soe)["members"]
    ) + len(done.group(done.soe)["files"])


def test_the_robot_never_asks_for_the_back_office_nor_leaves_the_portal(done: Done) -> None:
    addresses = [asked.address for asked in done.clerk.chromium.requests]
    assert len(addresses) > 100
    assert not [address for address in addresses if "/_backoffice" in address]
    assert not [address for address in addresses if not address.startswith((done.replica.address, "data:"))]


def test_the_steps_are_told_in_the_manuals_words_and_order(done: Done) -> None:
    told = list(dict.fromkeys(done.clerk.steps))
    wanted = [
        "2.1.1（1）点击“新卡申办”",
        "2.1.1（2）阅读《办理须知》",
        "2.1.1（3）A 填写基本信息",
        "2.1.1（3）B 填写护照信息",
        "2.1.1（4）暂存",
        "2.1.1（4）保存并下一步",
        "2.1.2（2）下载《APEC商务旅行卡申请函》",
        "2.1.2（1）A 选择领取方式",
        "2.1.2（1）B 选择支付方式",
        "2.1.2（1）C 选择发票信息",
        "2.1.2（1）D 填写申请事由",
        "保存并上报",
        "2.1.3 核对办件详情",
    ]
    assert [step for step in told if step in wanted] == wanted


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _sums(files: list[dict[str, Any]]) -> dict[str, str]:
    return {file["slot"]: file["sha256"] for file in files}


def _word_text(path: Path) -> str:
    with zipfile.ZipFile(BytesIO(path.read_bytes())) as parts:
        return parts.read("word/document.xml").decode()
