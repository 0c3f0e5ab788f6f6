"""Lists of several pages: nothing is known of one that does not say its pages, nor of one whose entries have moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from flows.parts.listing import search
from flows.parts.my_applications import find_group, list_my_applications
from flows.parts.sign_in import choose_business
from rpa.desk import Desk
from rpa.errors import PageChanged, PortalFault
from rpa.flow import Flow, Listing
from rpa.testing import Replica
from tests.replica.visitor import Visitor, person

from .clerk import Clerk

ACCOUNT = "demo-soe"
UNPAGED = """addEventListener("DOMContentLoaded", () => {
  const style = document.createElement("style");
  style.textContent = ".layui-laypage-skip { display: none !important }";
  document.head.append(style);
})"""
# the last group of the first page is met again on the second, in the place of the one that has moved to the front
MOVING = """window.fetch = ((fetch) => async (address, ...more) => {
  const answer = await fetch(address, ...more);
  if (!String(address).includes("/my-applications/list")) return answer;
  const reply = await answer.json();
  if (reply.page === 1) window.met = reply.rows.at(-1);
  else reply.rows = [window.met];
  return Response.json(reply);
})(window.fetch)"""


async def _offered(desk: Desk, kind: str) -> int:
    """How many entries 选择团组 or 选择旅行卡 offers, on pages that do not show their number."""
    await desk.page.add_init_script(UNPAGED)
    await choose_business(desk, kind)
    page = await desk.screen(f"{kind}.selection")
    return sum([len(shown) async for shown in search(desk, page, {}, "sources")])


@pytest.mark.parametrize("kind", ["passport_change", "card_cancellation"])
def test_a_list_to_choose_from_that_does_not_say_its_page_is_not_believed(clerk: Clerk, kind: str) -> None:
    async def look(_flow: Flow, desk: Desk) -> int:
        return await _offered(desk, kind)

    with pytest.raises(PageChanged, match="没有页码，无法确认列表是否完整"):
        clerk.at_desk(ACCOUNT, kind, look)


def test_a_list_that_has_no_pages_by_its_pack_is_one_page(clerk: Clerk, replica: Replica) -> None:
    async def look(_flow: Flow, desk: Desk) -> int:
        name = "card_cancellation.selection"
        known = desk.pack.screen(name)
        desk.pack.screens[name] = replace(known, patterns={**known.patterns, "pages": ()})
        return await _offered(desk, "card_cancellation")

    cards = [card for card in replica.cards() if card["account"] == ACCOUNT and card["shown"] == "有效"]
    assert clerk.at_desk(ACCOUNT, "card_cancellation", look) == len(cards) > 0


def test_a_group_that_was_passed_by_is_not_taken_for_absent(
    clerk: Clerk, replica: Replica, visit: Callable[[str], Visitor]
) -> None:
    visitor = visit(ACCOUNT)
    for number in range(11):
        visitor.save(person(number))
    oldest = replica.groups()[-1]["group_no"]

    async def list_all(_flow: Flow, desk: Desk) -> Listing:
        await desk.page.add_init_script(MOVING)
        return await list_my_applications(desk)

    async def find_one(_flow: Flow, desk: Desk) -> object:
        await desk.page.add_init_script(MOVING)
        return await find_group(desk, lambda row: row["团组号"] == oldest)

    listing = clerk.at_desk(ACCOUNT, "new_card", list_all)
    assert (len(listing.groups), listing.complete) == (10, False)
    with pytest.raises(PortalFault, match="我的办件列表不完整"):
        clerk.at_desk(ACCOUNT, "new_card", find_one)
