"""The clerk's desk: a signed-in tab, the packs, and the papers of the case at hand. All that a flow is given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from loguru import logger
from playwright.async_api import Download, Error, Page

from rpa.browser.catch import catch, fetch, file_kind, read_download
from rpa.browser.dialogs import Dialogs
from rpa.browser.limits import tidying
from rpa.browser.lines import sent_once
from rpa.browser.tab import Tab
from rpa.browser.traffic import Traffic
from rpa.errors import AccountContested, Barred, PageChanged, PortalFault, SignInLost, YwtbError
from rpa.private_files import private_folder, write_private
from rpa.profile import Profile
from rpa.screen import Pace, Pack, Screen, Signs, View
from rpa.screen.script import Navigated, call, leave_notices, notices, source
from rpa.screen.uploads import UploadRow

__all__ = ["Desk", "Form", "Papers", "page_scripts"]

_VIEWER_SECONDS = 10.0  # a viewer that has drawn no 下载 by then is none


@dataclass(frozen=True, slots=True)
class Form:
    """A blank form that was downloaded for signing; a form of the whole group has no member."""

    title: str
    path: Path
    member_key: str | None = None
    member_name: str | None = None


async def _stay() -> None:
    return None


async def _no_draft(_number: str) -> None:
    return None


def _nothing(_form: Form) -> None:
    return None


def _unwatched(_step: str) -> None:
    return None


@dataclass
class Papers:
    """The papers of one case: its folder, its draft on the portal, the blank forms handed out, the scans that came back.

    `find_scan(form title, member key)` gives a checked scan or None. `keep_draft` is told the draft's number the moment
    it is known, so that it survives a crash. `tried_at` is when an earlier try ended, which may have left a draft behind.
    """

    folder: Path
    key: str
    find_scan: Callable[[str, str | None], Path | None]
    keep_draft: Callable[[str], Awaitable[None]] = _no_draft
    handed_out: Callable[[Form], None] = _nothing
    draft_no: str | None = None
    tried_at: datetime | None = None
    awaits_signature: bool = False
    brought_in: set[tuple[str, str]] = field(default_factory=set)
    stands_at: str = ""

    async def draft(self, number: str) -> None:
        """Note the number under which the portal keeps this group."""
        if number != self.draft_no:
            self.draft_no = number
            await self.keep_draft(number)

    def blank(self, title: str, member_key: str | None, kind: str) -> Path:
        """Where a blank form is put: ``to_sign/<group>-<member>-<form>.<kind>``; no person's name in a file name."""
        parts = [part for part in (self.key, member_key, title) if part]
        name = "-".join(
            "".join(c if c.isalnum() or c in "._·" else f"%{ord(c):X}" for c in part) for part in parts
        )
        return private_folder(self.folder / "to_sign") / f"{name}.{kind}"


@dataclass
class Desk:
    """A tab of a signed-in account and what is needed to work in it.

    `arrive` brings it to the signed-in home page from wherever it is, signing in again if the portal asks for it; when
    it has done so shortly before, for whatever case or program, it raises :class:`~rpa.errors.AccountContested`.
    `hold` makes sure that the account is still ours, or raises :class:`~rpa.errors.AccountTaken`.
    `account` is whose it is. `lost` is what the portal said when it put this sign-in out, until it is signed in again;
    `contested` is set once somebody else is at the account: from then on nothing more is done here. `step` names what is being done, for evidence; `watch` is told each of them.
    """

    page: Page
    pack: Pack
    profile: Profile
    papers: Papers | None = None
    pace: Pace = field(default_factory=Pace)
    arrive: Callable[[], Awaitable[None]] = _stay
    hold: Callable[[], Awaitable[None]] = _stay
    account: str = ""
    step: str = ""
    watch: Callable[[str], None] = _unwatched
    lost: SignInLost | None = field(default=None, init=False)
    contested: AccountContested | None = field(default=None, init=False)
    _view: View = field(init=False)
    _dialogs: Dialogs = field(init=False)
    _traffic: Traffic = field(init=False)

    def __post_init__(self) -> None:
        self._view = View(self.page.main_frame, self.pace, self.profile.page_timeout)
        self._dialogs = Dialogs(_tell_page)
        self._dialogs.attach(self.page)
        self._traffic = Traffic(self.page)

    @property
    def case(self) -> Papers:
        """The papers of the case at hand; a desk without a case has none, which is a mistake of ours."""
        if self.papers is None:
            raise LookupError("this desk has no case")
        return self.papers

    @property
    def by_person(self) -> str:
        """What somebody does when the portal wants a person to sign in: the whole command."""
        return (
            f"请用 ywtb account login {self.account or '账号'} --headed --portal {self.profile.name} 人工登录一次，"
            "再用 ywtb resume 继续"
        )

    async def leave_to_person(self) -> None:
        """From now on a person works in the window: the browser's own questions and the portal's notices are theirs."""
        self._dialogs.leave_to_person()
        await leave_notices(self.page.context)

    async def looks(self) -> AsyncIterator[None]:
        """A turn for each look for what an earlier try of the case may have left; none when there was no earlier try.

        The portal's lists may lag behind: for as long after that try as the profile's `reconcile_waits` last, there are
        further turns, with growing gaps.
        """
        tried = self.case.tried_at
        if tried is None:
            return
        yield
        waits = self.profile.reconcile_waits
        age = (datetime.now(UTC) - tried).total_seconds()
        left = sum(waits) - max(0.0, age)  # a clock that was set back makes it no longer than that
        for wait in waits:
            if left <= 0:
                return
            await asyncio.sleep(wait)
            left -= wait
            yield

    def now(self, step: str) -> None:
        """Say what is being done now, in the manual's words.

        Raises :class:`~rpa.errors.Barred` once the portal has refused to be asked, and
        :class:`~rpa.errors.AccountContested` once somebody else is at the account.
        """
        if ended := self.ended:
            raise ended
        self.step = step
        logger.debug("{}", step)
        self.watch(step)

    @property
    def barred(self) -> Barred | None:
        """What stops all work here once the portal has refused to be asked (403, 429); None as long as it has not."""
        status = self._traffic.barred
        return Barred(f"网站拒绝访问（状态码 {status}）") if status else None

    @property
    def ended(self) -> YwtbError | None:
        """What stops all work here, whatever case it is for; None as long as nothing does."""
        return self.barred or self.contested

    async def go(self, address: str = "") -> None:
        """Open the portal's own address, or another page of it.

        Raises :class:`~rpa.errors.PortalFault` when it cannot be reached.
        """
        await self.pace.keep()
        try:
            await self.page.goto(
                address or self.profile.address,
                timeout=self.profile.page_timeout * 1000,
                wait_until="domcontentloaded",
            )
        except Error as error:
            raise PortalFault(
                "网站无法访问", where=self.profile.title, advice="请检查网络和网站地址后再试"
            ) from error

    async def settled(self) -> None:
        """Wait until the page has loaded and has no request under way: what it fetches for itself is then there."""
        await self._traffic.settled(self.profile.page_timeout)

    async def forget_left_pages(self) -> None:
        """Have the browser free what the pages held that were left; it waits with that for as long as there is memory."""
        await self.page.request_gc()

    @property
    def is_settled(self) -> bool:
        """Whether the page has no request under way now; see :meth:`settled`."""
        return self._traffic.is_idle

    def at(self, name: str) -> Screen:
        """A screen of the packs, without waiting for it."""
        signs = self.pack.screens.get("common.signs")
        marks = {"signed_out": signs.landmarks} if signs and signs.landmarks else {}
        return Screen(
            self._view,
            self.pack,
            self.pack.screen(name),
            Signs(signs.messages if signs else {}, marks, self.by_person, self._put_out),
            uploads_at_once=self.profile.parallel_uploads,
            upload_seconds=self.profile.upload_timeout,
        )

    def _put_out(self, lost: SignInLost) -> None:
        self.lost = lost

    async def screen(self, *names: str) -> Screen:
        """Wait until one of these screens stands before us, and give it.

        Raises :class:`~rpa.errors.PortalRefusal` when the portal says something instead,
        :class:`~rpa.errors.SignInLost` when it asks to sign in, :class:`~rpa.errors.PageChanged` when nothing comes.
        """
        found = await self.at(names[0]).await_screen(*(self.pack.screen(name) for name in names))
        return self.at(found)

    def allowing(self, patterns: Sequence[str]) -> AbstractContextManager[None]:
        """While it lasts, native questions with these words are answered yes; see :class:`rpa.browser.dialogs.Dialogs`."""
        return self._dialogs.allowing(patterns)

    @asynccontextmanager
    async def sent_once(self) -> AsyncIterator[None]:
        """While it lasts, the browser sends nothing twice by itself; see :func:`rpa.browser.lines.sent_once`.

        Raises what has ended the work here: what makes its lines new asks the portal too, and may be refused.
        """
        async with sent_once(self.page):
            if ended := self.ended:
                raise ended
            yield

    async def download(self, press: Callable[[], Awaitable[None]], title: str) -> tuple[bytes, str]:
        """Do a press that downloads a document; give its bytes and its kind (``docx``, ``pdf`` …) by its first bytes."""
        data = await self._brought(press)
        kind = file_kind(data)
        if kind is None:
            raise PortalFault("下载到的不是文件（可能是错误页）", where=title)
        return data, kind

    async def hand_out(
        self, row: UploadRow, title: str, *, member_key: str | None = None, member_name: str | None = None
    ) -> Form:
        """Download the blank form of an upload row into the case's ``to_sign`` folder."""
        screen = self.at("common.attachments")
        data, kind = await self.download(lambda: screen.press_on(row, row.words.template), title)
        path = self.case.blank(title, member_key, kind)
        await asyncio.to_thread(write_private, path, data)
        form = Form(title, path, member_key, member_name)
        self.case.handed_out(form)
        return form

    async def preview(self, row: UploadRow) -> bytes:
        """Press 预览 of an upload row and 下载 inside the preview, and give the stored file's bytes."""
        screen = self.at("common.attachments")
        return await self.open_file(lambda: screen.press_on(row, row.words.preview))

    async def open_file(self, press: Callable[[], Awaitable[None]]) -> bytes:
        """Do a press that opens a stored file, however this portal and browser show it, and give its bytes."""
        return await self._brought(press)

    async def _brought(self, press: Callable[[], Awaitable[None]]) -> bytes:
        """Do a press and give the bytes of the file it brings; a tab that was opened for it is closed."""
        context = self.page.context
        before = set(context.pages)
        try:
            got = await catch(self.page, press, seconds=self.profile.page_timeout)
            seconds = self.profile.upload_timeout
            if isinstance(got, Download):
                return await read_download(got, seconds=seconds)
            return await self._from_tab(got, seconds)
        finally:
            for tab in set(context.pages) - before:
                async with tidying():
                    await tab.close()

    async def _from_tab(self, tab: Tab, seconds: float) -> bytes:
        """A preview tab: a viewer with 下载 in it, or the file itself; a PDF may become a download by itself."""
        page = tab.page
        try:
            await page.wait_for_load_state("domcontentloaded", timeout=seconds * 1000)
            is_page = await page.evaluate("document.contentType") == "text/html"
        except Error:
            if download := tab.arrived():
                return await read_download(download, seconds=seconds)
            raise PortalFault("预览没有打开") from None
        if not is_page:
            return await fetch(self.page, page.url, seconds=seconds)
        view = View(page.main_frame, self.pace, _VIEWER_SECONDS, pressing=tab.pressing)
        viewer = Screen(view, self.pack, self.pack.screen("common.preview"))
        try:
            await viewer.press("download")
        except PageChanged:
            if await viewer.offers("download"):
                raise
            raise PortalFault("打开的页面里没有文件（可能是错误页）") from None
        try:
            download = await tab.download(seconds)
        except TimeoutError:
            raise PortalFault("在预览中点击“下载”后没有得到文件") from None
        return await read_download(download, seconds=seconds)


async def _tell_page(page: Page, words: str) -> None:
    """An alert's words become one of the pop-ups that the page script remembers."""
    try:
        await call(page.main_frame, "heard", words, seconds=5)
    except (Navigated, PortalFault):
        logger.debug("页面已离开，弹窗内容未保留")


def page_scripts(pack: Pack) -> list[str]:
    """What every page of a context must have loaded for the desk to work at its speed, and what `pack` calls a notice."""
    return [source(), notices(pack.screen("common.notice"))]
