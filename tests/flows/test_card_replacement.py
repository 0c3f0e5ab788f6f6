"""2.4 换补卡: one whole job at which many tests look, the books and the reasons, and why a card is refused."""

from __future__ import annotations

from typing import Any

import pytest

from rpa.cases import CaseState
from rpa.testing import Replica

from .clerk import Clerk, outcome
from .conftest import Hire
from .sources import INVOICE, Done, Inputs, Portal, file_whole, new_passport, no_names

KIND = "card_replacement"
NEW_PASSPORT = "关联护照丢失/过期/签证页满"
PASSPORT_PAPERS = ("原卡正反面扫描件", "新护照信息页", "旧护照信息页")


def with_passports(inputs: Inputs, people: list[Any], **changes: Any) -> Any:
    """New cards because of new passports."""
    plain = inputs.card_replacement(people)
    members = [
        {**member.model_dump(), "new_passport": new_passport(600 + place)}
        for place, member in enumerate(plain.members, 1)
    ]
    given = {"reason": NEW_PASSPORT, "files": [inputs.paper(name) for name in PASSPORT_PAPERS]}
    return inputs.card_replacement(people, members=members, **{**given, **changes})


@pytest.fixture(scope="module")
def done(hire_for_all: Hire, own_replica: Replica, tmp_path_factory: pytest.TempPathFactory) -> Done:
    """Three holders with new passports, neither in the list's order nor next to each other, and so many cards
    that the list has pages."""
    portal, inputs = Portal(own_replica), Inputs(tmp_path_factory.mktemp("papers"))
    first, *_, last = portal.cards()
    for _ in range(12):
        portal.another_card()
    files = [inputs.paper(name) for name in (*PASSPORT_PAPERS, "情况说明(自定义材料)")]
    application = with_passports(inputs, [last, portal.cards()[1], first], files=files)
    return file_whole(hire_for_all(own_replica), portal, application)


@pytest.mark.manual("R19")
def test_the_group_is_filed_once_and_the_portal_agrees(done: Done) -> None:
    done.is_filed_once_and_proved()


@pytest.mark.manual("R1", "R2")
def test_the_first_card_is_chosen_on_the_page_of_the_tile(done: Done) -> None:
    done.came_by_the_menu()
    opened = [one.address for one in done.clerk.chromium.requests if f"/{KIND}/fill" in one.address]
    card_no = done.application.members[0].card_no  # type: ignore[attr-defined]
    assert [address.partition("source=")[2] for address in opened] == [card_no] * 2


@pytest.mark.manual("R5", "R10", "R11")
def test_every_holder_is_there_with_his_card_and_his_new_passport(done: Done) -> None:
    filed = {one["fields"]["卡号"]: one["fields"] for one in done.group["members"]}
    assert done.group["fields"]["换卡原因"] == NEW_PASSPORT
    assert len(filed) == 3
    for member in done.application.members:
        fields = filed[member.card_no]  # type: ignore[attr-defined]
        passport = member.new_passport  # type: ignore[attr-defined]
        assert (fields["姓名"], fields["身份证号"]) == (member.name, member.id_no)
        assert {label: value for label, value in fields.items() if label.startswith("新护照")} == {
            "新护照号码": passport.number,
            "新护照签发日期": passport.issued_on.isoformat(),
            "新护照有效期至": passport.expires_on.isoformat(),
            "新护照签发地点": passport.issue_place,
            "新护照签发机关": passport.authority,
        }


@pytest.mark.manual("R7", "R8", "R9")
def test_the_cards_are_collected_paid_at_the_window_and_invoiced_as_stored(done: Done) -> None:
    fields = done.group["fields"]
    assert (fields["领取方式"], fields["支付方式"], fields["收件人"]) == ("自取", "窗口支付", "")
    assert (fields["发票抬头"], fields["接收邮箱"]) == (INVOICE["title"], INVOICE["email"])
    assert done.details("address", "invoice") == []


@pytest.mark.manual("R13")
def test_the_blank_form_is_handed_out_with_the_people(done: Done) -> None:
    done.handed_out_the_report()
    for member in done.application.members:
        assert member.card_no in done.text_of_report()  # type: ignore[attr-defined]


@pytest.mark.manual("R14")
def test_the_case_waits_for_the_signature_and_nothing_is_kept_meanwhile(done: Done) -> None:
    done.waited_for_the_signature()


@pytest.mark.manual("R15", "R18")
def test_the_portal_holds_every_file_byte_for_byte(done: Done) -> None:
    done.has_the_files()


@pytest.mark.manual("R20")
def test_the_list_of_this_type_shows_the_group_its_state_and_its_details(done: Done) -> None:
    done.is_listed_with_its_state()


def test_the_steps_are_told_in_the_manuals_words_and_order(done: Done) -> None:
    assert list(dict.fromkeys(step for step in done.clerk.steps if step.startswith("2.4"))) == [
        "2.4.1（1）（2）选择需要换补卡的APEC卡",
        "2.4.1（3）A 选择换卡原因",
        "2.4.1（3）B 选择领取方式",
        "2.4.1（3）C 选择支付方式",
        "2.4.1（3）D 选择发票信息",
        "2.4.1（3）E 补充信息",
        "2.4.1（3）F 下载《换卡报告》",
        "2.4.1（3）F 上传附件",
        "2.4.1（4）检查",
        "2.4.2 核对办件详情",
    ]


# --- the other reasons, with what else is chosen ---------------------------------------------------------------------

MAILED = {
    "method": "邮寄",
    "recipient": "覃样例",
    "phone": "13900000011",
    "province": "广西壮族自治区",
    "city": "南宁市",
    "district": "青秀区",
    "street": "样例路1号国贸大厦10层",
    "postcode": "530022",
}
MOVED = {**MAILED, "street": "样例路9号新大楼2层"}


def file_one(
    clerk: Clerk, portal: Portal, inputs: Inputs, **changes: Any
) -> tuple[dict[str, str], list[str]]:
    """One new card filed; what the portal holds about the whole group, and what was done to the books meanwhile."""
    before = len(portal.replica.events())
    case = clerk.receive(inputs.signed(inputs.card_replacement(portal.cards()[:1], **changes)))
    assert outcome(clerk.again(case)) == "submitted"
    [group] = portal.filed()
    events = portal.replica.events()[before:]
    acts = [
        f"{event['kind']} {event['detail'].split(' ')[0]}"
        for event in events
        if event["kind"] in ("address", "invoice")
    ]
    return group["fields"], acts


@pytest.mark.manual("R3", "R7", "R8", "R9")
def test_a_worn_card_is_mailed_to_a_stored_address_and_paid_online(
    clerk: Clerk, portal: Portal, inputs: Inputs
) -> None:
    fields, acts = file_one(clerk, portal, inputs, delivery=MAILED, payment={"method": "在线支付"})
    assert (fields["换卡原因"], fields["领取方式"], fields["支付方式"]) == (
        "旅行卡旧卡破损",
        "邮寄",
        "在线支付",
    )
    assert (fields["收件人"], fields["详细地址"]) == ("覃样例", MAILED["street"])
    assert fields["所在地区"] == "广西壮族自治区/南宁市/青秀区"
    assert acts == []


@pytest.mark.manual("R4", "R7", "R9")
def test_for_more_economies_with_the_stored_address_and_invoice_changed(
    clerk: Clerk, portal: Portal, inputs: Inputs
) -> None:
    fields, acts = file_one(
        clerk,
        portal,
        inputs,
        reason="申请提前制卡后获更多经济体批准",
        delivery={**MOVED, "address_book": "修改"},
        invoice={**INVOICE, "email": "new@soe.example.invalid", "invoice_book": "修改"},
    )
    assert fields["换卡原因"] == "申请提前制卡后获更多经济体批准"
    assert (fields["详细地址"], fields["接收邮箱"]) == (MOVED["street"], "new@soe.example.invalid")
    assert acts == ["address change", "invoice change"]


@pytest.mark.manual("R6", "R7", "R9")
def test_a_lost_card_with_an_address_and_an_invoice_added_and_the_old_ones_deleted(
    clerk: Clerk, portal: Portal, inputs: Inputs
) -> None:
    fields, acts = file_one(
        clerk,
        portal,
        inputs,
        reason="旅行卡丢失",
        files=[inputs.paper("报案或挂失证明")],
        delivery={**MOVED, "address_book": "替换"},
        invoice={**INVOICE, "email": "new@soe.example.invalid", "invoice_book": "替换"},
    )
    assert fields["换卡原因"] == "旅行卡丢失"
    assert (fields["详细地址"], fields["接收邮箱"]) == (MOVED["street"], "new@soe.example.invalid")
    assert acts == ["address add", "address delete", "invoice add", "invoice delete"]


# --- which card ------------------------------------------------------------------------------------------------------


@pytest.mark.manual("R2", "R11")
def test_cards_without_their_numbers_are_found_by_their_holders(
    clerk: Clerk, portal: Portal, inputs: Inputs
) -> None:
    first, second, *_ = portal.cards()
    people = [{**one, "卡号": None} for one in (second, first)]
    case = clerk.receive(inputs.signed(inputs.card_replacement(people)))
    assert outcome(clerk.again(case)) == "submitted"
    [group] = portal.filed()
    assert sorted(group["source"]) == sorted([first["卡号"], second["卡号"]])


@pytest.mark.parametrize("place", [0, 1], ids=["on the selection page", "among the other cards"])
def test_a_holder_of_several_cards_is_a_persons_matter(
    clerk: Clerk, portal: Portal, inputs: Inputs, place: int
) -> None:
    first, second, *_ = portal.cards()
    twin = portal.another_card(**{key: first[key] for key in ("姓名", "性别", "身份证号")})
    people = [{**first, "卡号": None}, second]
    if place:
        people.reverse()
    case = clerk.prepare(inputs.card_replacement(people))
    assert case.state is CaseState.NEEDS_PERSON
    assert case.error
    masked = "、".join(f"{first['姓名'][0]}＊＊＊ CH＊＊＊＊＊＊＊{no['卡号'][-2:]}" for no in (twin, first))
    assert case.error["message"] == f"该成员有 2 张可选的旅行卡：{masked}"
    assert case.error["where"] == f"成员 {place + 1}"
    assert "填写卡号" in case.error["advice"]
    no_names(case.error, first, second, twin)
    assert portal.filed() == []


@pytest.mark.parametrize("shown", ["已注销", "已换发", "已到期"])
def test_a_card_that_is_void_is_refused(clerk: Clerk, portal: Portal, inputs: Inputs, shown: str) -> None:
    [card] = portal.cards(shown)
    refused = portal.refused(clerk, inputs.card_replacement([card]))
    assert refused.message == "可选的旅行卡中没有该成员的卡（同名或同号的：无）"
    assert refused.where == "成员 1"
    assert shown in refused.advice
    no_names(refused, card)


def test_a_card_of_another_open_group_is_refused(clerk: Clerk, portal: Portal, inputs: Inputs) -> None:
    first, second, *_ = portal.cards()
    with portal.filer() as filer:
        portal.first.append(filer.filed("card_cancellation", second["卡号"]))
    refused = portal.refused(clerk, inputs.card_replacement([first, second]))
    assert refused.message == "可选的旅行卡中没有该成员的卡（同名或同号的：无）"
    assert refused.where == "成员 2"
    assert "在其他办理中的团组中" in refused.advice


def test_a_number_that_is_somebody_elses_is_refused_and_the_card_told_with_masks(
    clerk: Clerk, portal: Portal, inputs: Inputs
) -> None:
    first, second, *_ = portal.cards()
    refused = portal.refused(clerk, inputs.card_replacement([{**first, "卡号": second["卡号"]}]))
    masked = f"{second['姓名'][0]}＊＊＊ CH＊＊＊＊＊＊＊{second['卡号'][-2:]}"
    assert refused.message == f"可选的旅行卡中没有该成员的卡（同名或同号的：{masked}）"
    no_names(refused, first, second)


# --- other refusals --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "given", "missing"),
    [
        ("旅行卡旧卡破损", (), "原卡正反面扫描件"),
        ("旅行卡丢失", ("原卡正反面扫描件",), "报案或挂失证明"),
        (NEW_PASSPORT, ("原卡正反面扫描件",), "新护照信息页、旧护照信息页"),
    ],
)
def test_a_reason_whose_papers_are_missing_is_refused_with_all_of_them(
    clerk: Clerk, portal: Portal, inputs: Inputs, reason: str, given: tuple[str, ...], missing: str
) -> None:
    files = [inputs.paper(name) for name in given]
    make = with_passports if reason == NEW_PASSPORT else Inputs.card_replacement
    refused = portal.refused(clerk, make(inputs, portal.cards()[:1], reason=reason, files=files))
    assert refused.message == f"缺少必需的附件：{missing}"


def test_a_new_passport_that_is_the_old_one_is_refused(clerk: Clerk, portal: Portal, inputs: Inputs) -> None:
    [card, *_] = portal.cards()
    application = with_passports(inputs, [card])
    [member] = application.members
    same = member.new_passport.model_copy(update={"number": card["护照号码"]})
    members = [member.model_copy(update={"new_passport": same})]
    refused = portal.refused(clerk, application.model_copy(update={"members": members}))
    assert refused[:2] == ("新护照号码与原护照号码相同", "成员 1")
    no_names(refused, card)
