"""What an uploaded file must be, judged by its bytes, never by its suffix. One message a rule.

The limits of 照片 and 签名 follow published notices of other cities; the sizes in KB are a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO

from PIL import Image, UnidentifiedImageError

__all__ = ["check_attachment", "check_image"]

_KB = 1024
_MB = 1024 * _KB
_ATTACHMENT_LIMIT = 10 * _MB
_NAME_LIMIT = 100
_JPEG = b"\xff\xd8\xff"
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class _ImageRule:
    name: str
    least_bytes: int
    most_bytes: int
    ratio: Fraction | None = None
    tolerance: Fraction = Fraction(0)
    least: tuple[int, int] | None = None
    most: tuple[int, int] | None = None


_IMAGES = {
    "photo": _ImageRule(
        "照片", 20 * _KB, 200 * _KB, Fraction(3, 4), Fraction(2, 100), (300, 400), (600, 800)
    ),
    "signature": _ImageRule(
        "签名", 5 * _KB, 100 * _KB, Fraction(2, 1), Fraction(5, 100), (50, 50), (600, 300)
    ),
    "passport_page": _ImageRule("护照信息页", 100 * _KB, 2 * _MB),
}


def check_image(slot: str, data: bytes, name: str) -> str | None:
    """What is wrong with an image for a slot of C 照片信息 (its code), or None."""
    rule = _IMAGES[slot]
    if len(name) > _NAME_LIMIT:
        return f"文件名不能超过{_NAME_LIMIT}个字"
    if not data.startswith(_JPEG):
        return f"{rule.name}应为JPG格式"
    if len(data) < rule.least_bytes:
        return f"{rule.name}文件过小，应不小于{_size(rule.least_bytes)}"
    if len(data) > rule.most_bytes:
        return f"{rule.name}文件过大，应不大于{_size(rule.most_bytes)}"
    try:
        with Image.open(BytesIO(data), formats=("JPEG",)) as image:
            image.load()
            width, height = image.size
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        return f"{rule.name}文件已损坏，无法读取"
    return _measure(rule, width, height)


def _measure(rule: _ImageRule, width: int, height: int) -> str | None:
    if rule.ratio is not None and abs(Fraction(width, height) / rule.ratio - 1) > rule.tolerance:
        return f"{rule.name}宽高比应为{rule.ratio.numerator}:{rule.ratio.denominator}"
    if rule.least is not None and (width < rule.least[0] or height < rule.least[1]):
        return f"{rule.name}像素过小，应不小于{rule.least[0]}×{rule.least[1]}"
    if rule.most is not None and (width > rule.most[0] or height > rule.most[1]):
        return f"{rule.name}像素过大，应不大于{rule.most[0]}×{rule.most[1]}"
    return None


def check_attachment(data: bytes, name: str) -> str | None:
    """What is wrong with a file for an attachment row, or None."""
    if len(name) > _NAME_LIMIT:
        return f"文件名不能超过{_NAME_LIMIT}个字"
    if not data:
        return "文件为空，请重新选择"
    if len(data) > _ATTACHMENT_LIMIT:
        return f"文件过大，应不大于{_size(_ATTACHMENT_LIMIT)}"
    if not data.startswith((b"%PDF-", _JPEG, _PNG)):
        return "只能上传PDF、JPG、PNG格式的文件"
    return None


def _size(size: int) -> str:
    return f"{size // _MB}MB" if size >= _MB else f"{size // _KB}KB"
