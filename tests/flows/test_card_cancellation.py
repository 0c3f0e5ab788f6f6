"""2.5 注销: one whole job at which many tests look, and why a card is refused."""

from __future__ import annotations

import pytest

from rpa.cases import CaseState
from rpa.testing import Replica

from .clerk import Clerk, outcome
from .conftest import Hire
from .sources import Done, Inputs, Portal, file_whole, no_names

KIND = "card_cancellation"


@pytest.fixture(scope="module")
def done(hire_for_all: Hire, own_replica: Replica, tmp_path_factory: pytest.TempPathFactory) -> Done:
    """Three holders in another order than the list's; one card has expired."""
    portal, inputs = Portal(own_replica), Inputs(tmp_path_factory.mktemp("papers"))
    (first, *_, last), [expired] = portal.cards(), portal.cards("已到期")
    application = inputs.card_cancellation(
        [last, expired, first],
        reason="其他",
        other_reason="所在部门撤销",
        note="旧卡已交回。\n共三张。",
        files=[inputs.paper("交回旧卡的收据(自定义材料)")],
    )
    return file_whole(hire_for_all(own_replica), portal, application)


@pytest.mark.manual("C13")
def test_the_group_is_filed_once_and_the_portal_agrees(done: Done) -> None:
    done.is_filed_once_and_proved()


@pytest.mark.manual("C1", "C2")
def test_the_first_card_is_chosen_on_the_page_of_the_tile(done: Done) -> None:
    done.came_by_the_menu()
    opened = [one.address for one in done.clerk.chromium.requests if f"/{KIND}/fill" in one.address]
    card_no = done.application.members[0].card_no  # type: ignore[attr-defined]
    assert [address.partition("source=")[2] for address in opened] == [card_no] * 2


@pytest.mark.manual("C3", "C4")
def test_the_reason_and_the_note_are_the_inputs(done: Done) -> None:
    assert done.group["fields"] == {
        "办理原因": "其他",
        "其他原因": "所在部门撤销",
        "说明": "旧卡已交回。\n共三张。",
        "人数": "3",
    }


@pytest.mark.manual("C5")
def test_every_holder_is_there_with_his_card(done: Done) -> None:
    wanted = {(one.name, one.id_no, one.card_no) for one in done.application.members}  # type: ignore[attr-defined]
    filed = [one["fields"] for one in done.group["members"]]
    assert {(one["姓名"], one["身份证号"], one["卡号"]) for one in filed} == wanted


@pytest.mark.manual("C7")
def test_the_blank_form_is_handed_out_with_the_people(done: Done) -> None:
    done.handed_out_the_report()
    assert "所在部门撤销" in done.text_of_report()


@pytest.mark.manual("C8")
def test_the_case_waits_for_the_signature_and_nothing_is_kept_meanwhile(done: Done) -> None:
    done.waited_for_the_signature()


@pytest.mark.manual("C9", "C12")
def test_the_portal_holds_every_file_byte_for_byte(done: Done) -> None:
    done.has_the_files()


@pytest.mark.manual("C14")
def test_the_list_of_this_type_shows_the_group_its_state_and_its_details(done: Done) -> None:
    done.is_listed_with_its_state()


def test_the_steps_are_told_in_the_manuals_words_and_order(done: Done) -> None:
    assert list(dict.fromkeys(step for step in done.clerk.steps if step.startswith("2.5"))) == [
        "2.5.1（1）（2）选择需要注销的APEC卡",
        "2.5.1（3）A 选择办理原因",
        "2.5.1（3）B 补充信息",
        "2.5.1（3）C 下载《注销报告》",
        "2.5.1（3）C 上传附件",
        "2.5.1（5）检查",
        "2.5.2 核对办件详情",
    ]


# --- which card ------------------------------------------------------------------------------------------------------


@pytest.mark.manual("C2")
def test_a_card_without_its_number_is_found_by_its_holder(
    clerk: Clerk, portal: Portal, inputs: Inputs
) -> None:
    [card, *_] = portal.cards()
    case = clerk.receive(inputs.signed(inputs.card_cancellation([{**card, "卡号": None}])))
    assert outcome(clerk.again(case)) == "submitted"
    [group] = portal.filed()
    assert group["source"] == [card["卡号"]]


def test_a_holder_of_several_cards_is_a_persons_matter(clerk: Clerk, portal: Portal, inputs: Inputs) -> None:
    [card, *_] = portal.cards()
    twin = portal.another_card(**{key: card[key] for key in ("姓名", "性别", "身份证号")})
    case = clerk.prepare(inputs.card_cancellation([{**card, "卡号": None}]))
    assert case.state is CaseState.NEEDS_PERSON
    assert case.error
    assert case.error["message"].startswith("该成员有 2 张可选的旅行卡：")
    no_names(case.error, card, twin)
    # with the number it is clear which one is meant
    case = clerk.prepare(inputs.card_cancellation([twin]))
    assert outcome(case) == "awaiting_signature"
    assert portal.filed() == []


@pytest.mark.parametrize("shown", ["已注销", "已换发"])
def test_a_card_that_is_void_is_refused(clerk: Clerk, portal: Portal, inputs: Inputs, shown: str) -> None:
    [card] = portal.cards(shown)
    refused = portal.refused(clerk, inputs.card_cancellation([*portal.cards()[:1], card]))
    assert refused.message == "可选的旅行卡中没有该成员的卡（同名或同号的：无）"
    assert refused.where == "成员 2"
    assert shown in refused.advice
    no_names(refused, card)


def test_a_card_of_another_open_group_is_refused(clerk: Clerk, portal: Portal, inputs: Inputs) -> None:
    [card, *_] = portal.cards()
    with portal.filer() as filer:
        portal.first.append(filer.filed("card_replacement", card["卡号"]))
    refused = portal.refused(clerk, inputs.card_cancellation([card]))
    assert refused.message == "可选的旅行卡中没有该成员的卡（同名或同号的：无）"
    assert "在其他办理中的团组中" in refused.advice
