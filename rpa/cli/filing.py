"""What `submit`, `resume` and `demo` share: cases are run under a progress display and told when they stop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rpa.cases import Case, CaseState
from rpa.cases.runner import Filed, can_go_on
from rpa.cli.case_drawing import case_table, to_sign_lines, trouble_lines
from rpa.cli.exit_codes import ExitCode, of_case, worst
from rpa.cli.progress import progress

if TYPE_CHECKING:
    from rich.console import RenderableType

    from rpa.cli.office import Office

__all__ = ["code_of", "documents", "file_cases", "found", "told"]


def file_cases(
    office: Office, cases: Sequence[Case], *, dry_run: bool = False, again: bool = False
) -> list[Filed]:
    """Take on those cases that can go on and give all back, in their order, as they then are.

    With `again`, cases in needs_person are among them. Passwords are asked for before the browser starts, and it only
    starts when there is anything to do. Unless this is a `dry_run`, a server may file them from now on.
    """
    if not dry_run:
        for case in cases:
            if case.rehearsal:
                office.do(office.ledger.keep(case.id, rehearsal=False))
    filed: dict[str, Filed] = {}
    due: list[Case] = []
    for case in cases:
        now, goes_on = office.do(can_go_on(office.ledger, case))
        if goes_on or (again and now.state is CaseState.NEEDS_PERSON):
            due.append(now)
        else:
            filed[case.id] = found(now)
    if due:
        passwords = office.passwords((case.portal, case.account) for case in due)
        with progress(due) as tell:
            done = office.do(office.run(due, passwords, tell, dry_run=dry_run))
        filed |= {one.case.id: one for one in done}
    return [filed[case.id] for case in cases]


def found(case: Case) -> Filed:
    """A case on which nothing was done."""
    return Filed(case, 0.0, case.folder / "evidence")


def documents(filed: Sequence[Filed]) -> list[dict[str, Any]]:
    """The cases as ``--json`` prints them, with the seconds they took and where their evidence lies, if there is any."""
    return [
        {
            **one.case.as_dict(),
            "seconds": round(one.seconds, 2),
            "evidence": str(one.evidence) if one.evidence.is_dir() else None,
        }
        for one in filed
    ]


def told(filed: Sequence[Filed]) -> Iterator[RenderableType]:
    """The cases for people: the table, what went wrong, what is to be signed."""
    cases = [one.case for one in filed]
    if cases:
        yield case_table(cases, {one.case.id: one.seconds for one in filed})
    yield from trouble_lines(cases)
    yield from to_sign_lines(cases)


def code_of(filed: Sequence[Filed]) -> ExitCode:
    """The exit code that these cases say."""
    return worst(of_case(one.case.state.value, one.case.error) for one in filed)
