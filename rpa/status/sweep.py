"""One sweep: every account is signed in once, its lists of 我的办件 are read, and what has changed is written down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from loguru import logger
from sqlalchemy import Row

from rpa.cases import Case
from rpa.cases.sign_ins import SignIns
from rpa.cases.trouble import as_ours
from rpa.desk import Desk
from rpa.errors import PageChanged, PortalFault, YwtbError
from rpa.flow import Group, HeldCard, Listing, Progress, flows, slug_of
from rpa.status.compare import Change, Seen
from rpa.status.follow import follow
from rpa.status.reading import Reader, Snapshot
from rpa.status.record import Books

__all__ = ["Swept", "sweep"]

_STATE_LENGTH = 120  # of what the ledger keeps of a portal's word


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
    started_at: datetime = field(init=False)
    books: Books = field(init=False)
    written: bool = False

    def __post_init__(self) -> None:
        self.swept = Swept(self.account)
        self.started_at = datetime.now(UTC)
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
        snapshot = await reader.read([number for number, row in known.items() if row.gone_at is None])
        self.swept = replace(self.swept, lists=snapshot.lists)
        if not snapshot.complete:
            logger.warning("账号 {} 的列表不完整，不作比较", self.account)
            await desk.hold()
            await self.books.keep_failure(self.started_at, len(snapshot.groups))
            return
        groups = snapshot.groups
        due = set(self._due(groups.values(), known, first=not swept_before))
        progress, drift = await _look_closer(reader, [groups[number] for number in groups if number in due])
        cards, card_drift = await _look_at_cards(reader) if self.full else (None, None)
        drift = drift or card_drift
        seen = [self._seen(group, progress.get(number), number in due) for number, group in groups.items()]
        await desk.hold()  # what is written must follow on what this program alone has read
        kept = await self.books.keep(seen, snapshot.missing, self.started_at, drift, cards)
        self.written = True
        self.swept = replace(self.swept, changes=kept.changes, rows=kept.rows, opened=len(progress))
        now = {one.group_no: replace(groups[one.group_no], state=one.state, kind=one.kind) for one in seen}
        moved = await follow(self.sign_ins.ledger, desk, self.account, now, progress)
        self.swept = replace(self.swept, moved=tuple(moved), error=drift)

    def _due(self, groups: Iterable[Group], known: Mapping[str, Row[Any]], *, first: bool) -> Iterator[str]:
        """Whose detail pages are to be read: a draft has nothing to tell, and of an account that is new to the program
        what is done with is not looked into."""
        for group in groups:
            row = known.get(group.group_no)
            changed = row is None or row.gone_at is not None or row.digest != self._digest(group)
            if not group.is_draft and (self.full or (changed and not (first and group.kind.is_final))):
                yield group.group_no

    def _digest(self, group: Group) -> str:
        shown = (group.business_type, group.state, str(group.members), group.submitted_at, group.first_member)
        return self.sign_ins.ledger.vault.fingerprint([self.sign_ins.profile.name, group.group_no, *shown])

    def _seen(self, group: Group, progress: Progress | None, due: bool) -> Seen:
        slug = slug_of(group.business_type)
        state = (progress.state if progress else group.state)[:_STATE_LENGTH]
        return Seen(
            group_no=group.group_no,
            business_type=slug,
            state=state,
            kind=self.sign_ins.pack.state_kind(state, slug),
            members=group.members,
            submitted_at=group.submitted_at,
            digest="" if due and progress is None else self._digest(group),
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
            await self.books.keep_failure(self.started_at, 0, error)
        except YwtbError as again:
            logger.error("账号 {}：没有记下这次巡查：{}", self.account, again)


def _too_long(seconds: float) -> PortalFault:
    return PortalFault(
        f"巡查超过时限（{seconds:.0f} 秒）",
        advice="网站可能很慢，下一次巡查会再读；需要时在设置中加大 sweep_timeout",
    )


async def _look_closer(
    reader: Reader, groups: Sequence[Group]
) -> tuple[dict[str, Progress], PageChanged | None]:
    """The detail pages of these groups, up to the first one that is not what its pack says: the others are no better."""
    found: dict[str, Progress] = {}
    for group in groups:
        try:
            found[group.group_no] = await reader.progress(group)
        except PageChanged as drift:
            logger.error("{}", drift)
            return found, drift
    return found, None


async def _look_at_cards(reader: Reader) -> tuple[list[HeldCard] | None, PageChanged | None]:
    """The cards that are held; none when they could not be read, which takes nothing from what the lists say."""
    try:
        return await reader.cards(), None
    except PageChanged as drift:
        logger.error("{}", drift)
        return None, drift
    except PortalFault as fault:
        logger.warning("持有的旅行卡没有读到：{}", fault)
        return None, None
