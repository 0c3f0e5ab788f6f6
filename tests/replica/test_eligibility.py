"""Only what can be chosen is offered, and the server says why the rest cannot (manual 2.2 to 2.5)."""

from __future__ import annotations

import pytest

from .filer import Filer, Office

GROUPS, CARDS = ("passport_change", "early_card"), ("card_replacement", "card_cancellation")


def _in_state(office: Office, state: str, place: int = 0) -> str:
    groups = [group for group in office.get("/groups?account=demo-soe") if group["state"] == state]
    return str(groups[place]["group_no"])


def _card(office: Office, shown: str) -> str:
    return str(next(c["card_no"] for c in office.get("/cards?account=demo-soe") if c["shown"] == shown))


def test_a_passport_is_changed_after_acceptance_and_before_the_card_is_made(filer: Filer) -> None:
    states = [row["cells"][-1] for row in filer.sources("passport_change")]
    assert sorted(set(states)) == ["已受理", "经济体审批中"]


def test_a_card_is_made_early_while_some_have_approved_and_some_have_not(
    filer: Filer, office: Office
) -> None:
    rows = filer.sources("early_card")
    assert {row["cells"][-1] for row in rows} == {"经济体审批中"}
    group = office.group(rows[0]["key"])
    offered = filer.ask("/early_card/candidates", source=rows[0]["key"])["people"]
    deciding = [m for m in group["members"] if {"已批准", "待审批"} <= set(m["economies"].values())]
    assert len(offered) == len(deciding) < len(group["members"])


def test_cards_that_are_void_are_not_offered_and_expired_ones_only_to_be_cancelled(
    filer: Filer, office: Office
) -> None:
    def offered(slug: str) -> set[str]:
        return {dict(row["lines"])["状态"] for row in filer.sources(slug)}

    assert offered("card_replacement") == {"有效", "即将到期", "已遗失"}
    assert offered("card_cancellation") == {"有效", "即将到期", "已遗失", "已到期"}
    assert {"已注销", "已换发"} <= {card["shown"] for card in office.get("/cards?account=demo-soe")}


def test_sources_are_filtered_and_paged(filer: Filer, office: Office) -> None:
    wanted = filer.sources("card_replacement")[0]
    number = dict(wanted["lines"])["卡号"]
    assert filer.sources("card_replacement", card_no=number) == [wanted]
    assert filer.sources("card_replacement", name="查无此人") == []
    for _ in range(12):
        office.card(account="demo-soe")
    first = filer.ask("/card_replacement/sources")
    assert (len(first["rows"]), first["page"]) == (10, 1)
    assert len(filer.sources("card_replacement", page="2")) == first["total"] - 10
    group = filer.sources("passport_change")[0]["key"]
    assert [row["key"] for row in filer.sources("passport_change", group_no=group)] == [group]


@pytest.mark.parametrize("slug", CARDS)
def test_a_card_in_an_open_case_is_taken(filer: Filer, office: Office, slug: str) -> None:
    number = filer.sources("card_replacement")[0]["key"]
    group_no = filer.filed(slug, number)
    word = {"card_replacement": "换补卡", "card_cancellation": "注销"}[slug]
    assert office.card_of(number)["shown"] == f"{word}办理中"
    for other in CARDS:
        assert number not in [row["key"] for row in filer.sources(other)]
        refused = filer.file(other, number)
        assert refused["messages"] == [f"成员1：该旅行卡已在其他办理中的{word}团组中"]
    office.state(group_no, "不予受理")
    assert number in [row["key"] for row in filer.sources(slug)]


@pytest.mark.parametrize(
    ("slug", "shown", "message"),
    [
        ("card_replacement", "已注销", "该旅行卡已注销"),
        ("card_cancellation", "已注销", "该旅行卡已注销"),
        ("card_cancellation", "已换发", "该旅行卡已换发"),
        ("card_replacement", "已到期", "该旅行卡已到期，不能换补，请申办新卡"),
    ],
)
def test_a_card_that_cannot_be_chosen_is_refused(
    filer: Filer, office: Office, slug: str, shown: str, message: str
) -> None:
    number = _card(office, shown)
    assert filer.file(slug, number)["messages"] == [f"成员1：{message}"]
    assert message in filer.page(f"/{slug}/fill?source={number}").text


def test_another_units_card_and_group_are_not_there(filer: Filer, office: Office) -> None:
    card = office.get("/cards?account=demo-private")[0]["card_no"]
    assert filer.file("card_cancellation", card)["messages"] == ["成员1：所选旅行卡不属于本单位"]
    assert filer.page(f"/card_cancellation/fill?source={card}").status_code == 404
    group = office.get("/groups?account=demo-private")[0]["group_no"]
    assert filer.page(f"/early_card/fill?source={group}").status_code == 404
    assert filer.file("early_card", group, ["1"])["messages"] == ["成员1：所选团组不属于本单位"]


def test_somebody_who_is_not_in_the_group_is_refused(filer: Filer, office: Office) -> None:
    here, there = _in_state(office, "经济体审批中"), _in_state(office, "经济体审批中", 1)
    stranger = filer.keys("passport_change", there)[0]
    refused = filer.file("passport_change", here, [stranger])
    assert refused["messages"] == ["成员1：所选人员不属于该团组"]


def test_a_group_whose_cards_are_being_made_is_refused(filer: Filer, office: Office) -> None:
    making = _in_state(office, "经济体审批中")
    keys = filer.keys("early_card", making)[:1]
    office.state(making, "制卡中")
    for slug, message in (
        ("passport_change", "该团组已进入制卡环节，请办理换补卡"),
        ("early_card", "该团组已进入制卡环节，无需提前制卡"),
    ):
        assert filer.file(slug, making, keys)["messages"] == [f"成员1：{message}"]
        assert making not in [row["key"] for row in filer.sources(slug)]


def test_the_economies_must_have_begun_and_not_have_finished(filer: Filer, office: Office) -> None:
    group_no = _in_state(office, "经济体审批中")
    members = office.group(group_no)["members"]
    keys = filer.keys("passport_change", group_no)
    second = next(at for at, m in enumerate(members) if "已批准" not in m["economies"].values())
    refused = filer.file("early_card", group_no, [keys[second]])
    assert refused["messages"] == ["成员1：该成员尚无经济体批准，不能提前制卡"]
    office.decide(group_no, dict.fromkeys(members[0]["economies"], "已批准"), member=1)
    refused = filer.file("early_card", group_no, [keys[0]])
    assert refused["messages"] == ["成员1：该成员的经济体已全部完成审批，无需提前制卡"]
    accepted = _in_state(office, "已受理")
    refused = filer.file("early_card", accepted, filer.keys("passport_change", accepted)[:1])
    assert refused["messages"] == ["成员1：该团组不在经济体审批中，不能提前制卡"]


@pytest.mark.parametrize("slug", GROUPS)
def test_a_member_in_an_open_case_is_taken(filer: Filer, slug: str) -> None:
    group_no = filer.sources(slug)[-1]["key"]
    before = filer.keys(slug, group_no)
    filer.filed(slug, group_no)
    assert filer.keys(slug, group_no) == before[1:]
    word = {"passport_change": "更换护照", "early_card": "提前制卡"}[slug]
    refused = filer.file(slug, group_no, before[:1])
    assert refused["messages"] == [f"成员1：该成员已在其他办理中的{word}团组中"]


def test_a_member_whose_passport_is_being_changed_waits(filer: Filer) -> None:
    group_no = filer.sources("early_card")[0]["key"]
    [key, *_] = filer.keys("early_card", group_no)
    filer.filed("passport_change", group_no, [key])
    refused = filer.file("early_card", group_no, [key])
    assert refused["messages"] == ["成员1：该成员正在办理制卡前更换护照，不能提前制卡"]
