"""The people of a fill page: told apart by what it shows of them, added and removed until they are the input's."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from flows.parts.my_applications import labels, open_draft
from flows.parts.people import Named, OfPeople
from rpa.desk import Desk
from rpa.errors import NeedsPerson, PageChanged, PortalRefusal
from rpa.intake.values import id_sex
from rpa.personal import mask_value
from rpa.screen import Card, Screen, Value, same

__all__ = [
    "Wanted",
    "choose_exactly",
    "fits",
    "nobody",
    "people_of",
    "reopen",
    "shown",
    "told",
    "with_people",
]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody who is to be on the page: the input's row, and what is known of them by the keys of ``common.person``."""

    person: Named
    known: Mapping[str, Value]

    @classmethod
    def named(cls, person: Named, **known: Value) -> Wanted:
        """By the input alone, and what else is `known`."""
        own = {"name": person.name, "id_no": person.id_no, "sex": id_sex(person.id_no)}
        return cls(person, {**own, **{key: value for key, value in known.items() if value is not None}})

    @property
    def where(self) -> str:
        """The person as errors call them."""
        return f"成员 {self.person.key}"


def people_of(group: OfPeople) -> list[Wanted]:
    """The people of an input, by what it says of them."""
    return [Wanted.named(member, card_no=getattr(member, "card_no", None)) for member in group.members]


async def reopen(desk: Desk, group: OfPeople) -> list[Wanted] | None:
    """编辑 of a group that the office has returned: the people as the next page shows them; None for a new group."""
    number = desk.case.draft_no
    if number is None:
        return None
    kind = group.business_type
    if await open_draft(desk, number, f"{kind}.filing", f"{kind}.entry") is None:
        raise NeedsPerson("我的办件中没有退回的团组", where=number, advice="请在网站上核对")
    return people_of(group)


def fits(desk: Desk, wanted: Wanted, lines: Mapping[str, str]) -> bool:
    """Whether what the page shows of somebody (label to value) is this person: the name, and all else that it shows."""
    words = labels(desk, "common.person")
    found = {key: lines[label] for key in wanted.known for label in words[key] if label in lines}
    return "name" in found and all(_agrees(wanted.known[key], value) for key, value in found.items())


def _agrees(value: Value, shown: str) -> bool:
    """Whether a value is the one shown, which the portal may show with stars in it."""
    if "*" not in shown:
        return same(value, shown)
    pattern = "".join("." if sign == "*" else re.escape(sign) for sign in shown)
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def shown(desk: Desk, lines: Mapping[str, str], key: str) -> str | None:
    """What the page shows of somebody under a key of ``common.person``."""
    return next((lines[label] for label in labels(desk, "common.person")[key] if label in lines), None)


def told(desk: Desk, people: Sequence[Mapping[str, str]], *keys: str) -> str:
    """Candidates as an error may list them: masked, a few of them."""
    words = labels(desk, "common.person")
    few = [
        " ".join(mask_value(one[label]) for key in ("name", *keys) for label in words[key] if one.get(label))
        for one in people[:5]
    ]
    more = f" 等 {len(people)} 个" if len(people) > len(few) else ""
    return f"{'、'.join(few)}{more}" if few else "无"


async def choose_exactly(
    desk: Desk, page: Screen, wanted: Sequence[Wanted], add: Callable[[Wanted], Awaitable[None]]
) -> list[Card]:
    """Have exactly these people on the page, whomever it shows first, and give their entries in the same order.

    `add` brings somebody in who is not there yet. The others are removed by their 【X】, last, because the page keeps
    at least one person. Raises :class:`~rpa.errors.PortalRefusal` for somebody who cannot be chosen.
    """
    await desk.settled()
    for one in wanted:
        if not any(fits(desk, one, card.lines) for card in await page.cards("people")):
            before = await page.mark_cards("people")
            await add(one)
            await page.await_other_cards("people", before)
    while strangers := [
        card for card in await page.cards("people") if not any(fits(desk, one, card.lines) for one in wanted)
    ]:
        before = await page.mark_cards("people")
        await page.press_on_card(strangers[0], *page.words.buttons["remove"].texts)
        await page.await_other_cards("people", before)
    return await with_people(desk, page, wanted)


async def with_people(desk: Desk, page: Screen, wanted: Sequence[Wanted]) -> list[Card]:
    """The entries of these people, in the same order; :class:`~rpa.errors.PageChanged` unless they are all there are."""
    cards = await page.cards("people")
    found = [[card for card in cards if fits(desk, one, card.lines)] for one in wanted]
    refs = {card.ref for mine in found for card in mine}
    if len(cards) != len(wanted) or len(refs) != len(wanted) or any(len(mine) != 1 for mine in found):
        raise PageChanged("页面上的人员与输入不一致", where=page.title)
    return [mine[0] for mine in found]


def nobody(wanted: Wanted, title: str, candidates: str, advice: str) -> PortalRefusal:
    """The refusal of somebody whom the page does not offer."""
    return PortalRefusal(f"{title}中没有该成员（可选：{candidates}）", where=wanted.where, advice=advice)
