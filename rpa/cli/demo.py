"""``ywtb demo``: the whole job on the replica, from the samples of every business type to the report; see :mod:`rpa.cli.story`."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rpa.cli.exit_codes import ExitCode
from rpa.cli.options import AsJson, Headed

if TYPE_CHECKING:
    from rich.table import Table

    from rpa.cases import Case
    from rpa.cases.runner import Filed
    from rpa.cli.office import Office
    from rpa.cli.started import Started
    from rpa.flow import Group
    from rpa.status.sweep import Swept
    from rpa.testing import Replica

__all__ = ["demo"]


def demo(
    headed: Headed = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep", metavar="文件夹", help="数据放在这个空文件夹；不填用新的临时文件夹", show_default=False
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """演示：启动仿真网站，把样例数据从工作簿一直办到“我的办件”。"""
    from rpa.browser import ensure_browser, ensure_fonts
    from rpa.cli.started import start
    from rpa.testing import Replica

    began = time.monotonic()
    # a ledger of its own, whatever the settings say of the real one
    started = start(as_json=as_json, home=_home(keep), ledger="", headed=headed)
    say, settings = started.out.say, started.settings
    browser = ensure_browser(headed=settings.headed, chosen=settings.browser, say=say)
    say(f"浏览器    {browser.path}")
    ensure_fonts(say)
    with Replica() as replica:
        say(f"仿真网站  {replica.address}")
        say(f"数据      {settings.home}")
        groups, page = _play(started, replica)
    seconds = time.monotonic() - began
    good = bool(groups) and all(group.ok for group in groups)
    started.out.show(
        {
            "ok": good,
            "cases": [group.as_dict() for group in groups],
            "report": str(page),
            "home": str(settings.home),
            "seconds": round(seconds, 2),
        },
        *_told(groups),
        f"报告（用浏览器打开） {page}",
        f"{'全部完成' if good else '没有全部完成'}，共用 {seconds:.1f} 秒。证据和日志在 {settings.home}",
    )
    return ExitCode.DONE if good else ExitCode.FAILED


@dataclass(frozen=True, slots=True)
class _Group:
    """One sample group: as it was filed, as the ledger has it at the end, and as 我的办件 has it."""

    filed: Filed
    now: Case
    seconds: float
    verified: bool
    listed: Group | None
    """None: not in the complete list of its own business type."""

    @property
    def ok(self) -> bool:
        """Submitted, held against the input without a difference, and listed by the portal."""
        from rpa.cases import CaseState

        listed = self.listed is not None and not self.listed.is_draft
        return self.filed.case.state is CaseState.SUBMITTED and self.verified and listed

    @property
    def portal_state(self) -> str | None:
        """What the portal says of the group."""
        return self.listed.state if self.listed else None

    def as_dict(self) -> dict[str, Any]:
        """The group as ``--json`` prints it."""
        from rpa.cli.filing import documents

        return {
            **documents([self.filed])[0],
            "seconds": round(self.seconds, 2),
            "verified": self.verified,
            "portal_state": self.portal_state,
        }


def _home(keep: Path | None) -> Path:
    from rpa.errors import SettingsError

    if keep is None:
        return Path(tempfile.mkdtemp(prefix="ywtb-demo-"))
    if keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise SettingsError("不是空文件夹", where=str(keep), advice="请另选一个文件夹")
    return keep


def _play(started: Started, replica: Replica) -> tuple[list[_Group], Path]:
    """Every act of the story; the groups as they are at its end, and the report's page."""
    from rpa.cli.office import Office
    from rpa.cli.story import read_story
    from rpa.flow import flow

    done: list[tuple[Filed, float]] = []
    with Office.open(started) as office:
        story = read_story()
        for number, act in enumerate(story, 1):
            filed = "、".join(flow(name).title for name in act.file) or "各级审批，再看“我的办件”"
            started.out.say(f"第 {number} 幕（共 {len(story)} 幕）  {filed}")
            if act.file:
                done += _file(office, act.samples, replica.address)
            else:  # what it was before, so that the change is seen
                _sweep(office, [one.case for one, _ in done])
            numbers = {f"{one.case.business_type}/{one.case.key}": one.case.group_no for one, _ in done}
            for deed in act.office:
                if number_of := numbers.get(deed.group):
                    started.out.say(f"  审批    {deed.play(replica, number_of)}")
        started.out.say("最后      查看“我的办件”和各业务的列表，写报告")
        swept = _sweep(office, [one.case for one, _ in done])
        for one in swept:
            started.out.say(f"  {one.account}：{len(one.changes)} 个团组有变化")
        groups = [
            _Group(
                last,
                office.do(office.ledger.get(last.case.id)),
                seconds,
                _is_verified(office, last.case),
                _listed(swept, last.case),
            )
            for last, seconds in done
        ]
        return groups, _report(office)


def _report(office: Office) -> Path:
    from rpa.cli.report import write_report_of
    from rpa.status.report import Scope

    return write_report_of(office, Scope(datetime.now(UTC))).page


def _file(office: Office, samples: Sequence[Path], address: str) -> list[tuple[Filed, float]]:
    """File the samples, the sample scans playing the people; each case with the seconds it took."""
    from rpa.cli.filing import file_cases
    from rpa.cli.inputs import read_inputs
    from rpa.cli.receiving import receive

    say = office.started.out.say
    inputs = read_inputs(office.started, samples, portal=address)
    inputs.intake.require()
    receipts, _ = receive(office, inputs, again=True)  # the portal is a new one, whatever the ledger knows
    cases = [one.case for one in receipts]
    say(f"  填报    {len(cases)} 个团组，下载要签字的空白表")
    prepared = file_cases(office, cases)
    say("  签字    放入样例扫描件（代替本人签字、单位盖章）")
    for one in prepared:
        _sign(one.case)
    say("  上报    上传扫描件，核对，上报")
    filed = file_cases(office, [one.case for one in prepared])
    return [(last, first.seconds + last.seconds) for first, last in zip(prepared, filed, strict=True)]


def _sign(case: Case) -> None:
    """Play the person: the sample scan of each form that is out goes into the case's folder."""
    from rpa import resources
    from rpa.cases import SIGNED_FOLDER
    from rpa.private_files import private_folder

    scans = resources.folder("fixtures") / case.business_type / "signed"
    for form in case.to_sign:
        scan = scans / f"{form.path.stem}.pdf"
        if scan.is_file():
            shutil.copyfile(scan, private_folder(case.folder / SIGNED_FOLDER) / scan.name)


def _sweep(office: Office, cases: Sequence[Case]) -> list[Swept]:
    from rpa.cli.sync import swept_accounts

    return swept_accounts(office, cases[0].portal, sorted({case.account for case in cases}))


def _is_verified(office: Office, case: Case) -> bool:
    events = office.do(office.ledger.events(case.id))
    return case.error is None and any(event.kind == "verified" for event in events)


def _listed(swept: Sequence[Swept], case: Case) -> Group | None:
    """This group as the complete list of its own business type has it."""
    lists = [one.lists.get(case.business_type) for one in swept if one.account == case.account]
    groups = [group for listing in lists if listing and listing.complete for group in listing.groups]
    return next((group for group in groups if group.group_no == case.group_no), None)


def _told(groups: Sequence[_Group]) -> Iterator[Any]:
    from rpa.cli.case_drawing import title_of, trouble_lines

    yield _table(groups)
    yield from trouble_lines(group.now for group in groups)
    for group in groups:
        case = group.filed.case
        yield f"{title_of(case.business_type)} 团组 {case.key} 的证据  {group.filed.evidence}"


def _table(groups: Sequence[_Group]) -> Table:
    from rpa.cli.case_drawing import title_of
    from rpa.cli.drawing import table

    made = table("团组", "业务类型", "账号", "成员", "台账状态", "网站状态", "详情核对", "团组号")
    made.add_column("用时", justify="right", no_wrap=True)
    for group in groups:
        case = group.now
        made.add_row(
            case.key,
            title_of(case.business_type),
            case.account,
            str(case.members),
            case.state.meaning,
            group.portal_state or "未列出",
            "一致" if group.verified else "未通过",
            case.group_no or "",
            f"{group.seconds:.1f} 秒",
        )
    return made
