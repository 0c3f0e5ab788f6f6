"""The signature gate (design D5): finds the scans of signed forms and looks at them before they are used.

The robot never signs and never seals; it only makes sure that what a person brought is a readable scan
and not the blank form again.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

from rpa.cases.case import FormToSign
from rpa.errors import NeedsPerson

__all__ = ["SIGNED_FOLDER", "check_scan", "find_scan"]

SIGNED_FOLDER = "signed"
_SUFFIX_KINDS = {".pdf": "PDF", ".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG"}
_KINDS = ((b"%PDF-", "PDF"), (b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"))
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
    # imported here: a server that waits for scans holds no libraries for pictures and PDF files
    from rpa.cases.scan import image_problem, pdf_problem

    return pdf_problem(data, blank_data) if kind == "PDF" else image_problem(data, kind)
