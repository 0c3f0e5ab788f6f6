"""``ywtb alerts``: the channels of alerts; their secrets live in the system's keyring."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rpa.cli.exit_codes import ExitCode
from rpa.cli.help_texts import Command, Group
from rpa.cli.options import AsJson

if TYPE_CHECKING:
    from rpa.alerts import AnyChannel
    from rpa.cli.started import Started
    from rpa.status.deliveries import Record

__all__ = ["app"]

app = typer.Typer(
    cls=Group,
    help="管理提醒渠道（邮件、企业微信、钉钉、飞书等）；地址和密钥保存在系统的密码库中。",
    no_args_is_help=True,
    subcommand_metavar="命令 …",
    options_metavar="[选项]",
)
_Name = Annotated[str, typer.Argument(metavar="渠道", show_default=False)]


@app.command("add", cls=Command, options_metavar="[选项]")
def add(
    name: _Name,
    from_stdin: Annotated[bool, typer.Option("--stdin", help="从标准输入读取，每项一行，供脚本使用")] = False,
    as_json: AsJson = False,
) -> int:
    """保存 ywtb.toml 中一个渠道的地址、密钥或密码，或更换它们；从这时起的变化会发给它。"""
    from pydantic import SecretStr

    from rpa.alerts.secrets import TITLES, AlertSecrets
    from rpa.cli.office import Office
    from rpa.status.outbox import enlist
    from rpa.status.telling import sender_of

    started, channel = _open(name, as_json=as_json)
    given = {
        which: SecretStr(_secret(f"{name} 的{TITLES[which]}", from_stdin=from_stdin))
        for which in channel.secrets
    }
    sender_of(
        name, channel, lambda _channel, which: given[which]
    )  # a wrong address is told before anything is kept
    for which, secret in given.items():
        AlertSecrets().keep(name, which, secret)
    with Office.open(started) as office:
        office.do(enlist(office.ledger, started.settings.alerts))
    started.out.show(
        {"channel": name, "saved": list(given)},
        f"已保存提醒渠道 {name}；请用 ywtb alerts test {name} 试发一条。",
    )
    return ExitCode.DONE


@app.command("list", cls=Command, options_metavar="[选项]")
def list_channels(as_json: AsJson = False) -> int:
    """列出渠道、它们收什么、送达情况和最近的错误（不显示地址和密钥）。"""
    from rpa.alerts.secrets import AlertSecrets
    from rpa.cli.office import Office
    from rpa.cli.started import start
    from rpa.status.channels import look

    started = start(as_json=as_json)
    channels = started.settings.alerts.channels
    with Office.open(started) as office:
        records = {name: office.do(look(office.ledger, name)) for name in channels}
    missing = {
        name: [which for which in channel.secrets if AlertSecrets().find(name, which) is None]
        for name, channel in channels.items()
    }
    document = [_document(name, channels[name], records[name], missing[name]) for name in channels]
    told = _told(document) if document else ["还没有提醒渠道；写法见 docs/alerts.md。"]
    started.out.show({"channels": document}, *told)
    return ExitCode.DONE


@app.command("remove", cls=Command, options_metavar="[选项]")
def remove(name: _Name, as_json: AsJson = False) -> int:
    """删除渠道保存的地址和密钥，以及还没有发给它的提醒。"""
    from rpa.alerts.secrets import AlertSecrets
    from rpa.cli.office import Office
    from rpa.cli.started import start
    from rpa.errors import SettingsError
    from rpa.status.channels import forget, look

    started = start(as_json=as_json)
    with Office.open(started) as office:
        known = office.do(look(office.ledger, name)).added_at is not None
        dropped = office.do(forget(office.ledger, name))
    if not AlertSecrets().forget(name) and not known and name not in started.settings.alerts.channels:
        raise SettingsError("没有这个提醒渠道", where=name, advice="请用 ywtb alerts list 查看")
    still = name in started.settings.alerts.channels
    more = f"；请再从 ywtb.toml 删去 [alerts.channels.{name}]" if still else ""
    started.out.show(
        {"channel": name, "removed": True, "dropped": dropped, "in_settings": still},
        f"已删除提醒渠道 {name}，未发出的提醒 {dropped} 条{more}。",
    )
    return ExitCode.DONE


@app.command("test", cls=Command, options_metavar="[选项]")
def test(name: _Name, as_json: AsJson = False) -> int:
    """马上向渠道发一条测试消息（不论时段），看对方是否确认收到。"""
    import asyncio

    from rpa.alerts.secrets import AlertSecrets
    from rpa.status.channels import try_out

    started, channel = _open(name, as_json=as_json)
    remark = asyncio.run(try_out(name, channel, AlertSecrets()))
    said = f"提醒渠道 {name} 已确认收到测试消息。" + (f"但{remark}。" if remark else "")
    started.out.show({"channel": name, "told": True, "remark": remark}, said)
    return ExitCode.FAILED if remark else ExitCode.DONE


@app.command("send", cls=Command, options_metavar="[选项]")
def send(as_json: AsJson = False) -> int:
    """现在检查并发送到期的提醒；ywtb serve 会自己这样做，用系统的计划任务运行 ywtb sync 时请在其后运行本命令。"""
    from rpa.cli.office import Office
    from rpa.cli.started import start
    from rpa.errors import SettingsError
    from rpa.status.outbox import Delivered, deliver
    from rpa.status.reminders import remind
    from rpa.status.schedule import load_schedules

    started = start(as_json=as_json)
    alerts = started.settings.alerts

    try:
        schedules = load_schedules(started.settings)
    except SettingsError as error:  # they are the server's; what is to be told is told all the same
        started.out.complain(str(error))
        schedules = []

    async def work(office: Office) -> Delivered:
        await remind(office.ledger, alerts, watched=await office.watched_by(schedules))
        return await deliver(office.ledger, alerts)

    with Office.open(started) as office:
        done = office.do(work(office))
    due = done.next_due.isoformat() if done.next_due else None
    document = {
        "told": done.told,
        "failed": done.failed,
        "given_up": done.given_up,
        "waiting": done.waiting,
        "next_due": due,
        "trouble": dict(done.trouble),
    }
    lines = [f"已送达 {done.told} 条，等待发送 {done.waiting} 条，放弃 {done.given_up} 条。"]
    started.out.show(document, *lines, *(f"  {name}：{why}" for name, why in done.trouble.items()))
    return ExitCode.FAILED if done.failed else ExitCode.DONE


def _open(name: str, *, as_json: bool) -> tuple[Started, AnyChannel]:
    from rpa.cli.started import start
    from rpa.errors import SettingsError

    started = start(as_json=as_json)
    channel = started.settings.alerts.channels.get(name)
    if channel is None:
        raise SettingsError(
            "ywtb.toml 中没有这个提醒渠道",
            where=name,
            advice=f'请先写上 [alerts.channels.{name}] 和 type = "wecom"（或 dingtalk、feishu、email、webhook、apprise）',
        )
    return started, channel


def _secret(title: str, *, from_stdin: bool) -> str:
    from rpa.errors import SettingsError

    if from_stdin:
        word = sys.stdin.readline()
    elif sys.stdin.isatty() and sys.stderr.isatty():
        word = getpass.getpass(f"{title}：")
    else:
        raise SettingsError("没有终端，不能询问", where=title, advice="请加 --stdin")
    if not word.strip():
        raise SettingsError("没有输入内容", where=title)
    return word.strip()


def _document(name: str, channel: AnyChannel, record: Record, missing: list[str]) -> dict[str, Any]:
    def moment(at: Any) -> str | None:
        return at.isoformat() if at else None

    return {
        "name": name,
        "type": channel.type,
        "kinds": sorted(channel.kinds),
        "digest": [f"{at:%H:%M}" for at in channel.digest],
        "quiet_hours": channel.quiet_hours,
        "working_days_only": channel.working_days_only,
        "missing": missing,
        "since": moment(record.added_at),
        "told": record.told,
        "waiting": record.waiting,
        "given_up": record.given_up,
        "paused_until": moment(record.paused_until),
        "error": record.error,
    }


def _told(channels: list[dict[str, Any]]) -> Iterator[str]:
    """Each channel in two or three lines: a table of so many columns is read by nobody."""
    from rpa.alerts import NoticeKind
    from rpa.alerts.secrets import TITLES
    from rpa.status.texts import KIND_TITLES
    from rpa.status.workdays import announced_until

    for one in channels:
        everything = len(one["kinds"]) == len(NoticeKind)
        kinds = "全部" if everything else "、".join(KIND_TITLES[NoticeKind(kind)] for kind in one["kinds"])
        when = [f"每天 {'、'.join(one['digest'])} 汇总" if one["digest"] else "逐条发送"]
        when += [f"{one['quiet_hours']} 免打扰"] if one["quiet_hours"] else []
        when += ["只在工作日"] if one["working_days_only"] else []
        yield f"{one['name']}（{one['type']}）：{kinds}；{'，'.join(when)}"
        yield f"  已送达 {one['told']} 条，等待 {one['waiting']} 条，放弃 {one['given_up']} 条"
        if one["missing"]:
            titles = "、".join(TITLES[which] for which in one["missing"])
            yield f"  没有{titles}；请用 ywtb alerts add {one['name']} 保存"
        if one["error"]:
            yield f"  最近的错误：{one['error']}"
    if any(one["working_days_only"] for one in channels):
        yield f"调休安排已知至 {announced_until()} 年；以后的年份只按周一至周五和法定节假日，公布后请升级 holidays 库。"
