"""The signature gate: which scan is taken, and which is sent back to the person."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from rpa.cases import FormToSign, check_scan, find_scan
from rpa.errors import NeedsPerson

LIMIT = 1024 * 1024
NAME = "韦样一"


def _picture(kind: str, colour: str = "black") -> bytes:
    image = Image.new("RGB", (300, 400), "white")
    ImageDraw.Draw(image).line((10, 10, 200, 300), fill=colour, width=5)
    data = io.BytesIO()
    image.save(data, kind)
    return data.getvalue()


def _pdf(text: str = "个人事项表 personal form", *, picture: bool = False, drawn: str = "") -> bytes:
    data = io.BytesIO()
    canvas = Canvas(data, invariant=True)
    for line in filter(None, (text, drawn)):
        canvas.drawString(100, 700 if line == text else 300, line)
    if picture:
        canvas.drawImage(ImageReader(io.BytesIO(_picture("PNG"))), 100, 100, 100, 100)
    canvas.showPage()
    canvas.save()
    return data.getvalue()


def _rewritten(data: bytes, *, password: str = "", pages: bool = True) -> bytes:
    writer = PdfWriter()
    if pages:
        writer.append(PdfReader(io.BytesIO(data)))
    writer.add_metadata({"/Producer": "another program"})
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.fixture
def blank(tmp_path: Path) -> FormToSign:
    """A blank form in the case's folder."""
    path = tmp_path / "case" / "to_sign" / "1-个人事项表.pdf"
    path.parent.mkdir(parents=True)
    path.write_bytes(_pdf())
    return FormToSign("APEC商务旅行卡个人事项表", "1", NAME, path)


@pytest.fixture
def bring(tmp_path: Path) -> Callable[..., Path]:
    """Puts a file into the case's `signed` folder."""

    def put(data: bytes, suffix: str = ".pdf", stem: str = "1-个人事项表") -> Path:
        path = tmp_path / "case" / "signed" / f"{stem}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    return put


@pytest.mark.parametrize("suffix", [".pdf", ".jpg", ".jpeg", ".png", ".PDF", ".Jpg"])
def test_a_scan_called_like_its_blank_is_found(
    blank: FormToSign, bring: Callable[..., Path], tmp_path: Path, suffix: str
) -> None:
    assert find_scan(tmp_path / "case", blank) is None
    bring(b"x", stem="2-个人事项表")
    bring(b"x", ".docx")
    assert find_scan(tmp_path / "case", blank) is None
    assert find_scan(tmp_path / "case", blank, bring(b"x", suffix)) == bring(b"x", suffix)
    assert find_scan(tmp_path / "case", blank) == bring(b"x", suffix)


def test_the_inputs_own_path_goes_first_and_may_come_later(
    blank: FormToSign, bring: Callable[..., Path], tmp_path: Path
) -> None:
    given = tmp_path / "scan of mine.jpg"
    assert find_scan(tmp_path / "case", blank, given) is None
    kept = bring(b"x")
    assert find_scan(tmp_path / "case", blank, given) == kept
    given.write_bytes(b"x")
    assert find_scan(tmp_path / "case", blank, given) == given


def test_two_scans_of_one_form_are_for_a_person_to_decide(
    blank: FormToSign, bring: Callable[..., Path], tmp_path: Path
) -> None:
    bring(b"x", ".pdf")
    bring(b"x", ".png")
    with pytest.raises(NeedsPerson, match="只留一个"):
        find_scan(tmp_path / "case", blank)


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (_picture("JPEG"), ".jpg"),
        (_picture("JPEG"), ".JPEG"),
        (_picture("PNG"), ".png"),
        (_pdf(picture=True), ".pdf"),
        (_pdf("", picture=True), ".pdf"),
        (_pdf(drawn="signed and sealed"), ".pdf"),
    ],
)
def test_a_scan_of_the_signed_form_passes(
    blank: FormToSign, bring: Callable[..., Path], data: bytes, suffix: str
) -> None:
    check_scan(bring(data, suffix), blank, LIMIT)


@pytest.mark.parametrize(
    ("data", "suffix", "said"),
    [
        (b"", ".pdf", "空文件"),
        (b"PK\x03\x04 a Word file", ".pdf", "不是 PDF、JPG 或 PNG"),
        (b"GIF89a", ".png", "不是 PDF、JPG 或 PNG"),
        (_picture("PNG"), ".jpg", "实际格式是 PNG"),
        (_picture("JPEG") + b"\0" * LIMIT, ".jpg", "超过 1 MB"),
        (_picture("JPEG")[:800], ".jpg", "已损坏"),
        (_picture("PNG")[:60], ".png", "已损坏"),
        (b"\xff\xd8\xff", ".jpg", "已损坏"),
        (_picture("PNG", "white"), ".png", "只有一种颜色"),
        (b"%PDF-1.7 and then nothing", ".pdf", "已损坏"),
        (_pdf(picture=True)[:700], ".pdf", "已损坏|没有页面"),
        (_rewritten(_pdf(), pages=False), ".pdf", "没有页面"),
        (_rewritten(_pdf(picture=True), password="x"), ".pdf", "加密"),
        (_pdf(""), ".pdf", "空白"),
        (_pdf(), ".pdf", "未签字的空白表"),
        (_rewritten(_pdf()), ".pdf", "未签字的空白表"),
        (_pdf("个人事项表  personal  form"), ".pdf", "未签字的空白表"),
    ],
)
def test_what_is_no_scan_of_the_signed_form_goes_back_to_the_person(
    blank: FormToSign, bring: Callable[..., Path], data: bytes, suffix: str, said: str
) -> None:
    with pytest.raises(NeedsPerson, match=said) as caught:
        check_scan(bring(data, suffix), blank, LIMIT)
    text = str(caught.value)
    assert "APEC商务旅行卡个人事项表" in text and "签字" in text
    assert NAME not in text


def test_a_word_form_is_compared_by_its_bytes_alone(tmp_path: Path, bring: Callable[..., Path]) -> None:
    path = tmp_path / "form.docx"
    path.write_bytes(b"PK\x03\x04")
    check_scan(bring(_pdf()), FormToSign("申请函", None, None, path), LIMIT)


def test_a_scan_that_went_away_is_told(blank: FormToSign, tmp_path: Path) -> None:
    with pytest.raises(NeedsPerson, match="无法读取"):
        check_scan(tmp_path / "gone.pdf", blank, LIMIT)
