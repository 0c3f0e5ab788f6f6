"""Signing in: one session per account, locks, idleness, and what a person is told when it is gone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rpa.testing import Replica
from tests.crowd.sessions import logins, used_together

from .visitor import Visitor


def kinds(replica: Replica) -> list[str]:
    return [event["kind"] for event in replica.events()]


def test_a_page_without_a_session_leads_to_the_login_page(visit: Callable[..., Visitor]) -> None:
    stranger = visit("demo-soe", sign_in=False)
    assert stranger.page("/home").url.path == "/login"
    assert stranger.ask("/my-applications/list")["status"] == 401


def test_failures_are_counted_down_and_the_fifth_locks(
    visit: Callable[..., Visitor], replica: Replica
) -> None:
    visitor = visit("demo-soe", sign_in=False)
    told = [visitor.login("wrong")["message"] for _ in range(5)]
    assert told[:4] == [f"用户名或密码错误，还可尝试 {left} 次" for left in (4, 3, 2, 1)]
    assert told[4] == "账号已锁定，请 30 分钟后再试"
    assert visitor.login()["message"] == "账号已锁定，请 30 分钟后再试"
    assert kinds(replica).count("login_failed") == 6


def test_a_good_sign_in_forgives_earlier_failures(visit: Callable[..., Visitor]) -> None:
    visitor = visit("demo-soe", sign_in=False)
    visitor.login("wrong")
    assert visitor.login()["code"] == 0
    assert visitor.login("wrong")["message"] == "用户名或密码错误，还可尝试 4 次"


def test_the_lock_ends(tmp_path: Path) -> None:
    with Replica(options=("--lock-seconds", "0")) as replica:
        visitor = Visitor(replica.address, "demo-soe", sign_in=False)
        for _ in range(5):
            visitor.login("wrong")
        assert visitor.login()["code"] == 0


def test_a_second_sign_in_kicks_the_first(visit: Callable[..., Visitor], replica: Replica) -> None:
    first = visit("demo-soe")
    second = visit("demo-soe")
    lost = first.ask("/my-applications/list")
    assert (lost["status"], lost["code"], lost["message"]) == (401, 401, "您的账号已在其他地方登录")
    page = first.page("/home")
    assert page.url.path == "/login"
    assert "您的账号已在其他地方登录" in page.text
    assert "您的账号已在其他地方登录" in first.page("/login").text
    assert second.page("/home").url.path == "/home"
    events = replica.events()
    kicked = [event for event in events if event["kind"] == "kicked"]
    logins = [event for event in events if event["kind"] == "login"]
    assert [event["session"] for event in kicked] == [logins[0]["session"]]
    late = [(event["session"], event["detail"]) for event in events if event["kind"] == "turned_away"]
    asked = ("/my-applications/list", "/home")
    assert late == [(logins[0]["session"], f"kicked {address}") for address in asked]


def test_the_log_tells_a_session_that_is_used_after_the_next_sign_in(
    visit: Callable[..., Visitor], replica: Replica
) -> None:
    first = visit("demo-soe")
    first.list()
    second = visit("demo-soe")
    second.list()
    other = visit("demo-private")
    other.list()
    sessions = logins(replica.events(), "demo-soe")
    assert len(sessions) == 2
    assert used_together(replica.events(), "demo-soe") == []
    first.page("/home")
    [late] = used_together(replica.events(), "demo-soe")
    assert (late["session"], late["detail"]) == (sessions[0], "kicked /home")


def test_another_account_kicks_nobody(soe: Visitor, private: Visitor) -> None:
    assert soe.page("/home").url.path == "/home"
    assert private.page("/home").url.path == "/home"


def test_an_idle_session_expires() -> None:
    with Replica(options=("--idle-seconds", "0")) as replica:
        visitor = Visitor(replica.address, "demo-soe")
        assert visitor.ask("/my-applications/list")["message"] == "登录已过期，请重新登录"
        assert "登录已过期，请重新登录" in visitor.page("/home").text


def test_a_lost_session_can_be_switched_on_for_one_request(soe: Visitor, replica: Replica) -> None:
    replica.faults("session_lost", at="list", nth=2)
    assert soe.list()["code"] == 0
    assert soe.list()["message"] == "登录已过期，请重新登录"
    assert soe.login()["code"] == 0
    assert soe.list()["code"] == 0


def test_signing_out_ends_the_session(soe: Visitor) -> None:
    soe.page("/logout")
    assert soe.page("/home").url.path == "/login"
