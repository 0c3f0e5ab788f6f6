"""Writing a workbook where a person may have it open."""

from __future__ import annotations

from pathlib import Path

from openpyxl.workbook.workbook import Workbook

from rpa.errors import SettingsError

__all__ = ["save_workbook"]


def save_workbook(book: Workbook, path: Path) -> None:
    """Saves a workbook, making its folder. Raises SettingsError with the way out; Excel locks an open file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        book.save(path)
    except OSError:
        advice = "如果该文件正在 Excel 或 WPS 中打开，请先关闭；也可换一个文件名"
        raise SettingsError("无法写入工作簿", where=str(path), advice=advice) from None
