"""The lines that a person watches: each case's clock is its own."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from rpa.cases import Case
from rpa.cli import progress
from rpa.cli.progress import Lines

from .kit import Ywtb, copied_samples


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


class _Case:
    """What a line shows of a case."""

    def __init__(self, name: str, account: str) -> None:
        self.id, self.account, self.key, self.portal = name, account, name.upper(), "mock"


def _shown(lines: Lines) -> dict[str, str]:
    """Each case's clock as the screen has it."""
    screen = _Screen()
    Console(file=screen, width=100, force_terminal=True, color_system=None).print(lines.bar.get_renderable())
    return {words[1]: words[-1] for line in screen.getvalue().splitlines() if (words := line.split())}


@pytest.fixture
def cases() -> Any:
    return [_Case("a1", "soe"), _Case("a2", "soe"), _Case("b1", "private")]


def test_accounts_side_by_side_leave_each_others_clocks_alone(cases: list[Case]) -> None:
    now = [0.0]
    lines = Lines(cases, Console(file=_Screen(), force_terminal=True), lambda: now[0])
    first, second, other = cases
    for at, case, step in (
        (0, first, "登录"),
        (10, other, "登录"),
        (20, first, "填写"),
        (30, other, "填写"),
        (40, second, "登录"),  # the first one has ended
        (50, other, "上传"),
        (60, second, "填写"),
    ):
        now[0] = at
        lines.tell(case, step)
    now[0] = 100
    assert _shown(lines) == {"a1": "0:00:40", "a2": "0:01:00", "b1": "0:01:30"}
    lines.tell(first, "网站故障，再试一次")  # it was put off, and goes on
    now[0] = 110
    assert _shown(lines) == {"a1": "0:01:50", "a2": "0:01:00", "b1": "0:01:40"}


def test_a_person_sees_a_line_for_each_case(cases: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    screen = _Screen()
    monkeypatch.setattr(progress.sys, "stderr", screen)
    with progress.progress(cases) as tell:
        for case in cases:
            tell(case, "正在填写")
    assert all(f"团组 {case.key}" in screen.getvalue() for case in cases)
    assert "正在填写" in screen.getvalue()


def test_a_check_says_that_it_is_at_work_only_to_a_person(
    ywtb: Ywtb, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    workbook = copied_samples(ywtb.work)
    assert "正在检查" not in ywtb("check", workbook).text
    monkeypatch.setenv("YWTB_HOME", str(ywtb.home))
    monkeypatch.setattr("rpa.cli.progress.is_watched", lambda: True)
    from rpa.cli.check import check

    check([workbook])
    assert capsys.readouterr().err.count("正在检查") == 1
