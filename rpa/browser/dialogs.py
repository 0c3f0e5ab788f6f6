"""Native dialogs of a page: one place hears them and answers them.

Playwright answers an unheard ``confirm()`` with *cancel*, silently; so a portal that asks 确定上报吗？ that way would
file nothing. Here every dialog is answered on purpose: an alert is acknowledged, a question is accepted only if its
words are on the allow-list that the present press has given.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

from loguru import logger
from playwright.async_api import Dialog, Error, Page

__all__ = ["Dialogs"]


class Dialogs:
    """Hears the native dialogs of a page; `heard` is told the words of each that was not an accepted question."""

    def __init__(self, heard: Callable[[Page, str], Awaitable[None]]) -> None:
        self._heard = heard
        self._allowed: tuple[str, ...] = ()
        self._by_person = False

    def attach(self, page: Page) -> None:
        """Listen on a page."""
        page.on("dialog", self._answer)

    def leave_to_person(self) -> None:
        """Answer none any more: each stands in the window until the person there has answered it."""
        self._by_person = True

    @contextmanager
    def allowing(self, patterns: Sequence[str]) -> Iterator[None]:
        """While it lasts, questions that match one of `patterns` are accepted."""
        before, self._allowed = self._allowed, tuple(patterns)
        try:
            yield
        finally:
            self._allowed = before

    async def _answer(self, dialog: Dialog) -> None:
        if self._by_person:
            return
        question = dialog.type in ("confirm", "prompt")
        accept = not question or any(re.search(pattern, dialog.message) for pattern in self._allowed)
        if dialog.type == "beforeunload":
            accept = True  # leaving a page is the clerk's own decision
        logger.debug("网站弹窗（{}）：{}，{}", dialog.type, dialog.message, "确定" if accept else "取消")
        try:
            await (dialog.accept() if accept else dialog.dismiss())
            if dialog.page is not None and not (question and accept) and dialog.type != "beforeunload":
                await self._heard(dialog.page, dialog.message)
        except Error:
            logger.debug("弹窗已随页面关闭")
