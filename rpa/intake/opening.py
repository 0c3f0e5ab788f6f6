"""Is this file a workbook we can read? Each kind of no has its own message."""

from __future__ import annotations

import zipfile
from pathlib import Path

import msoffcrypto

from rpa.intake.rows import UnfitError

__all__ = ["refuse_other_files"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STRICT = b"http://purl.oclc.org/ooxml/"
"""Begins the names of that format, of which openpyxl sees no sheet."""
_SUFFIXES = (".xlsx", ".xlsm")
_MAX_UNPACKED = 600 * 2**20


def refuse_other_files(path: Path) -> None:
    """Raises UnfitError for whatever is not an .xlsx workbook, with the reason and the way out."""
    with path.open("rb") as file:
        start = file.read(8)
    if start == _OLE:
        raise UnfitError(_ole_reason(path))
    if not start:
        raise UnfitError("文件是空的")
    if not zipfile.is_zipfile(path):
        raise UnfitError("不是 Excel 工作簿（.xlsx），或文件已损坏")
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if "xl/workbook.bin" in names:
            raise UnfitError("是 .xlsb 工作簿，请在 Excel 或 WPS 中另存为 .xlsx")
        if "xl/workbook.xml" not in names:
            raise UnfitError("不是 Excel 工作簿（.xlsx）")
        if _STRICT in archive.read("xl/workbook.xml"):
            raise UnfitError(
                "是“Strict Open XML”格式的工作簿，请在 Excel 中另存为普通的“Excel 工作簿（.xlsx）”"
            )
        if path.suffix.lower() not in _SUFFIXES:
            raise UnfitError("文件内容是 .xlsx 工作簿，请把扩展名改为 .xlsx")
        if sum(part.file_size for part in parts) > _MAX_UNPACKED:
            raise UnfitError("工作簿解压后过大，请删去无关内容")


def _ole_reason(path: Path) -> str:
    # Both an old .xls and an encrypted .xlsx are OLE files; only the library can tell them apart.
    with path.open("rb") as file:
        try:
            encrypted = msoffcrypto.OfficeFile(file).is_encrypted()
        except Exception:  # its parsers raise anything on a file that only begins like one
            return "不是 Excel 工作簿（.xlsx），或文件已损坏"
    if encrypted:
        return "工作簿有密码保护，请另存为没有密码的工作簿"
    return "是旧版 .xls 工作簿，请在 Excel 或 WPS 中另存为 .xlsx"
