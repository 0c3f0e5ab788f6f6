"""1 登录: from the portal's address to the signed-in home page."""

from __future__ import annotations

from pydantic import SecretStr

from rpa.desk import Desk
from rpa.errors import NeedsPerson, PortalRefusal
from rpa.screen import Screen

__all__ = ["choose_business", "open_menu", "sign_in"]


async def sign_in(desk: Desk, account: str, password: SecretStr) -> None:
    """Open the portal, choose APEC商务旅行卡, enter user name and password, press 登录 (manual 1).

    A sign-in that the portal still knows is used. A wrong password is tried once only, because five lock the account: :class:`~rpa.errors.NeedsPerson`.
    """
    desk.now("1 打开网址，选择 APEC商务旅行卡")
    await desk.go()
    portal, login, home = (desk.at(f"common.{name}") for name in ("portal", "login", "home"))
    # a page that was left in a hurry may still lead to the login page by itself
    found = await portal.await_screen(portal.words, login.words, home.words)
    if found == portal.name:
        await portal.press("apec")
        found = await login.await_screen(login.words, home.words)
    if found == home.name:
        return
    desk.now("1 输入用户名、密码，登录")
    await login.fill({"account": account, "password": password.get_secret_value()})
    await login.press("sign_in")
    try:
        said, _ = await login.await_screen_or_message(["common.home"], ["wrong", "locked"])
    except PortalRefusal as refusal:
        raise NeedsPerson(refusal.message, where="登录", advice="请人工登录一次，查看网站提示") from refusal
    if said == "wrong":
        raise NeedsPerson(
            "用户名或密码错误", where="登录", advice="请核对账号和密码后再试；连续错误会锁定账号"
        )
    if said == "locked":
        raise NeedsPerson("账号已锁定", where="登录", advice="请等锁定时间过后再试")


async def choose_business(desk: Desk, business_type: str) -> None:
    """点击商务旅行卡下的业务 (the first step of manual 2.1 to 2.5)."""
    await open_menu(desk, "home", "common.home")
    await desk.at(f"{business_type}.entry").press("business")


async def open_menu(desk: Desk, entry: str, screen: str, menu: str = "common.menu") -> Screen:
    """点击导航菜单: the screen it leads to, drawn anew; `menu` is the screen whose pack has the menu's `entry`.

    From a screen to itself the way leads over 首页, so that the old page is never taken for the new one.
    """
    if await desk.at(screen).stands():
        if entry == "home":
            return desk.at(screen)
        await open_menu(desk, "home", "common.home")
    await desk.at(menu).press(entry)
    return await desk.screen(screen)
