"""C 照片信息 of the member page: three pictures per person (manual 2.1; three is inferred)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from rpa.application import FileRule, Record

__all__ = ["PICTURE_NAMES", "Photos", "pictures"]


class Photos(Record):
    """A member's 照片信息, as paths of the pictures."""

    portrait: Annotated[Path, FileRule("photo")] = Field(
        title="照片",
        examples=["A-1/照片.jpg"],
        description="白底免冠 JPG，宽高比 3:4，300×400 至 600×800 像素，20–200 KB",
    )
    signature: Annotated[Path, FileRule("signature")] = Field(
        title="签名",
        examples=["A-1/签名.jpg"],
        description="本人签名 JPG，宽高比 2:1，建议 300×150 像素，5–100 KB",
    )
    passport_page: Annotated[Path, FileRule("passport_page")] = Field(
        title="护照信息页", examples=["A-1/护照信息页.jpg"], description="护照信息页彩色扫描 JPG，100 KB–2 MB"
    )


#: What the page and the packs call them, in any of the known words: no names of papers.
PICTURE_NAMES = frozenset(
    {*Photos.model_fields, *(field.title or "" for field in Photos.model_fields.values()), "护照资料页"}
)


def pictures(photos: Photos) -> dict[str, Path]:
    """The files of C 照片信息, by their key in the pack."""
    return {name: getattr(photos, name) for name in Photos.model_fields}
