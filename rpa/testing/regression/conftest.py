"""The portal under test for the whole run, and a desk at it for each promise; what is seen there is kept."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from rpa.desk import Desk
from rpa.screen import Screen
from rpa.testing.plugin import portal_asked_for, portal_of
from rpa.testing.recording import Kept, Recording
from rpa.testing.regression.sample import Sample, sample, scan
from rpa.testing.regression.steps import Draft, delete_draft, new_member, open_draft, save_draft
from rpa.testing.robot import Portal, Robot

if TYPE_CHECKING:
    from rpa.settings import Settings

SITE = "busy"  # a replica of this run holds groups of every business type, in all states

LOCAL_SECONDS = 8.0

AtDesk = Callable[..., AbstractContextManager[Desk]]

_AT_DESKS = pytest.StashKey[list[tuple[Kept, Desk]]]()  # of a test that is under way


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """A promise is an ``async def``: it runs on the robot's loop, where the desk's page is."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    robot: Any = pyfuncitem.funcargs["robot"]
    arguments: dict[str, Any] = {
        name: pyfuncitem.funcargs[name] for name in inspect.signature(pyfuncitem.obj).parameters
    }
    failed = True
    try:
        robot.do(pyfuncitem.obj, **arguments)
        failed = False
    finally:
        for kept, desk in pyfuncitem.stash.get(_AT_DESKS, []):
            robot.do(kept.picture, desk, failed=failed)
    return True


@pytest.fixture(scope="session")
def portal(request: pytest.FixtureRequest, portal_settings: Settings) -> Portal:
    """The portal of the command line, else one replica for all."""
    found = portal_asked_for(request.config, portal_settings)
    if found is None:
        replica = request.getfixturevalue("replica_server")
        replica.scenario(SITE)
        found = portal_of(replica, request.config, portal_settings)
    profile = found.profile
    if not profile.is_local:
        return found
    # a portal on this machine answers at once: what is not there by then is gone
    seconds = min(profile.page_timeout, LOCAL_SECONDS)
    return replace(found, profile=profile.model_copy(update={"page_timeout": seconds}))


@pytest.fixture(scope="session")
def recording(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """What ``--tracing``, ``--video``, ``--screenshot`` and ``--output`` ask for."""
    return Recording.asked_for(pytestconfig, tmp_path_factory.mktemp("films"))


@pytest.fixture(scope="session")
def robot(pytestconfig: pytest.Config, portal_settings: Settings, recording: Recording) -> Iterator[Robot]:
    """The robot whose desks the promises are checked at."""
    headed = bool(pytestconfig.getoption("--headed", default=False))
    with Robot.at_work(headed=headed, videos=recording.films, home=portal_settings.home) as at_work:
        yield at_work


@pytest.fixture
def at_desk(request: pytest.FixtureRequest, robot: Robot, portal: Portal, recording: Recording) -> AtDesk:
    """``with at_desk() as desk``: a desk of the portal's account, or of another one, whose pages are kept as asked for."""

    @contextmanager
    def sit_down(account: str = "") -> Iterator[Desk]:
        with recording.of(request.node) as kept, robot.at_desk(portal, account) as desk:
            robot.do(kept.begin, desk)
            at_desks = request.node.stash.setdefault(_AT_DESKS, [])
            at_desks.append((kept, desk))
            try:
                yield desk
            finally:
                at_desks.remove((kept, desk))
                robot.do(kept.end, desk)

    return sit_down


@pytest.fixture
def desk(at_desk: AtDesk) -> Iterator[Desk]:
    """A desk of the portal's account, signed in, at the home page."""
    with at_desk() as desk:
        yield desk


@pytest.fixture(autouse=True)
def _the_robot(robot: Robot) -> None:
    """Every promise runs on its loop."""


@pytest.fixture(scope="session")
def soe() -> Sample:
    """The sample of 国有企业."""
    return sample("国有企业")


@pytest.fixture
def draft(robot: Robot, desk: Desk, soe: Sample) -> Iterator[Draft]:
    """A draft of its own, with nothing but 姓名 kept, and its open member page; it is deleted afterwards."""
    page = robot.do(new_member, desk)
    robot.do(page.fill, {"name": soe.member["name"]})
    number = robot.do(save_draft, page)
    try:
        yield Draft(number, page)
    finally:
        robot.do(delete_draft, desk, number)


@pytest.fixture(scope="module")
def whole_draft(
    robot: Robot, portal: Portal, soe: Sample, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The number of a draft whose one member is filled in whole, with every file; deleted after the module."""
    folder = tmp_path_factory.mktemp("scans")
    with robot.at_desk(portal) as desk:
        page = robot.do(new_member, desk)
        robot.do(page.fill, soe.member)
        number = robot.do(save_draft, page)
        robot.do(page.upload, {**soe.photos, **soe.files, "personal_form": scan(folder, "个人事项表")})
    yield number
    with robot.at_desk(portal) as desk:
        robot.do(delete_draft, desk, number)


@pytest.fixture
def submission(robot: Robot, desk: Desk, whole_draft: str) -> Screen:
    """The 上报 page of that draft."""
    page = robot.do(open_draft, desk, whole_draft)
    robot.do(page.press, "save_and_next_step")
    found: Screen = robot.do(desk.screen, "new_card.submission")
    robot.do(desk.settled)
    return found


@pytest.fixture(scope="session")
def on_replica(portal: Portal) -> None:
    """Skips where the portal is not a replica on this machine."""
    if not portal.profile.is_local:
        pytest.skip("checked on a replica only: it needs invented accounts")
