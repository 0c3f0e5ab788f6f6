"""验证码: a picture with a code in it, and who still owes one.

A person reads the picture; a test that plays the person asks the back office for the code.
"""

from __future__ import annotations

import secrets
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

__all__ = ["Captcha"]

_SIGNS = "2345679ACEFHKMNPRTUVWXY"  # none that is taken for another
_LENGTH = 4
_WIDTH, _HEIGHT = 120, 40
_KEPT = 200


class Captcha:
    """The codes that were shown, by visitor, and the sessions that have to enter one before they go on."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}
        self._owing: set[str] = set()
        self._free: set[str] = set()
        self.latest = ""
        """The code of the picture that was shown last."""

    def picture(self, visitor: str) -> bytes:
        """A PNG with a new code for the visitor."""
        self.latest = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
        self._codes.pop(visitor, None)
        self._codes[visitor] = self.latest
        if len(self._codes) > _KEPT:
            del self._codes[next(iter(self._codes))]
        return _drawn(self.latest)

    def right(self, visitor: str, typed: str) -> bool:
        """Whether that is the visitor's code; each picture is good for one answer."""
        code = self._codes.pop(visitor, "")
        return bool(code) and typed.strip().upper() == code

    def demand(self, session: str) -> None:
        """From now on the session gets nowhere without a code."""
        self._owing.add(session)

    def owed(self, session: str) -> bool:
        """Whether the session has to enter a code first."""
        return session in self._owing

    def release(self, session: str) -> None:
        """The code was right: the session's next page is shown."""
        self._owing.discard(session)
        self._free.add(session)

    def let_through(self, session: str) -> bool:
        """Whether the session has just entered a code; true once."""
        free = session in self._free
        self._free.discard(session)
        return free


def _drawn(code: str) -> bytes:
    image = Image.new("RGB", (_WIDTH, _HEIGHT), "#eef3fa")
    pen = ImageDraw.Draw(image)
    for _ in range(5):
        ends = [(secrets.randbelow(_WIDTH), secrets.randbelow(_HEIGHT)) for _ in range(2)]
        pen.line(ends, fill="#b9cbe4", width=1)
    font = ImageFont.load_default(size=26)
    for place, sign in enumerate(code):
        pen.text((10 + place * 27, 2 + secrets.randbelow(7)), sign, fill="#1c4f91", font=font)
    stream = BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()
