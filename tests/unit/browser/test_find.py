"""The browser is found in the promised order, on every system."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from rpa.browser import Executable, find_browser, launch_arguments, playwright_cache
from rpa.browser.machine import Machine, is_program
from rpa.errors import NeedsPerson, SettingsError

from .conftest import Computer

SHELL = "/usr/bin/chromium-headless-shell"
CHROME = "/usr/bin/google-chrome"


def cached(computer: Computer, *, headless_shell: bool, complete: bool = True) -> Path:
    """Put a download into Playwright's cache."""
    folder = playwright_cache.folder(computer.machine, headless_shell=headless_shell)
    program = folder / "some-folder" / ("chrome-headless-shell" if headless_shell else "chrome")
    program.parent.mkdir(parents=True)
    program.touch()
    if complete:
        (folder / "INSTALLATION_COMPLETE").touch()
    return program


def test_without_a_window_the_headless_shell_comes_before_a_full_browser(linux: Computer) -> None:
    linux.install(CHROME, SHELL)
    assert find_browser(headed=False, machine=linux.machine) == Executable(
        Path(SHELL), "headless_shell", "installed"
    )


def test_with_a_window_only_a_full_browser_will_do(linux: Computer) -> None:
    linux.install(CHROME, SHELL)
    assert find_browser(headed=True, machine=linux.machine) == Executable(Path(CHROME), "full", "installed")


def test_playwrights_own_shell_comes_before_an_installed_full_browser(linux: Computer) -> None:
    linux.install(CHROME)
    program = cached(linux, headless_shell=True)
    found = find_browser(headed=False, machine=linux.machine)
    assert found == Executable(program, "headless_shell", "playwright")


def test_an_installed_full_browser_comes_before_playwrights_full_one(linux: Computer) -> None:
    program = cached(linux, headless_shell=False)
    assert find_browser(headed=True, machine=linux.machine) == Executable(program, "full", "playwright")
    linux.install(CHROME)
    assert find_browser(headed=True, machine=linux.machine).source == "installed"


def test_a_broken_download_is_not_a_browser(linux: Computer) -> None:
    cached(linux, headless_shell=True, complete=False)
    with pytest.raises(NeedsPerson):
        find_browser(headed=False, machine=linux.machine)


def test_a_browser_beside_the_path_is_found(linux: Computer) -> None:
    linux.install("/opt/google/chrome/chrome")
    assert find_browser(headed=False, machine=linux.machine).path == Path("/opt/google/chrome/chrome")


def test_the_chosen_browser_comes_before_all_others(linux: Computer) -> None:
    linux.install(SHELL, "/home/x/my-chromium")
    machine = linux.with_env(YWTB_BROWSER="/home/x/my-chromium")
    assert find_browser(headed=False, machine=machine) == Executable(
        Path("/home/x/my-chromium"), "full", "YWTB_BROWSER"
    )


def test_the_chosen_browser_may_be_a_name_on_the_path(linux: Computer) -> None:
    linux.install(SHELL, CHROME)
    assert find_browser(headed=False, chosen="google-chrome", machine=linux.machine).path == Path(CHROME)


def test_a_wrong_choice_is_an_error_and_never_another_browser(linux: Computer) -> None:
    linux.install(SHELL)
    machine = linux.with_env(YWTB_BROWSER="/nowhere/chrome")
    with pytest.raises(SettingsError, match="YWTB_BROWSER"):
        find_browser(headed=False, machine=machine)


def test_a_shell_chosen_for_a_window_is_an_error(linux: Computer) -> None:
    linux.install(SHELL)
    with pytest.raises(SettingsError, match="窗口"):
        find_browser(headed=True, machine=linux.with_env(YWTB_BROWSER=SHELL))


@pytest.mark.parametrize(
    "path",
    [
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
        r"C:\Users\lin\AppData\Local\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
        r"C:\Users\lin\AppData\Local\Chromium\Application\chrome.exe",
    ],
)
def test_windows_usual_places(windows: Computer, path: str) -> None:
    windows.install(path)
    assert find_browser(headed=True, machine=windows.machine) == Executable(Path(path), "full", "installed")


def test_windows_prefers_chrome_to_edge(windows: Computer) -> None:
    chrome = r"C:\Users\lin\AppData\Local\Google\Chrome\Application\chrome.exe"
    windows.install(r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe", chrome)
    assert find_browser(headed=False, machine=windows.machine).path == Path(chrome)


def test_windows_registered_program_in_an_unusual_place(windows: Computer) -> None:
    path = r"D:\programs\msedge.exe"
    windows.install(path)
    windows.registry["msedge.exe"] = path
    assert find_browser(headed=False, machine=windows.machine).path == Path(path)


def test_windows_does_not_start_what_the_registry_only_promises(windows: Computer) -> None:
    windows.registry["chrome.exe"] = r"D:\gone\chrome.exe"
    with pytest.raises(NeedsPerson, match="Google Chrome 或 Microsoft Edge"):
        find_browser(headed=False, machine=windows.machine)


def test_mac_applications_of_all_and_of_the_person(mac: Computer) -> None:
    own = f"{mac.machine.home}/Applications/Chromium.app/Contents/MacOS/Chromium"
    mac.install(own)
    assert find_browser(headed=False, machine=mac.machine).path == Path(own)
    chrome = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    mac.install(chrome)
    assert find_browser(headed=False, machine=mac.machine).path == Path(chrome)


def test_finding_runs_no_command(linux: Computer, windows: Computer, mac: Computer) -> None:
    for computer in (linux, windows, mac):
        with pytest.raises(NeedsPerson) as caught:
            find_browser(headed=False, machine=computer.machine)
        assert "YWTB_BROWSER" in caught.value.advice
        assert computer.commands == []


def test_the_sandbox_is_off_only_for_root_on_linux(linux: Computer, mac: Computer) -> None:
    assert "--no-sandbox" not in launch_arguments(linux.machine)
    assert "--no-sandbox" not in launch_arguments(replace(mac.machine, is_root=True))
    assert "--no-sandbox" in launch_arguments(linux.as_root())
    assert "--disable-component-update" in launch_arguments(mac.machine)


@pytest.mark.skipif(sys.platform == "win32", reason="snaps are Linux's")
def test_a_script_that_only_leads_to_a_snap_is_no_browser(tmp_path: Path) -> None:
    snap, real, plain = tmp_path / "snap-browser", tmp_path / "real", tmp_path / "not-executable"
    snap.write_text('#!/bin/sh\nexec /snap/bin/chromium "$@"\n', encoding="utf-8")
    real.write_text('#!/bin/sh\nexec /usr/lib/chromium/chromium "$@"\n', encoding="utf-8")
    snap.chmod(0o755)
    real.chmod(0o755)
    plain.touch(0o644)
    assert [is_program(str(path)) for path in (snap, real, plain, tmp_path)] == [False, True, False, False]


def test_playwright_itself_names_the_same_folders() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "playwright", "install", "--dry-run", "chromium"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    ).stdout
    folders = set(re.findall(r"Install location:\s+(.+)", said))
    machine = Machine.this()
    for headless_shell in (True, False):
        assert str(playwright_cache.folder(machine, headless_shell=headless_shell)) in folders
