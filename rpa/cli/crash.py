"""An error that nobody foresaw: its story goes into a file, masked, and a person gets one line."""

from __future__ import annotations

import tempfile
import traceback
from datetime import datetime
from pathlib import Path

from rpa.errors import YwtbError
from rpa.private_files import write_private

__all__ = ["keep_story"]


def keep_story(error: Exception) -> YwtbError:
    """The error as one of ours that says where its masked traceback lies."""
    from rpa.logs import masked
    from rpa.settings import load_settings

    text = masked("".join(traceback.format_exception(error)))
    name = f"{datetime.now().astimezone():%Y%m%dT%H%M%S}.txt"
    try:
        path = load_settings().home / "errors" / name
        write_private(path, text.encode("utf-8", "replace"))
    except (YwtbError, OSError):  # no data folder to write to: that may be the very trouble
        path = Path(tempfile.mkdtemp(prefix="ywtb-error-")) / name
        write_private(path, text.encode("utf-8", "replace"))
    return YwtbError(
        f"程序内部错误（{type(error).__name__}）",
        where=str(path),
        advice="请把该文件交给维护人员；未完成的办件可用 ywtb resume 继续",
    )
