"""Input files for a command: read and judged whole, each group given its account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rpa.cli.started import Started
from rpa.errors import Problem
from rpa.flow import flows
from rpa.intake import Intake, Located, read
from rpa.profile import load_profile

if TYPE_CHECKING:
    from rpa.profile import Profile

__all__ = ["Inputs", "read_inputs"]


@dataclass(frozen=True)
class Inputs:
    """What may be filed, and all that is wrong or doubtful."""

    intake: Intake
    profile: Profile
    groups: list[tuple[Located, str]]
    """The good groups, each with its account: its own, else the command's."""
    problems: list[Problem]
    """All that is wrong: in the rows, and groups without an account."""
    warnings: list[Problem]
    """All that is doubtful and stops nothing."""

    def report(self) -> dict[str, Any]:
        """What is wrong and doubtful, as ``--json`` prints it."""
        return {
            "errors": [problem.as_dict() for problem in self.problems],
            "warnings": [problem.as_dict() for problem in self.warnings],
        }


def read_inputs(
    started: Started,
    files: Sequence[Path],
    *,
    portal: str | None,
    account: str | None = None,
    to_file: bool = True,
) -> Inputs:
    """Read the files for a portal. Never raises for what stands in them.

    A group without an account is wrong `to_file`; when it is only looked at, it may still be given one by ``--account``.
    """
    settings = started.settings
    profile = load_profile(portal or settings.portal, settings)
    intake = read(
        files,
        dict(flows()),
        allow_outside=settings.allow_outside_files,
        options={"min_passport_months": profile.min_passport_months},
    )
    inputs = Inputs(intake, profile, [], list(intake.problems), list(intake.warnings))
    for located in intake.applications:
        own = located.application.account or account or settings.account
        if own:
            inputs.groups.append((located, own))
        elif to_file:
            inputs.problems.append(_no_account(located, "没有填写账号，命令中也没有用 --account 指定"))
        else:
            inputs.warnings.append(_no_account(located, "没有填写账号，申报时须用 --account 指定"))
    return inputs


def _no_account(located: Located, message: str) -> Problem:
    sheet, cell = located.place("account")
    return Problem(str(located.file), sheet, cell, "账号", message)
