"""The robot in the hands of tests that are plain functions: its loop, its browser and a ledger that goes away."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from anyio.from_thread import BlockingPortal, start_blocking_portal
from pydantic import SecretStr

from rpa.accounts import Accounts, no_password
from rpa.application import Application
from rpa.browser import ensure_browser
from rpa.browser.chromium import Chromium
from rpa.browser.keeper import Keeper
from rpa.browser.storage import Storage
from rpa.cases import SIGNED_FOLDER, Case, CaseState, Ledger
from rpa.cases.runner import Runner
from rpa.cases.sign_ins import SignIns
from rpa.desk import Desk
from rpa.errors import SettingsError
from rpa.flow import Entrance, flows, pack_files
from rpa.profile import Profile
from rpa.screen import Pack, load_packs
from rpa.testing.hand_over import SignedIn
from rpa.testing.replica import Replica
from rpa.testing.scans import sample_scan
from rpa.vault import Vault

__all__ = ["Portal", "Robot", "entrance"]

_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class Portal:
    """The portal under test: its profile, the account that signs in, and the replica when it is one of this run's."""

    profile: Profile
    account: str
    replica: Replica | None = None

    @property
    def address(self) -> str:
        """Where it is, without a slash at the end."""
        return self.profile.address.rstrip("/")


@dataclass
class Robot:
    """The engine put together as the program does it. Open with ``with Robot.at_work() as robot``.

    Its browser starts with its first sign-in. An account signs in with its password once; that sign-in is kept, so that
    what the robot does later, and a test's own page, go on in the same session: a second one would end the first.
    """

    home: Path
    headed: bool
    _loop: BlockingPortal
    _ledger: Ledger
    _keeper: Keeper
    _pack: Pack = field(default_factory=lambda: load_packs(pack_files()))

    @classmethod
    @contextmanager
    def at_work(cls, *, headed: bool = False, videos: Path | None = None, home: Path) -> Iterator[Robot]:
        """The robot, until the block ends. `home` is the data folder whose accounts and passwords it may use.

        `videos`: where the films of its pages are put.
        """
        with (
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
            start_blocking_portal() as loop,
        ):

            @asynccontextmanager
            async def started() -> AsyncIterator[Chromium]:
                executable = await asyncio.to_thread(ensure_browser, headed=headed)
                async with Chromium.started(executable, headed=headed) as chromium:
                    chromium.videos = videos
                    yield chromium

            url = f"sqlite+aiosqlite:///{(Path(folder) / 'ledger.db').as_posix()}"
            ledger = loop.call(Ledger.open, url, Vault(secrets.token_bytes(32)))
            try:
                with loop.wrap_async_context_manager(Keeper(started)) as keeper:
                    yield cls(home, headed, loop, ledger, keeper)
            finally:
                loop.call(ledger.close)

    def do(self, work: Callable[..., Awaitable[_Answer]], *arguments: Any, **named: Any) -> _Answer:
        """Run something asynchronous of the engine on its loop."""
        return self._loop.call(partial(work, *arguments, **named))

    def sign_in(self, portal: Portal, account: str = "") -> SignedIn:
        """A sign-in of the account (the portal's own unless told) that holds now: the kept one, or a new one, kept.

        Raises :class:`~rpa.errors.NeedsPerson` when the portal does not let it in.
        """
        return self.do(self._sign_in, portal, account or portal.account)

    async def _sign_in(self, portal: Portal, account: str) -> SignedIn:
        sign_ins, way = self.sign_ins(portal), entrance()
        name = portal.profile.name
        async with sign_ins.holding(account):
            if kept := await self._ledger.saved_sign_ins.find(name, account):
                async with sign_ins.desk(account, kept) as desk:
                    if await way.enter(desk):
                        return SignedIn(kept, desk.page.url)
            async with sign_ins.desk(account) as desk:
                if not await way.enter(desk):
                    await way.sign_in(desk, account, self._password(portal, account))
                signed_in = SignedIn(await Storage.of(desk.page), desk.page.url)
            await self._ledger.saved_sign_ins.keep(name, account, signed_in.storage, sign_ins.owner)
        return signed_in

    async def _anew(self, portal: Portal, account: str) -> None:
        sign_ins, way = self.sign_ins(portal), entrance()
        async with sign_ins.desk(account) as desk:
            if not await way.enter(desk):
                await way.sign_in(desk, account, self._password(portal, account))

    def sign_in_elsewhere(self, portal: Portal, account: str = "") -> None:
        """Sign the account in as somebody at another computer does, who asks nobody; the browser is closed then."""
        self.do(self._anew, portal, account or portal.account)

    @contextmanager
    def at_desk(self, portal: Portal, account: str = "") -> Iterator[Desk]:
        """A desk of the account, signed in, at the home page; what is done there goes through :meth:`do`."""
        account = account or portal.account
        if not self.do(self._ledger.saved_sign_ins.has, portal.profile.name, account):
            self.sign_in(portal, account)
        flow = next(iter(flows().values()))
        signed_in = self.sign_ins(portal).signed_in(account, flow)
        with self._loop.wrap_async_context_manager(signed_in) as desk:
            yield desk

    @contextmanager
    def before_sign_in(self, portal: Portal, account: str) -> Iterator[Desk]:
        """A desk of a browser that the portal does not know, in front of nothing yet."""
        with self._loop.wrap_async_context_manager(self.sign_ins(portal).desk(account)) as desk:
            yield desk

    def file(self, portal: Portal, application: Application, scans: Path | None = None) -> Case:
        """File an application as ``ywtb submit`` and ``ywtb resume`` do; the case as it then is.

        The signed scans come from `scans`, named as the blank forms are. On a portal of this machine invented ones take
        their place where none are given; elsewhere the case is left in ``awaiting_signature``: nobody has signed.
        """
        account = application.account or portal.account
        self.sign_in(portal, account)
        receipt = self.do(self._ledger.receive, application, portal=portal.profile.name, account=account)
        case = self._run(portal, receipt.case)
        if case.state is not CaseState.AWAITING_SIGNATURE or (scans is None and not portal.profile.is_local):
            return case
        for form in case.to_sign:
            target = case.folder / SIGNED_FOLDER / f"{form.path.stem}.pdf"
            target.parent.mkdir(parents=True, exist_ok=True)
            given = next(iter(scans.glob(f"{form.path.stem}.*")), None) if scans else None
            if given:
                target.with_suffix(given.suffix).write_bytes(given.read_bytes())
            elif portal.profile.is_local:
                target.write_bytes(sample_scan(case.id, form.path.stem))
        return self._run(portal, case)

    def _run(self, portal: Portal, case: Case) -> Case:
        [filed] = self.do(Runner(self._ledger, self.sign_ins(portal)).run, [case])
        return filed.case

    def sign_ins(self, portal: Portal) -> SignIns:
        """Sign-ins on a portal, with the passwords that are kept on this machine; nobody is asked."""
        return SignIns(
            self._ledger, portal.profile, self._pack, self._keeper, partial(self._password, portal)
        )

    def _password(self, portal: Portal, account: str) -> SecretStr:
        found = Accounts(portal.profile, self.home).find(account)
        if found is None:
            raise no_password(account)
        return found


def entrance() -> Entrance:
    """The portal's way in, which all installed business types share."""
    found = next(iter(flows().values()), None)
    if found is None:
        raise SettingsError("没有安装任何业务类型", advice="请重新安装 ywtb-rpa")
    return found.entrance
