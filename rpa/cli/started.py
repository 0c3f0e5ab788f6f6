"""How every command begins: settings are read, logs are set up, the output is chosen. Light: no browser, no database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rpa.cli.output import Output
from rpa.settings import Settings, load_settings

__all__ = ["Started", "start"]


@dataclass(frozen=True, slots=True)
class Started:
    """The settings now in force and where the command speaks."""

    settings: Settings
    out: Output


def start(*, as_json: bool, **said: Any) -> Started:
    """Begin a command; `said` are settings from the command line, None meaning not said."""
    from rpa.cli.progress import is_watched
    from rpa.logs import set_up_logs

    settings = load_settings(**said)
    # who watches the progress needs no line for every step; the case's own log has them all
    quiet = is_watched() and settings.log_level == "INFO"
    set_up_logs("WARNING" if quiet else settings.log_level)
    return Started(settings, Output(as_json=as_json))
