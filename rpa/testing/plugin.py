"""The pytest plugin (entry point ``pytest11``): a portal under test, a replica of one's own, the robot beside the test.

Fixtures: `portal`, `replica`, `robot`, `signed_in_page`, `file_case`. Without pytest-playwright all but `signed_in_page` work.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rpa.testing.replica import Replica

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from rpa.application import Application
    from rpa.cases import Case
    from rpa.profile import Profile
    from rpa.settings import Settings
    from rpa.testing.robot import Portal, Robot

__all__ = [
    "FAILED",
    "file_case",
    "portal",
    "portal_settings",
    "replica",
    "replica_server",
    "robot",
    "signed_in_page",
]

FAILED = pytest.StashKey[bool]()
"""Whether a test has failed so far."""

SUITE = "rpa.testing.regression"

REPORT_FOLDER = Path("regression-report")
"""Where the reports of the suite go, unless the command line names other places."""

REPLICA_ACCOUNT = "demo-soe"
"""Who signs in to a replica unless told otherwise."""

#: Files an application: ``file_case(application)``, or ``file_case(application, scans=folder)``.
FileCase = Callable[..., "Case"]


_Status = tuple[str, str, str | tuple[str, Mapping[str, bool]]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """The words of the command line; those of pytest-playwright stay its own."""
    group = parser.getgroup("ywtb", "领事业务“一网通办”")
    group.addoption(
        "--portal",
        metavar="P",
        help="portal under test: a profile's name or an address; a replica without it",
    )
    group.addoption("--account", metavar="A", help=f"who signs in there (a replica: {REPLICA_ACCOUNT})")
    group.addoption(
        "--allow-filing",
        action="store_true",
        help="tests may press 保存并上报 on a portal that is not a replica of this run",
    )
    group.addoption(
        "--filing-input",
        metavar="F",
        action="append",
        default=[],
        help="what the regression suite files: an input of ywtb",
    )
    group.addoption("--rows", metavar="N14,N15", default="", help="only tests of these rows of the manual")
    group.addoption(
        "--promises", metavar="FILE", help="write the rows of the manual and what became of each, as HTML"
    )


@pytest.hookimpl(tryfirst=True)  # pytest's own JUnit report asks for its path when it is its turn
def pytest_configure(config: pytest.Config) -> None:
    """The marks, the reports of the regression suite, and what stands on pytest-playwright where that is installed."""
    if _runs_the_suite(config):
        config.option.promises = config.option.promises or str(REPORT_FOLDER / "promises.html")
        config.option.xmlpath = config.option.xmlpath or str(REPORT_FOLDER / "junit.xml")
    config.addinivalue_line(
        "markers",
        "faults(name, **options): the replica has this fault while the test runs; may be given several times",
    )
    config.addinivalue_line(
        "markers", "regressions(name, ...): the replica breaks these promises of the manual"
    )
    config.addinivalue_line(
        "markers", "manual(row, ...): the rows of the portal's manual that the test is about"
    )
    if config.pluginmanager.hasplugin("playwright"):
        from rpa.testing import browser

        # registered after all others, so that its fixtures stand over pytest-playwright's
        config.pluginmanager.register(browser, "ywtb-browser")
    if config.getoption("--promises"):
        from rpa.testing.promises import Promises

        config.pluginmanager.register(Promises(Path(config.getoption("--promises"))), "ywtb-promises")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what ``--rows`` does not name; each other test tells its rows as properties (JUnit)."""
    wanted = {row for row in config.getoption("--rows").replace("，", ",").split(",") if row}
    left_out = [item for item in items if wanted and not wanted & set(rows_of(item))]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    for item in items:
        item.user_properties += [("manual", row) for row in rows_of(item)]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note whether a test has failed, before its fixtures end: some keep what is seen only then."""
    report = yield
    item.stash[FAILED] = report.failed or item.stash.get(FAILED, False)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_report_teststatus(
    report: pytest.TestReport | pytest.CollectReport,
) -> Generator[None, _Status | None, _Status | None]:
    """With ``-v`` each result names the rows of the manual that the test is about."""
    status = yield
    rows = [str(value) for name, value in getattr(report, "user_properties", ()) if name == "manual"]
    if status is None or not rows or not status[2]:
        return status
    category, letter, word = status
    named = f" {','.join(rows)}"
    return category, letter, word + named if isinstance(word, str) else (word[0] + named, word[1])


def rows_of(item: pytest.Item) -> list[str]:
    """The rows of the manual that a test names."""
    return [str(row) for marker in item.iter_markers("manual") for row in marker.args]


def _runs_the_suite(config: pytest.Config) -> bool:
    """Whether the command line names the regression suite, as a package or as a folder, and its tests are to run."""
    home = Path(__file__).resolve().parent / "regression"
    named = [str(word).partition("::")[0] for word in config.args]
    is_named = any(
        word.startswith(SUITE) or home in (p := Path(word).resolve(), *p.parents) for word in named
    )
    return is_named and not config.getoption("collectonly")


@pytest.fixture(scope="session")
def portal_settings() -> Settings:
    """The settings of this machine, as ``ywtb`` takes them: profiles, the data folder, where passwords are."""
    from rpa.settings import load_settings

    return load_settings()


@pytest.fixture(scope="session")
def replica_server() -> Iterator[Replica]:
    """One replica for all tests of this run; ask for `replica`, unless its state does not matter."""
    with Replica() as running:
        yield running


@pytest.fixture
def replica(replica_server: Replica, request: pytest.FixtureRequest) -> Iterator[Replica]:
    """A replica as new, with the faults and the regressions that the test's marks name."""
    replica_server.start()  # does something only after a test has ended it
    replica_server.reset()
    for marker in reversed(list(request.node.iter_markers("faults"))):  # as they stand above the test
        replica_server.faults(*marker.args, **marker.kwargs)
    broken = [str(name) for marker in request.node.iter_markers("regressions") for name in marker.args]
    if broken:
        replica_server.regressions(*broken)
    yield replica_server
    if broken and replica_server.running:
        replica_server.regressions()


@pytest.fixture
def portal(request: pytest.FixtureRequest, portal_settings: Settings) -> Portal:
    """The portal under test: that of ``--portal`` with ``--account``, or a fresh replica.

    A test that asks for `replica`, or whose marks say how the replica is to be, is about the replica whatever the command
    line says.
    """
    marked = any(request.node.get_closest_marker(name) for name in ("faults", "regressions"))
    own = marked or "replica" in request.fixturenames
    asked = None if own else portal_asked_for(request.config, portal_settings)
    return asked or portal_of(request.getfixturevalue("replica"), request.config, portal_settings)


def portal_asked_for(config: pytest.Config, settings: Settings) -> Portal | None:
    """The portal that the command line names; None when it names none, and a replica is meant."""
    from rpa.profile import load_profile
    from rpa.testing.robot import Portal

    named = config.getoption("--portal")
    if not named:
        return None
    profile = load_profile(named, settings)
    account = config.getoption("--account") or settings.account or next(iter(profile.demo_accounts), "")
    if not account:
        raise pytest.UsageError(f"--account is missing: who signs in to {profile.title}?")
    return Portal(_slowed(profile, config), account)


def portal_of(replica: Replica, config: pytest.Config, settings: Settings) -> Portal:
    """A replica of this run as the portal under test."""
    from rpa.profile import load_profile
    from rpa.testing.robot import Portal

    # beside --portal, --account is somebody of that portal
    named = None if config.getoption("--portal") else config.getoption("--account")
    profile = _slowed(load_profile(replica.address, settings), config)
    return Portal(profile, named or REPLICA_ACCOUNT, replica)


def _slowed(profile: Profile, config: pytest.Config) -> Profile:
    """The robot takes its time between two actions as ``--slowmo`` has the browser do for a page."""
    slow = int(config.getoption("--slowmo", default=0) or 0)
    return profile.model_copy(update={"pace_ms": max(profile.pace_ms, slow)})


@pytest.fixture(scope="session")
def robot(pytestconfig: pytest.Config, portal_settings: Settings) -> Iterator[Robot]:
    """The robot, with a ledger of its own that goes away; its browser starts when it first signs in."""
    from rpa.testing.robot import Robot

    headed = bool(pytestconfig.getoption("--headed", default=False))
    with Robot.at_work(headed=headed, home=portal_settings.home) as at_work:
        yield at_work


@pytest.fixture
def signed_in_page(request: pytest.FixtureRequest, portal: Portal, robot: Robot) -> Page:
    """pytest-playwright's own `page`, signed in and at the portal's home page.

    The robot types the password in a browser of its own and hands over the session, so that no trace and no film of the
    page has the password in it.
    """
    if not request.config.pluginmanager.hasplugin("playwright"):
        pytest.fail("signed_in_page needs pytest-playwright: pip install 'ywtb-rpa[testing]'", pytrace=False)
    from rpa.testing.hand_over import hand_over

    page: Page = request.getfixturevalue("page")
    hand_over(robot.sign_in(portal), page)
    return page


@pytest.fixture
def file_case(request: pytest.FixtureRequest, portal: Portal, robot: Robot) -> FileCase:
    """Files an application with the robot, up to 保存并上报, and gives the case as it then is.

    On a portal that is not a replica of this run it wants ``--allow-filing``.
    """

    def file(application: Application, *, scans: Path | None = None) -> Case:
        if portal.replica is None and not request.config.getoption("--allow-filing"):
            pytest.skip("files on a real portal: only with --allow-filing")
        return robot.file(portal, application, scans)

    return file
