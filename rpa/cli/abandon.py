"""``ywtb abandon``: a case that shall not be filed any more."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from rpa.cli.exit_codes import ExitCode
from rpa.cli.options import AsJson

__all__ = ["abandon"]


def abandon(
    case_id: Annotated[str, typer.Argument(metavar="办件编号", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="不再询问")] = False,
    as_json: AsJson = False,
) -> int:
    """放弃一个未上报（或已退回）的办件；网站上的草稿不会删除。"""
    from rpa.cases import CaseState
    from rpa.cases.case import is_legal
    from rpa.cases.errors import IllegalTransition
    from rpa.cli.case_drawing import case_table
    from rpa.cli.office import Office
    from rpa.cli.started import start

    started = start(as_json=as_json)
    with Office.open(started) as office:
        case = office.do(office.ledger.get(case_id))
        if not is_legal(case.state, CaseState.ABANDONED, case.came_from):
            raise IllegalTransition(f"办件处于“{case.state.meaning}”，不能放弃", where=case.id)
        if not yes:
            _confirm(case.id, case.key)
        case = office.do(office.ledger.move(case.id, CaseState.ABANDONED, expect=case, reason="由人工放弃"))
    left = f"网站上的草稿 {case.group_no} 没有删除，如不需要请在“我的办件”中删除。"
    started.out.show({"cases": [case.as_dict()]}, case_table([case]), *([left] if case.group_no else []))
    return ExitCode.DONE


def _confirm(case_id: str, key: str) -> None:
    from rpa.errors import SettingsError

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise SettingsError("放弃办件需要确认", where=case_id, advice="请加 --yes")
    if not typer.confirm(f"确定放弃办件 {case_id}（团组 {key}）吗？", err=True):
        raise SettingsError("没有放弃", where=case_id)
