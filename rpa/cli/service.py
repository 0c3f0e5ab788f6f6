"""What ``ywtb serve`` does until it is stopped: sweeps at their ticks, cases that can go on, alerts, and a sign of life.

Its parts run side by side, and trouble in one stops none of the others: a channel of alerts that does not answer holds
up no other channel, and a schedule whose sweeps fail no other schedule. Each waits until its own next thing is due,
never longer than `LONGEST_WAIT` by the clock on the wall: a machine that was asleep is noticed that soon. Between two
pieces of work there is no browser.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

from loguru import logger

from rpa.cases import Case, CaseState, LedgerError
from rpa.cases.due import DueCases
from rpa.cases.sign_ins import new_owner
from rpa.cases.trouble import as_ours
from rpa.cli.exit_codes import ExitCode, of_case
from rpa.doctor.kept import verdict
from rpa.errors import YwtbError
from rpa.profile import PORTAL_TIME, Profile
from rpa.status.failed import failed_before
from rpa.status.outbox import deliver_to, enlist
from rpa.status.prune import prune
from rpa.status.reminders import remind
from rpa.status.schedule import Schedule
from rpa.status.servers import BEAT_SECONDS, beat, leave
from rpa.status.sweep import Swept, sweep
from rpa.status.ticks import Outcome, Tick, end, take

if TYPE_CHECKING:
    from rpa.cli.office import Office

__all__ = ["LONGEST_WAIT", "Service"]

#: Seconds. No wait is longer; after a machine's sleep what is due is done that soon.
LONGEST_WAIT = 30.0

#: A case in one of these states is filled in or submitted next. One whose press may have happened is looked up all the same.
_FILES = frozenset(
    {
        CaseState.RECEIVED,
        CaseState.PREPARING,
        CaseState.AWAITING_SIGNATURE,
        CaseState.READY,
        CaseState.COMPLETING,
    }
)

_LOOK_FOR_CASES = 10.0  # seconds between two looks for new cases and scans
_REMIND = timedelta(hours=1)
_TIDY = timedelta(days=1)
_AFTER_TROUBLE = 60.0
_WAIT_FOR_ACCOUNT = 900.0  # seconds: a sweep or a case lets the other one of the same account end first


class Service:
    """One server over the parts of an open office. :meth:`run` it until it is cancelled."""

    def __init__(self, office: Office, schedules: Sequence[Schedule]) -> None:
        self._office = office
        self._ledger = office.ledger
        self._settings = office.started.settings
        self._schedules = schedules
        self.owner = new_owner()
        self._cases = DueCases(office.ledger, elsewhere=not self._settings.ledger_url.startswith("sqlite"))
        self._at_work: set[tuple[str, str]] = set()
        self._places = asyncio.Semaphore(office.at_once())
        self._work_done = asyncio.Event()
        self._news = {name: asyncio.Event() for name in self._settings.alerts.channels}
        self._reminded_at = self._tidied_at = datetime.min.replace(tzinfo=UTC)
        self._has_caught_up = False
        self._unknown: set[str] = set()
        self._unsafe: dict[str, datetime] = {}
        self._has_looked_back = False

    async def run(self) -> None:
        """Until cancelled: then running cases are parked, leases given back, the browser ended."""
        started_at = datetime.now(UTC)
        await self._office.browser()  # missing programs are installed now, not at night
        await beat(self._ledger, self.owner, started_at)
        await enlist(
            self._ledger, self._settings.alerts
        )  # a new channel is told all that is found from now on
        logger.info("服务已启动：{} 个计划（{}）", len(self._schedules), self.owner)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep_on(lambda: self._beat(started_at)))
                tasks.create_task(self._keep_on(self._sweep_what_is_due))
                tasks.create_task(self._keep_on(self._remind, self._work_done))
                for name, news in self._news.items():
                    tasks.create_task(self._keep_on(partial(self._tell, name), news))
                tasks.create_task(self._keep_on(self._tidy))
                tasks.create_task(self._work_on_cases(tasks))
        finally:
            with suppress(YwtbError):  # a ledger that is gone: the others see it by the silence
                await leave(self._ledger, self.owner)
            logger.info("服务已停止")

    async def _keep_on(self, step: Callable[[], Awaitable[float]], news: asyncio.Event | None = None) -> None:
        """Step after step, each saying in how many seconds the next is due; `news` bring it forward."""
        while True:
            seconds = await self._guarded(step)
            await _rest(min(max(seconds, 0.0), LONGEST_WAIT), news)

    async def _guarded(self, step: Callable[[], Awaitable[float]]) -> float:
        """One step; trouble in it is told, and what is returned is when to try again."""
        try:
            return await step()
        except YwtbError as error:
            logger.error("{}", error)
            return _AFTER_TROUBLE if not isinstance(error, LedgerError) else LONGEST_WAIT
        except Exception:
            logger.exception("服务的一个部分出错，{:.0f} 秒后继续", _AFTER_TROUBLE)
            return _AFTER_TROUBLE

    async def _beat(self, started_at: datetime) -> float:
        await beat(self._ledger, self.owner, started_at)
        return BEAT_SECONDS

    # --- sweeps -----------------------------------------------------------------------------------------------------

    async def _sweep_what_is_due(self) -> float:
        """Every schedule has its turn, one after the other, however long those before it took and however they ended."""
        waits = [await self._guarded(partial(self._sweep_if_due, schedule)) for schedule in self._schedules]
        if not self._has_caught_up:
            self._has_caught_up = True
            self._work_done.set()
        return min([LONGEST_WAIT, *waits])

    async def _sweep_if_due(self, schedule: Schedule) -> float:
        """The schedule's tick, if one is due; then the seconds until the next one."""
        looked = await take(self._ledger, schedule, self.owner)
        if looked.tick is not None:
            await self._sweep(schedule, looked.tick)
            return 0.0
        following = schedule.next_after(looked.now)
        return (following - looked.now).total_seconds() if following else LONGEST_WAIT

    async def _sweep(self, schedule: Schedule, tick: Tick) -> None:
        profile, accounts = schedule.profile, []
        outcome = Outcome.FAILED
        try:
            accounts = await self._office.accounts_to_read(schedule)
            logger.info("计划 {}：开始读取 {} 个账号的“我的办件”", schedule.name, len(accounts))
            passwords = await self._office.kept_passwords(profile.name, accounts)
            keeper = await self._office.browser()
            async with keeper.in_use():
                sign_ins = await self._office.sign_ins(profile, passwords, wait=_WAIT_FOR_ACCOUNT)
                swept = await sweep(
                    sign_ins,
                    accounts,
                    full=schedule.rule.full,
                    at_once=self._office.at_once(),
                    limit=self._office.started.settings.sweep_timeout,
                )
            outcome = _outcome(swept)
            logger.info("计划 {}：{}，{} 处变化", schedule.name, outcome.meaning, _changes(swept))
        except Exception as error:  # before any account had its turn: each was not read, and why
            await failed_before(self._ledger, profile.name, accounts, as_ours(error))
            raise
        finally:
            if not _is_cancelled():  # a server that stops leaves its tick to the next one
                await end(self._ledger, tick, outcome)
            self._ring()

    # --- cases ------------------------------------------------------------------------------------------------------

    async def _work_on_cases(self, tasks: asyncio.TaskGroup) -> None:
        """Each account's cases are a task of their own: a long one keeps no other waiting."""

        def begin(cases: Collection[Case]) -> None:
            for which in dict.fromkeys((case.portal, case.account) for case in cases):
                mine = [case for case in cases if (case.portal, case.account) == which]
                self._at_work.add(which)
                tasks.create_task(self._work_on(which, mine))

        async def look() -> float:
            now = datetime.now(UTC)
            if not self._has_looked_back:
                begin(await self._free(await self._cases.cut_off(now), now))
                self._has_looked_back = True
            begin(await self._free(await self._cases.look(now, resting=self._at_work), now))
            return _LOOK_FOR_CASES

        await self._keep_on(look)

    async def _free(self, cases: Sequence[Case], now: datetime) -> list[Case]:
        """Those whose portal may be asked now; the daily cap holds back what would be submitted."""
        free = []
        for case in cases:
            profile = self._profile(case.portal)
            if profile is None or profile.is_quiet(now):
                continue
            if await self._ledger.paused_until(profile.name, profile.breaker.pause):
                continue
            if case.state in _FILES and not await self._is_safe(profile.name):
                continue
            if case.state is CaseState.READY and await self._has_its_share(profile, case.account, now):
                continue
            free.append(case)
        return free

    async def _is_safe(self, portal: str) -> bool:
        """Whether the last examination of the portal, if there was one, found all that filing needs; a no is said once."""
        found = await verdict(self._ledger, portal)
        if found is None or found.safe:
            self._unsafe.pop(portal, None)
            return True
        if self._unsafe.get(portal) != found.at:
            what = "、".join(found.blocking[:5])
            logger.error(
                "网站 {} 的页面有变（{}），暂停申报；请核对后更新 selectors 配置，再运行 ywtb doctor --portal {}",
                portal,
                what,
                portal,
            )
            self._unsafe[portal] = found.at
        return False

    async def _has_its_share(self, profile: Profile, account: str, now: datetime) -> bool:
        if profile.daily_cap is None:
            return False
        today = datetime.combine(now.astimezone(PORTAL_TIME).date(), time.min, PORTAL_TIME)
        return await self._ledger.submitted_since(profile.name, account, today) >= profile.daily_cap

    def _profile(self, portal: str) -> Profile | None:
        try:
            return self._office.profile(portal)
        except YwtbError as error:
            if portal not in self._unknown:  # said once, not at every look
                logger.error("有办件等待，但网站配置不可用：{}", error)
                self._unknown.add(portal)
            return None

    async def _work_on(self, which: tuple[str, str], cases: Sequence[Case]) -> None:
        portal, account = which
        try:
            async with self._places:
                logger.info("账号 {}：继续 {} 个办件", account, len(cases))
                passwords = await self._office.kept_passwords(portal, [account])
                keeper = await self._office.browser()
                async with keeper.in_use():
                    filed = await self._office.run(
                        cases, passwords, lambda _case, _step: None, patience=0.0, wait=_WAIT_FOR_ACCOUNT
                    )
            for one in filed:
                bad = of_case(one.case.state.value, one.case.error) is not ExitCode.DONE
                logger.log("WARNING" if bad else "INFO", "办件 {}：{}", one.case.id, one.case.state.meaning)
        except YwtbError as error:
            logger.error("账号 {}：{}", account, error)
        except Exception:
            logger.exception("账号 {} 的办件没有办完", account)
        finally:
            self._at_work.discard(which)
            self._ring()

    # --- alerts -----------------------------------------------------------------------------------------------------

    def _ring(self) -> None:
        """Something was done: there may be something to tell, and to be reminded of."""
        self._work_done.set()
        for news in self._news.values():
            news.set()

    async def _remind(self) -> float:
        """Write what somebody is to be reminded of: after each piece of work, and every so often."""
        now = datetime.now(UTC)
        is_time = not timedelta() <= now - self._reminded_at < _REMIND  # also when the clock was set back
        if not is_time and not self._work_done.is_set():
            return LONGEST_WAIT
        self._work_done.clear()
        # what was missed while no server ran is caught up before anybody is told that it was not read
        watched = await self._office.watched_by(self._schedules) if self._has_caught_up else None
        kept = await remind(self._ledger, self._settings.alerts, watched=watched, documents=is_time)
        if is_time:
            self._reminded_at = now
        if kept:
            for news in self._news.values():
                news.set()
        return LONGEST_WAIT

    async def _tell(self, channel: str) -> float:
        """Send what is due to one channel."""
        self._news[channel].clear()
        done = await deliver_to(self._ledger, self._settings.alerts, channel)
        if done.next_due is None:
            return LONGEST_WAIT
        return max(1.0, (done.next_due - datetime.now(UTC)).total_seconds())

    async def _tidy(self) -> float:
        """Once a day: away with what nobody asks for any more."""
        now = datetime.now(UTC)
        if not timedelta() <= now - self._tidied_at < _TIDY:
            await prune(self._ledger)
            self._tidied_at = now
        return LONGEST_WAIT


async def _rest(seconds: float, news: asyncio.Event | None) -> None:
    if news is None:
        await asyncio.sleep(seconds)
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await news.wait()


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _changes(swept: Sequence[Swept]) -> int:
    return sum(len(one.changes) for one in swept)


def _outcome(swept: Sequence[Swept]) -> Outcome:
    complete = [one for one in swept if one.error is None and one.listing.complete]
    if complete and len(complete) == len(swept):
        return Outcome.COMPLETE
    return Outcome.INCOMPLETE if complete else Outcome.FAILED
