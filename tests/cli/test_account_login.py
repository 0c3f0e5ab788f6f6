"""``ywtb account login --headed``: the whole program, a person at its window, and what is left on the disk afterwards."""

from __future__ import annotations

import shlex
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from anyio.from_thread import start_blocking_portal
from playwright.sync_api import Page, Playwright

from rpa.browser import find_browser
from rpa.browser.storage import Storage
from rpa.cases import Ledger
from rpa.profile import load_profile
from rpa.settings import Settings
from rpa.testing import Replica
from rpa.vault import open_vault

from .kit import Ywtb, closed_port, one_group, put_scans

ACCOUNT = "demo-private"
PASSWORD = "Demo-private-2026"

posix = pytest.mark.skipif(sys.platform == "win32", reason="the person comes in through a shell script")


def logins(replica: Replica) -> list[str]:
    """How every try to sign in ended, oldest first."""
    return [event["kind"] for event in replica.events() if event["kind"] in ("login", "login_failed")]


def _rows(ywtb: Ywtb, table: str) -> int:
    """How many rows a table of the ledger has."""
    with closing(sqlite3.connect(ywtb.home / "ledger.db")) as ledger:
        [(found,)] = ledger.execute(f"SELECT count(*) FROM {table}").fetchall()
    return int(found)


class Window:
    """The program's browser, with a door for a second Playwright: the person who sits before it.

    The window is drawn nowhere, because a machine that runs tests has no screen.
    """

    def __init__(self, ywtb: Ywtb) -> None:
        self._ywtb = ywtb
        self._door = closed_port()
        real = find_browser(headed=False)
        hidden = "" if real.kind == "headless_shell" else " --headless=new"
        script = ywtb.home.parent / "window"
        script.write_text(
            f'#!/bin/sh\nexec {shlex.quote(str(real.path))} "$@"{hidden}'
            f" --remote-debugging-port={urlsplit(self._door).port}\n",
            encoding="utf-8",
        )
        script.chmod(0o755)
        self._variables = {"YWTB_BROWSER": str(script), "DISPLAY": ":0"}

    @contextmanager
    def opened(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        """The program, once it waits for the person; it must have ended with the block."""
        variables, self._ywtb.variables = self._ywtb.variables, {**self._ywtb.variables, **self._variables}
        process = self._ywtb.start("account", "login", ACCOUNT, "--headed", *words, "--json")
        self._ywtb.variables = variables
        try:
            assert process.stderr is not None
            said = b""
            for line in process.stderr:
                said += line
                if b"Ctrl-C" in line:
                    break
            else:
                pytest.fail(said.decode("utf-8"))
            yield process
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()

    @contextmanager
    def person(self, playwright: Playwright) -> Iterator[Page]:
        """The person before the page that the program has opened."""
        seen = playwright.chromium.connect_over_cdp(self._door)
        [page] = [page for context in seen.contexts for page in context.pages if page.url.startswith("http")]
        page.set_default_timeout(10_000)
        yield page
        seen.close()


@pytest.fixture
def window(ywtb: Ywtb) -> Window:
    """The window of this test's program."""
    return Window(ywtb)


@posix
@pytest.mark.long
def test_a_captcha_is_passed_by_a_person_and_the_cases_go_on(
    ywtb: Ywtb, window: Window, playwright: Playwright, tmp_path: Path
) -> None:
    with Replica(data=tmp_path / "portal.db") as replica:
        where = ("--portal", replica.address)
        replica.faults("captcha")
        stopped = ywtb("submit", one_group(ywtb.work, "B"), *where, "--json")
        assert stopped.code == 4, stopped.text
        [case] = stopped.document["cases"]
        assert (case["state"], case["error"]["kind"]) == ("needs_person", "Challenged")
        assert f"ywtb account login {ACCOUNT} --headed" in case["error"]["advice"]

        tried = ywtb("account", "login", ACCOUNT, *where, "--json")
        assert tried.code == 4
        assert "--headed" in tried.document["error"]["advice"]
        assert logins(replica) == []

        with window.opened(*where) as process, window.person(playwright) as page:
            assert page.locator("[name=username]").input_value() == ACCOUNT
            page.get_by_placeholder("请输入验证码").fill(replica.captcha())
            page.get_by_text("登 录").click()
            out, err = process.communicate(timeout=60)
        ywtb.said += [out, err]
        assert process.returncode == 0, err.decode("utf-8")
        assert '"saved": true' in out.decode("utf-8")

        went_on = ywtb("resume", "--json")
        assert went_on.code == 0, went_on.text
        put_scans(went_on.document)
        filed = ywtb("resume", "--json")
        [case] = filed.document["cases"]
        assert (case["state"], case["error"]) == ("submitted", None), filed.text
        assert logins(replica) == ["login"]
        assert [group["state"] for group in replica.groups()] == ["待初审"]

        with closing(sqlite3.connect(tmp_path / "portal.db")) as portal:
            [(token,)] = portal.execute("SELECT token FROM session").fetchall()
        assert _rows(ywtb, "saved_sign_ins") == 1
        kept = [path.read_bytes() for path in ywtb.home.rglob("*") if path.is_file()]
        for secret in (token, PASSWORD):
            assert not [data for data in [*kept, *ywtb.said] if secret.encode() in data]

        removed = ywtb("account", "remove", ACCOUNT, *where, "--json")
        assert (removed.code, removed.document["removed"]) == (0, True), removed.text
        assert _rows(ywtb, "saved_sign_ins") == 0


@posix
def test_a_person_who_gives_up_leaves_nothing_behind(ywtb: Ywtb, window: Window, replica: Replica) -> None:
    with window.opened("--portal", replica.address) as process:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert '"kind": "Interrupted"' in out.decode("utf-8")
    assert b"Traceback" not in err
    assert (_rows(ywtb, "leases"), _rows(ywtb, "saved_sign_ins")) == (0, 0)


@posix
def test_a_closed_window_is_told(
    ywtb: Ywtb, window: Window, replica: Replica, playwright: Playwright
) -> None:
    with window.opened("--portal", replica.address) as process, window.person(playwright) as page:
        page.close()
        out, _ = process.communicate(timeout=30)
    assert process.returncode == 4
    assert "窗口已关闭" in out.decode("utf-8")


def test_an_account_whose_sign_in_is_saved_needs_no_password(ywtb: Ywtb) -> None:
    address = closed_port()
    ywtb.variables["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    submit = ("submit", one_group(ywtb.work, "B", 账号="nobody"), "--portal", address, "--json")
    assert ywtb(*submit).code == 2, "no password, and nobody to ask"

    async def save() -> None:
        settings = Settings(home=ywtb.home)
        where = load_profile(address, settings).name
        async with await Ledger.open(settings.ledger_url, open_vault(ywtb.home)) as ledger:
            await ledger.acquire(where, "nobody", "a person", 60)
            storage = Storage({"cookies": [], "origins": []}, address, ())
            assert await ledger.saved_sign_ins.keep(where, "nobody", storage, "a person")
            await ledger.release(where, "nobody", "a person")

    with start_blocking_portal() as portal:  # browser tests keep a loop running in the main thread
        portal.call(save)
    assert ywtb(*submit).code == 5, "the portal was asked, and is not there"


@pytest.mark.skipif(sys.platform != "linux", reason="Windows and macOS always have a desktop")
def test_a_machine_without_a_screen_says_so(ywtb: Ywtb, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    ran = ywtb("account", "login", ACCOUNT, "--headed", "--portal", closed_port(), "--json")
    assert ran.code == 2
    assert "没有图形界面" in ran.document["error"]["message"]
    assert "有桌面的电脑" in ran.document["error"]["advice"]
