"""``ywtb settle``: what became of a press, by a person who has looked."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from rpa.cli.exit_codes import ExitCode
from rpa.cli.options import AsJson, Headed

__all__ = ["settle"]


def settle(
    case_id: Annotated[str, typer.Argument(metavar="办件编号", show_default=False)],
    *,
    filed: Annotated[
        str | None,
        typer.Option("--filed", metavar="团组号", help="已上报，团组号是这个；程序到“我的办件”中核对"),
    ] = None,
    not_filed: Annotated[
        bool, typer.Option("--not-filed", help="没有上报；之后可以继续上报，或放弃")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="不再询问")] = False,
    headed: Headed = None,
    as_json: AsJson = False,
) -> int:
    """程序无法确认是否已上报时，由在“我的办件”中看过的人说明：--filed 团组号 或 --not-filed。"""
    from rpa.cases.settling import settle as say
    from rpa.cli.case_drawing import case_table
    from rpa.cli.filing import code_of, documents, file_cases, told
    from rpa.cli.office import Office
    from rpa.cli.started import start
    from rpa.errors import SettingsError

    started = start(as_json=as_json, headed=headed)
    number = (filed or "").strip() or None
    if (number is None) is not not_filed:
        raise SettingsError("--filed 团组号 与 --not-filed 应给出其中一个", where=case_id)
    with Office.open(started) as office:
        case = office.do(office.ledger.get(case_id))
        if number is None and not yes:
            _confirm(case.id, case.key)
        case = office.do(say(office.ledger, case, number))
        if number is not None:
            done = file_cases(office, [case])
            started.out.show({"cases": documents(done)}, *told(done))
            return code_of(done)
    then = f"已记为没有上报。继续上报请用 ywtb resume {case.id}，不再申报请用 ywtb abandon {case.id}。"
    started.out.show({"cases": [case.as_dict()]}, case_table([case]), then)
    return ExitCode.DONE


def _confirm(case_id: str, key: str) -> None:
    from rpa.errors import SettingsError

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise SettingsError("记为没有上报需要确认", where=case_id, advice="请加 --yes")
    question = f"确定在“我的办件”中看过，办件 {case_id}（团组 {key}）没有上报吗？说错会重复上报"
    if not typer.confirm(question, err=True):
        raise SettingsError("没有记录", where=case_id)
