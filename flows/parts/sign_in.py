"""1 登录: from the portal's address to the signed-in home page."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from pydantic import SecretStr

from rpa.desk import Desk
from rpa.errors import Challenged, NeedsPerson, PageChanged, PortalRefusal
from rpa.flow import Entrance
from rpa.screen import Screen
from rpa.tour import Stop

__all__ = ["ENTRANCE", "choose_business", "enter", "open_menu", "sign_in", "tour"]


async def enter(desk: Desk) -> bool:
    """Open the portal and choose APEC商务旅行卡 (manual 1): False at the login page, True at the home page.

    The home page comes at once when the portal still knows the sign-in.
    """
    desk.now("1 打开网址，选择 APEC商务旅行卡")
    await desk.go()
    portal, login, home = (desk.at(f"common.{name}") for name in ("portal", "login", "home"))
    # a page that was left in a hurry may still lead to the login page by itself
    found = await portal.await_screen(portal.words, login.words, home.words)
    if found == portal.name:
        await portal.press("apec")
        found = await login.await_screen(login.words, home.words)
    return found == home.name


async def sign_in(desk: Desk, account: str, password: SecretStr) -> None:
    """Enter user name and password on the login page, press 登录 (manual 1).

    A wrong password is tried once only, because five lock the account: :class:`~rpa.errors.NeedsPerson`. Where the page
    has a box for a captcha nothing is typed, and where 登录 leads neither home nor to a message the portal wants something
    that is not known: :class:`~rpa.errors.Challenged`.
    """
    desk.now("1 输入用户名、密码，登录")
    login = desk.at("common.login")
    if await login.read(["captcha"]):
        raise Challenged("网站要求验证码，须由人工登录", where="登录", advice=desk.by_person)
    await login.fill({"account": account, "password": password.get_secret_value()})
    await login.press("sign_in")
    try:
        said, _ = await login.await_screen_or_message(["common.home"], ["wrong", "locked"])
    except PortalRefusal as refusal:
        raise NeedsPerson(refusal.message, where="登录", advice=desk.by_person) from refusal
    except PageChanged as error:
        raise Challenged(
            "点击“登录”后没有出现首页，网站可能要求其他验证", where="登录", advice=desk.by_person
        ) from error
    if said == "wrong":
        raise NeedsPerson(
            "用户名或密码错误",
            where="登录",
            advice="请核对账号和密码，再用 ywtb resume 继续；连续错误会锁定账号",
        )
    if said == "locked":
        raise NeedsPerson("账号已锁定", where="登录", advice="请等锁定时间过后，再用 ywtb resume 继续")


async def tour(desk: Desk) -> AsyncGenerator[Stop, None]:
    """网站首页 and the login page, as somebody sees them who is not signed in."""
    await desk.go()
    portal, login = desk.at("common.portal"), desk.at("common.login")
    if await portal.await_screen(portal.words, login.words) == portal.name:
        yield Stop(portal.name)
        await portal.press("apec")
    yield Stop(login.name, without=frozenset({"captcha"}))


ENTRANCE = Entrance(enter, sign_in, login="common.login", home="common.home", tour=tour)


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
