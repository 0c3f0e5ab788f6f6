"""2.2 制卡前更换护照: one whole job at which many tests look, and why a group or a person is refused."""

from __future__ import annotations

import pytest

from rpa.cases import CaseState
from rpa.testing import Replica

from .clerk import Clerk, outcome
from .conftest import Hire
from .sources import ACCOUNT, Done, Inputs, Portal, file_whole, no_names

KIND = "passport_change"


@pytest.fixture(scope="module")
def done(hire_for_all: Hire, own_replica: Replica, tmp_path_factory: pytest.TempPathFactory) -> Done:
    """The third and the second of a group of three, in this order; the page opens with the first."""
    portal, inputs = Portal(own_replica), Inputs(tmp_path_factory.mktemp("papers"))
    number, (_, second, third) = portal.deciding()
    application = inputs.passport_change(
        [third, second],
        source_group=number,
        reason="其他",
        other_reason="护照照片变更",
        files=[inputs.paper(name) for name in ("新护照信息页", "旧护照信息页", "情况说明(自定义材料)")],
    )
    return file_whole(hire_for_all(own_replica), portal, application)


@pytest.mark.manual("P12")
def test_the_group_is_filed_once_and_the_portal_agrees(done: Done) -> None:
    done.is_filed_once_and_proved()


@pytest.mark.manual("P1", "P2")
def test_the_group_is_chosen_on_the_page_of_the_tile(done: Done) -> None:
    done.came_by_the_menu()
    assert done.group["source"] == [done.application.source_group]  # type: ignore[attr-defined]


@pytest.mark.manual("P3")
def test_the_reason_is_the_inputs(done: Done) -> None:
    fields = done.group["fields"]
    assert (fields["办理原因"], fields["其他原因"], fields["人数"]) == ("其他", "护照照片变更", "2")


@pytest.mark.manual("P4", "P5")
def test_the_people_are_the_inputs_whomever_the_page_shows_first(done: Done) -> None:
    wanted = {member.name: member for member in done.application.members}
    assert {one["fields"]["姓名"] for one in done.group["members"]} == set(wanted)
    for one in done.group["members"]:
        fields, member = one["fields"], wanted[one["fields"]["姓名"]]
        passport = member.new_passport  # type: ignore[attr-defined]
        assert {label: value for label, value in fields.items() if label.startswith("新护照")} == {
            "新护照号码": passport.number,
            "新护照签发日期": passport.issued_on.isoformat(),
            "新护照有效期至": passport.expires_on.isoformat(),
            "新护照签发地点": passport.issue_place,
            "新护照签发机关": passport.authority,
        }
        assert fields["身份证号"] == member.id_no
    # 添加 for each of the two, in both runs; the first of the group was there and is gone
    assert len(done.came_from(f"/{KIND}/candidates")) == 4
    [source] = [one for one in done.portal.replica.groups() if one["group_no"] == done.group["source"][0]]
    assert source["members"][0]["fields"]["姓名"] not in wanted


@pytest.mark.manual("P6")
def test_the_blank_form_is_handed_out_with_the_people_and_their_new_passports(done: Done) -> None:
    done.handed_out_the_report()
    text = done.text_of_report()
    for member in done.application.members:
        assert member.new_passport.number in text  # type: ignore[attr-defined]
    assert "护照照片变更" in text


@pytest.mark.manual("P7")
def test_the_case_waits_for_the_signature_and_nothing_is_kept_meanwhile(done: Done) -> None:
    done.waited_for_the_signature()


@pytest.mark.manual("P8", "P11")
def test_the_portal_holds_every_file_byte_for_byte(done: Done) -> None:
    done.has_the_files()


@pytest.mark.manual("P13")
def test_the_list_of_this_type_shows_the_group_its_state_and_its_details(done: Done) -> None:
    done.is_listed_with_its_state()


def test_the_steps_are_told_in_the_manuals_words_and_order(done: Done) -> None:
    assert list(dict.fromkeys(step for step in done.clerk.steps if step.startswith("2.2"))) == [
        "2.2.1（1）（2）选择需要更换护照的团组",
        "2.2.1（3）A 选择办理原因",
        "2.2.1（3）B 补充信息",
        "2.2.1（3）C 下载《护照更换申请》",
        "2.2.1（3）C 上传附件",
        "2.2.1（4）检查",
        "2.2.2 核对办件详情",
    ]


# --- where the group comes from -------------------------------------------------------------------------------------


@pytest.mark.manual("P2")
def test_a_group_without_its_number_is_found_by_its_people(
    clerk: Clerk, portal: Portal, inputs: Inputs
) -> None:
    number, (first, second, _) = portal.deciding()
    case = clerk.file(inputs.passport_change([second, first]))
    assert outcome(case) == "submitted"
    [group] = portal.filed()
    assert group["source"] == [number]
    assert len(group["members"]) == 2


def test_people_of_several_groups_are_a_persons_matter(clerk: Clerk, portal: Portal, inputs: Inputs) -> None:
    same = {"id_no": "990000190504010114", "sex": "男", "birth_date": "1905-04-01"}
    numbers = [portal.another_group(same), portal.another_group(same)]
    fields = portal.replica.group(numbers[0])["members"][0]["fields"]
    case = clerk.prepare(inputs.passport_change([fields]))
    assert case.state is CaseState.NEEDS_PERSON
    assert case.error
    told, _, groups = case.error["message"].partition("：")
    assert (told, set(groups.split("、"))) == ("这些成员在 2 个可选的团组中", set(numbers))
    assert "填写原团组号" in case.error["advice"]
    no_names(case.error, fields)


def test_people_of_no_group_are_refused_and_the_candidates_told_with_masks(
    clerk: Clerk, portal: Portal, inputs: Inputs
) -> None:
    number, people = portal.deciding()
    stranger = {**people[0], "身份证号": portal.cards()[0]["身份证号"]}
    refused = portal.refused(clerk, inputs.passport_change([stranger]))
    masked = "、".join(f"{one['姓名'][0]}＊＊＊" for one in people)
    assert refused.message == f"可选的团组中没有同时包含这些成员的团组（同名的：{number}（{masked}））"
    no_names(refused, *people, stranger)

    nobody = {**people[0], "姓名": "韦查无", "身份证号": portal.cards()[1]["身份证号"]}
    refused = portal.refused(clerk, inputs.passport_change([nobody]))
    assert refused.message == "可选的团组中没有同时包含这些成员的团组（同名的：无）"


# --- refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["制卡中", "已办结"])
def test_a_group_whose_cards_are_being_made_is_refused(
    clerk: Clerk, portal: Portal, inputs: Inputs, state: str
) -> None:
    number, (first, *_) = portal.deciding()
    portal.office.state(number, state)
    refused = portal.refused(clerk, inputs.passport_change([first], source_group=number))
    assert refused[:2] == (f"该团组不能选择（当前状态：{state}）", number)
    assert "已进入制卡环节的请办理换补卡" in refused.advice


def test_a_group_that_the_unit_does_not_have_is_refused(clerk: Clerk, portal: Portal, inputs: Inputs) -> None:
    _, (first, *_) = portal.deciding()
    [other] = [one for one in portal.replica.groups() if one["account"] != ACCOUNT][:1]
    refused = portal.refused(clerk, inputs.passport_change([first], source_group=other["group_no"]))
    assert refused[:2] == ("我的办件中没有原团组", other["group_no"])


def test_somebody_who_is_not_in_the_group_is_refused(clerk: Clerk, portal: Portal, inputs: Inputs) -> None:
    number, (first, *_) = portal.deciding()
    stranger = {**first, "身份证号": portal.cards()[0]["身份证号"]}
    refused = portal.refused(clerk, inputs.passport_change([first, stranger], source_group=number))
    assert refused.message == "该成员不属于原团组（姓名和身份证号须与原团组一致）"
    assert refused.where == f"团组 {number} 成员 2"
    no_names(refused, first, stranger)


def test_somebody_whose_passport_is_being_changed_already_is_refused(
    clerk: Clerk, portal: Portal, inputs: Inputs
) -> None:
    number, (first, second, third) = portal.deciding()
    with portal.filer() as filer:
        portal.first.append(
            filer.filed("passport_change", number, filer.keys("passport_change", number)[1:2])
        )
    refused = portal.refused(clerk, inputs.passport_change([first, second], source_group=number))
    assert refused.message == f"可添加的人员中没有该成员（可选：{third['姓名'][0]}＊＊＊）"
    assert refused.where == "成员 2"
    assert "没有办理中的更换护照团组" in refused.advice
    no_names(refused, first, second, third)


@pytest.mark.parametrize(
    ("reason", "given", "missing"),
    [
        ("护照遗失", ("新护照信息页", "旧护照信息页"), "护照遗失证明"),
        ("签证页用完", (), "新护照信息页、旧护照信息页"),
    ],
)
@pytest.mark.manual("P3")
def test_a_reason_whose_papers_are_missing_is_refused_with_all_of_them(
    clerk: Clerk, portal: Portal, inputs: Inputs, reason: str, given: tuple[str, ...], missing: str
) -> None:
    number, (first, *_) = portal.deciding()
    files = [inputs.paper(material) for material in given]
    application = inputs.passport_change([first], source_group=number, reason=reason, files=files)
    refused = portal.refused(clerk, application)
    assert refused.message == f"缺少必需的附件：{missing}"
    assert refused.where == "制卡前更换护照-填报"


def test_a_new_passport_that_is_the_old_one_is_refused(clerk: Clerk, portal: Portal, inputs: Inputs) -> None:
    number, (first, second, _) = portal.deciding()
    application = inputs.passport_change([first, second], source_group=number)
    same = application.members[1].new_passport.model_copy(update={"number": second["护照号码"]})
    members = [application.members[0], application.members[1].model_copy(update={"new_passport": same})]
    refused = portal.refused(clerk, application.model_copy(update={"members": members}))
    assert refused[:2] == ("新护照号码与原护照号码相同", "成员 2")
    no_names(refused, first, second)
