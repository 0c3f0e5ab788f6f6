"""Why a message has not been told."""

from __future__ import annotations

from rpa.errors import YwtbError

__all__ = ["NotTold"]


class NotTold(YwtbError):
    """The service has not said that it took the message. It is tried again; `pause` is what the service asks for."""

    advice = "程序会自动重试；反复出现时请用 ywtb alerts test 检查这个渠道"

    def __init__(
        self, message: str, *, pause: float | None = None, where: str = "", advice: str = ""
    ) -> None:
        super().__init__(message, where=where, advice=advice)
        self.pause = pause
