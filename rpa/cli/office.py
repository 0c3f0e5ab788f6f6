"""The one way in: settings become a profile, a vault, a ledger, a browser and a runner. Nobody else puts them together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import psutil
from loguru import logger

from rpa.accounts import Accounts, no_password
from rpa.browser import ensure_browser
from rpa.browser.chromium import Chromium
from rpa.browser.keeper import Keeper
from rpa.cases import Case, CaseState, Ledger, LostRace
from rpa.cases.runner import Filed, Runner
from rpa.cases.sign_ins import SignIns
from rpa.cli.progress import Tell
from rpa.cli.started import Started
from rpa.flow import pack_files
from rpa.profile import Profile, load_profile
from rpa.screen import Pack, load_packs
from rpa.vault import Vault, open_vault

if TYPE_CHECKING:
    from pydantic import SecretStr

    from rpa.status.schedule import Schedule

__all__ = ["Office", "Passwords"]

_Answer = TypeVar("_Answer")
_MEMORY_PER_ACCOUNT = 250 * 1024 * 1024  # a signed-in account with its pages, generously

#: The passwords of a run, by portal and account: found or asked for before anything is started.
Passwords = Mapping[tuple[str, str], "SecretStr"]


@dataclass
class Office:
    """The parts of the engine for one run of the program. Open with ``with Office.open(started) as office``."""

    started: Started
    ledger: Ledger
    _loop: asyncio.Runner
    _closing: AsyncExitStack
    _keeper: Keeper | None = None

    @classmethod
    @contextmanager
    def open(cls, started: Started) -> Iterator[Office]:
        """Open the ledger in the data folder; it is closed when the block ends, and so is the browser, if started."""
        settings = started.settings
        vault = open_vault(settings.prepare_home())
        with asyncio.Runner() as loop:
            closing = AsyncExitStack()
            try:
                ledger = loop.run(closing.enter_async_context(_opened(settings.ledger_url, vault)))
                yield cls(started, ledger, loop, closing)
            finally:
                loop.run(closing.aclose())

    def do(self, work: Coroutine[Any, Any, _Answer]) -> _Answer:
        """Run asynchronous work to its end. Ctrl-C cancels it, lets it tidy up, then raises KeyboardInterrupt."""
        return self._loop.run(work)

    def profile(self, portal: str | None) -> Profile:
        """The profile of a name or an address, by default that of the settings."""
        return load_profile(portal or self.started.settings.portal, self.started.settings)

    def pack(self, profile: Profile) -> Pack:
        """The packs of all business types, with the profile's overlays laid on."""
        return load_packs(pack_files(), _pack_overlays(profile))

    def passwords(self, wanted: Iterable[tuple[str, str]]) -> Passwords:
        """The passwords of these accounts (portal, account). A person may be asked, so it is done before the work.

        An account whose sign-in a person has saved may do without one. Raises :class:`~rpa.errors.SettingsError`, with
        all of them, for others whose passwords are found nowhere: nothing was started then.
        """
        found: dict[tuple[str, str], SecretStr] = {}
        missing: list[str] = []
        for portal, account in dict.fromkeys(wanted):
            accounts = Accounts(self.profile(portal), self.started.settings.home)
            saved = self.do(self.ledger.saved_sign_ins.has(portal, account))
            password = accounts.find(account) if saved else accounts.password(account)
            if password is not None:
                found[portal, account] = password
            elif not saved:
                missing.append(account)
        if missing:
            raise no_password(*dict.fromkeys(missing))
        return found

    async def kept_passwords(self, portal: str, accounts: Iterable[str]) -> Passwords:
        """The passwords of these accounts as far as they are kept somewhere; nobody is asked."""
        kept = Accounts(self.profile(portal), self.started.settings.home)
        found = {account: await asyncio.to_thread(kept.find, account) for account in accounts}
        return {(portal, account): password for account, password in found.items() if password is not None}

    async def accounts_of(self, profile: Profile) -> list[str]:
        """Those of the profile, those added, and those that cases of this portal were filed with."""
        cases = await self.ledger.list(portal=profile.name)
        named = Accounts(profile, self.started.settings.home).names()
        return sorted({*named, *(case.account for case in cases)})

    async def accounts_to_read(self, schedule: Schedule) -> list[str]:
        """Those that a schedule names, or all of its portal."""
        said = schedule.rule.accounts
        return list(said) if said != "all" else await self.accounts_of(schedule.profile)

    async def watched_by(self, schedules: Sequence[Schedule]) -> dict[tuple[str, str], list[Schedule]]:
        """The accounts that these schedules read, by portal and name, each with those of them that do."""
        watched: dict[tuple[str, str], list[Schedule]] = {}
        for schedule in schedules:
            for account in await self.accounts_to_read(schedule):
                watched.setdefault((schedule.profile.name, account), []).append(schedule)
        return watched

    async def run(
        self,
        cases: Sequence[Case],
        passwords: Passwords,
        tell: Tell,
        *,
        dry_run: bool = False,
        patience: float | None = None,
        wait: float = SignIns.wait,
    ) -> list[Filed]:
        """Take cases as far as they go, each on its own portal; a case that needed a person goes back to its work.

        `patience` is how long, in seconds, a case that meets a passing fault is tried again, by default as the portal's
        profile says; `wait` how long another program may hold an account.
        """
        filed: dict[str, Filed] = {}
        for portal in dict.fromkeys(case.portal for case in cases):
            sign_ins = await self.sign_ins(self.profile(portal), passwords, wait=wait)
            due = [await self._back_to_work(case) for case in cases if case.portal == portal]
            runner = Runner(
                self.ledger,
                sign_ins,
                dry_run=dry_run,
                at_once=self.at_once(),
                patience=sign_ins.profile.retry.budget if patience is None else patience,
                step_timeout=self.started.settings.step_timeout,
                case_timeout=self.started.settings.case_timeout,
                tell=tell,
            )
            filed |= {one.case.id: one for one in await runner.run(due)}
        return [filed[case.id] for case in cases]

    def at_once(self) -> int:
        """How many accounts are worked on side by side: what the settings say, and the memory that is free allows."""
        room = int(psutil.virtual_memory().available / _MEMORY_PER_ACCOUNT)
        return max(1, min(self.started.settings.accounts_at_once, room))

    async def _back_to_work(self, case: Case) -> Case:
        if case.state is not CaseState.NEEDS_PERSON or case.came_from is None:
            return case
        try:
            return await self.ledger.move(case.id, case.came_from, expect=case, reason="由人工继续")
        except LostRace as lost:  # another program has moved it meanwhile: it is taken as it stands now
            logger.warning("{}", lost)
            return await self.ledger.get(case.id)

    async def sign_ins(
        self, profile: Profile, passwords: Passwords, *, wait: float = SignIns.wait
    ) -> SignIns:
        """Sign-ins on one portal. The browser starts with the first of them, and is installed first if there is none."""

        def password(account: str) -> SecretStr:
            if (profile.name, account) not in passwords:
                raise no_password(account)
            return passwords[profile.name, account]

        return SignIns(
            self.ledger,
            profile,
            self.pack(profile),
            await self.browser(),
            password,
            ttl=self.started.settings.lease_ttl,
            wait=wait,
        )

    async def browser(self) -> Keeper:
        """The keeper of the one browser, which is installed first if there is none; nothing is started yet."""
        if self._keeper is None:
            settings = self.started.settings
            executable = await asyncio.to_thread(
                ensure_browser,
                headed=settings.headed,
                chosen=settings.browser,
                say=self.started.out.say,
            )
            keeper = Keeper(lambda: Chromium.started(executable, headed=settings.headed))
            self._keeper = await self._closing.enter_async_context(keeper)
        return self._keeper


@asynccontextmanager
async def _opened(url: str, vault: Vault) -> AsyncIterator[Ledger]:
    async with await Ledger.open(url, vault) as ledger:
        yield ledger


def _pack_overlays(profile: Profile) -> list[Path]:
    if profile.overlay is None:
        return []
    return sorted(profile.overlay.glob("*.yaml")) if profile.overlay.is_dir() else [profile.overlay]
