"""``ywtb sync``: one sweep of 我的办件 now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rpa.cli.exit_codes import ExitCode, worst
from rpa.cli.options import AsJson, Headed, Portal

if TYPE_CHECKING:
    from rich.console import RenderableType

    from rpa.cli.office import Office
    from rpa.status.compare import Change
    from rpa.status.sweep import Swept

__all__ = ["swept_accounts", "sync"]


def sync(
    account: Annotated[
        list[str] | None,
        typer.Option("--account", metavar="账号", help="只看这个账号；可以写多次", show_default=False),
    ] = None,
    full: Annotated[
        bool,
        typer.Option("--full", help="打开每个团组的办件详情，也看各成员和各经济体的审批情况；团组多时较慢"),
    ] = False,
    portal: Portal = None,
    headed: Headed = None,
    as_json: AsJson = False,
) -> int:
    """登录各账号，读取“我的办件”的现状，记下与上次相比的变化；不改动网站上的任何内容。"""
    from rpa.cli.office import Office
    from rpa.cli.started import start
    from rpa.errors import SettingsError

    started = start(as_json=as_json, portal=portal, headed=headed)
    with Office.open(started) as office:
        profile = office.profile(portal)
        accounts = account or office.do(office.accounts_of(profile))
        if not accounts:
            raise SettingsError(
                "没有可以查看的账号",
                where=profile.name,
                advice="请用 ywtb account add 添加，或用 --account 指定",
            )
        swept = swept_accounts(office, profile.name, accounts, full=full)
    started.out.show({"accounts": [_document(one) for one in swept]}, *_told(swept))
    return worst(_code(one) for one in swept)


def swept_accounts(
    office: Office, portal: str, accounts: Sequence[str], *, full: bool = False
) -> list[Swept]:
    """我的办件 of these accounts."""
    from rpa.status.outbox import enlist
    from rpa.status.sweep import sweep

    passwords = office.passwords((portal, account) for account in accounts)

    def tell(account: str) -> None:
        office.started.out.say(f"正在读取 {account} 的“我的办件”……")

    async def look() -> list[Swept]:
        # a new channel is told what this sweep finds, although only the next program sends it
        await enlist(office.ledger, office.started.settings.alerts)
        sign_ins = await office.sign_ins(office.profile(portal), passwords)
        return await sweep(
            sign_ins,
            accounts,
            full=full,
            at_once=office.at_once(),
            limit=office.started.settings.sweep_timeout,
            tell=tell,
        )

    return office.do(look())


def _document(swept: Swept) -> dict[str, Any]:
    return {
        "account": swept.account,
        "groups": [group.as_dict() for group in swept.listing.groups],
        "complete": swept.listing.complete,
        "changes": [change.as_dict() for change in swept.changes],
        "cases": [case.as_dict() for case in swept.moved],
        "error": swept.error.as_dict() if swept.error else None,
    }


def _code(swept: Swept) -> int:
    if swept.error is not None:
        return swept.error.exit_code
    # what is missing in such a list may be there: trying again is right, concluding is not
    return ExitCode.DONE if swept.listing.complete else ExitCode.UNREACHABLE


def _told(swept: Sequence[Swept]) -> Iterator[RenderableType]:
    from rich.text import Text

    from rpa.cli.case_drawing import trouble_lines
    from rpa.cli.drawing import table

    for one in swept:
        yield Text(f"{one.account}：{len(one.listing.groups)} 个团组", style="bold")
        if one.error is not None:
            yield Text(f"  {one.error}", style="red")
        elif not one.listing.complete:
            yield Text("  列表不完整，没有读到的团组不能据此判断；请稍后再试", style="red")
        if one.listing.groups:
            made = table("团组号", "业务类型", "状态", "成员", "上报时间")
            for group in one.listing.groups:
                members = "" if group.members is None else str(group.members)
                made.add_row(group.group_no, group.business_type, group.state, members, group.submitted_at)
            yield made
        if one.changes:
            yield _changes(one.changes)
        yield from trouble_lines(one.moved)


def _changes(changes: Sequence[Change]) -> RenderableType:
    from rpa.cli.drawing import table
    from rpa.status.compare import steps

    made = table("有变化的团组", "原状态", "现状态", "成员、经济体")
    for change in changes:
        made.add_row(
            change.group_no, change.before or "—", change.state or "（列表中已没有）", steps(change.moves)
        )
    return made
