"""The program ``ywtb``: its commands, and the one place where every error becomes a line and an exit code.

A command returns its exit code (`rpa.cli.exit_codes`) or raises; what is raised is told here, in Chinese, and with
``--json`` also as the one document on stdout: ``{"error": {"kind", "where", "message", "advice"}}``.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from rpa.cli import (
    abandon,
    account,
    alerts,
    cases,
    check,
    demo,
    doctor,
    inspect,
    mock,
    report,
    resume,
    schedule,
    serve,
    settle,
    submit,
    sync,
    template,
)
from rpa.cli.crash import keep_story
from rpa.cli.exit_codes import ExitCode
from rpa.cli.help_texts import Command, Group
from rpa.cli.output import Output, speak_utf8
from rpa.cli.usage import USAGE_ERRORS, Interrupted, is_help, retell
from rpa.errors import InputError, YwtbError

__all__ = ["main"]

_app = typer.Typer(
    name="ywtb",
    cls=Group,
    help="按操作手册在领事业务“一网通办”网站办理 APEC商务旅行卡 申报：读工作簿，填报，等待签字盖章，上报一次，跟踪办件。",
    epilog="退出码：0 完成 · 1 有办件未成功 · 2 命令或设置有误 · 3 输入有误 · 4 需要人工处理 · 5 网站无法访问",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    subcommand_metavar="命令 …",
    options_metavar="[选项]",
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"ywtb {version('ywtb-rpa')}")
        raise typer.Exit


@_app.callback()
def _root(
    _version_wanted: Annotated[
        bool, typer.Option("--version", help="显示版本", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Options before the command."""


_COMMANDS: dict[str, Callable[..., int]] = {
    "demo": demo.demo,
    "mock": mock.mock,
    "template": template.template,
    "check": check.check,
    "submit": submit.submit,
    "cases": cases.cases,
    "resume": resume.resume,
    "settle": settle.settle,
    "abandon": abandon.abandon,
    "sync": sync.sync,
    "report": report.report,
    "schedule": schedule.schedule,
    "serve": serve.serve,
    "doctor": doctor.doctor,
    "inspect": inspect.inspect,
}
for _name, _function in _COMMANDS.items():
    _app.command(_name, cls=Command, options_metavar="[选项]")(_function)
_app.add_typer(account.app, name="account")
_app.add_typer(alerts.app, name="alerts")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `ywtb` with these words, by default those of the command line; returns the exit code and never raises."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    speak_utf8()
    _stop_kindly()
    out = Output(as_json="--json" in words)
    returned: Any
    try:
        returned = typer.main.get_command(_app).main(words, prog_name="ywtb", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        returned = ExitCode.INTERRUPTED
    except BrokenPipeError:
        return ExitCode.DONE  # who reads has read enough
    except Exception as error:
        if is_help(error):
            return ExitCode.WRONG_USE
        return _told(out, _as_ours(error))
    if returned == ExitCode.INTERRUPTED:  # typer, too, makes a number of it
        return _told(out, Interrupted("已中断", advice="未完成的办件可用 ywtb resume 继续"))
    return int(returned or ExitCode.DONE)


def _stop_kindly() -> None:
    """A service manager's SIGTERM (Windows: Ctrl-Break) ends the program as Ctrl-C does: running cases are parked."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell leaves it for what it starts with `&`
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in ("SIGTERM", "SIGBREAK"):
        if number := getattr(signal, name, None):
            signal.signal(number, lambda *_: signal.raise_signal(signal.SIGINT))


def _as_ours(error: Exception) -> YwtbError:
    if isinstance(error, YwtbError):
        return error
    return retell(error) if isinstance(error, USAGE_ERRORS) else keep_story(error)


def _told(out: Output, error: YwtbError) -> int:
    out.complain(str(error))
    document: dict[str, Any] = {"error": error.as_dict()}
    if isinstance(error, InputError):
        document["errors"] = [problem.as_dict() for problem in error.problems]
    out.document(document)
    return error.exit_code
