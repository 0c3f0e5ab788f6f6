"""Blank forms by their content: what is printed in them, without what the portal fills in of a person or a group."""

from __future__ import annotations

import asyncio
import hashlib
import re
import zipfile
from collections.abc import Iterable
from functools import partial
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PdfReadError

from rpa.desk import Desk
from rpa.doctor.findings import Finding, Kind
from rpa.errors import PageChanged, PortalFault, PortalRefusal
from rpa.screen import Screen, fold
from rpa.screen.form import read_controls
from rpa.tour import Stop

__all__ = ["fingerprint", "read_forms"]


async def read_forms(desk: Desk, stop: Stop) -> tuple[dict[str, str], list[Finding]]:
    """The fingerprint of each blank form that the stop offers, by the upload's key, and a finding for each that cannot
    be had: a filing stops for want of it, at once where its button is not what it was."""
    page = desk.at(stop.screen)
    rows = await page.upload_rows(stop.forms) if stop.forms else {}
    filled = await _filled_in(page, stop)
    found, amiss = {}, []
    for key, row in rows.items():
        title = page.words.uploads[key].title
        try:
            data, kind = await desk.download(partial(page.press_on, row, row.words.template), title)
        except (PageChanged, PortalFault, PortalRefusal) as error:
            kind_of = Kind.STUCK if isinstance(error, PageChanged) else Kind.UNREACHED
            amiss.append(
                Finding(stop.screen, "forms", key, title, kind_of, f"下载不到空白表：{error.message}")
            )
            continue
        found[key] = await asyncio.to_thread(fingerprint, data, kind, filled)
    return found, amiss


async def _filled_in(page: Screen, stop: Stop) -> set[str]:
    """What the page shows of people and of the group: the portal prints it into its forms."""
    shown = {control.value for control in await read_controls(page.view)}
    for key in stop.entries:
        if key in page.words.cards:
            shown |= {value for card in await page.cards(key) for value in card.lines.values()}
    return shown


def fingerprint(data: bytes, kind: str, filled: Iterable[str] = ()) -> str:
    """A form's own words as a short digest, without the `filled` in values and without any number, date or blank.

    A file that holds no text is known by its bytes.
    """
    text = _text(data, kind)
    if not text:
        return hashlib.sha256(data).hexdigest()[:16]
    text = fold(text)
    for value in sorted({fold(value) for value in filled if len(fold(value)) > 1}, key=len, reverse=True):
        text = text.replace(value, "")
    words = re.sub(r"[\s\d_A-Za-z]+", "", text)
    return hashlib.sha256(words.encode("utf-8")).hexdigest()[:16]


def _text(data: bytes, kind: str) -> str:
    try:
        if kind == "pdf":
            return "".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)
        if kind == "docx":
            with zipfile.ZipFile(BytesIO(data)) as package:
                return re.sub(r"<[^>]+>", "", package.read("word/document.xml").decode("utf-8"))
    except (PdfReadError, zipfile.BadZipFile, KeyError, UnicodeDecodeError, ValueError):
        pass
    return ""
