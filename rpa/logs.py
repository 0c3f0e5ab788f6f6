"""Logs: one line per event on stderr, and the whole story of a case in its own ``log.txt``.

Everything passes one patcher that masks personal data before any sink sees it, exception texts
included. It knows the marked values of the cases that run now (:func:`hide`), the passwords in use
(:func:`hide_secret`), and the shapes of ID, passport and mobile numbers (`rpa.personal`).
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loguru import logger
from pydantic import SecretStr

from rpa.personal import mask_text
from rpa.private_files import private_folder, private_opener

if TYPE_CHECKING:
    from loguru import Record

__all__ = ["case_log", "hide", "hide_secret", "log_file", "masked", "masked_data", "set_up_logs"]

_STDERR_LINE = "<green>{time:HH:mm:ss}</green> <level>{level: <7}</level> {extra[place]}{message}"
_FILE_LINE = "{time:YYYY-MM-DD HH:mm:ss.SSS} {level: <7} {name}:{line} {message}"
_DAYS_KEPT = 30
_QUIETER = {"pypdf": logging.ERROR}  # it warns about every slightly odd PDF

# What may not be shown now. A value counts as often as it was registered: two cases may share a person.
# It is one register for the process and not one per task, because the browser's event handlers run
# outside the case's task.
_hidden: Counter[str] = Counter()
_lock = threading.Lock()
_stderr_sink: list[int] = []


def set_up_logs(level: str = "INFO") -> None:
    """Set loguru up, once or again: a sink on stderr, masking, no values of variables in tracebacks."""
    # Only loguru's own first sink (0) and ours are replaced: cases that run keep theirs.
    for sink in (0, _stderr_sink.pop() if _stderr_sink else 0):
        with suppress(ValueError):
            logger.remove(sink)
    logger.configure(extra={"case": "", "place": ""})
    colours = sys.stderr.isatty()
    _stderr_sink.append(logger.add(_to_stderr, level=level, format=_STDERR_LINE, colorize=colours, **_QUIET))
    logging.basicConfig(handlers=[_FromLogging()], level=logging.WARNING, force=True)
    for name, least in _QUIETER.items():
        logging.getLogger(name).setLevel(least)


@contextmanager
def case_log(folder: Path, case: str = "") -> Iterator[None]:
    """While it lasts, what is logged for this case also goes to ``log.txt`` (0600) in its folder.

    `case` is the case's id, by default the folder's name. Cases that run side by side each get only
    their own lines.
    """
    case = case or folder.name
    path = private_folder(folder) / "log.txt"
    sink = logger.add(
        path,
        level="DEBUG",
        format=_FILE_LINE,
        filter=lambda record: record["extra"].get("case") == case,
        encoding="utf-8",
        opener=private_opener,
        **_QUIET,
    )
    try:
        with logger.contextualize(case=case, place=f"{case} "):
            yield
    finally:
        logger.remove(sink)


@contextmanager
def log_file(folder: Path, name: str, level: str = "INFO") -> Iterator[None]:
    """While it lasts, everything also goes to a file of each day, ``<name>-2026-11-23.log`` (0600); the last 30 are kept.

    A new day is a new file, and none is renamed: several programs may write to one.
    """
    sink = logger.add(
        private_folder(folder) / f"{name}-{{time:YYYY-MM-DD}}.log",
        level=level,
        format=_FILE_LINE,
        rotation="00:00",
        retention=_DAYS_KEPT,
        encoding="utf-8",
        opener=private_opener,
        **_QUIET,
    )
    try:
        yield
    finally:
        logger.remove(sink)


@contextmanager
def hide(values: Iterable[str]) -> Iterator[None]:
    """While it lasts, none of these values appears in any log or masked text of this process."""
    mine = Counter({value for value in map(str, values) if len(value) > 1})
    with _lock:
        _hidden.update(mine)
    try:
        yield
    finally:
        with _lock:
            _hidden.subtract(mine)
            for value in mine:
                if _hidden[value] <= 0:
                    del _hidden[value]


def hide_secret(secret: SecretStr) -> SecretStr:
    """Register a password for the rest of the process, and give it back."""
    if len(secret.get_secret_value()) > 1:
        with _lock:
            _hidden[secret.get_secret_value()] += 1
    return secret


def masked(text: str) -> str:
    """`text` without any value hidden now, nor anything shaped like an ID, passport or mobile number."""
    with _lock:
        values = list(_hidden)
    return mask_text(text, values)


def masked_data(data: Any) -> Any:
    """JSON-like `data` with every text in it masked; other objects become their masked text."""
    if data is None or isinstance(data, (bool, int, float)):
        return data
    if isinstance(data, Mapping):
        return {masked(str(key)): masked_data(value) for key, value in data.items()}
    if isinstance(data, (list, tuple, set, frozenset)):
        return [masked_data(item) for item in data]
    return masked(str(data))


# diagnose=True would print the values of variables, which are people's data; backtrace=True adds outer
# frames.
_QUIET: Any = {"diagnose": False, "backtrace": False, "catch": True}


def _mask_record(record: Record) -> None:
    """Mask a record in place; its exception becomes masked text, so that no sink can print it raw."""
    text = record["message"]
    failure = record["exception"]
    if failure is not None and failure.type is not None:
        lines = traceback.format_exception(failure.type, failure.value, failure.traceback)
        text = f"{text}\n{''.join(lines).rstrip()}"
        record["exception"] = None
    record["message"] = masked(text)
    for key, value in record["extra"].items():
        if isinstance(value, str):
            record["extra"][key] = masked(value)


def _to_stderr(line: str) -> None:
    sys.stderr.write(
        line
    )  # looked up at each line, so that a replaced stderr (progress bars, tests) is respected


class _FromLogging(logging.Handler):
    """Hands the records of libraries that use the standard `logging` to loguru, where they are masked."""

    def emit(self, record: logging.LogRecord) -> None:
        name = (
            record.levelname
            if record.levelname in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
            else "INFO"
        )
        logger.opt(exception=record.exc_info, depth=6).log(name, "{}: {}", record.name, record.getMessage())


# From the first import on, not only after `set_up_logs`: who uses the engine as a library logs masked as well.
logger.configure(patcher=_mask_record)
