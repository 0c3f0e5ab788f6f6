"""The five lists, and the detail page of each business type (manual 2.2.2, 2.3.2, 2.4.2, 2.5.2)."""

from __future__ import annotations

import pytest

from .filer import BASE_PAPERS, Filer, Office

TYPES = {
    "passport_change": ("制卡前更换护照", "我的办件_更换护照", "HZ", "护照污损"),
    "early_card": ("提前制卡", "我的办件_提前制卡", "TQ", ""),
    "card_replacement": ("换补卡", "我的办件_换补卡", "HB", "旅行卡旧卡破损"),
    "card_cancellation": ("注销", "我的办件_注销", "ZX", "离职/调离原单位"),
}


@pytest.mark.parametrize("slug", TYPES)
def test_a_filed_group_is_in_the_list_of_all_and_in_its_own(filer: Filer, slug: str) -> None:
    title, page_title, prefix, reason = TYPES[slug]
    group_no = filer.filed(slug, filer.sources(slug)[0]["key"])
    assert group_no.startswith(prefix)
    row = filer.list()["rows"][0]
    assert (row["group_no"], row["kind"], row["reason"]) == (group_no, title, reason)
    assert [one["group_no"] for one in filer.list(kind=title)["rows"]] == [group_no]
    page = filer.page(f"/my-applications/of/{slug}").text
    assert f'<h2 class="page-title">{page_title}</h2>' in page
    assert f'data-kind="{title}"' in page
    assert ">业务类型</label>" not in page


@pytest.mark.parametrize("slug", TYPES)
def test_the_detail_shows_the_source_the_fields_and_the_files(filer: Filer, slug: str) -> None:
    source = filer.sources(slug)[0]["key"]
    group_no = filer.filed(slug, source)
    page = filer.page(f"/my-applications/{group_no}").text
    for text in (source, TYPES[slug][0], TYPES[slug][3], "办理状态", "待初审", "办理流程"):
        assert text in page
    assert ("PE0009991" in page) == (slug == "passport_change")
    assert ("应缴金额" in page) == (slug == "card_replacement")
    assert page.count('data-preview="') == len(BASE_PAPERS[slug])


def test_the_detail_of_a_new_card_group_shows_each_economys_decision(filer: Filer, office: Office) -> None:
    group = next(g for g in office.get("/groups?account=demo-soe") if g["state"] == "经济体审批中")
    office.decide(group["group_no"], {"AUS": "已批准", "JPN": "已拒绝"}, member=1)
    page = filer.page(f"/my-applications/{group['group_no']}").text
    assert page.count("经济体审批情况") == len(group["members"])
    for text in ("<td>澳大利亚</td><td>AUS</td><td>已批准</td>", "<td>日本</td><td>JPN</td><td>已拒绝</td>"):
        assert text in page
    assert "<td>待审批</td><td></td>" in page


def test_a_member_who_is_ahead_shows_its_own_state(filer: Filer, office: Office) -> None:
    source = filer.sources("early_card")[0]["key"]
    office.state(filer.filed("early_card", source), "已办结")
    page = filer.page(f"/my-applications/{source}").text
    assert '<td class="label">当前状态</td><td>经济体审批中</td>' in page
    assert '<td class="label">办理状态</td><td>制卡中</td>' in page


def test_a_returned_group_can_be_edited_from_the_list(filer: Filer, office: Office) -> None:
    group_no = filer.filed("early_card", filer.sources("early_card")[0]["key"])
    assert filer.list()["rows"][0]["edit"] == ""
    office.state(group_no, "初审退回")
    row = next(row for row in filer.list()["rows"] if row["group_no"] == group_no)
    assert row["edit"] == f"/early_card/{group_no}/edit"
    assert not row["delete"]
    assert filer.page(row["edit"]).status_code == 200
