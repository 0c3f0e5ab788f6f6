"""Help in Chinese: the words that typer itself puts around ours, and lines that break where Chinese may."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperCommand, TyperGroup

__all__ = ["Command", "Group"]

_PANELS = {
    "ARGUMENTS_PANEL_TITLE": "参数",
    "OPTIONS_PANEL_TITLE": "选项",
    "COMMANDS_PANEL_TITLE": "命令",
    "DEFAULT_STRING": "[默认：{}]",
    "REQUIRED_LONG_STRING": "[必填]",
}


def _translate() -> None:
    """Rich's panels are only loaded when help is asked for, so that every other start is quick."""
    from typer import rich_utils

    for name, text in _PANELS.items():
        setattr(rich_utils, name, text)


def _breakable(text: str) -> str:
    """Rich breaks lines at spaces only and cuts off what is longer: a space after the larger stops."""
    return re.sub(r"([，；。])(?! |$)", r"\1 ", text)


def _no_type(**_ctx: Any) -> None:
    """A switch has no value, and an argument's name says what it is: no ``<bool>`` beside them."""


class _Chinese:
    """What commands and groups share."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The line of usage."""
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="用法：")

    def get_help_option(self, ctx: Any) -> Any:
        """The option --help."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "显示本说明"
        return option

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The whole help."""
        _translate()
        for one in (self, *self.get_params(ctx), *getattr(self, "commands", {}).values()):  # type: ignore[attr-defined]
            if getattr(one, "help", None):
                one.help = _breakable(one.help)
        for one in self.get_params(ctx):  # type: ignore[attr-defined]
            if one.param_type_name == "argument" or one.is_flag:
                one.display_type_rich = _no_type
        super().format_help(ctx, formatter)  # type: ignore[misc]


class Command(_Chinese, TyperCommand):
    """A command whose help is Chinese."""


class Group(_Chinese, TyperGroup):
    """A group of commands whose help is Chinese; commands stand in the order in which they are used."""
