"""Every rule of 新卡申办 speaks for itself through HTTP, whatever a page would have let through."""

from __future__ import annotations

import pytest

from rpa.testing import Replica

from .visitor import PDF, PHOTOS, Visitor, jpeg, person

LU = {"name_cn": "卢样卡", "id_no": "990000190202020034", "birth_date": "1902-02-02", "sex": "男"}

FIELD_RULES = [
    ({"name_cn": ""}, "请填写姓名"),
    ({"surname_py": "Wei-"}, "拼音姓应为大写字母"),
    ({"id_no": "99000019050402001"}, "身份证号应为18位"),
    ({"id_no": person(1)["id_no"][:17] + "0"}, "身份证号校验码不正确"),
    ({"birth_date": "1906-01-01"}, "出生日期与身份证号不一致"),
    ({"sex": "女"}, "性别与身份证号不一致"),
    ({"mobile": "12900000000"}, "手机号格式不正确"),
    ({"birth_place": "火星"}, "出生地点的选项不正确"),
    ({"held_before": "是"}, "请填写原卡号"),
    ({"held_before": "是", "old_card_no": "CHN00000001"}, "请选择原卡有效期至"),
    ({"visa_refused": "有"}, "有被拒签记录的人员不能申办"),
    ({"criminal": "有"}, "有犯罪记录的人员不能申办"),
    ({"pp_type": "普通护照"}, "护照号码与护照种类不一致"),
    ({"pp_no": "K00000001"}, "港澳特别行政区护照不能申办"),
    ({"pp_issue_date": "2031-01-01"}, "有效期至应晚于签发日期"),
    ({"pp_expiry": "2025-12-31"}, "护照已过期"),
    ({"join_date": "2999-01-01"}, "任职时间不能晚于今天"),
]


@pytest.mark.parametrize(("changes", "message"), FIELD_RULES, ids=[message for _, message in FIELD_RULES])
def test_a_wrong_field_is_refused_in_its_own_words(
    soe: Visitor, changes: dict[str, str], message: str
) -> None:
    assert message in soe.save(person(1, **changes), "next_step", upload_key="k")["messages"]


def test_a_private_unit_uses_ordinary_passports(private: Visitor) -> None:
    values = person(1, "demo-private", pp_type="公务普通护照", pp_no="PE0000001")
    assert "民营企业人员应使用普通护照" in private.save(values, "next_step")["messages"]


def test_a_draft_needs_a_name_and_right_formats_only(soe: Visitor, replica: Replica) -> None:
    assert soe.save({"mobile": "13900000001"})["messages"] == ["请填写姓名"]
    assert soe.save({"name_cn": "韦样甲", "mobile": "1"})["messages"] == ["手机号格式不正确"]
    assert soe.save({"name_cn": "韦样甲"})["code"] == 0
    assert len(replica.groups()) == 1


def test_what_the_portal_fills_itself_is_not_taken_from_the_page(soe: Visitor, replica: Replica) -> None:
    group_no = soe.save({"name_cn": "韦样甲", "employer": "别家公司", "ent_nature": "民营企业"})["group_no"]
    fields = replica.group(group_no)["members"][0]["fields"]
    assert (fields["工作单位"], fields["企业性质"]) == ("广西样例国有贸易集团有限公司", "国有企业")


@pytest.mark.parametrize("account", ["demo-soe", "demo-private"])
def test_the_two_ownerships_demand_different_files(
    account: str, soe: Visitor, private: Visitor, replica: Replica
) -> None:
    visitor = soe if account == "demo-soe" else private
    lists = {
        "demo-soe": ["身份证正反面", "因公出国人员备案表或任务批件"],
        "demo-private": ["身份证正反面", "社保缴纳证明", "无犯罪记录证明"],
    }
    values = person(1, account)
    images = ["照片", "签名", "护照信息页"]
    assert visitor.save(values, "next_step")["messages"] == [
        f"请上传{name}" for name in images + lists[account]
    ]
    replica.faults("strict_next_step")
    assert "请上传APEC商务旅行卡个人事项表" in visitor.save(values, "next_step")["messages"]


def test_a_former_holder_uploads_the_old_card(soe: Visitor) -> None:
    values = person(1, held_before="是", old_card_no="CHN00000009", old_card_expiry="2020-01-01")
    assert "请上传原APEC卡正反面" in soe.save(values, "next_step")["messages"]


FILES = [
    ("photo", PDF, "照片应为JPG格式"),
    ("photo", jpeg(400, 400, 30), "照片宽高比应为3:4"),
    ("photo", jpeg(150, 200, 30), "照片像素过小，应不小于300×400"),
    ("photo", jpeg(300, 400, 1), "照片文件过小，应不小于20KB"),
    ("photo", jpeg(300, 400, 300), "照片文件过大，应不大于200KB"),
    ("signature", jpeg(150, 150, 10), "签名宽高比应为2:1"),
    ("passport_page", jpeg(900, 640, 20), "护照信息页文件过小，应不小于100KB"),
    ("NP02", b"MZ" + PDF, "只能上传PDF、JPG、PNG格式的文件"),
    ("NP02", b"", "文件为空，请重新选择"),
    ("NP02", PDF + b"\0" * (10 * 1024 * 1024), "文件过大，应不大于10MB"),
    ("NP99", PDF, "材料不存在"),
    ("NG01", PDF, "材料不存在"),
]


@pytest.mark.parametrize(("slot", "content", "message"), FILES, ids=[message for *_, message in FILES])
def test_a_wrong_file_is_refused_in_its_own_words(
    soe: Visitor, slot: str, content: bytes, message: str
) -> None:
    assert soe.upload(slot, content, "a.jpg", upload_key="k")["messages"] == [message]


def test_a_row_holds_one_file_until_it_is_deleted(soe: Visitor) -> None:
    first = soe.upload("photo", PHOTOS["photo"], "1.jpg", upload_key="k")
    assert soe.upload("photo", PHOTOS["photo"], "2.jpg", upload_key="k")["messages"] == [
        "请先删除已上传的文件"
    ]
    assert soe.ask("/files/delete", id=first["file"]["id"])["code"] == 0
    assert soe.upload("photo", PHOTOS["photo"], "2.jpg", upload_key="k")["code"] == 0


def test_a_file_that_comes_twice_is_noted_and_another_one_is_not(soe: Visitor, replica: Replica) -> None:
    for name, content in (("1.pdf", PDF), ("2.pdf", PDF + b"%other"), ("3.pdf", PDF)):
        soe.upload("NP03", content, name, upload_key="k")
    soe.upload("NP03", PDF, upload_key="another page")
    noted = [(event["kind"], event["detail"]) for event in replica.events() if "upload" in event["kind"]]
    slot = noted[0][1]
    assert noted == [("upload", slot), ("upload_again", slot), ("upload", slot)]


def test_a_custom_row_needs_a_name_of_its_own(soe: Visitor) -> None:
    assert soe.upload("custom", PDF, upload_key="k")["messages"] == ["请填写材料名称"]
    assert soe.upload("custom", PDF, name="身份证正反面", upload_key="k")["messages"] == ["材料名称已存在"]
    for number in range(10):
        assert soe.upload("custom", PDF, name=f"材料{number}", upload_key="k")["code"] == 0
    assert soe.upload("custom", PDF, name="材料十", upload_key="k")["messages"] == ["新增附件不能超过10个"]


def test_files_uploaded_before_the_first_save_belong_to_the_member_after_it(
    soe: Visitor, replica: Replica
) -> None:
    group_no, _ = soe.draft(1)
    [member] = replica.group(group_no)["members"]
    assert len(member["files"]) == 6
    assert soe.save(person(2), upload_key="key-demo-soe-1", group_no=group_no)["code"] == 0
    assert replica.group(group_no)["members"][1]["files"] == []


def test_a_card_holder_is_refused(soe: Visitor) -> None:
    messages = soe.save(person(1, **LU), "next_step")["messages"]
    assert "该人员已持有有效的APEC商务旅行卡，不能申办新卡" in messages


def test_the_same_person_or_passport_twice_in_a_group_is_refused(soe: Visitor) -> None:
    group_no, _ = soe.draft(1)
    messages = soe.save(person(1), "next_step", group_no=group_no)["messages"]
    assert "成员1与成员2的身份证号重复" in messages
    assert "成员1与成员2的护照号码重复" in messages


def test_a_person_in_an_open_group_cannot_be_in_another(soe: Visitor, replica: Replica) -> None:
    group_no, _ = soe.draft(1)
    soe.letter(group_no)
    soe.submit(group_no)
    message = "该人员已在其他办理中的新卡团组中，不能重复申办"
    assert message in soe.save(person(1), "next_step")["messages"]
    replica.set_state(group_no, "不予受理")
    assert message not in soe.save(person(1), "next_step")["messages"]


def test_the_next_step_names_other_members_that_lack_something(soe: Visitor) -> None:
    group_no, _ = soe.draft(1)
    second = soe.save(person(2, mobile=""), group_no=group_no)
    first = soe.list()["rows"][0]
    assert first["names"] == "韦样乙等2人"
    messages = soe.ask(
        "/new_card/member/save", action="next_step", values={}, group_no=group_no, upload_key="empty"
    )["messages"]
    assert "成员2：请填写手机号" in messages
    assert second["url"].endswith(f"/member/{second['member_id']}")


def test_an_untouched_page_after_the_last_member_is_no_member(soe: Visitor, replica: Replica) -> None:
    group_no, _ = soe.draft(1)
    answer = soe.save({"name_cn": ""}, "next_step", group_no=group_no, upload_key="empty")
    assert answer["url"] == f"/new_card/{group_no}/submission"
    assert len(replica.group(group_no)["members"]) == 1


def test_the_next_member_is_the_stored_one_or_an_empty_page(soe: Visitor) -> None:
    group_no, first = soe.draft(1)
    assert soe.save(person(1), "next_member", group_no=group_no, member_id=first)["url"].endswith(
        f"/{group_no}/member"
    )
    second = soe.save({"name_cn": "韦样丙"}, group_no=group_no)["member_id"]
    onward = soe.save(person(1), "next_member", group_no=group_no, member_id=first)["url"]
    assert onward.endswith(f"/member/{second}")


def test_a_known_member_is_brought_in_for_the_own_unit_only(soe: Visitor, private: Visitor) -> None:
    qin = {"name_cn": "覃样例", "id_no": "990000190503120012"}
    assert soe.ask("/new_card/member/check", name_cn="", id_no="")["text"] == "请先填写姓名和身份证号"
    found = soe.ask("/new_card/member/check", **qin)
    assert found["values"]["pp_no"] == "PE0000011"
    assert private.ask("/new_card/member/check", **qin)["text"] == "未查询到该成员信息，请逐项填写"
    soe.save(person(3))
    assert soe.ask("/new_card/member/check", name_cn="韦样丁", id_no=person(3)["id_no"])["found"] is True


SUBMISSION_RULES = [
    ({"delivery": ""}, "请选择领取方式"),
    ({"delivery": "快递"}, "领取方式的选项不正确"),
    ({"delivery": "邮寄", "address_id": ""}, "请选择邮寄地址"),
    ({"payment": ""}, "请选择支付方式"),
    ({"invoice_id": ""}, "请选择发票信息"),
    ({"reason": ""}, "请填写申请事由"),
    ({"reason": "太短"}, "申请事由应为10至500个字"),
]


@pytest.mark.parametrize(
    ("changes", "message"), SUBMISSION_RULES, ids=[message for _, message in SUBMISSION_RULES]
)
def test_a_wrong_submission_is_refused(
    soe: Visitor, replica: Replica, changes: dict[str, str], message: str
) -> None:
    group_no, _ = soe.draft(1)
    soe.letter(group_no)
    assert soe.submit(group_no, **changes)["messages"] == [message]
    assert replica.group(group_no)["state"] == "暂存"


def test_a_submission_without_the_signed_papers_is_refused(soe: Visitor) -> None:
    group_no = soe.save(person(1))["group_no"]
    messages = soe.submit(group_no)["messages"]
    assert "请上传APEC商务旅行卡申请函" in messages
    assert "成员1：请上传APEC商务旅行卡个人事项表" in messages


def test_a_second_press_is_refused_and_changes_nothing(soe: Visitor, replica: Replica) -> None:
    group_no, member_id = soe.draft(1)
    soe.letter(group_no)
    assert soe.submit(group_no)["text"] == f"团组号：{group_no} 已上报，请在“我的办件”中查看办理状态。"
    before = replica.group(group_no)
    assert soe.submit(group_no, reason="另一个完全不同的申请事由文字")["messages"] == [
        "该团组已上报，请勿重复上报"
    ]
    closed = ["该团组已上报，不能修改"]
    assert soe.save(person(1), group_no=group_no, member_id=member_id)["messages"] == closed
    assert soe.upload("NP03", PDF, group_no=group_no, member_id=member_id)["messages"] == closed
    assert soe.ask("/my-applications/delete", group_no=group_no)["messages"] == ["只能删除暂存的团组"]
    assert replica.group(group_no) == before


def test_a_draft_can_be_taken_up_again_and_deleted(soe: Visitor, replica: Replica) -> None:
    group_no, member_id = soe.draft(1)
    [row] = soe.list()["rows"]
    assert (row["state"], row["delete"], row["submitted_at"]) == ("暂存", True, "")
    assert soe.page(row["edit"]).url.path == f"/new_card/{group_no}/member/{member_id}"
    assert soe.ask("/my-applications/delete", group_no=group_no)["code"] == 0
    assert replica.groups() == []


def test_what_is_another_accounts_is_not_there(soe: Visitor, private: Visitor, replica: Replica) -> None:
    group_no, member_id = soe.draft(1)
    file = soe.upload("NP03", PDF, group_no=group_no, member_id=member_id)["file"]["id"]
    address = soe.http.get("/book/address").json()["entries"][0]["id"]
    pages = [
        f"/new_card/{group_no}/member/{member_id}",
        f"/new_card/{group_no}/submission",
        f"/new_card/{group_no}/member/{member_id}/template?slot=NP01",
        f"/my-applications/{group_no}",
        f"/files/{file}/view",
        f"/files/{file}/raw",
        f"/files/{file}/download",
    ]
    assert {page: private.page(page).status_code for page in pages} == dict.fromkeys(pages, 404)
    assert private.save(person(2), group_no=group_no)["status"] == 404
    assert private.upload("NP03", PDF, group_no=group_no, member_id=member_id)["status"] == 404
    assert private.ask("/files/delete", id=file)["status"] == 404
    assert private.ask("/book/address/delete", id=address)["status"] == 404
    assert private.submit(group_no)["status"] == 404
    assert private.ask("/my-applications/delete", group_no=group_no)["status"] == 404
    assert private.list()["rows"] == []
    own, _ = private.draft(5)
    private.letter(own)
    stolen = private.submit(own, delivery="邮寄", address_id=str(address))
    assert stolen["messages"] == ["请选择邮寄地址"]
    assert len(replica.groups()) == 2


@pytest.mark.parametrize("member_id", ["x", "²", "9" * 40, "-1", "1.5"])
def test_a_nonsense_row_is_not_there(soe: Visitor, member_id: str) -> None:
    group_no, _ = soe.draft(1)
    assert soe.save(person(1), group_no=group_no, member_id=member_id)["status"] == 404
    assert soe.page(f"/new_card/{group_no}/member/{member_id}").status_code == 404


def test_an_address_is_checked_and_its_place_must_exist(soe: Visitor) -> None:
    values = {
        "recipient": "样例收",
        "mobile": "13900000009",
        "detail": "样例路一百号",
        "province": "广西壮族自治区",
    }
    assert "请选择完整的所在地区" in soe.ask("/book/address/save", values=values)["messages"]
    place = {"city": "南宁市", "district": "城中区"}
    assert soe.ask("/book/address/save", values={**values, **place})["messages"] == ["所在地区的选项不正确"]
    place = {"city": "柳州市", "district": "城中区", "is_default": "1"}
    assert soe.ask("/book/address/save", values={**values, **place})["code"] == 0
    entries = soe.http.get("/book/address").json()["entries"]
    assert [entry["is_default"] for entry in entries] == [True, False]
    assert entries[0]["values"]["district"] == "城中区"


def test_the_list_is_paged_newest_first_and_filtered(soe: Visitor, private: Visitor) -> None:
    numbers = [soe.save({"name_cn": f"韦样{word}"})["group_no"] for word in "甲乙丙丁戊己庚辛壬癸子丑"]
    private.save({"name_cn": "黄样甲"})
    first, second = soe.list(page="1"), soe.list(page="2")
    assert [row["group_no"] for row in first["rows"] + second["rows"]] == numbers[::-1]
    assert (first["total"], len(second["rows"]), second["rows"][0]["number"]) == (12, 2, 11)
    assert soe.list(name="样子")["rows"][0]["group_no"] == numbers[10]
    assert soe.list(group_no=numbers[3])["total"] == 1
    assert soe.list(state="待初审")["rows"] == []
    assert soe.list(kind="注销")["rows"] == []


def test_a_doubtful_post_is_kept_and_doubted_once(soe: Visitor, replica: Replica) -> None:
    values = person(1, position="财务总监")
    first = soe.save(values, upload_key="doubt")
    assert (first["code"], len(first["doubts"])) == (0, 1)
    owner = {"group_no": first["group_no"], "member_id": str(first["member_id"])}
    assert soe.save(values, **owner)["doubts"] == []
    assert replica.groups()[0]["members"][0]["fields"]["职务"] == "财务总监"
    assert len(soe.save({**values, "position": "行政主管"}, **owner)["doubts"]) == 1
    assert soe.save({**values, "position": "业务经理"}, **owner)["doubts"] == []
