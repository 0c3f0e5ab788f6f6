"""The independent observer's page, in the browser that the robot would use."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from rpa.testing import Replica


def test_the_observer_sees_the_replica(page: Page, replica: Replica) -> None:
    page.goto(replica.address)
    expect(page.get_by_text("APEC商务旅行卡").first).to_be_visible()
