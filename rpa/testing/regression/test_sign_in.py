"""Manual 1, 登录."""

from __future__ import annotations

import pytest

from rpa.desk import Desk
from rpa.errors import PageChanged, PortalRefusal, SignInLost
from rpa.testing.regression.conftest import AtDesk
from rpa.testing.regression.steps import home
from rpa.testing.robot import Portal, Robot, entrance

NOBODY = "no-such-account"


@pytest.mark.manual("L1")
def test_the_first_page_leads_to_the_module(robot: Robot, portal: Portal) -> None:
    """打开网址，选择 APEC商务旅行卡."""

    async def choose(desk: Desk) -> None:
        await desk.go()
        first, login = desk.at("common.portal"), desk.at("common.login")
        assert await first.await_screen(first.words, login.words) == first.name
        await first.press("apec")
        await desk.screen("common.login")

    with robot.before_sign_in(portal, portal.account) as desk:
        robot.do(choose, desk)


@pytest.mark.manual("L2")
async def test_name_and_password_lead_home(desk: Desk) -> None:
    """输入用户名、密码，点击“登录”."""
    assert await desk.at("common.home").stands()


@pytest.mark.manual("L2")
@pytest.mark.usefixtures("on_replica")
def test_five_wrong_passwords_lock_the_account(robot: Robot, portal: Portal) -> None:
    """An account that nobody has is locked too, so nobody is locked out by the check."""

    async def try_five_times(desk: Desk) -> list[str]:
        assert not await entrance().enter(desk)
        login, said = desk.at("common.login"), []
        for _ in range(5):
            await login.fill({"account": NOBODY, "password": "wrong-password"})
            await login.press("sign_in")
            try:
                said.append((await login.await_message("wrong", "locked"))[0])
            except PortalRefusal as refusal:
                said.append(refusal.message)
        return said

    with robot.before_sign_in(portal, portal.account) as desk:
        said = robot.do(try_five_times, desk)
    assert said[-1] == "locked", f"五次密码错误后网站没有锁定账号：{said}"


@pytest.mark.manual("L2")
@pytest.mark.usefixtures("on_replica")
def test_a_second_sign_in_ends_the_first(robot: Robot, portal: Portal, at_desk: AtDesk) -> None:
    """One sign-in of an account at a time."""
    with at_desk() as first:
        robot.sign_in_elsewhere(portal)
        with pytest.raises((SignInLost, PageChanged)):
            robot.do(_go_on, first)


async def _go_on(desk: Desk) -> None:
    await desk.at("common.menu").press("my_applications")
    await desk.screen("common.my_applications")
    await desk.settled()
    await home(desk)
