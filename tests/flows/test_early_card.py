"""2.3 提前制卡: one whole job at which many tests look, and why a group or a person is refused."""

from __future__ import annotations

import pytest

from rpa.testing import Replica

from .clerk import Clerk, outcome
from .conftest import Hire
from .sources import Done, Inputs, Portal, file_whole, no_names

KIND = "early_card"


@pytest.fixture(scope="module")
def done(hire_for_all: Hire, own_replica: Replica, tmp_path_factory: pytest.TempPathFactory) -> Done:
    """The third and the second of a group of three, in this order; the page opens with the first."""
    portal, inputs = Portal(own_replica), Inputs(tmp_path_factory.mktemp("papers"))
    number, (_, second, third) = portal.deciding()
    own_replica.decide(number, {"AUS": "已批准"}, member=2)
    files = [inputs.paper("行程说明(自定义材料)")]
    application = inputs.early_card([third, second], source_group=number, files=files)
    return file_whole(hire_for_all(own_replica), portal, application)


@pytest.mark.manual("E11")
def test_the_group_is_filed_once_and_the_portal_agrees(done: Done) -> None:
    done.is_filed_once_and_proved()


@pytest.mark.manual("E1", "E2")
def test_the_group_is_chosen_on_the_page_of_the_tile(done: Done) -> None:
    done.came_by_the_menu()
    assert done.group["source"] == [done.application.source_group]  # type: ignore[attr-defined]


@pytest.mark.manual("E3", "E4")
def test_the_people_are_the_inputs_whomever_the_page_shows_first(done: Done) -> None:
    people = {(member.name, member.id_no) for member in done.application.members}
    filed = {(one["fields"]["姓名"], one["fields"]["身份证号"]) for one in done.group["members"]}
    assert filed == people
    # 添加 for each of the two, in both runs; the first of the group was there and is gone
    assert len(done.came_from(f"/{KIND}/candidates")) == 4
    first = done.portal.replica.group(done.group["source"][0])["members"][0]["fields"]
    assert (first["姓名"], first["身份证号"]) not in people


@pytest.mark.manual("E5")
def test_the_blank_form_is_handed_out_with_the_people(done: Done) -> None:
    done.handed_out_the_report()


@pytest.mark.manual("E6")
def test_the_case_waits_for_the_signature_and_nothing_is_kept_meanwhile(done: Done) -> None:
    done.waited_for_the_signature()


@pytest.mark.manual("E7", "E10")
def test_the_portal_holds_every_file_byte_for_byte(done: Done) -> None:
    done.has_the_files()


@pytest.mark.manual("E12")
def test_the_list_of_this_type_shows_the_group_its_state_and_its_details(done: Done) -> None:
    done.is_listed_with_its_state()


def test_the_steps_are_told_in_the_manuals_words_and_order(done: Done) -> None:
    assert list(dict.fromkeys(step for step in done.clerk.steps if step.startswith("2.3"))) == [
        "2.3.1（1）（2）选择需要提前制卡的团组",
        "2.3.1（3）A 人员列表",
        "2.3.1（3）B 下载《申请报告》",
        "2.3.1（3）B 上传附件",
        "2.3.1（4）检查",
        "2.3.2 核对办件详情",
    ]


@pytest.mark.manual("E2")
def test_a_group_without_its_number_is_found_by_its_people(
    clerk: Clerk, portal: Portal, inputs: Inputs
) -> None:
    number, (_, _, third) = portal.deciding()
    case = clerk.receive(inputs.signed(inputs.early_card([third])))
    assert outcome(clerk.again(case)) == "submitted"
    [group] = portal.filed()
    assert (group["source"], len(group["members"])) == ([number], 1)


# --- refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["已受理", "制卡中"])
def test_a_group_on_which_no_economy_is_deciding_is_refused(
    clerk: Clerk, portal: Portal, inputs: Inputs, state: str
) -> None:
    number, (first, *_) = portal.deciding()
    portal.office.state(number, state)
    refused = portal.refused(clerk, inputs.early_card([first], source_group=number))
    assert refused[:2] == (f"该团组不能选择（当前状态：{state}）", number)
    assert "须在经济体审批中、至少一个经济体已批准" in refused.advice


def test_somebody_whom_no_economy_has_approved_is_refused(
    clerk: Clerk, portal: Portal, inputs: Inputs
) -> None:
    number, (first, second, third) = portal.deciding()
    refused = portal.refused(clerk, inputs.early_card([first, second], source_group=number))
    assert refused.message == f"可添加的人员中没有该成员（可选：{third['姓名'][0]}＊＊＊）"
    assert refused.where == "成员 2"
    assert "至少一个经济体已批准" in refused.advice
    no_names(refused, first, second, third)


def test_somebody_on_whom_all_economies_have_decided_is_refused(
    clerk: Clerk, portal: Portal, inputs: Inputs
) -> None:
    number, (first, *others) = portal.deciding()
    decided = portal.replica.group(number)["members"][0]["economies"]
    portal.replica.decide(number, dict.fromkeys(decided, "已批准"))
    refused = portal.refused(clerk, inputs.early_card([first], source_group=number))
    assert refused[:2] == ("该团组不能选择（当前状态：经济体审批中）", number)
    assert "仍有经济体未批准" in refused.advice
    # by the people alone there is none to be found either
    refused = portal.refused(clerk, inputs.early_card([first]))
    assert refused.message == "可选的团组中没有同时包含这些成员的团组（同名的：无）"
    no_names(refused, first, *others)


def test_somebody_whose_passport_is_being_changed_is_refused(
    clerk: Clerk, portal: Portal, inputs: Inputs
) -> None:
    number, (_, _, third) = portal.deciding()
    with portal.filer() as filer:
        portal.first.append(filer.filed("passport_change", number, filer.keys("passport_change", number)[2:]))
    refused = portal.refused(clerk, inputs.early_card([third], source_group=number))
    assert refused.message == "可添加的人员中没有该成员（可选：无）"
    assert "没有其他办理中的团组" in refused.advice
