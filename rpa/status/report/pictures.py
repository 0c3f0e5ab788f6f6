"""The screenshots of a case's evidence as a page may carry them: small, inline. They were masked when they were taken."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from loguru import logger
from PIL import Image

__all__ = ["Picture", "pictures_of"]

_NAME = re.compile(r"(\d{8}T\d{6})-(.+)\.png")
_WIDTH = 760
_TALLEST = 2400
_WORDS = {"verified": "核对办件详情"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A screenshot: when it was taken, what of, and itself as a data address."""

    at: datetime
    word: str
    address: str
    width: int
    height: int


def pictures_of(folder: Path, most: int) -> Iterator[Picture]:
    """The newest `most` screenshots of a case's folder, newest first; one that cannot be read is left out."""
    named = ((_NAME.fullmatch(path.name), path) for path in (folder / "evidence").glob("*.png"))
    found = sorted(((match[1], match[2], path) for match, path in named if match), reverse=True)
    for moment, name, path in found[:most]:
        try:
            address, width, height = _shrunk(path)
        except (OSError, ValueError):
            logger.warning("截图无法读取，报告中略去：{}", path.name)
            continue
        at = datetime.strptime(moment, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        yield Picture(at, _WORDS.get(name, "停下时的页面"), address, width, height)


def _shrunk(path: Path) -> tuple[str, int, int]:
    with Image.open(path) as picture:
        small = picture.convert("RGB")
    small.thumbnail((_WIDTH, 100_000))
    small = small.crop((0, 0, small.width, min(small.height, _TALLEST)))
    data = io.BytesIO()
    small.save(data, "JPEG", quality=72, optimize=True)
    text = base64.b64encode(data.getvalue()).decode("ascii")
    return f"data:image/jpeg;base64,{text}", small.width, small.height
