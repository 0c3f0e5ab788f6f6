"""A person signs in: the browser's window is theirs until the home page is seen, and the sign-in is then saved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from playwright.async_api import BrowserContext, Dialog, Error, Page, ViewportSize
from pydantic import SecretStr

from rpa.browser.storage import Storage
from rpa.cases.sign_ins import SignIns, lease_lost
from rpa.desk import Desk
from rpa.errors import NeedsPerson, PortalFault
from rpa.flow import Entrance
from rpa.screen import Screen, View
from rpa.screen.script import Navigated

__all__ = ["hand_over"]

_WINDOW: ViewportSize = {"width": 1200, "height": 640}  # fits a small laptop's screen whole
_LOOK_SECONDS = 0.3  # between two looks at the window
_ANSWER_SECONDS = 5.0  # a page that has not answered by then may be asking the person something


async def hand_over(
    sign_ins: SignIns,
    account: str,
    entrance: Entrance,
    *,
    password: SecretStr | None,
    say: Callable[[str], object],
    seconds: float = 600.0,
) -> None:
    """Open the login page, fill in what is known, and wait until the person who sits there has reached the home page.

    The sign-in is then saved in the ledger. `say` is told what the person is to do. From then on nothing is pressed, not
    even a notice put away, and what the page asks is not looked at. Raises :class:`~rpa.errors.NeedsPerson` when the window is closed, when `seconds` have
    passed, and when somebody else's user name was typed; what was saved before then stays.
    """
    async with sign_ins.holding(account), sign_ins.desk(account) as desk:
        await desk.page.set_viewport_size(_WINDOW)
        filled = await _open(desk, entrance, password)
        await desk.leave_to_person()
        desk.page.context.on(
            "dialog", _leave_open
        )  # those of further tabs, which would be answered with 取消
        say(_task(filled, seconds))
        storage = await _Watch(desk, entrance).await_home(seconds)
        if not await sign_ins.ledger.saved_sign_ins.keep(
            sign_ins.profile.name, account, storage, sign_ins.owner
        ):
            raise lease_lost(account)


async def _open(desk: Desk, entrance: Entrance, password: SecretStr | None) -> str:
    """The login page with what is known filled in; the words of what was filled.

    Whatever stands there instead is before the person as well.
    """
    known = {"account": desk.account}
    if password is not None:
        known["password"] = password.get_secret_value()
    try:
        if await entrance.enter(desk):
            return ""
        await desk.at(entrance.login).fill(known)
    except NeedsPerson:
        return ""
    return "用户名和密码" if password is not None else "用户名"


def _task(filled: str, seconds: float) -> str:
    done = f"{filled}已经填好，" if filled else ""
    return (
        f"浏览器窗口已打开。{done}请在窗口中完成登录和网站要求的验证，直到出现首页；窗口随后自动关闭。\n"
        f"最多等待 {max(1, round(seconds / 60))} 分钟；放弃请关闭窗口，或在这里按 Ctrl-C。"
    )


def _leave_open(_dialog: Dialog) -> None:
    """A question of the browser's own is the person's to answer: it stands until then."""


class _Watch:
    """Looks at the person's window without touching it."""

    def __init__(self, desk: Desk, entrance: Entrance) -> None:
        self._desk = desk
        self._entrance = entrance
        self._context: BrowserContext = desk.page.context
        self._typed: str | None = None

    async def await_home(self, seconds: float) -> Storage:
        """What the browser keeps once the home page stands in one of its tabs."""
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline:
            pages = [page for page in self._context.pages if not page.is_closed()]
            if not pages:
                raise NeedsPerson("浏览器窗口已关闭，没有登录，也没有保存", advice=self._desk.by_person)
            for page in pages:
                if await self._is_home(page):
                    self._mind_who()
                    with suppress(Error):  # on its way elsewhere by now: it is looked at again
                        return await Storage.of(page)
            await asyncio.sleep(_LOOK_SECONDS)
        raise NeedsPerson("等待已到时限，没有看到登录后的首页，没有保存", advice=self._desk.by_person)

    async def _is_home(self, page: Page) -> bool:
        home, login = (self._on(page, name) for name in (self._entrance.home, self._entrance.login))
        try:
            if await home.stands():
                return True
            if await login.stands():
                shown = await login.read(["account"])
                if "account" in shown:
                    self._typed = shown["account"] or self._typed or ""
        except (Navigated, PortalFault, NeedsPerson):
            pass  # on its way elsewhere, closed, or asking the person something
        return False

    def _on(self, page: Page, screen: str) -> Screen:
        """A screen of the packs on one of the window's tabs."""
        view = View(page.main_frame, patience=_ANSWER_SECONDS)
        return Screen(view, self._desk.pack, self._desk.pack.screen(screen))

    def _mind_who(self) -> None:
        """A sign-in of somebody else's must never be taken for this account's: cases would be filed under it."""
        # what was not seen whole is not believed; a page whose box is not known tells nothing
        if self._typed is not None and self._typed.strip().casefold() != self._desk.account.casefold():
            raise NeedsPerson(
                f"登录的不是账号 {self._desk.account}，没有保存",
                where="登录",
                advice=f"请以 {self._desk.account} 登录；其他账号请用 ywtb account login 另行登录",
            )
