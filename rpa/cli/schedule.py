"""``ywtb schedule``: each schedule with its next runs and its last one, and the servers that do them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from rpa.cli.exit_codes import ExitCode
from rpa.cli.options import AsJson

if TYPE_CHECKING:
    from rich.console import RenderableType

    from rpa.status.schedule import Rule, Schedule
    from rpa.status.servers import Server
    from rpa.status.ticks import Tick

__all__ = ["schedule"]

_RUNS = 5
_UNITS = ((86400, "天"), (3600, "小时"), (60, "分钟"), (1, "秒"))


def schedule(as_json: AsJson = False) -> int:
    r"""查看 \[schedules] 中的计划：接下来五次的时间（北京时间）、上一次的结果，以及正在运行的 ywtb serve。"""
    from rpa.cli.office import Office
    from rpa.cli.started import start
    from rpa.status.schedule import load_schedules
    from rpa.status.servers import known_servers
    from rpa.status.ticks import last_ticks

    started = start(as_json=as_json)
    schedules = load_schedules(started.settings)
    with Office.open(started) as office:
        last = office.do(last_ticks(office.ledger, [one.name for one in schedules]))
        servers = office.do(known_servers(office.ledger))
    now = datetime.now(UTC)
    runs = {one.name: list(islice(one.runs_after(now), _RUNS)) for one in schedules}
    started.out.show(
        {
            "schedules": [_document(one, runs[one.name], last.get(one.name)) for one in schedules],
            "servers": [_server(one) for one in servers],
        },
        *_told(schedules, runs, last),
        *_servers_told(servers),
    )
    return ExitCode.DONE


def _document(schedule: Schedule, runs: Sequence[datetime], last: Tick | None) -> dict[str, Any]:
    rule = schedule.rule
    return {
        "name": schedule.name,
        "portal": schedule.profile.name,
        "accounts": rule.accounts if rule.accounts == "all" else list(rule.accounts),
        "every": rule.every and int(rule.every.total_seconds()),
        "cron": rule.cron,
        "windows": [_span(*span) for span in rule.windows],
        "working_days": rule.working_days,
        "full": rule.full,
        "next": [moment.isoformat() for moment in runs],
        "last": last
        and {
            "due_at": last.due_at.isoformat(),
            "server": last.owner,
            "begun_at": last.taken_at.isoformat(),
            "ended_at": last.ended_at and last.ended_at.isoformat(),
            "caught_up": last.is_late,
            "outcome": last.outcome,
        },
    }


def _server(server: Server) -> dict[str, Any]:
    return {
        "server": server.owner,
        "started_at": server.started_at.isoformat(),
        "seen_at": server.seen_at.isoformat(),
        "alive": server.alive,
    }


def _told(
    schedules: Sequence[Schedule], runs: dict[str, list[datetime]], last: dict[str, Tick]
) -> Iterator[RenderableType]:
    from rpa.cli.drawing import table

    if not schedules:
        yield "没有计划。请在 ywtb.toml 中写 [schedules.名称]，写法见 docs/service.md。"
        return
    made = table("计划", "网站", "账号", "规则", "上一次", "结果", "接下来（北京时间）")
    for one in schedules:
        accounts = "全部" if one.rule.accounts == "all" else "、".join(one.rule.accounts)
        tick = last.get(one.name)
        times = "\n".join(_moment(moment) for moment in runs[one.name])
        before = (_moment(tick.due_at), _result(tick)) if tick else ("", "还没有运行过")
        made.add_row(one.name, one.profile.name, accounts, _rule(one.rule), *before, times)
    yield made


def _servers_told(servers: Sequence[Server]) -> Iterator[str]:
    if not any(server.alive for server in servers):
        yield "没有正在运行的 ywtb serve，计划不会执行。"
    for server in servers:
        state = "运行中" if server.alive else "没有应答"
        yield f"服务 {server.owner}：{state}，最后应答 {_moment(server.seen_at)}，启动于 {_moment(server.started_at)}"


def _rule(rule: Rule) -> str:
    when = _gap(rule.every) if rule.every else f"cron {rule.cron}"
    parts = [when, *(_span(*span) for span in rule.windows)]
    return "\n".join(
        [*parts, *(["工作日"] if rule.working_days else []), *(["全部详情"] if rule.full else [])]
    )


def _gap(every: timedelta) -> str:
    seconds = int(every.total_seconds())
    size, unit = next((size, unit) for size, unit in _UNITS if seconds % size == 0)
    return f"每 {seconds // size} {unit}"


def _span(start: time, end: time) -> str:
    return f"{start:%H:%M}-{'24:00' if end == time.max else f'{end:%H:%M}'}"


def _result(tick: Tick) -> str:
    said = tick.outcome.meaning if tick.outcome else "正在进行，或已中断"
    return f"{said}\n{_moment(tick.taken_at)} 补做" if tick.is_late else said


def _moment(moment: datetime) -> str:
    from rpa.profile import PORTAL_TIME

    return f"{moment.astimezone(PORTAL_TIME):%m-%d %H:%M:%S}"
