"""A browser or a driver that stops answering in the middle of the work: limits are kept, nothing of it is left."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest
from pydantic import SecretStr

from flows.new_card import NewCard
from rpa.browser import find_browser
from rpa.browser.chromium import Chromium
from rpa.browser.keeper import Keeper
from rpa.cases import CaseState
from rpa.cases.sign_ins import SignIns
from rpa.testing import Replica

from .clerk import Clerk, outcome
from .conftest import Hire

pytestmark = pytest.mark.long


def drivers() -> set[psutil.Process]:
    """The drivers that this process has started."""
    return {child for child in psutil.Process().children() if "run-driver" in child.cmdline()}


class Hanging:
    """A clerk's browser of its own, which can be stopped: the browser alone, or the driver."""

    def __init__(self, clerk: Clerk, which: str) -> None:
        self.clerk = clerk
        self.which = which
        self.stopped: list[psutil.Process] = []
        self.at_sign_in = False
        self._others = drivers()
        executable = find_browser(headed=False)
        self.keeper = Keeper(lambda: Chromium.started(executable))
        clerk.sign_ins = self._sign_ins  # type: ignore[method-assign]

    def stop(self) -> None:
        """Once: from now on there is no answer."""
        if self.stopped:
            return
        for driver in drivers() - self._others:
            found = [driver] if self.which == "driver" else driver.children(recursive=True)
            for process in found:
                with suppress(psutil.NoSuchProcess):
                    process.suspend()
                    self.stopped.append(process)
        assert self.stopped

    def left(self) -> list[psutil.Process]:
        """Those that were stopped and are still there."""
        return [one for one in self.stopped if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]

    def _sign_ins(self) -> SignIns:
        clerk = self.clerk
        return SignIns(clerk.ledger, clerk.profile, clerk.pack, self.keeper, self._password)

    def _password(self, account: str) -> SecretStr:
        if self.at_sign_in:
            self.stop()
        return self.clerk.profile.demo_accounts[account]


@pytest.fixture(params=["browser", "driver"])
def hanging(
    request: pytest.FixtureRequest, hire: Hire, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Hanging]:
    monkeypatch.setattr("rpa.browser.chromium._CLOSE_SECONDS", 3)
    monkeypatch.setattr("rpa.screen.evidence._ALL_SECONDS", 3)
    monkeypatch.setattr("rpa.screen.evidence._SECONDS", 2)
    clerk = hire(replica, reconcile_waits=(0,))
    made = Hanging(clerk, str(request.param))
    yield made
    clerk.do(made.keeper.close)


def test_one_that_hangs_at_the_last_press_is_cut_off_and_the_group_filed_once(
    hanging: Hanging, replica: Replica, private_group: NewCard
) -> None:
    clerk = hanging.clerk
    case = clerk.ready(private_group)
    clerk.meanwhile = lambda step: hanging.stop() if step == "保存并上报" else None
    begun = time.monotonic()
    [case] = clerk.run(case, step_timeout=20)
    assert time.monotonic() - begun < 120
    # what became of the press is looked up by itself when it is due
    assert (case.state, case.error and case.error["kind"]) == (CaseState.COMMITTING, "PortalFault")
    assert case.due_at
    assert hanging.left() == []
    assert outcome(clerk.again(case)) == "submitted"
    assert len(replica.groups()) == 1


def test_one_that_hangs_at_the_sign_in_holds_no_account(
    hanging: Hanging, replica: Replica, private_group: NewCard
) -> None:
    clerk = hanging.clerk
    clerk.profile = clerk.profile.model_copy(update={"page_timeout": 8})
    hanging.at_sign_in = True
    case = clerk.receive(private_group)
    begun = time.monotonic()
    [case] = clerk.run(case)
    assert time.monotonic() - begun < 120
    assert (case.state, case.error and case.error["kind"]) == (CaseState.RECEIVED, "PortalFault")
    assert hanging.left() == []
    clerk.profile = clerk.profile.model_copy(update={"page_timeout": 60})
    assert outcome(clerk.again(case)) == "awaiting_signature"
