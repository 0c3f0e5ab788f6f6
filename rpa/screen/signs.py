"""What any page of the portal may show in the place of the screen that is waited for, and the error that it means."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rpa.errors import Challenged, PortalFault, PortalRefusal, SignInLost, YwtbError
from rpa.screen.words import fold

__all__ = ["Signs"]


def _unheard(_lost: SignInLost) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Signs:
    """What any page of the portal may show instead of the screen that is waited for (``common.yaml``, screen ``signs``):
    texts by kind `signed_out`, `busy`, `captcha`, `stopped` (maintenance), `held` (a file that has arrived after all).
    `by_person` is what somebody does who is asked for a captcha; `tell_lost` hears of each lost sign-in."""

    patterns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    landmarks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by_person: str = ""
    tell_lost: Callable[[SignInLost], object] = _unheard

    def refusal(self, words: str, where: str) -> YwtbError:
        """The error that words of the portal mean: what a sign says, or else a refusal in these words."""
        folded = fold(words)
        for kind, parts in self.patterns.items():
            if any(fold(part) in folded for part in parts):
                return self.error(kind, words, where)
        return PortalRefusal(_gist(words), where=where)

    def error(self, kind: str, text: str, where: str) -> YwtbError:
        """The error that such a sign means."""
        if kind == "signed_out":
            lost = SignInLost(_gist(text) or "登录已失效", where=where)
            self.tell_lost(lost)
            return lost
        if kind == "captcha":
            return Challenged("网站要求验证码，须由人工登录", where=where, advice=self.by_person)
        if kind == "stopped":
            return PortalFault("网站正在维护", where=where)
        return PortalFault(_gist(text) or "网站繁忙", where=where)


def _gist(words: str) -> str:
    """A layer's words without its title and its cross."""
    return re.sub(r"^(?:提示|信息|警告|错误)?\s*[×✕✖]?\s+|\s*[×✕✖]\s*$", "", words).strip() or words
