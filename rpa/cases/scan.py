"""A scan looked into: is it a readable picture or PDF file with something on it, and not the blank form again."""

from __future__ import annotations

import hashlib
import io
import unicodedata
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from PIL import Image
from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

__all__ = ["image_problem", "pdf_problem"]

# What pypdf may raise on damaged files, besides its own errors.
_UNREADABLE = (
    PyPdfError,
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    RecursionError,
    NotImplementedError,
)


def image_problem(data: bytes, kind: str) -> str:
    """What is wrong with a picture, empty if nothing is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[kind]) as image:
                low, high = cast("tuple[int, int]", image.convert("L").getextrema())
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return "无法打开，文件可能已损坏或不完整"
    return "只有一种颜色，没有内容" if low == high else ""


def pdf_problem(data: bytes, blank_data: bytes) -> str:
    """What is wrong with a PDF file, empty if nothing is; that it is the blank form again is wrong, too."""
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            return "已加密，请去掉密码"
        if not reader.pages:
            return "没有页面"
        pages = [_look(page) for page in reader.pages]
    except _UNREADABLE:
        return "无法打开，文件可能已损坏或不完整"
    if not any(page.text or page.images or page.content.strip() for page in pages):
        return "的页面是空白的"
    return "就是未签字的空白表" if _shows_only(pages, blank_data) else ""


@dataclass(frozen=True, slots=True)
class _Look:
    """What a PDF page shows: its text without spaces, its drawing, its pictures, its number of notes."""

    text: str
    content: bytes
    images: tuple[str, ...]
    notes: int


def _look(page: PageObject) -> _Look:
    content = page.get_contents()
    return _Look(
        text="".join(unicodedata.normalize("NFKC", page.extract_text()).split()),
        content=content.get_data() if content else b"",
        images=tuple(sorted(_pictures(page))),
        notes=len(page.get("/Annots", ()) or ()),
    )


def _pictures(page: PageObject) -> Iterator[str]:
    resources: Any = page.get("/Resources") or {}
    objects: Any = resources.get_object().get("/XObject") if resources else None
    for entry in (objects.get_object() if objects else {}).values():
        yield hashlib.sha256(entry.get_object().get_data()).hexdigest()


def _shows_only(pages: list[_Look], blank_data: bytes) -> bool:
    """Do the pages show what the blank shows and nothing more? Also when it was printed to a new PDF.

    A signed and sealed sheet that was scanned has at least one picture that the blank has not.
    """
    if not blank_data.startswith(b"%PDF-"):
        return False  # a Word form has no pages to compare
    try:
        blank = [_look(page) for page in PdfReader(io.BytesIO(blank_data), strict=False).pages]
    except _UNREADABLE:
        return False
    if pages == blank:
        return True
    no_more = all(len(page.images) <= len(other.images) for page, other in zip(pages, blank, strict=False))
    same_text = [page.text for page in pages] == [page.text for page in blank]
    return (
        same_text and no_more and any(page.text for page in pages) and not any(page.notes for page in pages)
    )
