"""A machine without a browser gets one, and a person is told plainly when it cannot."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from rpa.browser import ensure_browser, ensure_fonts, playwright_cache
from rpa.browser.machine import Machine, Ran, run
from rpa.errors import NeedsPerson, SettingsError

from .conftest import NODE, Computer

SHELL = "/usr/bin/chromium-headless-shell"
DOWNLOAD, UPDATE = "playwright install", "apt-get -o DPkg::Lock::Timeout=120 update"
STEPS = (DOWNLOAD, UPDATE, "recommends chromium-headless-shell", "recommends chromium", "--version")


def download(machine: Machine) -> Ran:
    """What `playwright install chromium --only-shell` leaves."""
    folder = playwright_cache.folder(machine, headless_shell=True)
    program = folder / "chrome-headless-shell-linux64" / "chrome-headless-shell"
    program.parent.mkdir(parents=True)
    program.touch()
    (folder / "INSTALLATION_COMPLETE").touch()
    return Ran(0, "downloaded\n")


def installs(computer: Computer, path: str) -> Ran:
    """An apt that puts the program there."""
    computer.install(path)
    return Ran(0, "Setting up\n")


def test_what_is_there_is_used_without_any_command(linux: Computer) -> None:
    linux.install(SHELL)
    said: list[str] = []
    assert ensure_browser(headed=False, say=said.append, machine=linux.as_root()).path == Path(SHELL)
    assert (linux.commands, said) == ([], [])


def test_playwrights_download_comes_first(linux: Computer) -> None:
    machine = linux.as_root()
    linux.when(DOWNLOAD, lambda: download(machine))
    linux.when("--version", lambda: Ran(0, "Chromium 1\n"))
    said: list[str] = []
    assert ensure_browser(headed=False, say=said.append, machine=machine).source == "playwright"
    assert linux.commands[0] == f"{sys.executable} -m playwright install chromium --only-shell"
    assert linux.ran(STEPS) == [DOWNLOAD, "--version"]
    assert any("下载" in line for line in said)


def test_with_a_window_the_full_browser_is_downloaded(linux: Computer) -> None:
    with pytest.raises(NeedsPerson):
        ensure_browser(headed=True, machine=linux.with_env(DISPLAY=":0"))
    assert linux.commands == [f"{sys.executable} -m playwright install chromium --no-shell"]


@pytest.mark.parametrize("variable", [None, "DISPLAY", "WAYLAND_DISPLAY"])
def test_a_window_needs_a_desktop_and_nothing_is_installed_for_want_of_one(
    linux: Computer, variable: str | None
) -> None:
    linux.install("/usr/bin/chromium")
    if variable:
        machine = linux.with_env(**{variable: "0"})
        assert ensure_browser(headed=True, machine=machine).path == Path("/usr/bin/chromium")
        return
    with pytest.raises(SettingsError, match="没有图形界面"):
        ensure_browser(headed=True, machine=linux.machine)
    assert linux.commands == []


def test_a_whole_browser_that_shows_no_window_needs_no_desktop(linux: Computer) -> None:
    linux.install(SHELL)
    with pytest.raises(NeedsPerson):
        ensure_browser(headed=False, full=True, machine=linux.machine)
    assert linux.commands == [f"{sys.executable} -m playwright install chromium --no-shell"]


def test_debian_as_root_gets_the_headless_shell_by_apt(linux: Computer) -> None:
    linux.when("recommends chromium-headless-shell", lambda: installs(linux, SHELL))
    linux.when(f"{SHELL} --version", lambda: Ran(0, ""))
    assert ensure_browser(headed=False, machine=linux.as_root()).path == Path(SHELL)
    assert linux.ran((DOWNLOAD, UPDATE)) == [DOWNLOAD], "the lists are not fetched when nobody needs them"


def test_a_brand_new_machine_fetches_the_package_lists_once(linux: Computer) -> None:
    machine = linux.as_root()

    def update() -> Ran:
        linux.when("recommends chromium", lambda: installs(linux, "/usr/bin/chromium"))
        return Ran(100, "one foreign source failed\n")

    linux.when(UPDATE, update)
    linux.when("recommends chromium-headless-shell", lambda: Ran(100, "E: Unable to locate package\n"))
    linux.when("/usr/bin/chromium --version", lambda: Ran(0, ""))
    found = ensure_browser(headed=False, machine=machine)
    assert (found.path, found.kind) == (Path("/usr/bin/chromium"), "full")
    assert linux.ran((UPDATE,)) == [UPDATE]


def test_a_download_without_its_system_libraries_gives_way_to_apt(linux: Computer) -> None:
    machine = linux.as_root()
    linux.when(DOWNLOAD, lambda: download(machine))
    linux.when("recommends chromium-headless-shell", lambda: installs(linux, SHELL))
    linux.when(f"{SHELL} --version", lambda: Ran(0, ""))
    linux.when("--version", lambda: Ran(127, "libnss3.so: cannot open shared object file\n"))
    assert ensure_browser(headed=False, machine=machine).path == Path(SHELL)


def test_a_download_that_cannot_start_tells_about_the_libraries(linux: Computer) -> None:
    linux.when(DOWNLOAD, lambda: download(linux.machine))
    linux.when("--version", lambda: Ran(127, "libnss3.so\n"))
    with pytest.raises(NeedsPerson, match=r"缺少系统库.*install-deps chromium"):
        ensure_browser(headed=False, machine=linux.machine)


@pytest.mark.parametrize(
    ("system", "words"),
    [
        ("linux", "Chromium 或 Google Chrome"),
        ("windows", "Google Chrome 或 Microsoft Edge"),
        ("mac", "应用程序"),
    ],
)
def test_when_all_fails_one_message_says_what_to_do_here(
    system: str, words: str, request: pytest.FixtureRequest
) -> None:
    computer: Computer = request.getfixturevalue(system)
    with pytest.raises(NeedsPerson) as caught:
        ensure_browser(headed=False, machine=computer.machine)
    assert words in str(caught.value)
    assert "YWTB_BROWSER" in str(caught.value)
    assert "apt-get" not in " ".join(computer.commands)
    assert any("playwright install" in note for note in caught.value.__notes__), "what was printed is kept"


def test_debian_without_root_is_told_the_command(linux: Computer) -> None:
    linux.on_path["apt-get"] = "/usr/bin/apt-get"
    with pytest.raises(NeedsPerson, match="apt-get install -y chromium-headless-shell fonts-wqy-microhei"):
        ensure_browser(headed=False, machine=linux.machine)


def test_a_driver_without_its_libraries_gets_them_on_debian_as_root(linux: Computer) -> None:
    def install() -> Ran:
        linux.reactions.insert(0, (NODE, lambda: Ran(0, "v26\n")))
        return Ran(0, "")

    linux.install(SHELL)
    linux.reactions[:] = [(NODE, lambda: Ran(127, "libatomic.so.1: cannot open\n")), ("libatomic1", install)]
    assert ensure_browser(headed=False, machine=linux.as_root()).path == Path(SHELL)


def test_a_driver_that_does_not_start_is_told_before_any_browser(linux: Computer) -> None:
    linux.install(SHELL)
    linux.reactions[:] = [(NODE, lambda: Ran(127, "libatomic.so.1: cannot open\n"))]
    with pytest.raises(NeedsPerson, match="libatomic") as caught:
        ensure_browser(headed=False, machine=linux.machine)
    assert "libatomic.so.1" in caught.value.__notes__[0]


def test_fonts_that_are_there_are_only_looked_at(linux: Computer) -> None:
    linux.when("fc-list", lambda: Ran(0, "WenQuanYi Micro Hei\n"))
    said: list[str] = []
    assert ensure_fonts(said.append, machine=linux.as_root())
    assert (len(linux.commands), said) == (1, [])


def test_missing_fonts_are_installed_on_debian_as_root(linux: Computer) -> None:
    def install() -> Ran:
        linux.reactions.insert(0, ("fc-list", lambda: Ran(0, "WenQuanYi Micro Hei\n")))
        return Ran(0, "")

    linux.when("fc-list", lambda: Ran(None, "no such program"))
    linux.when("fonts-wqy-microhei", install)
    assert ensure_fonts([].append, machine=linux.as_root())


def test_fonts_that_cannot_be_had_are_one_warning(linux: Computer) -> None:
    said: list[str] = []
    assert not ensure_fonts(said.append, machine=linux.machine)
    assert len(said) == 1
    assert "警告" in said[0]


def test_windows_and_mac_bring_their_fonts(windows: Computer, mac: Computer) -> None:
    assert ensure_fonts([].append, machine=windows.machine)
    assert ensure_fonts([].append, machine=mac.machine)
    assert windows.commands == mac.commands == []


def test_a_command_that_hangs_is_ended_with_its_children() -> None:
    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    before = time.monotonic()
    ran = run([sys.executable, "-c", f"print('begun', flush=True); {child}"], 1.5)
    assert time.monotonic() - before < 20
    assert ran == Ran(None, f"begun{chr(13) if sys.platform == 'win32' else ''}\n")


def test_a_command_that_does_not_exist_is_a_failure_not_a_crash() -> None:
    assert not run(["/no/such/program"], 5).ok
