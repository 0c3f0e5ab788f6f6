"""我的办件: every group of the user, its details and its state (manual 2.1.3 and the like of every type)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flows.parts.attachments import digest
from flows.parts.listing import page_to_turn
from flows.parts.sign_in import open_menu
from rpa.desk import Desk
from rpa.errors import NeedsPerson, PortalFault
from rpa.flow import Difference, Group, Listing, slug_of
from rpa.screen import Fact, Row, Screen, Table, Value, same

__all__ = [
    "compare_facts",
    "compare_files",
    "find_group",
    "labels",
    "list_my_applications",
    "open_detail",
    "open_draft",
]

_ALL = "common.menu"


async def list_my_applications(desk: Desk, menu: str = _ALL) -> Listing:
    """Read 我的办件 over all its pages, one round trip a page; complete when nothing can have been passed by.

    That is: every page says the same total and the same number of pages, the rows are as many as that and no group is
    among them twice, and of several pages the first one, read again at the end, has the same groups: what comes or goes
    above moves rows from page to page.
    `menu` is the screen whose pack has the list's entry of the navigation menu: that of all business types, or the
    ``entry`` screen of one of them (我的办件_更换护照 …).
    """
    desk.now(f"导航菜单【{desk.pack.screen(menu).buttons['my_applications'].title}】")
    groups: dict[str, Group] = {}
    seen = _Seen()
    async for page, table in _pages(desk, menu, seen):
        groups |= {group.group_no: group for group in (_group(row, page) for row in table.rows)}
    complete = seen.complete
    if complete and len(seen.pages) > 1:
        complete = seen.begins_with(*await _first_page(desk, menu))
    return Listing(tuple(groups.values()), complete)


@dataclass
class _Seen:
    """The numbers of the groups on each page of the list, and how many rows and pages each page says that there are."""

    pages: list[list[str]] = field(default_factory=list)
    counts: set[tuple[str | None, str | None]] = field(default_factory=set)

    def add(self, page: Screen, table: Table) -> None:
        self.pages.append([row["团组号"] for row in table.rows])
        self.counts.add(_counts(page))

    @property
    def complete(self) -> bool:
        # Groups that move from page to page meanwhile change the counts, or are seen twice while others are passed by.
        rows = str(sum(map(len, self.pages)))
        is_all = self.counts in ({(rows, str(len(self.pages)))}, {(rows, None)})
        return is_all and rows == str(len({number for page in self.pages for number in page}))

    def begins_with(self, page: Screen, table: Table) -> bool:
        """Whether the first page is still what it was: nothing has come in before what was read since."""
        return self.counts == {_counts(page)} and self.pages[0] == [row["团组号"] for row in table.rows]


def _counts(page: Screen) -> tuple[str | None, str | None]:
    """How many rows and pages the list says that it has; a list may be one that has no pages."""
    return page.words.find("total", page.heard), page.words.find("pages", page.heard)


def _group(row: Row, page: Screen) -> Group:
    members, kind = row["人数"], slug_of(row["业务类型"])
    return Group(
        group_no=row["团组号"],
        business_type=row["业务类型"],
        state=row["当前状态"],
        members=int(members) if members.isdigit() else None,
        submitted_at=row["上报时间"],
        first_member=row["成员"],
        kind=page.pack.state_kind(row["当前状态"], kind),
        link=row.links.get("查看", ""),
    )


async def _pages(desk: Desk, menu: str, seen: _Seen) -> AsyncIterator[tuple[Screen, Table]]:
    """Each page of 我的办件 in turn, as the screen and its table; `seen` is told of each."""
    page, table = await _first_page(desk, menu)
    while True:
        seen.add(page, table)
        yield page, table
        number = await page_to_turn(page, page.heard)
        if number is None:
            return
        table = await page.next_listing("groups", number)
        if not desk.is_settled:  # it may be about to draw something else
            await desk.settled()
            table = await page.listing("groups")


async def _first_page(desk: Desk, menu: str) -> tuple[Screen, Table]:
    page = await open_menu(desk, "my_applications", "common.my_applications", menu)
    await desk.settled()
    return page, await page.listing("groups")


async def find_group(
    desk: Desk, wanted: Callable[[Row], bool], menu: str = _ALL
) -> tuple[Screen, Row] | None:
    """The first row of 我的办件 that is `wanted`, on the page that now shows it; None when the list has none.

    Raises :class:`~rpa.errors.PortalFault` when it has none but does not show as many groups as it says.
    """
    seen = _Seen()
    async for page, table in _pages(desk, menu, seen):
        for row in table.rows:
            if wanted(row):
                return page, row
    if not seen.complete:
        raise PortalFault("我的办件列表不完整", where=desk.pack.screen("common.my_applications").title)
    return None


async def open_draft(desk: Desk, group_no: str, screen: str, menu: str = _ALL) -> Screen | None:
    """编辑 of a group that can still be changed: the screen it opens, or None when 我的办件 does not have it.

    Raises :class:`~rpa.errors.NeedsPerson` when it can no longer be changed: somebody has submitted it.
    """
    found = await find_group(desk, lambda row: row["团组号"] == group_no, menu)
    if found is None:
        return None
    page, row = found
    if not _group(row, page).is_draft and "编辑" not in row["操作"]:
        raise NeedsPerson(
            f"该团组已不能编辑（当前状态：{row['当前状态']}）",
            where=group_no,
            advice=f"可能已由人在网站上上报，请核对；确已上报的请用 ywtb settle 办件编号 --filed {group_no} 说明，切勿重复上报",
        )
    await page.press_in_row(row, "编辑")
    return await desk.screen(screen)


async def open_detail(desk: Desk, group_no: str, menu: str = _ALL) -> tuple[Screen, Group]:
    """查看 of a group: its detail page, and what its row in the list said.

    Raises :class:`~rpa.errors.PortalFault` when the list does not have it (yet).
    """
    found = await find_group(desk, lambda row: row["团组号"] == group_no, menu)
    if found is None:
        raise PortalFault("我的办件中没有该团组", where=group_no)
    page, row = found
    await page.press_in_row(row, "查看")
    return await desk.screen("common.detail"), _group(row, page)


def labels(desk: Desk, screen: str) -> dict[str, tuple[str, ...]]:
    """The words under which a screen of the packs shows its fields, by their keys."""
    return {key: element.texts for key, element in desk.pack.screen(screen).fields.items()}


def compare_facts(
    where: str, facts: Sequence[Fact], words: Mapping[str, Sequence[str]], wanted: Mapping[str, Value]
) -> Iterator[Difference]:
    """Every wanted value that the page's label-value pairs do not show; `words` are those of each key."""
    shown: dict[str, list[str]] = {}
    for fact in facts:
        shown.setdefault(fact.label, []).append(fact.value)
    for key, value in wanted.items():
        label = next((label for label in words[key] if label in shown), words[key][0])
        if not all(same(value, one) for one in shown.get(label, [""])):
            yield Difference(where, label)


async def compare_files(
    desk: Desk, page: Screen, where: str, tables: Sequence[Table], wanted: Mapping[str, Path]
) -> list[Difference]:
    """Every wanted file that the page does not hold byte for byte, and every file it holds that was not given."""
    listed = [row for table in tables for row in table.rows]
    rows = {row["材料名称"]: row for row in listed}
    differences = [Difference(where, f"{name}（多出的文件）") for name in rows if name not in wanted]
    if len(rows) != len(listed):
        differences.append(Difference(where, "附件（同名的有几行）"))
    for name, path in wanted.items():
        row = rows.get(name)
        if row is None:
            differences.append(Difference(where, f"{name}（没有文件）"))
            continue
        stored = await desk.open_file(lambda row=row: page.press_in_row(row, "预览"))  # type: ignore[misc]
        if digest(stored) != digest(await asyncio.to_thread(path.read_bytes)):
            differences.append(Difference(where, f"{name}（内容不同）"))
    return differences
