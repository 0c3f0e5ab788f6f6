"""What follows when the offices move a group on: cards, passports, refusals, members who are ahead."""

from __future__ import annotations

import pytest

from .filer import Filer, Office

R2 = "申请提前制卡后获更多经济体批准"
PASSPORT = "关联护照丢失/过期/签证页满"


def _deciding(office: Office) -> str:
    groups = office.get("/groups?account=demo-soe")
    return str(next(g["group_no"] for g in groups if g["state"] == "经济体审批中" and len(g["members"]) == 3))


def _cards_of(office: Office, member: dict) -> list[dict]:
    id_no = member["fields"]["身份证号"]
    return [card for card in office.get("/cards") if card["fields"]["身份证号"] == id_no]


def test_a_new_card_group_gives_each_member_one_card_with_what_is_approved(
    filer: Filer, office: Office
) -> None:
    group_no = _deciding(office)
    members = office.group(group_no)["members"]
    office.decide(group_no, {"AUS": "已批准", "JPN": "已拒绝"}, member=2)
    office.state(group_no, "制卡中")
    assert all(not _cards_of(office, member) for member in members)
    office.state(group_no, "已制卡")
    office.state(group_no, "已办结")
    for place, member in enumerate(members):
        [card] = _cards_of(office, member)
        assert (card["state"], card["account"]) == ("有效", "demo-soe")
        assert card["card_no"].startswith("CHN")
        assert len(card["card_no"]) == 11
        assert card["expiry"] <= member["fields"]["有效期至"]
        approved = [code for code, state in member["economies"].items() if state == "已批准"]
        assert card["economies"] == (["AUS"] if place == 1 else approved)


def test_states_that_are_skipped_have_their_effects_all_the_same(filer: Filer, office: Office) -> None:
    group_no = next(g["group_no"] for g in office.get("/groups?account=demo-soe") if g["state"] == "已受理")
    group = office.state(group_no, "已办结")
    assert all(len(_cards_of(office, member)) == 1 for member in group["members"])
    assert all(len(member["economies"]) == 16 for member in group["members"])


def test_a_passport_is_replaced_when_the_change_is_done_and_the_old_one_is_kept(
    filer: Filer, office: Office
) -> None:
    source = filer.sources("passport_change")[0]["key"]
    old = office.group(source)["members"][0]["fields"]
    change = filer.filed("passport_change", source)
    office.state(change, "外交部审核中")
    assert office.group(source)["members"][0]["fields"] == old
    office.state(change, "已办结")
    new = office.group(source)["members"][0]["fields"]
    assert (new["护照号码"], new["签发日期"], new["有效期至"]) == ("PE0009991", "2026-06-10", "2031-06-09")
    assert {label for label in new if new[label] != old[label]} == {"护照号码", "签发日期", "有效期至"}
    assert office.group(change)["members"][0]["fields"]["护照号码"] == old["护照号码"]


def test_a_change_is_refused_when_the_card_is_made_first(filer: Filer, office: Office) -> None:
    source = _deciding(office)
    change = filer.filed("passport_change", source)
    early = filer.filed("early_card", source, filer.keys("early_card", source)[1:2])
    office.state(source, "制卡中")
    assert (office.group(change)["state"], office.group(change)["opinion"]) == (
        "不予受理",
        "已制卡，请办理换补卡",
    )
    assert office.group(early)["state"] == "不予受理"


def test_an_early_card_takes_the_chosen_members_ahead_and_freezes_what_is_approved(
    filer: Filer, office: Office
) -> None:
    source = _deciding(office)
    office.decide(source, {"AUS": "已批准"}, member=1)
    [first, *_] = filer.keys("early_card", source)
    early = filer.filed("early_card", source, [first])
    office.state(early, "已办结")
    group = office.group(source)
    assert [member["state"] for member in group["members"]] == ["制卡中", "经济体审批中", "经济体审批中"]
    assert group["state"] == "经济体审批中"  # its slowest member
    frozen = [code for code, state in group["members"][0]["economies"].items() if state == "已批准"]
    office.decide(source, dict.fromkeys(group["members"][0]["economies"], "已批准"))
    office.state(source, "已制卡", member=1)
    [card] = _cards_of(office, group["members"][0])
    assert card["economies"] == frozen
    assert len(frozen) < 16
    assert office.group(source)["state"] == "经济体审批中"
    office.state(source, "已制卡")
    group = office.group(source)
    assert {member["state"] for member in group["members"]} == {"已制卡", group["state"]}
    assert len(_cards_of(office, group["members"][0])) == 1

    replacement = filer.filed("card_replacement", card["card_no"], reason=R2)
    office.state(replacement, "已制卡")
    new = next(one for one in _cards_of(office, group["members"][0]) if one["state"] == "有效")
    assert len(new["economies"]) == 16
    assert office.card_of(card["card_no"])["state"] == "已换发"


def test_the_group_follows_when_all_its_members_went_ahead(filer: Filer, office: Office) -> None:
    source = _deciding(office)
    office.decide(source, {"AUS": "已批准"})
    early = filer.filed("early_card", source, filer.keys("early_card", source))
    office.state(early, "已办结")
    assert office.group(source)["state"] == "制卡中"


@pytest.mark.parametrize("reason", ["旅行卡旧卡破损", PASSPORT, "旅行卡丢失"])
def test_a_replaced_card_is_void_and_the_new_one_valid(filer: Filer, office: Office, reason: str) -> None:
    number = filer.sources("card_replacement")[0]["key"]
    codes = {PASSPORT: ("RC01", "RC02", "RC03", "RC04"), "旅行卡丢失": ("RC01", "RC05")}.get(reason)
    group_no = filer.filed("card_replacement", number, reason=reason, codes=codes)
    old = office.card_of(number)
    assert old["state"] == ("已遗失" if reason == "旅行卡丢失" else "有效")
    office.state(group_no, "制卡中")
    assert office.card_of(number)["state"] == old["state"]
    office.state(group_no, "已制卡")
    office.state(group_no, "已办结")
    assert office.card_of(number)["state"] == "已换发"
    [new] = [card for card in office.get("/cards") if card["fields"]["姓名"] == old["fields"]["姓名"]
             and card["fields"]["身份证号"] == old["fields"]["身份证号"] and card["state"] == "有效"]  # fmt: skip
    assert new["economies"] == sorted(old["economies"], key=list(new["economies"]).index)
    assert new["fields"]["护照号码"] == ("PE0009991" if reason == PASSPORT else old["fields"]["护照号码"])


def test_a_cancelled_card_is_void(filer: Filer, office: Office) -> None:
    number = filer.sources("card_cancellation")[0]["key"]
    group_no = filer.filed("card_cancellation", number)
    office.state(group_no, "已办结")
    assert office.card_of(number)["state"] == "已注销"


@pytest.mark.parametrize(
    ("slug", "line"),
    [
        ("passport_change", "待复审 外交部审核中 已办结"),
        ("early_card", "待复审 外交部审核中 已办结"),
        ("card_replacement", "待复审 待缴费 已受理 外交部审核中 制卡中 已制卡 待领取 已办结"),
        ("card_cancellation", "待复审 外交部审核中 已办结"),
    ],
)
def test_a_group_advances_along_its_types_line(filer: Filer, office: Office, slug: str, line: str) -> None:
    group_no = filer.filed(slug, filer.sources(slug)[0]["key"])
    states = []
    while (answer := office.post(f"/groups/{group_no}/advance")).status_code == 200:
        states.append(answer.json()["state"])
    assert states == line.split()


def test_a_new_card_group_advances_to_its_card_with_all_economies(filer: Filer, office: Office) -> None:
    group_no = _deciding(office)
    answer = office.post(f"/groups/{group_no}/advance").json()
    assert answer["state"] == "制卡中"
    assert {state for member in answer["members"] for state in member["economies"].values()} == {"已批准"}


def test_a_mailed_card_is_mailed(filer: Filer, office: Office) -> None:
    address = filer.http.get("/book/address").json()["entries"][0]["id"]
    number = filer.sources("card_replacement")[0]["key"]
    group_no = filer.filed("card_replacement", number, delivery="邮寄", address_id=str(address))
    office.state(group_no, "已制卡")
    assert office.post(f"/groups/{group_no}/advance").json()["state"] == "已邮寄"
    assert office.post(f"/groups/{group_no}/advance").json()["state"] == "已办结"


def test_the_back_office_says_what_is_wrong(office: Office) -> None:
    group_no = _deciding(office)
    assert office.post(f"/groups/{group_no}/economies", decisions={"USA": "已批准"}).status_code == 400
    assert office.post(f"/groups/{group_no}/economies", decisions={"AUS": "好"}).status_code == 400
    assert (
        office.post(f"/groups/{group_no}/economies", member=9, decisions={"AUS": "已批准"}).status_code == 400
    )
    assert office.post(f"/groups/{group_no}/state", state="已制卡", member=0).status_code == 400
    assert office.post("/groups/无/advance").status_code == 404
    assert office.post("/groups/无/economies", decisions={"AUS": "已批准"}).status_code == 404
    assert office.post("/cards", account="nobody").status_code == 400
    assert office.post("/cards", account="demo-soe", state="好").status_code == 400
    assert office.post("/scenario", name="storm").status_code == 400


def test_cards_are_made_and_changed_by_hand(office: Office) -> None:
    card = office.card(account="demo-soe", economies=["AUS"], fields={"姓名": "莫样样"}, state="即将到期")
    assert (card["fields"]["姓名"], card["economies"], card["shown"]) == ("莫样样", ["AUS"], "即将到期")
    for state in ("已到期", "已遗失", "已换发", "已注销"):
        assert office.card(card_no=card["card_no"], state=state)["shown"] == state
    again = office.card(card_no=card["card_no"], state="有效", expiry="2031-01-01")
    assert (again["shown"], again["expiry"]) == ("有效", "2031-01-01")
