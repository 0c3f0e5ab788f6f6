"""One sweep: every account is signed in once, its lists of 我的办件 are read, and what has changed is written down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import random
from time import monotonic
from typing import Any

from loguru import logger
from sqlalchemy import Row

from rpa.cases import Case
from rpa.cases.sign_ins import SignIns
from rpa.cases.trouble import as_ours
from rpa.desk import Desk
from rpa.errors import NotNow, PageChanged, PortalFault, PortalRefusal, SignInLost, YwtbError
from rpa.flow import Group, HeldCard, Listing, Progress, flows, slug_of
from rpa.status.compare import Change, Seen, is_wholesale
from rpa.status.follow import follow
from rpa.status.reading import Reader, Snapshot
from rpa.status.record import Books

__all__ = ["Swept", "sweep"]

_STATE_LENGTH = 120  # of what the ledger keeps of a portal's word
_IN_A_ROW = 3  # detail pages that are not to be had: the others will hardly be better


def _silent(_account: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Swept:
    """What 我的办件 of one account says: the list of each business type, by its slug; and the cases that `moved` with it.

    `changes` are against the last complete sweep, `rows` how many of the history they are, `opened` how many detail
    pages were read. After an `error` there are no lists; only where it is the detail pages that could not be read the
    lists and what they say stand.
    """

    account: str
    lists: Mapping[str, Listing] = field(default_factory=dict)
    changes: Sequence[Change] = ()
    rows: int = 0
    opened: int = 0
    moved: Sequence[Case] = ()
    error: YwtbError | None = None

    @property
    def listing(self) -> Listing:
        """All groups of the account, those of the longest list first; complete when every list is proved complete.

        Without a proved complete list nothing may be concluded from what is missing.
        """
        snapshot = Snapshot(self.lists)
        return Listing(tuple(snapshot.groups.values()), snapshot.complete)


async def sweep(
    sign_ins: SignIns,
    accounts: Sequence[str],
    *,
    full: bool = False,
    at_once: int = 1,
    limit: float = 3600.0,
    tell: Callable[[str], None] = _silent,
) -> list[Swept]:
    """Read the lists of each account and write down what has changed, so many accounts side by side.

    A detail page is opened when its row has changed, with `full` every one. An account that fails, or takes longer than
    `limit` seconds, is told in its place and stops no other; a system fault counts for the portal's breaker. `tell`
    hears each account as it begins.
    """
    room = asyncio.Semaphore(max(1, at_once))

    async def take(account: str) -> Swept:
        async with room:
            tell(account)
            return await _Sweep(sign_ins, account, full=full, limit=limit).go()

    async with asyncio.TaskGroup() as tasks:
        taken = [tasks.create_task(take(account)) for account in dict.fromkeys(accounts)]
    return [task.result() for task in taken]


@dataclass
class _Sweep:
    """The sweep of one account; `swept` is what it has come to so far."""

    sign_ins: SignIns
    account: str
    full: bool
    limit: float
    swept: Swept = field(init=False)
    began: float = field(init=False)
    books: Books = field(init=False)
    written: bool = False

    def __post_init__(self) -> None:
        self.swept = Swept(self.account)
        self.began = monotonic()
        ledger, portal = self.sign_ins.ledger, self.sign_ins.profile.name
        self.books = Books(ledger, portal, self.account, self.sign_ins.pack.state_kind)

    async def go(self) -> Swept:
        """Never raises but for cancellation."""
        clock = asyncio.timeout(self.limit)
        try:
            # any flow signs in: the portal is one for all business types
            async with clock, self.sign_ins.signed_in(self.account, next(iter(flows().values()))) as desk:
                await self._read(desk)
                await self.sign_ins.clear_faults()
        except Exception as trouble:
            await self._fail(_too_long(self.limit) if clock.expired() else as_ours(trouble))
        return self.swept

    async def _read(self, desk: Desk) -> None:
        reader = Reader(desk)
        known, swept_before = await self.books.known()
        listed = [number for number, row in known.items() if row.gone_at is None]
        snapshot = await reader.read(listed)
        self.swept = replace(self.swept, lists=snapshot.lists)
        if not snapshot.complete:
            logger.warning("账号 {} 的列表不完整，不作比较", self.account)
            await desk.hold()
            await self.books.keep_failure(self._took, len(snapshot.groups))
            return
        missing, doubted = await self._believed(snapshot.missing, listed)
        if doubted:
            logger.warning("账号 {} 的列表少了 {} 个团组，暂不采信", self.account, len(doubted))
            unproved = {kind: replace(listing, complete=False) for kind, listing in snapshot.lists.items()}
            self.swept = replace(self.swept, lists=unproved)
        groups = snapshot.groups
        due = list(self._due(groups.values(), known, first=not swept_before))
        # those that could not be read come last, in any order: they keep neither the others nor each other waiting
        due.sort(key=lambda number: random() if number in known and not known[number].digest else -1)  # noqa: S311
        progress, trouble = await _look_closer(reader, [groups[number] for number in due])
        cards, card_drift = await _look_at_cards(reader) if self.full and not doubted else (None, None)
        trouble = trouble if isinstance(trouble, PageChanged) else card_drift or trouble
        unread = set(due) - set(progress)
        seen = [
            self._seen(group, progress.get(number), known.get(number), number in unread)
            for number, group in groups.items()
        ]
        await desk.hold()  # what is written must follow on what this program alone has read
        kept = await self.books.keep(seen, missing, self._took, trouble, cards, doubted=doubted)
        self.written = True
        self.swept = replace(self.swept, changes=kept.changes, rows=kept.rows, opened=len(progress))
        now = {one.group_no: replace(groups[one.group_no], state=one.state, kind=one.kind) for one in seen}
        moved = await follow(self.sign_ins.ledger, desk, self.account, now, progress)
        self.swept = replace(self.swept, moved=tuple(moved), error=trouble)

    async def _believed(
        self, missing: frozenset[str], listed: Collection[str]
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Which of the missing groups are believed gone, and which are doubted: so many at once are likelier an empty
        render. What earlier sweeps have doubted for long is believed, whatever else is missing by now."""
        if not is_wholesale(missing, listed):
            return missing, frozenset()
        gone = await self.books.confirmed(missing)
        left = missing - gone
        return (gone, left) if is_wholesale(left, set(listed) - gone) else (missing, frozenset())

    @property
    def _took(self) -> timedelta:
        return timedelta(seconds=monotonic() - self.began)

    def _due(self, groups: Iterable[Group], known: Mapping[str, Row[Any]], *, first: bool) -> Iterator[str]:
        """Whose detail pages are to be read: a draft has nothing to tell, and of an account that is new to the program
        what is done with is not looked into. A row without a state says nothing, so its page is asked every time."""
        for group in groups:
            row = known.get(group.group_no)
            changed = (
                row is None or row.gone_at is not None or row.digest != self._digest(group) or not group.state
            )
            if not group.is_draft and (self.full or (changed and not (first and group.kind.is_final))):
                yield group.group_no

    def _digest(self, group: Group) -> str:
        shown = (group.business_type, group.state, str(group.members), group.submitted_at, group.first_member)
        return self.sign_ins.ledger.vault.fingerprint([self.sign_ins.profile.name, group.group_no, *shown])

    def _seen(self, group: Group, progress: Progress | None, known: Row[Any] | None, unread: bool) -> Seen:
        """A group's state is the list's word, which every sweep reads: the detail page may word it otherwise."""
        slug = slug_of(group.business_type)
        state = group.state or (progress.state if progress else known.state if known is not None else "")
        state = state[:_STATE_LENGTH]
        return Seen(
            group_no=group.group_no,
            business_type=slug,
            state=state,
            kind=self.sign_ins.pack.state_kind(state, slug),
            members=group.members,
            submitted_at=group.submitted_at,
            digest="" if unread else self._digest(group),
            progress=progress,
        )

    async def _fail(self, error: YwtbError) -> None:
        logger.error("账号 {}：{}", self.account, error)
        self.swept = replace(self.swept, error=error)
        if self.written:
            return
        self.swept = replace(self.swept, lists={})
        try:
            await self.sign_ins.count_error(error)
            await self.books.keep_failure(self._took, 0, error)
        except YwtbError as again:
            logger.error("账号 {}：没有记下这次巡查：{}", self.account, again)


def _too_long(seconds: float) -> PortalFault:
    return PortalFault(
        f"巡查超过时限（{seconds:.0f} 秒）",
        advice="网站可能很慢，下一次巡查会再读；需要时在设置中加大 sweep_timeout",
    )


async def _look_closer(
    reader: Reader, groups: Sequence[Group]
) -> tuple[dict[str, Progress], YwtbError | None]:
    """The detail pages of these groups. One that cannot be read takes nothing from the others; after so many in a row
    the rest is left to the next sweep."""
    found: dict[str, Progress] = {}
    troubles: list[YwtbError] = []
    in_a_row = 0
    for group in groups:
        try:
            found[group.group_no] = await reader.progress(group)
            in_a_row = 0
        except (PageChanged, PortalFault, PortalRefusal) as trouble:
            if isinstance(trouble, SignInLost | NotNow):
                raise
            logger.error("{}：办件详情没有读到：{}", group.group_no, trouble)
            troubles.append(trouble)
            in_a_row += 1
            if in_a_row == _IN_A_ROW:
                break
    # of a page that is not what its pack says somebody is told
    return found, next(iter(sorted(troubles, key=lambda one: not isinstance(one, PageChanged))), None)


async def _look_at_cards(reader: Reader) -> tuple[list[HeldCard] | None, PageChanged | None]:
    """The cards that are held; none when they could not be read, which takes nothing from what the lists say."""
    try:
        return await reader.cards(), None
    except PageChanged as drift:
        logger.error("{}", drift)
        return None, drift
    except (PortalFault, PortalRefusal) as fault:
        logger.warning("持有的旅行卡没有读到：{}", fault)
        return None, None
