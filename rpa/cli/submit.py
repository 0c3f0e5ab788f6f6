"""``ywtb submit``: the groups of the input are checked, received into the ledger and filed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rpa.cli.exit_codes import ExitCode, worst
from rpa.cli.options import AccountOption, AsJson, Headed, InputFiles, Portal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rpa.cases import Receipt

__all__ = ["submit"]


def submit(
    files: InputFiles,
    *,
    portal: Portal = None,
    account: AccountOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="试运行：填报并暂存，不按“保存并上报”")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="已办结的团组，内容不变也再申报一次（默认不再申报）")
    ] = False,
    headed: Headed = None,
    as_json: AsJson = False,
) -> int:
    """申报：先检查全部数据，正确的团组在网站上填报；有空白表要签字盖章时停下等待，再次运行或用 resume 继续。"""
    from rpa.cli.drawing import problem_tables
    from rpa.cli.filing import code_of, documents, file_cases, found, told
    from rpa.cli.inputs import read_inputs
    from rpa.cli.office import Office
    from rpa.cli.receiving import is_undecided, receive
    from rpa.cli.started import start

    started = start(as_json=as_json, portal=portal, account=account, headed=headed)
    inputs = read_inputs(started, files, portal=portal, account=account)
    if not inputs.groups:
        started.out.show({"cases": [], **inputs.report()}, *problem_tables(inputs), "没有可以申报的团组。")
        return ExitCode.INPUT_REFUSED if inputs.problems else ExitCode.DONE
    with Office.open(started) as office:
        receipts, refused = receive(office, inputs, rehearsal=dry_run, again=again)
        if undecided := [one.case for one in receipts if is_undecided(one)]:
            # nothing is filed from the old content: only what became of the last press is found out
            file_cases(office, undecided, dry_run=True, again=True)
            receipts, refused = receive(office, inputs, rehearsal=dry_run, again=again)
        inputs.problems.extend(refused)
        cases = [one.case for one in receipts if not is_undecided(one)]
        filed = file_cases(office, cases, dry_run=dry_run)
        filed += [found(one.case) for one in receipts if is_undecided(one)]
    started.out.show(
        {"cases": documents(filed), **inputs.report()},
        *problem_tables(inputs),
        *_known_already(receipts),
        *told(filed),
        *(["试运行：没有上报。"] if dry_run else []),
    )
    return worst([code_of(filed), *([ExitCode.INPUT_REFUSED] if inputs.problems else [])])


def _known_already(receipts: list[Receipt]) -> Iterator[str]:
    """Groups that are not filed again, because they were."""
    from rpa.cases import CaseState, Outcome

    filed = {CaseState.SUBMITTED, CaseState.RETURNED, CaseState.CLOSED}
    for one in receipts:
        late = one.outcome is Outcome.TOO_LATE
        unused = "输入中的改动没有采用。" if late else ""
        if (late or one.outcome is Outcome.ALREADY) and one.case.state in filed:
            closed = "确要再申报一次的，请加 --again。" if one.case.state is CaseState.CLOSED else ""
            yield f"团组 {one.case.key} 已于此前上报，团组号 {one.case.group_no}，没有再次申报。{unused}{closed}"
        elif late:
            yield f"团组 {one.case.key} 上一次上报的结果还没有确认。{unused}"
