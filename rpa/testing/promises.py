"""What became of each row of the manual in a run of tests: a page with pictures, and the broken rows at the end of the run."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from rpa.profile import PORTAL_TIME
from rpa.testing.manual import Row, rows

__all__ = ["Check", "Promises"]

_HERE = Path(__file__).resolve().parent
_WORDS = {"failed": "不符", "error": "未能检查", "skipped": "跳过", "passed": "符合"}
_WORST_FIRST = ("failed", "error", "passed", "skipped")
_UNCHECKED = {"human": "由人完成", "robot": "未检查", "portal": "未检查"}


@dataclass
class Check:
    """One test: its name, the rows it names, what became of it and why, and a picture of the page at its end."""

    name: str
    rows: list[str]
    outcome: str = ""
    reason: str = ""
    seconds: float = 0.0
    picture: Path | None = None

    @property
    def word(self) -> str:
        """What became of it, for people."""
        return _WORDS.get(self.outcome, "")


@dataclass
class Promises:
    """A pytest plugin that follows the run and writes `path`; ``--promises`` registers it."""

    path: Path
    portal: str = ""
    checks: dict[str, Check] = field(default_factory=dict)

    def pytest_configure(self, config: pytest.Config) -> None:
        """Which portal it is about."""
        self.portal = str(config.getoption("--portal") or "仿真网站")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what a test tells."""
        named = [str(value) for name, value in report.user_properties if name == "manual"]
        if not named:
            return
        check = self.checks.setdefault(report.nodeid, Check(report.nodeid.rpartition("/")[2], named))
        check.seconds += report.duration
        pictures = [str(value) for name, value in report.user_properties if name == "picture"]
        check.picture = Path(pictures[-1]) if pictures else check.picture
        if report.failed:
            check.outcome = check.outcome or ("failed" if report.when == "call" else "error")
            check.reason = check.reason or _reason(report)
        elif report.skipped:
            check.outcome, check.reason = "skipped", _reason(report)
        elif report.when == "call":
            check.outcome = "passed"

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The page, and each broken row in a line of its own."""
        found = list(self.told())
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.page(found), encoding="utf-8")
        terminalreporter.section("操作手册", sep="=")
        for row, outcome, checks in found:
            if outcome in ("failed", "error"):
                reason = next((check.reason for check in checks if check.outcome == outcome), "")
                terminalreporter.line(f"{row.name:<4}{_WORDS[outcome]}  {row.what}：{reason}")
        kept = sum(outcome == "passed" for _, outcome, _ in found)
        broken = sum(outcome == "failed" for _, outcome, _ in found)
        terminalreporter.line(
            f"{kept} 条符合，{broken} 条不符，共 {len(found)} 条；报告（用浏览器打开） {self.path}"
        )

    def told(self) -> Iterator[tuple[Row, str, list[Check]]]:
        """Every row of the manual with the worst that its checks say (nothing where it has none), and these checks."""
        for row in rows():
            mine = [check for check in self.checks.values() if row.name in check.rows]
            outcome = next((one for one in _WORST_FIRST if any(check.outcome == one for check in mine)), "")
            yield row, outcome, mine

    def page(self, found: list[tuple[Row, str, list[Check]]]) -> str:
        """The page, which needs nothing else: its style and pictures are in it, and nothing may act."""
        environment = Environment(
            loader=FileSystemLoader(_HERE, encoding="utf-8"), autoescape=True, undefined=StrictUndefined
        )
        environment.filters["as_address"] = _as_address
        style = (_HERE / "promises.css").read_text(encoding="utf-8")
        digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
        return environment.get_template("promises.html").render(
            style=Markup(style),  # noqa: S704 - our own file
            style_hash=f"sha256-{digest}",
            made=f"{datetime.now(PORTAL_TIME):%Y-%m-%d %H:%M}",
            portal=self.portal,
            words=_WORDS,
            rows=[
                {
                    "row": row,
                    "outcome": outcome,
                    "word": _WORDS.get(outcome, _UNCHECKED[row.by]),
                    "checks": checks,
                }
                for row, outcome, checks in found
            ],
        )


def _reason(report: pytest.TestReport) -> str:
    """Why, in a line: the words of the assertion or of the error."""
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    crash = getattr(report.longrepr, "reprcrash", None)
    told = str(crash.message if crash else report.longrepr or "").strip()
    return told.partition("\n")[0].removeprefix("AssertionError: ").removeprefix("assert ")[:300]


def _as_address(picture: Path) -> str:
    """A picture as a part of the page; nothing where it is gone."""
    try:
        data = picture.read_bytes()
    except OSError:
        return ""
    return f"data:image/png;base64,{base64.b64encode(data).decode('ascii')}"
