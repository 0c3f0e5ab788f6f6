"""A filing officer of the tests: hands applications in, lets the robot work, and brings the signed scans."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from anyio.from_thread import BlockingPortal
from PIL import Image, ImageDraw
from playwright.async_api import BrowserContext, Request
from pydantic import SecretStr

from rpa.application import Application
from rpa.browser.chromium import Chromium
from rpa.browser.storage import Storage
from rpa.cases import SIGNED_FOLDER, Case, CaseState, Event, Ledger
from rpa.cases.runner import Runner
from rpa.cases.sign_ins import SignIns
from rpa.desk import Desk, Papers
from rpa.flow import Flow, Listing, flow, pack_files
from rpa.profile import Profile
from rpa.screen import Pack, load_packs
from rpa.status.sweep import Swept, sweep

__all__ = ["Asked", "Clerk", "WatchedChromium", "outcome", "write_scan"]

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of the robot's browser; the page it came from is empty when the robot itself typed the address."""

    method: str
    address: str
    came_from: str


class WatchedChromium(Chromium):
    """The robot's browser; notes every request of its contexts, and those of its contexts that are open."""

    def __init__(self, chromium: Chromium) -> None:
        super().__init__(chromium.browser, chromium.executable)
        self.requests: list[Asked] = []
        self.open_contexts: list[BrowserContext] = []

    async def context(
        self, address: str, *, scripts: Sequence[str] = (), storage: Storage | None = None
    ) -> BrowserContext:
        """A context as the robot's, watched."""
        context = await super().context(address, scripts=scripts, storage=storage)
        context.on("request", self._note)
        self.open_contexts.append(context)
        context.on("close", self._forget)
        return context

    def _forget(self, context: BrowserContext) -> None:
        self.open_contexts.remove(context)

    def _note(self, request: Request) -> None:
        self.requests.append(Asked(request.method, request.url, request.headers.get("referer", "")))


@dataclass
class Clerk:
    """The engine put together as the program does it, in the hands of a plain test.

    `passwords` replaces those of the demo accounts; `steps` are what the robot said it was doing; `meanwhile` is called
    with each step before the robot takes it.
    """

    loop: BlockingPortal
    ledger: Ledger
    profile: Profile
    chromium: WatchedChromium
    pack: Pack = field(default_factory=lambda: load_packs(pack_files()))
    passwords: dict[str, str] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    meanwhile: Callable[[str], None] | None = None

    def do(self, function: Callable[..., Awaitable[_Answer]], *args: Any, **named: Any) -> _Answer:
        """Run something of the engine on its loop."""
        return self.loop.call(partial(function, *args, **named))

    def receive(self, application: Application) -> Case:
        """Hand an application in."""
        assert application.account
        receipt = self.do(
            self.ledger.receive, application, portal=self.profile.name, account=application.account
        )
        return receipt.case

    def run(self, *cases: Case, dry_run: bool = False, **limits: float) -> list[Case]:
        """Let the robot take these cases on; they come back as they then are, in the same order."""
        runner = Runner(self.ledger, self.sign_ins(), dry_run=dry_run, tell=self._note, **limits)
        return [filed.case for filed in self.do(runner.run, cases)]

    def again(self, case: Case, *, dry_run: bool = False) -> Case:
        """One case, taken on once more."""
        [case] = self.run(case, dry_run=dry_run)
        return case

    def prepare(self, application: Application) -> Case:
        """Hand in and let the robot go as far as it can without a signature."""
        return self.again(self.receive(application))

    def ready(self, application: Application) -> Case:
        """Prepared, and every form signed: the next run submits."""
        case = self.prepare(application)
        assert outcome(case) == "awaiting_signature"
        self.sign(case)
        return case

    def file(self, application: Application) -> Case:
        """The whole job: hand in, prepare, sign, submit."""
        return self.again(self.ready(application))

    def sign(self, case: Case) -> list[Path]:
        """Play the people: each form that is out comes back as a scan of its own."""
        return [
            write_scan(case.folder / SIGNED_FOLDER / f"{form.path.stem}.pdf", case.id)
            for form in case.to_sign
        ]

    def back_to_work(self, case: Case) -> Case:
        """Play the person who has done what a case in needs_person asked for."""
        assert case.state is CaseState.NEEDS_PERSON
        assert case.came_from
        return self.again(self.move(case, case.came_from))

    def now(self, case: Case) -> Case:
        """The case as the ledger has it."""
        return self.do(self.ledger.get, case.id)

    def move(self, case: Case, *states: CaseState, **changes: Any) -> Case:
        """Move a case by hand, as a crash would have left it; `changes` come with the last move."""
        for state in states:
            case = self.do(self.ledger.move, case.id, state, **(changes if state is states[-1] else {}))
        return case

    def events(self, case: Case) -> tuple[Event, ...]:
        """What the ledger tells about a case."""
        return self.do(self.ledger.events, case.id)

    def life(self, case: Case) -> list[str]:
        """The states the case has been through, in order."""
        return [event.to_state.value for event in self.events(case) if event.to_state]

    def my_applications(self, account: str) -> Listing:
        """我的办件 as a sweep reads it."""
        swept: list[Swept] = self.do(sweep, self.sign_ins(), [account])
        assert swept[0].error is None
        return swept[0].listing

    def at_desk(
        self,
        account: str,
        kind: str,
        work: Callable[[Flow, Desk], Awaitable[_Answer]],
        papers: Papers | None = None,
    ) -> _Answer:
        """Do a piece of a flow's work as somebody signed in: ``work(flow, desk)``."""

        async def sit_down() -> _Answer:
            async with self.sign_ins().signed_in(account, flow(kind)) as desk:
                desk.papers = papers
                return await work(flow(kind), desk)

        return self.do(sit_down)

    def sign_ins(self) -> SignIns:
        """Sign-ins on the replica."""
        return SignIns(self.ledger, self.profile, self.pack, self.chromium, self._password)

    def _password(self, account: str) -> SecretStr:
        said = self.passwords.get(account)
        return SecretStr(said) if said is not None else self.profile.demo_accounts[account]

    def _note(self, _case: Case, step: str) -> None:
        self.steps.append(step)
        if self.meanwhile:
            self.meanwhile(step)


def outcome(case: Case) -> str:
    """Where a case stands and what is wrong with it: ``submitted``, or ``rejected: PortalRefusal: the portal's words``."""
    if case.error is None:
        return case.state.value
    return f"{case.state.value}: {case.error['kind']}: {case.error['message']}"


def write_scan(path: Path, salt: str = "") -> Path:
    """A one-page PDF with a picture that no other scan has, as a scanner makes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet = Image.new("RGB", (420, 594), "white")
    pen = ImageDraw.Draw(sheet)
    pen.text((30, 40), hashlib.sha256(f"{salt}/{path.name}".encode()).hexdigest(), fill="black")
    pen.ellipse((250, 430, 370, 550), outline="red", width=4)
    sheet.save(path, "PDF")
    return path
