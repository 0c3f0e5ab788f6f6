"""Wrong use of the command line, retold in Chinese."""

from __future__ import annotations

from typing import Any

import typer

from rpa.cli.exit_codes import ExitCode
from rpa.errors import SettingsError, YwtbError

__all__ = ["USAGE_ERRORS", "Interrupted", "is_help", "retell"]

# typer shows one of its usage errors only; the others are its siblings
USAGE_ERRORS: tuple[type[Exception], ...] = tuple(
    kind for kind in typer.BadParameter.__mro__ if kind.__name__ in ("UsageError", "ClickException")
)


class Interrupted(YwtbError):
    """A person pressed Ctrl-C; everything was left tidy."""

    exit_code = ExitCode.INTERRUPTED


def is_help(error: Exception) -> bool:
    """Was there no command, so that the help was shown instead?"""
    return type(error).__name__ == "NoArgsIsHelpError"


def retell(error: Any) -> SettingsError:
    """The error as ours: what is wrong, and how to get help for the command it was in."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "ywtb"
    return SettingsError(_message(error), advice=f"用法见 {path} --help")


def _message(error: Any) -> str:
    option = getattr(error, "option_name", None)
    named = _name(getattr(error, "param", None)) or getattr(error, "param_hint", None) or ""
    known = {
        "MissingParameter": f"缺少 {named}",
        "NoSuchOption": f"没有选项 {option}",
        "BadOptionUsage": f"选项 {option} 的用法不对",
        "BadParameter": f"{named} 的值无效",
        "NoArgsIsHelpError": "缺少命令",
    }
    message = str(getattr(error, "message", error))
    if message.startswith("No such command"):
        name = message.removeprefix("No such command").strip(" .")
        return f"没有命令 {name}"
    if "unexpected extra argument" in message:
        return "多余的参数"
    return known.get(type(error).__name__, f"用法不对：{message}")


def _name(parameter: Any) -> str:
    if parameter is None:
        return ""
    if parameter.param_type_name == "option":
        return str(parameter.opts[0])
    return str(parameter.metavar or parameter.name)
