"""The signature gate (design D5): finds the scans of signed forms and looks at them before they are used.

The robot never signs and never seals; it only makes sure that what a person brought is a readable scan
and not the blank form again.
"""

from __future__ import annotations

import hashlib
import io
import unicodedata
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from PIL import Image
from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from rpa.cases.case import FormToSign
from rpa.errors import NeedsPerson

__all__ = ["SIGNED_FOLDER", "check_scan", "find_scan"]

SIGNED_FOLDER = "signed"
_SUFFIX_KINDS = {".pdf": "PDF", ".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG"}
_KINDS = ((b"%PDF-", "PDF"), (b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"))
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
_ADVICE = "请打印空白表，由本人签字并加盖公章后扫描，再放入该办件的 signed 文件夹"


def find_scan(folder: Path, form: FormToSign, given: Path | None = None) -> Path | None:
    """The scan of a signed form, None if it is not there yet.

    It is the file that the input names (`given`), else the one in the case's ``signed`` folder that is
    called like the blank form. Two such files are a person's matter: :class:`NeedsPerson`.
    """
    if given is not None and given.is_file():
        return given
    signed = folder / SIGNED_FOLDER
    if not signed.is_dir():
        return None
    wanted = _file_name(form.path.stem)
    found = sorted(
        path
        for path in signed.iterdir()
        if _file_name(path.stem) == wanted and path.suffix.lower() in _SUFFIX_KINDS and path.is_file()
    )
    if len(found) > 1:
        raise NeedsPerson(
            f"{len(found)} 个扫描件同名，不知道用哪一个",
            where=f"《{form.form}》",
            advice="请在 signed 文件夹中只留一个",
        )
    return found[0] if found else None


def _file_name(stem: str) -> str:
    # macOS hands names on in decomposed form, scanners and Windows change capitals
    return unicodedata.normalize("NFC", stem).casefold()


def check_scan(path: Path, blank: FormToSign, limit_bytes: int) -> None:
    """Raise :class:`NeedsPerson` unless `path` is a usable scan of the signed form.

    It must be a real PDF, JPEG or PNG by its bytes, readable, not encrypted, not empty, within `limit_bytes`,
    and not the `blank` form itself, byte by byte or page by page. Reads whole files: call it in a thread.
    """
    try:
        problem = _problem(path, blank.path, limit_bytes)
    except OSError as error:
        problem = f"无法读取（{error.strerror or '文件可能不完整'}）"
    if problem:
        raise NeedsPerson(f"扫描件{problem}", where=f"《{blank.form}》", advice=_ADVICE)


def _problem(path: Path, blank: Path, limit_bytes: int) -> str:
    """What is wrong with a scan, empty if nothing is."""
    size = path.stat().st_size
    if size == 0:
        return "是空文件"
    if size > limit_bytes:
        return f"超过 {limit_bytes / 1024 / 1024:.3g} MB 的上限"
    data = path.read_bytes()
    kind = next((name for start, name in _KINDS if data.startswith(start)), "")
    if not kind:
        return "不是 PDF、JPG 或 PNG 文件"
    if _SUFFIX_KINDS.get(path.suffix.lower()) != kind:
        return f"的实际格式是 {kind}，与扩展名不符"
    blank_data = blank.read_bytes() if blank.is_file() else b""
    if data == blank_data:
        return "就是未签字的空白表"
    return _pdf_problem(data, blank_data) if kind == "PDF" else _image_problem(data, kind)


def _image_problem(data: bytes, kind: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[kind]) as image:
                low, high = cast("tuple[int, int]", image.convert("L").getextrema())
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return "无法打开，文件可能已损坏或不完整"
    return "只有一种颜色，没有内容" if low == high else ""


def _pdf_problem(data: bytes, blank_data: bytes) -> str:
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
