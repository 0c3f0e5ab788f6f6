"""``ywtb serve``: sweeps at their times, cases that can go on, and alerts, in one process until it is stopped."""

from __future__ import annotations

from contextlib import suppress

from rpa.cli.exit_codes import ExitCode
from rpa.cli.options import AsJson, Headed

__all__ = ["serve"]


def serve(headed: Headed = None, as_json: AsJson = False) -> int:
    r"""常驻运行：按 \[schedules] 的计划读取“我的办件”，继续可以办理的办件，发送提醒；按 Ctrl-C 结束。"""
    from rpa.cli.office import Office
    from rpa.cli.service import Service
    from rpa.cli.started import start
    from rpa.logs import log_file, set_up_logs
    from rpa.status.schedule import load_schedules

    started = start(as_json=as_json, headed=headed)
    settings = started.settings
    set_up_logs(settings.log_level)  # a server tells its story also when somebody watches
    schedules = load_schedules(settings)
    with (
        log_file(settings.prepare_home() / "logs", "serve", settings.log_level),
        Office.open(started) as office,
    ):
        service = Service(office, schedules)
        started.out.show(
            {"server": service.owner, "schedules": [schedule.name for schedule in schedules]},
            f"服务运行中，数据在 {settings.home}；按 Ctrl-C 结束。",
            *([] if schedules else ["没有写 [schedules]：不会读取“我的办件”。写法见 docs/service.md。"]),
        )
        # Ctrl-C, SIGTERM and Ctrl-Break are how a server ends: everything is tidy by then
        with suppress(KeyboardInterrupt):
            office.do(service.run())
    return ExitCode.DONE
