"""Blank forms are known by what is printed in them, not by what the portal fills in."""

from __future__ import annotations

import zipfile
from io import BytesIO

from rpa.doctor.blank_forms import fingerprint


def form(text: str, stamp: int = 0) -> bytes:
    """A DOCX with this text."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        info = zipfile.ZipInfo("word/document.xml", (2026, 1, 1, 0, 0, stamp * 2))
        package.writestr(info, f"<w:document><w:p><w:t>{text}</w:t></w:p></w:document>")
    return made.getvalue()


def test_who_and_when_it_was_made_for_says_nothing() -> None:
    one = fingerprint(form("姓名：覃样例 日期：2026年1月2日", 1), "docx", ["覃样例"])
    other = fingerprint(form("姓名：韦样一 日期：2026年11月23日", 2), "docx", ["韦样一", ""])
    assert one == other


def test_another_wording_is_another_form() -> None:
    assert fingerprint(form("姓名： 签字："), "docx") != fingerprint(form("姓名： 签字盖章："), "docx")


def test_what_holds_no_text_is_known_by_its_bytes() -> None:
    assert fingerprint(b"\xff\xd8one", "jpeg") != fingerprint(b"\xff\xd8two", "jpeg")
    assert fingerprint(b"no package", "docx") == fingerprint(b"no package", "docx")
