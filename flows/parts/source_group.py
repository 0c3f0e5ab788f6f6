"""选择团组 and 添加成员: the group that a business starts from, and whom of it (manual 2.2.1 and 2.3.1 (2), (3))."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from flows.parts.chosen_people import Wanted, choose_exactly, fits, nobody, reopen, told
from flows.parts.listing import search
from flows.parts.my_applications import find_group, labels
from flows.parts.people import Listed, Named, OfPeople
from flows.parts.sign_in import choose_business
from rpa.desk import Desk
from rpa.errors import NeedsPerson, PortalRefusal
from rpa.intake.values import Code, Line
from rpa.personal import mask_value
from rpa.screen import Card, Fact, Screen, Value

__all__ = ["FromGroup", "choose_group", "choose_members", "source_information"]


class FromGroup(OfPeople):
    """The input for a business that starts from a group of 新卡申办."""

    members: list[Listed] = Field(min_length=1, title="成员")  # type: ignore[assignment]  # narrower rows
    source_group: Annotated[Line | None, Code(), Field(max_length=40)] = Field(
        default=None,
        title="原团组号",
        examples=["APEC202611230001"],
        description="所依据的新卡团组；不填则按成员的姓名和身份证号查找",
    )


@dataclass(frozen=True, slots=True)
class _Source:
    """A group that was looked at: its number, its state, and what it says of each person by their ID number."""

    number: str
    state: str
    people: dict[str, dict[str, str]]

    def has(self, person: Named) -> bool:
        """Whether this person, by ID number and name, is in the group."""
        return self.people.get(person.id_no, {}).get("name") == person.name


def source_information(group: FromGroup) -> dict[str, Value]:
    """What the detail page shows of the source, as far as the input tells it."""
    return {"source_group": group.source_group} if group.source_group is not None else {}


async def choose_group(desk: Desk, group: FromGroup, hint: str) -> list[Wanted]:
    """(1) 点击 the business and (2) 选择 the group: 选择 is pressed, and its people are given as the next page shows them.

    By its number, or by its people: their names and ID numbers, as 我的办件 has them. `hint` says when it can be done.
    Raises :class:`~rpa.errors.PortalRefusal` when no such group is offered or a member is not in it, and
    :class:`~rpa.errors.NeedsPerson` when there are several.
    """
    if people := await reopen(desk, group):
        return people
    source = await _find(desk, group, hint)
    strangers = "、".join(person.key for person in group.members if not source.has(person))
    if strangers:
        raise PortalRefusal(
            "该成员不属于原团组（姓名和身份证号须与原团组一致）",
            where=f"团组 {source.number} 成员 {strangers}",
            advice="请核对原团组号、姓名和身份证号",
        )
    selection = await _open(desk, group)
    async for table in search(desk, selection, {"group_no": source.number}, "sources"):
        row = next((row for row in table if row.lines["团组号"] == source.number), None)
        if row is not None:
            await selection.press_on_card(row, *selection.words.buttons["choose"].texts)
            return [_wanted(person, source) for person in group.members]
    raise PortalRefusal(f"该团组不能选择（当前状态：{source.state}）", where=source.number, advice=hint)


async def _open(desk: Desk, group: FromGroup) -> Screen:
    await choose_business(desk, group.business_type)
    return await desk.screen(f"{group.business_type}.selection")


async def _find(desk: Desk, group: FromGroup, hint: str) -> _Source:
    if group.source_group is not None:
        source = await _look(desk, group.source_group)
        if source is None:
            raise PortalRefusal("我的办件中没有原团组", where=group.source_group, advice="请核对原团组号")
        return source
    selection = await _open(desk, group)
    offered = search(desk, selection, {"name": group.members[0].name}, "sources")
    numbers = [row.lines["团组号"] async for table in offered for row in table]
    sources = [source for number in numbers if (source := await _look(desk, number))]
    fitting = [source for source in sources if all(map(source.has, group.members))]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        numbers = [source.number for source in fitting]
        raise NeedsPerson(
            f"这些成员在 {len(fitting)} 个可选的团组中：{'、'.join(numbers)}",
            advice="请在输入中填写原团组号后重新提交",
        )
    others = [f"{source.number}（{_names(source)}）" for source in sources]
    raise PortalRefusal(
        f"可选的团组中没有同时包含这些成员的团组（同名的：{'、'.join(others) or '无'}）", advice=hint
    )


def _names(source: _Source) -> str:
    return "、".join(mask_value(person["name"]) for person in source.people.values())


async def _look(desk: Desk, number: str) -> _Source | None:
    """A group's people, as its detail page in 我的办件 tells them."""
    found = await find_group(desk, lambda row: row["团组号"] == number)
    if found is None:
        return None
    page, row = found
    await page.press_in_row(row, "查看")
    detail = await desk.screen("common.detail")
    return _Source(number, row["当前状态"], _people(desk, await detail.facts()))


def _people(desk: Desk, facts: Sequence[Fact]) -> dict[str, dict[str, str]]:
    words = labels(desk, "common.person")
    sections: dict[str, dict[str, str]] = {}
    for fact in facts:
        key = next((key for key, texts in words.items() if fact.label in texts), None)
        if key and fact.section.startswith("成员"):
            sections.setdefault(fact.section, {})[key] = fact.value
    return {person["id_no"]: person for person in sections.values() if "id_no" in person}


def _wanted(person: Named, source: _Source) -> Wanted:
    return Wanted.named(person, passport_number=source.people[person.id_no].get("passport_number"))


async def choose_members(desk: Desk, page: Screen, wanted: Sequence[Wanted], hint: str) -> list[Card]:
    """(3) 点击【添加】 and 【X】: exactly these people; their entries on the page, in the same order."""

    async def add(one: Wanted) -> None:
        await page.press("add_person")
        layer = await desk.screen("common.add_person")
        offered = await layer.cards("offered")
        found = [row for row in offered if fits(desk, one, row.lines)]
        if len(found) != 1:
            await layer.close_layer("cancel")
            raise nobody(one, "可添加的人员", told(desk, [row.lines for row in offered]), hint)
        await layer.press_on_card(found[0], *layer.words.buttons["choose"].texts)

    return await choose_exactly(desk, page, wanted, add)
