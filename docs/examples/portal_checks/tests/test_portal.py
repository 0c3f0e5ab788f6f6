"""What one unit wants to be sure of: ``pytest`` on a replica, ``pytest --portal gxzf --account our-unit`` on the portal."""

import pytest
from playwright.sync_api import Page, expect

from rpa.flow import flows
from rpa.intake import read
from rpa.resources import folder


def test_the_home_page_offers_five_business_types(signed_in_page: Page) -> None:
    for title in ("新卡申办", "制卡前更换护照", "提前制卡", "换补卡", "注销"):
        expect(signed_in_page.locator(".tile", has_text=title).first).to_be_visible()


@pytest.mark.regressions("tile_gone")
def test_a_missing_tile_is_noticed(replica, signed_in_page: Page) -> None:
    expect(signed_in_page.locator(".tile", has_text="注销")).to_have_count(0)


@pytest.mark.faults("session_lost", at="detail")
def test_a_lost_session_leads_to_the_login_page(replica, signed_in_page: Page) -> None:
    signed_in_page.goto(f"{replica.address}/my-applications/APEC000000000000")
    expect(signed_in_page.get_by_text("登录已过期，请重新登录")).to_be_visible()


def test_what_the_robot_files_a_person_sees(file_case, signed_in_page: Page) -> None:
    intake = read([folder("fixtures") / "new_card.yaml"], flows())
    case = file_case(intake.applications[0].application)
    assert case.state == "submitted"
    signed_in_page.get_by_role("link", name="我的办件", exact=True).click()
    expect(signed_in_page.get_by_role("row", name=case.group_no)).to_contain_text("待初审")
