"""我的办件 of one account as it is now: every list whole or not believed, and the detail pages of what has changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from loguru import logger

from rpa.cases.trouble import as_ours
from rpa.desk import Desk
from rpa.errors import AccountTaken, NotNow, PageChanged, PortalFault, SignInLost, YwtbError
from rpa.flow import Flow, Group, HeldCard, Listing, Progress, flows, slug_of

__all__ = ["Reader", "Snapshot"]

_Answer = TypeVar("_Answer")

_TRIES = 3  # of a list that is not whole, or of a page that the portal fails to give
_PAGES_HELD = 4  # each detail page that was left holds some 5 MB until it is forgotten
_LOOKS = 2  # before a page is believed to have changed: one that was slow to come looks the same


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The list of each business type, by its slug; `missing` are groups that two whole readings are without."""

    lists: Mapping[str, Listing] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()

    @property
    def groups(self) -> dict[str, Group]:
        """All groups by their numbers, those of the longest list first, each as the list that was read last has it."""
        longest = sorted(self.lists.values(), key=lambda listing: -len(listing.groups))
        found = {group.group_no: group for listing in longest for group in listing.groups}
        for listing in self.lists.values():
            found |= {group.group_no: group for group in listing.groups}
        return found

    @property
    def complete(self) -> bool:
        """Whether every list was proved whole. Without it nothing may be concluded, least of all from what is missing."""
        return bool(self.lists) and all(listing.complete for listing in self.lists.values())


@dataclass
class Reader:
    """Reads at a signed-in desk. A lost sign-in is made anew once; what the portal fails to give is asked for again."""

    desk: Desk
    _opened: int = field(default=0, init=False)

    async def read(self, known: Collection[str]) -> Snapshot:
        """All lists. If they are without a group that was `known` they are read a second time before that is believed."""
        once = await self._lists()
        absent = set(known) - set(once.groups)
        if not once.complete or not absent:
            return once
        logger.info("我的办件比上次少 {} 个团组，再读一次", len(absent))
        again = await self._lists()
        return replace(again, missing=frozenset(absent - set(again.groups)))

    async def _lists(self) -> Snapshot:
        found: dict[str, Listing] = {}
        for kind, flow in flows().items():
            found[kind] = await self._list(flow)
            if not found[kind].complete:
                break  # without one of them the others prove nothing
        return Snapshot(found)

    async def _list(self, flow: Flow) -> Listing:
        listing = Listing((), complete=False)
        for _ in range(_TRIES):
            listing = await self._patiently(lambda: flow.list_groups(self.desk))
            if listing.complete:
                break
            logger.info("{}的列表在读取中有变化或不完整，再读一次", flow.title)
        return listing

    async def progress(self, group: Group) -> Progress:
        """What the detail page of a group says. Raises :class:`~rpa.errors.PageChanged` when it cannot be read."""
        of_any = next(iter(flows().values()))  # the portal has one such page for all business types
        flow = flows().get(slug_of(group.business_type), of_any)
        found = await self._patiently(lambda: flow.read_progress(self.desk, group))
        self._opened += 1
        if self._opened % _PAGES_HELD == 0:
            await self._patiently(self.desk.forget_left_pages)
        return found

    async def cards(self) -> list[HeldCard]:
        """The cards that the account's people hold, as the business types list them that are about cards."""
        found: dict[str, HeldCard] = {}
        for flow in flows().values():
            if flow.list_cards is not None:
                await self.desk.arrive()
                listed = await self._patiently(partial(flow.list_cards, self.desk))
                found |= {card.number: card for card in listed}
        return list(found.values())

    async def _patiently(self, read: Callable[[], Awaitable[_Answer]]) -> _Answer:
        """What `read` gives; from the home page again after a lost sign-in (:attr:`~rpa.desk.Desk.arrive`) or a
        fault of the portal."""
        faults = 0
        while True:
            try:
                return await read()
            except Exception as trouble:
                error = self.desk.ended or as_ours(trouble)
                if isinstance(error, SignInLost) and not isinstance(error, AccountTaken):
                    logger.warning("{}，重新登录", error)
                else:
                    faults += 1
                    if faults >= _tries(error):
                        raise error from None
                    logger.warning("{}，再读一次", error)
            await self.desk.arrive()


def _tries(error: YwtbError) -> int:
    """How often something that ends so is tried before it is believed."""
    if isinstance(error, PageChanged):
        return _LOOKS
    return _TRIES if isinstance(error, PortalFault) and not isinstance(error, NotNow) else 1
