"""What can be set when the replica starts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How one replica behaves; everything public sources leave open is a setting, not code.

    `data` is the database file, or None for memory. `latency_ms` is added to every answer. Idle time and lock time
    are in seconds, because tests cannot wait for half an hour. `scenario` is what a new database holds (see
    :mod:`mock_portal.scenarios`); every `advance_seconds` some cases move on by themselves, never when 0. `regressions` are the promises of the manual
    that it breaks (see :mod:`mock_portal.regressions`).
    """

    data: Path | None = None
    latency_ms: int = 0
    idle_seconds: float = 30 * 60
    lock_seconds: float = 30 * 60
    max_login_failures: int = 5
    min_passport_months: int = 12
    page_size: int = 10
    max_custom_rows: int = 10
    strict_next_step: bool = False
    one_error_at_a_time: bool = False
    preview_direct: bool = False
    scenario: str = "empty"
    advance_seconds: float = 0.0
    regressions: tuple[str, ...] = ()
