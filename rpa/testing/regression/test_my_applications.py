"""Manual 2.1.3, 2.2.2, 2.3.2, 2.4.2, 2.5.2: 办理状态查询."""

from __future__ import annotations

import pytest

from rpa.desk import Desk
from rpa.testing.regression.steps import groups, menu

LISTS = {"passport_change": "P13", "early_card": "E12", "card_replacement": "R20", "card_cancellation": "C14"}


@pytest.mark.manual("N35")
async def test_the_list_has_the_groups_of_every_business_type(desk: Desk) -> None:
    """可查看当前用户办理的所有业务类型的团组: whatever a type's own list has, the list of all has, too."""
    everything = {row["团组号"] for row in await groups(desk)}
    of_types = [row["团组号"] for kind in LISTS for row in await groups(desk, f"{kind}.entry")]
    if not of_types:
        pytest.skip("the account has no group of 2.2 to 2.5")
    assert set(of_types) <= everything, "我的办件中缺少其他业务类型的团组"


@pytest.mark.manual("N37")
async def test_the_list_shows_each_groups_state(desk: Desk) -> None:
    """可查看各团组的办理状态."""
    rows = await groups(desk, pages=1)
    if not rows:
        pytest.skip("the account has no group")
    assert all(row["当前状态"] for row in rows), "我的办件中有团组没有显示当前状态"


@pytest.mark.manual("N36")
async def test_the_detail_page_shows_the_group_and_its_members(desk: Desk) -> None:
    """可查看团组详情: its number, its state, and as many members as the list says."""
    page = await menu(desk)
    rows = (await page.listing("groups")).rows
    if not rows:
        pytest.skip("the account has no group")
    row = rows[0]
    await page.press_in_row(row, "查看")
    detail = await desk.screen("common.detail")
    facts = await detail.facts()
    words = detail.words.fields
    assert [fact.value for fact in facts if fact.label in words["group_no"].texts] == [row["团组号"]]
    assert [fact.value for fact in facts if fact.label in words["state"].texts] == [row["当前状态"]]
    members = {fact.section for fact in facts if detail.words.find("member", fact.section)}
    assert len(members) == int(row["人数"]), "办件详情没有显示全部成员"


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=pytest.mark.manual(row)) for kind, row in LISTS.items()]
)
async def test_the_menu_has_the_list_of_one_business_type(desk: Desk, kind: str) -> None:
    """导航菜单【我的办件_…】: groups of this type alone, each with its state."""
    rows = await groups(desk, f"{kind}.entry", pages=1)
    assert len({row["业务类型"] for row in rows}) <= 1
    assert all(row["当前状态"] for row in rows)
