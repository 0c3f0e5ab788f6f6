"""A workbook's file as its parts: one is replaced, all others are kept byte for byte."""

from __future__ import annotations

import copy
import posixpath
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lxml import etree

from rpa.intake.rows import UnfitError

__all__ = ["refuse_guarded", "replace_parts", "sheet_parts"]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_GUARDED = {
    "_xmlsignatures/": "工作簿有数字签名，写入任何内容都会使签名失效；请另存一份没有签名的",
    "xl/revisions/": "工作簿是旧式的“共享工作簿”，不能由程序写入；请先停止共享",
}


def refuse_guarded(path: Path) -> None:
    """Raises UnfitError for a workbook that a change from outside would spoil."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            for beginning, reason in _GUARDED.items():
                if name.startswith(beginning):
                    raise UnfitError(reason)


def sheet_parts(path: Path) -> dict[str, str]:
    """The name of each worksheet's part, by the sheet's title."""
    with zipfile.ZipFile(path) as archive:
        book = _parse(archive.read("xl/workbook.xml"))
        links = _parse(archive.read("xl/_rels/workbook.xml.rels"))
        names = set(archive.namelist())
    targets = {one.get("Id"): one.get("Target") for one in links}
    found = {}
    for sheet in book.iter(f"{_MAIN}sheet"):
        part = posixpath.normpath(posixpath.join("/xl", targets.get(sheet.get(_LINK), ""))).lstrip("/")
        if part in names:
            found[sheet.get("name")] = part
    return found


def replace_parts(source: Path, draft: Path, parts: Mapping[str, bytes]) -> None:
    """Write `source` to `draft` with these parts in the place of its own; the order and all others stay.

    Raises UnfitError when the copy, read again, is not that.
    """
    with zipfile.ZipFile(source) as old:
        with zipfile.ZipFile(draft, "w") as new:
            new.comment = old.comment
            for info in old.infolist():
                new.writestr(copy.copy(info), parts.get(info.filename) or old.read(info))
        with zipfile.ZipFile(draft) as written:
            before = [(one.filename, one.CRC) for one in old.infolist() if one.filename not in parts]
            after = [(one.filename, one.CRC) for one in written.infolist() if one.filename not in parts]
            if written.testzip() is not None or before != after:
                raise UnfitError("写出的副本与原工作簿不符，没有改动原工作簿")


def _parse(data: bytes) -> Any:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
