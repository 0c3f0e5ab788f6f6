"""One sign-in per account, anywhere (design D7): an account's lease, its browser context, its signed-in tab."""

from __future__ import annotations

import asyncio
import os
import socket
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

from loguru import logger
from playwright.async_api import BrowserContext, Error
from pydantic import SecretStr

from rpa.browser.storage import Storage
from rpa.cases.database import whole
from rpa.cases.drift import add_matches
from rpa.cases.errors import LedgerError
from rpa.cases.ledger import Ledger
from rpa.cases.losses import note_loss
from rpa.cases.retry import is_passing
from rpa.cases.trouble import as_ours
from rpa.desk import Desk, page_scripts
from rpa.errors import (
    AccountContested,
    AccountTaken,
    Barred,
    Challenged,
    NotNow,
    PageChanged,
    PortalFault,
    PortalRefusal,
    SignInLost,
    YwtbError,
)
from rpa.flow import Entrance, Flow
from rpa.profile import PORTAL_TIME, Profile
from rpa.screen import Pace, Pack

__all__ = ["Met", "SignIns", "lease_lost", "new_owner"]

_LEASE_WAIT_SECONDS = 0.5
_SAVE_SECONDS = 10.0
_PAGES = 5  # as many as a sign-in may wait for, one after the other


class Lender(Protocol):
    """Who lends a context for one account: a running browser, or the keeper of one."""

    def lend(
        self,
        address: str,
        *,
        scripts: Sequence[str] = (),
        storage: Storage | None = None,
        seconds: float = 60.0,
    ) -> AbstractAsyncContextManager[BrowserContext]:
        """A context for the time of a block."""
        ...


#: Told of what a sign-in has stopped at, while its page still stands.
Met = Callable[[Desk, YwtbError], Awaitable[None]]


async def _unseen(_desk: Desk, _error: YwtbError) -> None:
    return None


def new_owner() -> str:
    """A name for who holds something in the ledger: machine, process, and a number that is never used twice."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


@dataclass
class SignIns:
    """Gives signed-in desks, one account at a time, under the account's lease in the ledger.

    `password(account)` finds the password when it is needed; `wait` is how long, in seconds, another program may hold
    the account before this one gives up.
    """

    ledger: Ledger
    profile: Profile
    pack: Pack
    browser: Lender
    password: Callable[[str], SecretStr]
    ttl: float = 60.0
    wait: float = 75.0  # a little longer than the lease of a program that was killed
    owner: str = field(default_factory=new_owner)

    @asynccontextmanager
    async def signed_in(self, account: str, flow: Flow, met: Met = _unseen) -> AsyncIterator[Desk]:
        """A desk of the account, signed in; the lease is given back when the block ends.

        `met` is told what stops the sign-in while the page still stands at which it did.

        A sign-in that a person has made and saved is used, if the portal still knows it; else the password is.
        Raises :class:`~rpa.errors.NotNow` when another program holds the account all the time, in quiet hours, and while
        the portal is left alone.
        """
        async with self.holding(account), AsyncExitStack() as stack:
            desk = await self._by_saved(stack, account, flow.entrance, met)
            if desk is None:
                desk = await stack.enter_async_context(self.desk(account))
                async with _seen(desk, met):
                    await self._arrive(desk, flow.entrance, first=True)
            desk.arrive = partial(self._arrive, desk, flow.entrance)
            desk.hold = partial(self._renew, account)
            logger.info("账号 {} 已登录 {}", account, self.profile.title)
            try:
                yield desk
            finally:
                await self._keep_loss(desk)
                await self._keep_matches()

    @asynccontextmanager
    async def holding(self, account: str) -> AsyncIterator[None]:
        """Nobody else signs in to the account while the block lasts; it is called off when the lease is lost."""
        await self.mind_the_portal()
        guard = _Guard()
        try:
            try:
                guard.watch(self._hold(account, await self._acquire(account)))
                await self.mind_the_portal()  # it may have taken long
                yield
            finally:
                guard.leave()
                # also after a cancellation while it was asked for: it may have been taken all the same
                await self.ledger.release(self.profile.name, account, self.owner)
        except asyncio.CancelledError:
            if guard.takes_back():
                raise lease_lost(account) from None
            raise

    @asynccontextmanager
    async def desk(self, account: str, storage: Storage | None = None) -> AsyncIterator[Desk]:
        """A desk of the account in a browser context of its own, which knows what `storage` has; no page is opened yet.

        What goes wrong there is :class:`~rpa.errors.Barred` once the portal has refused to be asked.
        """
        seconds = self.profile.page_timeout
        lent = self.browser.lend(
            self.profile.address, scripts=page_scripts(self.pack), storage=storage, seconds=seconds
        )
        async with lent as context:
            async with asyncio.timeout(seconds):
                page = await context.new_page()
                if storage is not None:
                    await storage.put_into(page)
            pace = Pace(self.profile.pace_ms / 1000)
            desk = Desk(page, self.pack, self.profile, pace=pace, account=account)
            try:
                yield desk
            except YwtbError as error:
                raise desk.barred or error from None

    async def _by_saved(
        self, stack: AsyncExitStack, account: str, entrance: Entrance, met: Met
    ) -> Desk | None:
        """A desk with the saved sign-in, believed because the home page is seen; None when there is none that holds."""
        storage = await self.ledger.saved_sign_ins.find(self.profile.name, account)
        if storage is None:
            return None
        async with AsyncExitStack() as trying:
            desk = await trying.enter_async_context(self.desk(account, storage))
            async with _seen(desk, met):
                is_known = await self._is_known(desk, entrance)
            if is_known:
                trying.push_async_callback(self._refresh, desk)
                await stack.enter_async_context(trying.pop_all())
                return desk
        return None

    async def _is_known(self, desk: Desk, entrance: Entrance) -> bool:
        """Whether the portal knows the saved sign-in; one that it does not know is forgotten.

        So is one that it challenges, and then nothing else is tried: a new sign-in would be a way round the challenge.
        A portal that does not answer says nothing about it.
        """
        try:
            async with self._in_time():
                if await entrance.enter(desk):
                    return True
        except Challenged:
            await self._forget(desk.account)
            raise
        except (PageChanged, PortalRefusal) as problem:
            if desk.barred:
                raise desk.barred from problem
            logger.debug(
                "{}", problem
            )  # an odd page says nothing about the sign-in: it may be good the next time
            return False
        except SignInLost as problem:
            logger.debug("{}", problem)
        logger.info("账号 {} 保存的登录已失效，改用密码登录", desk.account)
        await self._forget(desk.account)
        return False

    async def _arrive(self, desk: Desk, entrance: Entrance, *, first: bool = False) -> None:
        """To the home page, over the login page if need be; a saved sign-in that leads there holds no more.

        Every loss is noted before it is signed in again, whoever has met it; the second within a while ends it.
        """
        noted = desk.lost is not None
        if noted:
            await self._mind_loss(desk)
        try:
            async with self._in_time():
                if await entrance.enter(desk):
                    return
        except Challenged:
            await self._forget(desk.account)
            raise
        except SignInLost:
            if not noted:  # else it is the same loss, told once more
                await self._mind_loss(desk)
            desk.lost = None
            raise
        await self._forget(desk.account)
        if not (first or noted):
            await self._mind_loss(desk)
        password = self.password(desk.account)
        await self._renew(desk.account)  # a second sign-in would put out whoever has the account by now
        try:
            async with self._in_time():
                await entrance.sign_in(desk, desk.account, password)
        except SignInLost:
            await self._mind_loss(desk)
            raise

    @asynccontextmanager
    async def _in_time(self) -> AsyncIterator[None]:
        """A limit outside the browser, also for one that does not keep those that it is given."""
        try:
            async with asyncio.timeout(_PAGES * self.profile.page_timeout):
                yield
        except TimeoutError as error:
            raise PortalFault("没有在时限内登录") from error

    async def _mind_loss(self, desk: Desk) -> None:
        """Note a loss; :class:`~rpa.errors.AccountContested` when there was one shortly before: nobody is fought for it."""
        said, desk.lost = desk.lost, None

        async def write() -> bool:
            async with self.ledger.writing() as connection:
                within = self.profile.contest_seconds
                return await note_loss(connection, self.profile.name, desk.account, within)

        if await whole(write()):
            where = said.message if said else ""
            desk.contested = AccountContested("账号重新登录后又被退出", where=where)
            raise desk.contested

    async def _keep_loss(self, desk: Desk) -> None:
        """A loss after which nobody has tried to sign in again is for the next one to know."""
        if desk.lost is None:
            return
        try:
            await self._mind_loss(desk)
        except (AccountContested, LedgerError) as error:
            logger.warning("{}", error)

    async def _forget(self, account: str) -> None:
        await self.ledger.saved_sign_ins.forget(self.profile.name, account)

    async def _refresh(self, desk: Desk) -> None:
        """Save the sign-in as it is after use: cookies rotate. Where that fails the last one stays, to be judged by its use."""
        try:
            async with asyncio.timeout(_SAVE_SECONDS):
                storage = await Storage.of(desk.page)
            await self.ledger.saved_sign_ins.refresh(self.profile.name, desk.account, storage, self.owner)
        except (Error, TimeoutError, LedgerError) as error:
            logger.warning("账号 {} 保存的登录没有更新：{}", desk.account, type(error).__name__)

    async def _keep_matches(self) -> None:
        """Add to the ledger by which words elements were found; work is never stopped by it."""
        counted, self.pack.matched = self.pack.matched, Counter()

        async def write() -> None:
            async with self.ledger.writing() as connection:
                await add_matches(connection, self.profile.name, counted)

        if not counted:
            return
        try:
            await whole(write())
        except LedgerError as error:
            logger.warning("页面元素的匹配次数没有记下：{}", type(error).__name__)

    async def _renew(self, account: str) -> None:
        """Hold the lease for its whole length more; :class:`~rpa.errors.AccountTaken` when it is another's by now."""
        if not await self.ledger.renew(self.profile.name, account, self.owner, self.ttl):
            raise lease_lost(account)

    async def mind_the_portal(self) -> None:
        """Raise :class:`~rpa.errors.NotNow` in quiet hours and while the portal is left alone."""
        if self.profile.is_quiet(datetime.now(UTC)):
            raise NotNow(
                f"现在是 {self.profile.quiet_hours}（北京时间）的安静时段，不访问网站",
                advice="请在其他时间再试，或修改网站配置中的 quiet_hours",
            )
        if until := await self.ledger.paused_until(self.profile.name, self.profile.breaker.pause):
            raise NotNow(
                f"网站连续出错，暂停访问到 {until.astimezone(PORTAL_TIME):%H:%M:%S}（北京时间）",
                advice="到时再用 ywtb resume 继续；网站恢复前请勿反复重试",
            )

    async def count_error(self, error: YwtbError) -> None:
        """Let the portal's breaker know of a system fault. A refusal to be asked is enough whatever came before."""
        if is_passing(error) or isinstance(error, Barred):
            await self.count_fault(enough=isinstance(error, Barred))

    async def count_fault(self, *, enough: bool = False) -> None:
        """One more fault in a row; `enough`: the portal is left alone whatever came before."""
        breaker, portal = self.profile.breaker, self.profile.name
        faults = 1 if enough else breaker.faults
        if until := await self.ledger.count_fault(portal, faults, breaker.pause):
            logger.error(
                "{}连续出错 {} 次，暂停访问到 {:%H:%M:%S}", portal, faults, until.astimezone(PORTAL_TIME)
            )

    async def clear_faults(self) -> None:
        """Something went well: the breaker's count begins anew."""
        await self.ledger.clear_faults(self.profile.name)

    async def _acquire(self, account: str) -> float:
        """Take the lease; until when, by the loop's clock, it is ours for sure."""
        clock = asyncio.get_running_loop().time
        asked = clock()
        deadline = asked + self.wait
        while not await self.ledger.acquire(self.profile.name, account, self.owner, self.ttl):
            if clock() > deadline:
                raise NotNow(
                    f"账号 {account} 正被另一个程序使用", advice="请等它结束，或稍后用 ywtb resume 继续"
                )
            await asyncio.sleep(_LEASE_WAIT_SECONDS)
            asked = clock()
        return asked + self.ttl

    async def _hold(self, account: str, ends: float) -> None:
        """Renew the lease, until it is lost: then somebody else may sign in, and this sign-in must not be used.

        A ledger that is busy for a while takes nothing away: the lease lasts until its own end, which is not waited for
        any longer than that, neither between two renewals nor in one.
        """
        clock = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(min(self.ttl / 3, ends - clock()))
            asked = clock()
            if asked >= ends:
                return
            renewal = asyncio.ensure_future(self._renew(account))
            renewal.add_done_callback(_look_at)
            done, _ = await asyncio.wait([renewal], timeout=ends - asked)
            if not done:
                return
            try:
                renewal.result()
            except AccountTaken:
                return
            except LedgerError as error:
                logger.warning("账号 {} 的占用没有续期：{}", account, error)
            else:
                ends = asked + self.ttl


def lease_lost(account: str) -> AccountTaken:
    """Somebody else may have signed in to the account by now."""
    return AccountTaken(f"账号 {account} 的占用已失效，可能已被另一个程序接管")


def _look_at(renewal: asyncio.Task[None]) -> None:
    """Whatever comes of a renewal that nobody waits for any more, asyncio is not to report it as forgotten."""
    if not renewal.cancelled():
        renewal.exception()


@asynccontextmanager
async def _seen(desk: Desk, met: Met) -> AsyncIterator[None]:
    """`met` is told of what goes wrong in the block."""
    try:
        yield
    except Exception as trouble:
        await met(desk, desk.ended or as_ours(trouble))
        raise


class _Guard:
    """Calls the work under a lease off when the lease's keeper ends by itself, until the work leaves it."""

    def __init__(self) -> None:
        self._worker = asyncio.current_task()
        self._keeper: asyncio.Task[None] | None = None
        self._has_left = False
        self._has_called_off = False

    def watch(self, hold: Coroutine[Any, Any, None]) -> None:
        """The keeper of a lease that was just taken."""
        self._keeper = asyncio.create_task(hold)
        self._keeper.add_done_callback(self._call_off)

    def leave(self) -> None:
        """The work is over: what becomes of the lease does not matter to it any more."""
        self._has_left = True
        if self._keeper is not None:
            self._keeper.cancel()

    def takes_back(self) -> bool:
        """Whether a cancellation is the lease's end; it is then one no more."""
        if self._worker is not None and self._has_called_off:
            self._worker.uncancel()
        return self._has_called_off

    def _call_off(self, keeper: asyncio.Task[None]) -> None:
        if self._worker is not None and not self._has_left and not keeper.cancelled():
            self._has_called_off = True
            self._worker.cancel()
