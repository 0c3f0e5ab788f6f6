"""``ywtb doctor``: every screen of the packs held against the portal's pages. Files nothing, heals nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rpa.cli.exit_codes import ExitCode
from rpa.cli.options import AccountOption, AsJson, Headed, Portal

if TYPE_CHECKING:
    from rich.console import RenderableType

    from rpa.application import Application
    from rpa.cli.office import Office
    from rpa.doctor.findings import Examination, Proposal
    from rpa.doctor.kept import Verdict

__all__ = ["doctor", "examined"]


def doctor(
    *,
    portal: Portal = None,
    account: AccountOption = None,
    drafts: Annotated[
        bool, typer.Option("--drafts", help="用示例数据暂存一个草稿，看过它的页面后删除")
    ] = False,
    write_overlay: Annotated[
        Path | None,
        typer.Option(
            "--write-overlay", metavar="文件.yaml", help="把建议写成 overlay，供人核对", show_default=False
        ),
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="选项、必填、列名等的变化已经核对，以现状为准")
    ] = False,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option("--compare", metavar="网站 网站", help="逐页比较两个网站有何不同", show_default=False),
    ] = None,
    headed: Headed = None,
    as_json: AsJson = False,
) -> int:
    """给网站做体检：登录，走遍不用申报就能到达的页面，逐项核对 selectors 配置；什么都不上报，也不自动改配置。"""
    from rpa.cli.office import Office
    from rpa.cli.started import start

    started = start(as_json=as_json, portal=portal, headed=headed)
    with Office.open(started) as office:
        if compare is not None:
            from rpa.cli.comparison import compare_portals

            return compare_portals(office, *compare, account=account, drafts=drafts)
        name = office.profile(portal).name
        examination = examined(office, name, account=account, drafts=drafts)
        examination = office.do(_kept(office, examination, accept=accept))
        started.out.show(examination.as_dict(), *_told(examination))
        if write_overlay is not None:
            _write(office, examination, write_overlay)
    return ExitCode.DONE if examination.is_safe else ExitCode.NEEDS_PERSON


def examined(office: Office, portal: str, *, account: str | None, drafts: bool) -> Examination:
    """One walk through a portal with one of its accounts, the first one unless said."""
    from rpa.doctor.walk import Walk
    from rpa.errors import SettingsError
    from rpa.flow import flows

    profile = office.profile(portal)
    chosen = account or office.started.settings.account
    chosen = chosen or next(iter(office.do(office.accounts_of(profile))), None)
    if chosen is None:
        raise SettingsError(
            "没有可用的账号", where=profile.name, advice="请用 ywtb account add 添加，或用 --account 指定"
        )
    passwords = office.passwords([(profile.name, chosen)])
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
    folder = office.started.settings.prepare_home() / "doctor" / stamp

    async def walk() -> Examination:
        sign_ins = await office.sign_ins(profile, passwords)
        samples = _samples(chosen) if drafts else {}
        say = office.started.out.say
        return await Walk(
            sign_ins,
            chosen,
            folder,
            list(flows().values()),
            samples,
            lambda doing: say(f"正在核对 {profile.title} {doing}……"),
        ).run()

    return office.do(walk())


def _samples(account: str) -> Mapping[str, Application]:
    """The shipped sample of each business type, with its files: invented people; the account's own where there is one."""
    from rpa import resources
    from rpa.flow import flows
    from rpa.intake import read

    found: dict[str, Application] = {}
    for name in flows():
        path = resources.folder("fixtures") / f"{name}.yaml"
        if path.exists():
            intake = read([path], flows(), today=datetime.now(UTC).date())
            groups = [one.application for one in intake.applications]
            groups.sort(key=lambda group: group.account == account)
            if groups:
                found[name] = groups[-1]
    return found


async def _kept(office: Office, examination: Examination, *, accept: bool) -> Examination:
    """With what has changed since a person last accepted it; kept in the ledger, and told where filing is not safe."""
    from rpa.doctor.changes import changed
    from rpa.doctor.kept import accepted, keep, verdict

    if not accept:
        known = await accepted(office.ledger, examination.portal)
        more = tuple(changed(examination, known))
        examination = replace(examination, findings=(*examination.findings, *more))
    before = await verdict(office.ledger, examination.portal)
    await keep(office.ledger, examination, accept=accept)
    await _tell(office, examination, before)
    return examination


async def _tell(office: Office, examination: Examination, before: Verdict | None) -> None:
    """The alert “portal drift”, once for the same things amiss."""
    from rpa.doctor.kept import verdict
    from rpa.status.notices import Notice, NoticeKind, add_notices

    now = await verdict(office.ledger, examination.portal)
    if now is None or now.safe or (before is not None and before.blocking == now.blocking):
        return
    screens = dict.fromkeys(finding.screen for finding in examination.findings if finding.blocks)
    detail = {
        "where": f"体检 {'、'.join(screens)}",
        "message": f"找不到或不止一个：{'、'.join(now.blocking)}",
    }
    key = f"{NoticeKind.PORTAL_CHANGED}:{office.ledger.vault.fingerprint([examination.portal, examination.at.isoformat()])}"
    notice = Notice(
        key,
        NoticeKind.PORTAL_CHANGED,
        examination.portal,
        examination.account,
        examination.at,
        detail=detail,
    )
    async with office.ledger.writing() as connection:
        await add_notices(connection, [notice])


def _write(office: Office, examination: Examination, path: Path) -> None:
    from rpa.doctor.overlay import overlay
    from rpa.errors import SettingsError

    written = overlay(office.pack(office.profile(examination.portal)), examination.findings)
    if written is None:
        office.started.out.say("没有可写成 overlay 的建议，没有写文件。")
        return
    try:
        path.write_text(written, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"无法写入：{error.strerror}", where=str(path)) from None
    office.started.out.say(f"建议已写入 {path}；请由人核对后，再在网站配置的 overlay 中使用。")


def _told(examination: Examination) -> Iterator[RenderableType]:
    from rich.text import Text

    from rpa.cli.drawing import table

    amiss = examination.amiss
    if amiss:
        made = table("页面", "元素", "结果", "说明")
        for one in amiss:
            kind = Text(one.kind.meaning, style="red" if one.blocks else "yellow")
            made.add_row(one.screen, one.title, kind, one.message)
        yield made
    for one in amiss:
        if one.proposal is not None:
            yield f"“{one.title}”最相近的：“{one.proposal.text}”"
            yield from (f"  {word}  {said}" for word, said in _where(one.proposal) if said)
    found = len(examination.findings) - len(amiss)
    yield f"看了 {len(examination.seen)} 个页面，{found} 项与配置一致，{len(amiss)} 项需要留意。"
    if examination.is_safe:
        yield "可以申报。"
    else:
        yield "不能申报：请核对上面标红的各项，更新 selectors 配置后再运行一次 ywtb doctor；在此之前 ywtb serve 不会申报。"


def _where(proposal: Proposal) -> tuple[tuple[str, str], ...]:
    return ("定位", proposal.locator), ("截图", proposal.picture)
