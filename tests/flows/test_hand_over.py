"""验证码 at the sign-in: the robot stops, a person signs in, and the cases go on with that sign-in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, Route
from pydantic import SecretStr

from flows.new_card import NewCard
from flows.parts.sign_in import ENTRANCE
from rpa.cases import CaseState
from rpa.cases.hand_over import hand_over
from rpa.errors import NeedsPerson
from rpa.flow import flow
from rpa.screen.pack import Candidate, Element
from rpa.testing import Replica
from tests.people import group_of

from .clerk import Clerk, outcome

ACCOUNT = "demo-private"
PASSWORD = "Demo-private-2026"

# Each look at the window asks two screens whether they stand there.
_COUNT_LOOKS = """() => {
  const look = window.__ywtb.standing;
  window.looks = 0;
  window.__ywtb.standing = (ask) => { window.looks++; return look(ask); };
}"""

#: What the person does in the window; `code` looks at the picture.
Person = Callable[[Page], Awaitable[None]]

pytestmark = pytest.mark.long


def logins(replica: Replica) -> list[str]:
    """How every try to sign in ended, oldest first."""
    return [event["kind"] for event in replica.events() if event["kind"] in ("login", "login_failed")]


class Office:
    """A clerk whose window is handed to a person."""

    def __init__(self, clerk: Clerk, replica: Replica) -> None:
        self.clerk = clerk
        self.replica = replica
        self.told: list[str] = []
        self.trouble: list[BaseException] = []

    def log_in(
        self, person: Person, *, account: str = ACCOUNT, password: str | None = PASSWORD, seconds: float = 60
    ) -> None:
        """`ywtb account login --headed`, and the person does what they do once they are told to."""

        async def both() -> None:
            playing: list[asyncio.Task[None]] = []

            def say(words: str) -> None:
                self.told.append(words)
                [page] = self.clerk.chromium.open_contexts[-1].pages
                playing.append(asyncio.create_task(self._play(person, page)))

            try:
                await hand_over(
                    self.clerk.sign_ins(),
                    account,
                    ENTRANCE,
                    password=None if password is None else SecretStr(password),
                    say=say,
                    seconds=seconds,
                )
            finally:
                await asyncio.gather(*playing)

        self.clerk.do(both)
        assert not self.trouble

    async def _play(self, person: Person, page: Page) -> None:
        page.set_default_timeout(10_000)
        try:
            await person(page)
        except Exception as trouble:  # told after the hand-over has ended by itself
            self.trouble.append(trouble)

    async def read_code(self) -> str:
        """What the picture says."""
        return await asyncio.to_thread(self.replica.captcha)

    async def pass_captcha(self, page: Page) -> None:
        """Type the code, as who sits before a filled login page does."""
        await page.get_by_placeholder("请输入验证码").fill(await self.read_code())
        await page.get_by_text("登 录").click()

    async def type_all(self, page: Page) -> None:
        """Type the password and the code; the user name stands there."""
        await page.locator("[name=password]").fill(PASSWORD)
        await self.pass_captcha(page)

    def saved(self, account: str = ACCOUNT) -> bool:
        """Whether a sign-in is saved."""
        clerk = self.clerk
        return clerk.do(clerk.ledger.saved_sign_ins.has, clerk.profile.name, account)


@pytest.fixture
def office(clerk: Clerk, replica: Replica) -> Office:
    """A clerk and a window."""
    return Office(clerk, replica)


def test_a_captcha_stops_the_cases_a_person_signs_in_and_they_go_on_with_that_sign_in(
    office: Office, private_group: NewCard
) -> None:
    clerk, replica = office.clerk, office.replica
    replica.faults("captcha")
    groups = [private_group, group_of(1, private_group, start=2)]
    stopped = clerk.run(*(clerk.receive(group) for group in groups))
    for case in stopped:
        assert outcome(case) == "needs_person: Challenged: 网站要求验证码，须由人工登录"
        assert case.error and f"ywtb account login {ACCOUNT} --headed" in case.error["advice"]
    assert logins(replica) == [], "no password was typed where a code is asked for"

    office.log_in(office.pass_captcha)
    assert "用户名和密码已经填好" in office.told[0]
    assert logins(replica) == ["login"]

    drafted = [clerk.back_to_work(case) for case in stopped]
    assert [outcome(case) for case in drafted] == ["awaiting_signature"] * 2
    for case in drafted:
        clerk.sign(case)
    assert [outcome(case) for case in clerk.run(*drafted)] == ["submitted"] * 2
    assert logins(replica) == ["login"], (
        "the person's sign-in served every program, and nobody signed in beside it"
    )
    assert [group["state"] for group in replica.groups()] == ["待初审"] * 2


def test_without_the_password_the_person_types_it_and_the_robot_goes_on_without(
    office: Office, private_group: NewCard
) -> None:
    office.replica.faults("captcha")
    office.log_in(office.type_all, password=None)
    assert "用户名已经填好" in office.told[0]
    del office.clerk.profile.demo_accounts[ACCOUNT]
    assert outcome(office.clerk.prepare(private_group)) == "awaiting_signature"


def test_a_saved_sign_in_that_has_expired_is_dropped_and_the_password_used(
    office: Office, private_group: NewCard
) -> None:
    clerk, replica = office.clerk, office.replica
    office.log_in(lambda page: page.get_by_text("登 录").click())
    assert office.saved()
    replica.faults("session_lost")
    assert outcome(clerk.prepare(private_group)) == "awaiting_signature"
    assert not office.saved()
    assert logins(replica) == ["login", "login"]


def test_a_saved_sign_in_that_has_expired_is_tried_once_where_a_captcha_is_asked_for(
    office: Office, private_group: NewCard
) -> None:
    clerk, replica = office.clerk, office.replica
    replica.faults("captcha")
    office.log_in(office.pass_captcha)
    replica.faults("session_lost")
    case = clerk.prepare(private_group)
    assert outcome(case).startswith("needs_person: Challenged: ")
    assert not office.saved()
    assert logins(replica) == ["login"]
    office.log_in(office.pass_captcha)
    assert outcome(clerk.back_to_work(case)) == "awaiting_signature"


def test_a_portal_that_is_down_says_nothing_about_a_saved_sign_in(
    office: Office, private_group: NewCard
) -> None:
    replica = office.replica
    office.log_in(lambda page: page.get_by_text("登 录").click())
    replica.faults("drop_before", at="page")
    case = office.clerk.prepare(private_group)
    assert outcome(case).startswith("received: PortalFault: ")
    assert office.saved()
    replica.clear_faults()
    assert outcome(office.clerk.again(case)) == "awaiting_signature"
    assert logins(replica) == ["login"]


def test_a_sign_in_that_ends_in_mid_work_is_made_again_with_the_password_and_no_longer_saved(
    office: Office, private_group: NewCard
) -> None:
    office.log_in(lambda page: page.get_by_text("登 录").click())
    office.replica.faults("session_lost", at="upload", nth=3)
    assert outcome(office.clerk.prepare(private_group)) == "awaiting_signature"
    assert logins(office.replica) == ["login", "login"]
    assert not office.saved()


def test_what_the_browser_keeps_is_saved_anew_after_use(office: Office) -> None:
    clerk = office.clerk

    async def work() -> None:
        async with clerk.sign_ins().signed_in(ACCOUNT, flow("new_card")) as desk:
            await desk.page.evaluate("sessionStorage.setItem('seen', 'twice'); document.cookie = 'rotated=1'")

    async def look() -> Any:
        async with clerk.sign_ins().signed_in(ACCOUNT, flow("new_card")) as desk:
            return await desk.page.evaluate("[sessionStorage.getItem('seen'), document.cookie]")

    office.log_in(lambda page: page.get_by_text("登 录").click())
    clerk.do(work)
    assert clerk.do(look) == ["twice", "rotated=1"]
    assert logins(office.replica) == ["login"]


def test_a_captcha_in_mid_work_keeps_the_draft_and_a_person_brings_the_case_on(
    office: Office, private_group: NewCard
) -> None:
    clerk, replica = office.clerk, office.replica
    replica.faults("captcha", at="page", nth=5)
    case = clerk.prepare(private_group)
    assert outcome(case) == "needs_person: Challenged: 网站要求验证码，须由人工登录"
    assert case.error and f"ywtb account login {ACCOUNT} --headed" in case.error["advice"]
    [draft] = replica.groups()
    assert (case.group_no, draft["state"]) == (draft["group_no"], "暂存")

    replica.faults("captcha")  # and from now on at the sign-in too
    case = clerk.back_to_work(case)
    assert outcome(case).startswith("needs_person: Challenged: "), "nothing goes on without the person"
    office.log_in(office.pass_captcha)
    case = clerk.back_to_work(case)
    assert outcome(case) == "awaiting_signature"
    clerk.sign(case)
    assert outcome(clerk.again(case)) == "submitted"
    [group] = replica.groups()
    assert (group["group_no"], group["state"]) == (draft["group_no"], "待初审")
    assert logins(replica) == ["login", "login"]


def test_a_saved_sign_in_that_is_challenged_is_not_evaded_by_another(
    office: Office, private_group: NewCard
) -> None:
    replica = office.replica
    office.log_in(lambda page: page.get_by_text("登 录").click())
    replica.faults("captcha", at="page")
    case = office.clerk.prepare(private_group)
    assert outcome(case).startswith("needs_person: Challenged: ")
    assert logins(replica) == ["login"]
    assert not office.saved()


@pytest.mark.parametrize("answered", ["right", "wrong first"])
def test_the_person_may_take_several_tries(office: Office, answered: str) -> None:
    async def person(page: Page) -> None:
        if answered == "wrong first":
            await page.get_by_placeholder("请输入验证码").fill("????")
            async with page.expect_response("**/captcha*"):  # a wrong answer brings another picture
                await page.get_by_text("登 录").click()
        await office.pass_captcha(page)

    office.replica.faults("captcha")
    office.log_in(person)
    assert logins(office.replica) == [*(["login_failed"] if answered == "wrong first" else []), "login"]
    assert office.saved()


def test_a_sign_in_of_somebody_else_is_not_taken_for_this_account(office: Office) -> None:
    async def person(page: Page) -> None:
        await page.locator("[name=username]").fill("demo-soe")
        await page.evaluate(_COUNT_LOOKS)
        await page.locator("[name=password]").fill("Demo-soe-2026")
        await page.wait_for_function("looks > 4")  # the robot has looked since: no person is quicker
        await page.get_by_text("登 录").click()

    with pytest.raises(NeedsPerson, match="登录的不是账号 demo-private"):
        office.log_in(person)
    assert not office.saved()


def test_a_question_of_the_browsers_own_is_left_to_the_person(office: Office) -> None:
    async def person(page: Page) -> None:
        async with page.expect_event("dialog") as asked:
            answer = asyncio.create_task(page.evaluate("confirm('是否继续登录？')"))
        await (await asked.value).accept()
        assert await answer is True
        await page.get_by_text("登 录").click()

    office.log_in(person)
    assert office.saved()


@pytest.mark.parametrize("where", ["the tab", "a further tab"])
def test_a_notice_of_the_portal_is_left_to_the_person(office: Office, where: str) -> None:
    async def person(page: Page) -> None:
        tab = page if where == "the tab" else await page.context.new_page()
        await tab.goto(page.url)
        await tab.get_by_text("我知道了").wait_for()
        await tab.evaluate(_COUNT_LOOKS)
        await tab.wait_for_function("looks > 4")
        await tab.get_by_text("我知道了").click()
        await tab.locator("[name=username]").fill(ACCOUNT)
        await tab.locator("[name=password]").fill(PASSWORD)
        await tab.get_by_text("登 录").click()

    office.replica.faults("notice_popup", at="GET /login")
    office.log_in(person, seconds=20)
    assert "用户名和密码已经填好" in office.told[0]  # over which the robot had put one away before
    assert office.saved()


def test_a_home_page_in_another_tab_counts_and_it_is_that_tab_that_is_saved(office: Office) -> None:
    async def person(page: Page) -> None:
        tab = await page.context.new_page()
        await tab.goto(page.url)
        await tab.evaluate("sessionStorage.setItem('令牌', 'of this tab')")
        await tab.locator("[name=username]").fill(ACCOUNT)
        await tab.locator("[name=password]").fill(PASSWORD)
        await tab.get_by_text("登 录").click()

    async def look() -> Any:
        async with office.clerk.sign_ins().signed_in(ACCOUNT, flow("new_card")) as desk:
            return await desk.page.evaluate("sessionStorage.getItem('令牌')")

    office.log_in(person)
    assert office.clerk.do(look) == "of this tab"
    assert logins(office.replica) == ["login"]


def test_a_closed_window_ends_it_and_what_was_saved_stays(office: Office) -> None:
    office.log_in(lambda page: page.get_by_text("登 录").click())
    with pytest.raises(NeedsPerson, match="窗口已关闭"):
        office.log_in(lambda page: page.close())
    assert office.saved()


def test_nobody_waits_for_ever_and_the_account_is_free_again(office: Office) -> None:
    async def dawdle(page: Page) -> None:
        await page.get_by_placeholder("请输入验证码").wait_for()

    office.replica.faults("captcha")
    with pytest.raises(NeedsPerson, match="等待已到时限"):
        office.log_in(dawdle, seconds=1)
    assert not office.saved()
    clerk = office.clerk
    assert clerk.do(clerk.ledger.acquire, clerk.profile.name, ACCOUNT, "another program", 60.0)


def test_a_login_page_without_a_known_box_is_left_to_the_person_whole(office: Office) -> None:
    office.clerk.profile = office.clerk.profile.model_copy(update={"page_timeout": 2})
    office.replica.faults("label_renamed", field="用户名", to="通行证")

    async def person(page: Page) -> None:
        await page.locator("[name=username]").fill(ACCOUNT)
        await page.locator("[name=password]").fill(PASSWORD)
        await page.get_by_text("登 录").click()

    office.log_in(person)
    assert "已经填好" not in office.told[0]
    assert office.saved()


def test_a_sign_in_that_leads_nowhere_is_taken_for_a_challenge(
    office: Office, private_group: NewCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = office.clerk
    clerk.profile = clerk.profile.model_copy(update={"page_timeout": 2})
    watched = clerk.chromium.context

    async def back_to_the_login_page(route: Route) -> None:
        if route.request.method == "POST":
            await route.fulfill(json={"code": 0, "url": "/login"})
        else:
            await route.fallback()

    async def context(*words: Any, **named: Any) -> BrowserContext:
        made = await watched(*words, **named)
        await made.route("**/login", back_to_the_login_page)
        return made

    monkeypatch.setattr(clerk.chromium, "context", context)
    case = clerk.prepare(private_group)
    assert outcome(case) == "needs_person: Challenged: 点击“登录”后没有出现首页，网站可能要求其他验证"
    assert case.error and "--headed" in case.error["advice"]


def test_a_challenge_in_words_that_nobody_foresaw_is_a_persons(
    office: Office, private_group: NewCard
) -> None:
    clerk = office.clerk
    clerk.profile = clerk.profile.model_copy(update={"page_timeout": 2})
    office.replica.faults("captcha")
    # as if the portal drew it and spoke of it in a way that no pack describes
    fields = dict(clerk.pack.screen("common.login").fields)
    fields["captcha"] = Element("滑块", (Candidate(texts=("滑块",)),))
    messages = {**clerk.pack.screen("common.signs").messages, "captcha": ("滑块",)}
    clerk.pack.screens["common.login"] = replace(clerk.pack.screens["common.login"], fields=fields)
    clerk.pack.screens["common.signs"] = replace(clerk.pack.screens["common.signs"], messages=messages)
    case = clerk.prepare(private_group)
    assert case.state is CaseState.NEEDS_PERSON
    assert case.error and "--headed" in case.error["advice"]
