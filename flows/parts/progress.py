"""办件详情 as the watch over 我的办件 reads it: states, the economies' decisions, the office's opinion (manual 2.1.3)."""

from __future__ import annotations

from collections.abc import Sequence

from flows.parts.my_applications import labels, open_detail
from rpa.desk import Desk
from rpa.errors import PageChanged, PortalFault
from rpa.flow import Group, Progress
from rpa.personal import mask_text
from rpa.screen import Fact, Screen

__all__ = ["read_progress"]


async def read_progress(desk: Desk, group: Group) -> Progress:
    """How far a listed group is, by its detail page: states, the economies' decisions, the office's opinion.

    Raises :class:`~rpa.errors.PortalFault` when the page is another group's, and :class:`~rpa.errors.PageChanged` when it
    shows no state.
    """
    if group.link:
        await desk.go(group.link)
        page = await desk.screen("common.detail")
    else:
        page, _ = await open_detail(desk, group.group_no)
    facts, words = await page.facts(), labels(desk, "common.detail")

    def shown(key: str) -> str:
        return next((fact.value for fact in facts if fact.label in words[key] and fact.value), "")

    if shown("group_no") not in ("", group.group_no):
        raise PortalFault("打开的不是该团组的办件详情", where=group.group_no)
    if not shown("state"):
        raise await page.trouble() or PageChanged("办件详情没有显示当前状态", where=page.title)
    members = {
        place: fact.value
        for fact in facts
        if fact.label in words["member_state"] and (place := _place(page, [fact.section]))
    }
    economies = await _economies(page)
    places = range(1, max([*members, *economies], default=0) + 1)
    return Progress(
        shown("state"),
        mask_text(shown("opinion"), _people(desk, facts)),
        tuple(members.get(place, "") for place in places),
        tuple(economies.get(place, {}) for place in places),
    )


async def _economies(page: Screen) -> dict[int, dict[str, str]]:
    """经济体审批情况: the decision of each economy, by the member's place and the economy's code."""
    code, decision = page.words.tables["economies"]
    return {
        place: {row[code]: row[decision] for row in table.rows}
        for table in await page.tables("economies")
        if (place := _place(page, table.within))
    }


def _place(page: Screen, headings: Sequence[str]) -> int:
    """Which member's part of the detail page stands under these headings; 0 for none's."""
    found = (page.words.find("member", heading) for heading in headings)
    return next((int(place) for place in found if place), 0)


def _people(desk: Desk, facts: Sequence[Fact]) -> list[str]:
    """The names of all who are on the page: an opinion may call them by name."""
    words = {*labels(desk, "common.person")["name"], *labels(desk, "common.detail")["recipient"]}
    return [fact.value for fact in facts if fact.label in words]
