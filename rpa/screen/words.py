"""Words as a page shows them: white space and full-width forms folded, so that equal words compare equal."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["fold"]

_HAN = "\u3400-\u9fff"


def fold(text: str) -> str:
    """`text` in NFKC, with single spaces and none between Chinese characters; the page script folds the same way."""
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()
    return re.sub(f"(?<=[{_HAN}]) (?=[{_HAN}])", "", text)
