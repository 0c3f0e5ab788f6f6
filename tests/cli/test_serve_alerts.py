"""`ywtb serve` with channels: what happens in the portal arrives once, whatever becomes of the server or of a channel."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from rpa.testing import Replica

from ..unit.alerts.services import SECRET, Services
from .kit import Ywtb
from .server import serving, write_settings

pytestmark = [pytest.mark.long, pytest.mark.timeout(400)]

ACCOUNT = "demo-soe"
_CHANNELS = '[alerts.channels.office]\ntype = "webhook"\n[alerts.channels.group]\ntype = "wecom"\n'


@pytest.fixture
def services() -> Iterator[Services]:
    with Services() as running:
        yield running


def _settings(ywtb: Ywtb, replica: Replica, channels: str, **every: str) -> None:
    plans = "".join(
        f'[schedules.{name}]\nevery = "{gap}"\nportal = "{replica.address}"\naccounts = ["{ACCOUNT}"]\n'
        for name, gap in every.items()
    )
    write_settings(ywtb.home, plans + channels)


def _until(is_so: Callable[[], object], seconds: float = 120) -> None:
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.1)  # between two looks at what another process does


def _told(services: Services) -> list[tuple[str, str]]:
    """Kind and group of every notice that the webhook has taken; it has checked the signature of each."""
    return [
        (one["kind"], one["group_no"])
        for asked in services.taken
        if asked.path == "/alerts"
        for one in asked.document["notices"]
    ]


def test_a_group_that_changes_is_told_once_over_a_restart_of_the_server(
    ywtb: Ywtb, replica: Replica, services: Services
) -> None:
    _settings(ywtb, replica, '[alerts.channels.office]\ntype = "webhook"\n', quick="5s")
    ywtb.variables |= {"YWTB_ALERT_OFFICE_URL": services.url("webhook"), "YWTB_ALERT_OFFICE_SECRET": SECRET}
    first, other = replica.add_groups(ACCOUNT, 2, "待初审")
    with serving(ywtb) as server:
        server.until("计划 quick", "全部账号已读完")
        assert _told(services) == []
        replica.set_state(first, "待缴费")
        _until(lambda: services.taken)
        assert server.stop() == 0
    with serving(ywtb) as server:
        server.until("计划 quick", "全部账号已读完")
        replica.set_state(other, "待缴费")
        _until(lambda: len(services.taken) > 1)
        server.until("计划 quick", "全部账号已读完")
        assert server.stop() == 0
    assert _told(services) == [("to_pay", first), ("to_pay", other)]
    assert len(services.asked) == 2
    assert not [line for line in server.lines if "Traceback" in line]


def test_a_channel_that_hangs_and_a_schedule_that_is_always_due_hold_up_nothing(
    ywtb: Ywtb, replica: Replica, services: Services
) -> None:
    _settings(ywtb, replica, _CHANNELS, always="1s", other="5s")
    over = threading.Event()
    with Services() as hanging:
        hanging.before = lambda: over.wait(300) and None
        ywtb.variables |= {
            "YWTB_ALERT_OFFICE_URL": services.url("webhook"),
            "YWTB_ALERT_OFFICE_SECRET": SECRET,
            "YWTB_ALERT_GROUP_URL": hanging.url("wecom"),
        }
        groups = replica.add_groups(ACCOUNT, 3, "待初审")
        with serving(ywtb) as server:
            server.until("计划 always", "全部账号已读完")
            server.until("计划 other", "全部账号已读完")
            replica.set_state(groups[0], "待缴费")
            _until(lambda: hanging.asked and services.taken)
            for number in groups[1:]:  # round after round, while the other still has the first
                replica.set_state(number, "待缴费")
                _until(lambda number=number: ("to_pay", number) in _told(services))
            assert len(hanging.asked) == 1
            assert server.stop() == 0
        over.set()
    assert sorted(_told(services)) == sorted(("to_pay", number) for number in groups)


def test_what_the_first_sweep_finds_reaches_a_channel_that_is_known_only_by_the_environment(
    ywtb: Ywtb, replica: Replica, services: Services
) -> None:
    """Without a server: `ywtb sync` by the system's timer, then `ywtb alerts send`."""
    _settings(ywtb, replica, '[alerts.channels.office]\ntype = "webhook"\n')
    ywtb.variables |= {"YWTB_ALERT_OFFICE_URL": services.url("webhook"), "YWTB_ALERT_OFFICE_SECRET": SECRET}
    (group,) = replica.add_groups(ACCOUNT, 1, "待缴费")
    assert ywtb("sync", "--portal", replica.address, "--account", ACCOUNT).code == 0
    assert ywtb("alerts", "send", "--json").document["told"] == 1
    assert _told(services) == [("to_pay", group)]
