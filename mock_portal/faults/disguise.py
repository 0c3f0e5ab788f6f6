"""ids_changed: names, ids and classes get a suffix, the same on the page, in its styles and in its scripts.

What a person sees and does stays as it is, and so does what is posted: `Portal.plain` takes the suffix off again.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

__all__ = ["Disguise"]

_ROOT = Path(__file__).parents[1]
_TOOLKIT = ("layui-", "laydate-")
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"

_INLINE_SCRIPT = re.compile(r"(<script>.*?</script>)", re.DOTALL)
_CLASS = re.compile(r'(?<=\sclass=")[^"]*(?=")')
_NAME = re.compile(r'(<(?:input|select|textarea)\b[^>]*?\sname=")([^"]+)(?=")')
_ID = re.compile(r'(<(?!template\b)\w+[^>]*?\s(?:id|for)=")([^"]+)(?=")')
_KIT = re.compile(r'(?<=")/static/[\w/-]+\.(?:css|js)(?=")')
_SELECTOR = re.compile(r"\.([a-zA-Z][\w-]*)")
_TEXT = re.compile(r'"[^"\n]*"')
_CLASS_IN_SCRIPT = re.compile(r'(?<=class: ["`])[^"`$]*')
_WORD = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class Disguise:
    """One page's suffix; with `whole` the toolkit's classes change as well (their common beginning does)."""

    suffix: str
    whole: bool = False

    @classmethod
    def new(cls, *, whole: bool) -> Disguise:
        """A suffix that no page had before."""
        return cls("".join(secrets.choice(_SIGNS) for _ in range(5)), whole)

    @classmethod
    def asked(cls, path: str, query: str) -> Disguise | None:
        """The disguise in which a page asks for this script or style, if in any."""
        asked = parse_qs(query)
        suffix = asked.get("suffix", [""])[0]
        if not path.startswith("/static/") or not suffix or set(suffix) - set(_SIGNS):
            return None
        return cls(suffix, "whole" in asked)

    def page(self, html: str) -> str:
        """A page in disguise, its own scripts included."""
        parts = _INLINE_SCRIPT.split(html)
        html = "".join(
            self.script(part) if part.startswith("<script>") else self._markup(part) for part in parts
        )
        return html.replace("<body", f'<body data-suffix="_{self.suffix}"', 1)

    def style(self, css: str) -> str:
        """A style sheet in disguise."""
        return self._toolkit(_SELECTOR.sub(lambda found: f".{self._one(found[1])}", css))

    def script(self, code: str) -> str:
        """A script in disguise: classes in its selectors and in what it draws."""
        hyphened, single = _known()
        code = hyphened.sub(lambda found: self._one(found[0]), code)
        of_selector = _among(single, lambda word: f".{self._one(word)}")
        code = _TEXT.sub(lambda found: _SELECTOR.sub(of_selector, found[0]), code)
        of_class = _among(single, self._one)
        code = _CLASS_IN_SCRIPT.sub(lambda found: _WORD.sub(of_class, found[0]), code)
        return self._toolkit(code)

    def _markup(self, html: str) -> str:
        html = _CLASS.sub(lambda found: " ".join(self._one(word) for word in found[0].split()), html)
        html = _NAME.sub(lambda found: f"{found[0]}_{self.suffix}", html)
        html = _ID.sub(lambda found: f"{found[0]}_{self.suffix}", html)
        query = f"?suffix={self.suffix}" + ("&amp;whole=1" if self.whole else "")
        return self._toolkit(_KIT.sub(lambda found: found[0] + query, html))

    def _one(self, word: str) -> str:
        return word if word.startswith(_TOOLKIT) else f"{word}-{self.suffix}"

    def _toolkit(self, text: str) -> str:
        """The toolkit's classes are put together by its scripts, so that only their beginning can change."""
        if not self.whole:
            return text
        for at, beginning in enumerate(_TOOLKIT):
            text = text.replace(beginning, f"k{at}{self.suffix}-")
        return text


def _among(known: frozenset[str], change: Callable[[str], str]) -> Callable[[re.Match[str]], str]:
    """A replacement for matches of known words; others stay as they are."""

    def replace(found: re.Match[str]) -> str:
        word = found[found.lastindex or 0]
        return change(word) if word in known else found[0]

    return replace


@cache
def _known() -> tuple[re.Pattern[str], frozenset[str]]:
    """The portal's own classes, from its styles and templates: those with a hyphen, and those of one word."""
    words: set[str] = set()
    for sheet in (_ROOT / "static").glob("*.css"):
        words |= {found[1] for found in _SELECTOR.finditer(sheet.read_text(encoding="utf-8"))}
    for template in (_ROOT / "templates").glob("*.html"):
        html = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", template.read_text(encoding="utf-8"))
        for found in _CLASS.finditer(html):
            words |= set(found[0].split())
    own = {word for word in words if not word.startswith(_TOOLKIT) and not word.endswith("-")}
    hyphened = sorted((word for word in own if "-" in word), key=len, reverse=True)
    pattern = rf"(?<![\w/-])(?:{'|'.join(map(re.escape, hyphened))})(?![\w-])"
    return re.compile(pattern), frozenset(word for word in own if "-" not in word)
