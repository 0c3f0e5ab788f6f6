"""``ywtb report``: a page and a workbook of all groups and cases, or result columns in the clerk's own workbook."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rpa.cli.exit_codes import ExitCode
from rpa.cli.options import AsJson, Portal

if TYPE_CHECKING:
    from rpa.cli.office import Office
    from rpa.status.report import Scope, Written

__all__ = ["report", "write_report_of"]


def report(
    *,
    into: Annotated[
        Path | None,
        typer.Option(
            "--into",
            metavar="工作簿.xlsx",
            help="把办理结果写进这个申报工作簿的团组表，其余内容不动，原文件另存备份",
            show_default=False,
            readable=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="文件夹",
            help="报告放在这个文件夹；不填用数据文件夹中的 reports",
            show_default=False,
        ),
    ] = None,
    portal: Portal = None,
    account: Annotated[
        str | None, typer.Option("--account", metavar="账号", help="只看这个账号的", show_default=False)
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            "--since",
            metavar="日期",
            formats=["%Y-%m-%d"],
            help="只看这一天以来的变化，例如 2026-01-31",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """生成报告：一个网页和一个 Excel 工作簿；或用 --into 把办理结果写回申报工作簿。"""
    from rpa.cli.office import Office
    from rpa.cli.started import start
    from rpa.errors import SettingsError

    if into is not None and (out is not None or since is not None):
        raise SettingsError("--into 不能与 -o、--since 一起使用", where="--into")
    started = start(as_json=as_json)
    with Office.open(started) as office:
        scope = _scope(office, portal, account, since)
        if into is not None:
            return _write_results(office, into, scope)
        written = write_report_of(office, scope, out)
    started.out.show(
        {
            "page": str(written.page),
            "workbook": str(written.workbook),
            "groups": written.groups,
            "cases": written.cases,
            "waiting": written.waiting,
        },
        f"{written.groups} 个团组，{written.cases} 个办件，{written.waiting} 项需要人处理。",
        f"网页    {written.page}",
        f"工作簿  {written.workbook}",
    )
    return ExitCode.DONE


def write_report_of(office: Office, scope: Scope, out: Path | None = None) -> Written:
    """Write the report of a scope, by default into the data folder's ``reports``."""
    from rpa.flow import flows, pack_files
    from rpa.screen import load_packs
    from rpa.status.report import write_report

    packs = load_packs(pack_files())
    return office.do(
        write_report(
            office.ledger,
            scope,
            out.expanduser().absolute() if out else office.started.settings.home / "reports",
            titles={slug: one.title for slug, one in flows().items()},
            kind_of=packs.state_kind,
        )
    )


def _scope(office: Office, portal: str | None, account: str | None, since: datetime | None) -> Scope:
    from datetime import UTC

    from rpa.profile import PORTAL_TIME
    from rpa.status.report import Scope

    return Scope(
        now=datetime.now(UTC),
        portal=office.profile(portal).name if portal else None,
        account=account,
        since=since.replace(tzinfo=PORTAL_TIME) if since else None,
    )


def _write_results(office: Office, path: Path, scope: Scope) -> ExitCode:
    from rpa.flow import flows
    from rpa.intake import group_rows, write_results
    from rpa.profile import PORTAL_TIME
    from rpa.status.report import HEADINGS, results_for

    rows = group_rows(path, dict(flows()))
    models = {slug: one.model for slug, one in flows().items()}
    results = office.do(results_for(office.ledger, rows, scope, models))
    written = write_results(path, HEADINGS, results, now=scope.now.astimezone(PORTAL_TIME))
    known = sum(bool(texts[3]) for texts in results.values())
    done = (
        f"结果已写入 {path}，原文件备份为 {written.backup.name}"
        if written.backup
        else f"{path} 中的结果已是最新，没有改动"
    )
    office.started.out.show(
        {
            "workbook": str(path),
            "backup": str(written.backup) if written.backup else None,
            "groups": written.rows,
            "known": known,
        },
        f"{written.rows} 个团组，其中 {known} 个在台账中。{done}",
    )
    return ExitCode.DONE
