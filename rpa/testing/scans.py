"""Files for tests to upload: invented scans, each with bytes that no other one has."""

from __future__ import annotations

import hashlib
from io import BytesIO

from PIL import Image, ImageDraw

__all__ = ["sample_scan"]


def sample_scan(*salt: str) -> bytes:
    """A one-page PDF as a scanner makes it, with a picture of what `salt` says; for a replica, never for the portal itself."""
    sheet = Image.new("RGB", (420, 594), "white")
    pen = ImageDraw.Draw(sheet)
    pen.text((30, 40), hashlib.sha256("/".join(salt).encode()).hexdigest(), fill="black")
    pen.rectangle((30, 430, 150, 550), outline="grey", width=3)
    out = BytesIO()
    sheet.save(out, "PDF")
    return out.getvalue()
