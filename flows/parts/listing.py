"""Lists of several pages: those to choose from, with their filters (选择团组, 选择旅行卡, 其他旅行卡), and 我的办件."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from rpa.desk import Desk
from rpa.errors import PageChanged
from rpa.screen import Card, Screen

__all__ = ["page_to_turn", "search"]


async def page_to_turn(page: Screen, heard: str) -> str | None:
    """The number of the list's page that `heard`, the words of the page, says is shown; None when it is the last one.

    A list without a pattern for `pages` in its pack has only one. Raises :class:`~rpa.errors.PageChanged`, or what the
    portal says instead, when the page does not tell which page it is: entries of further ones might be missed.
    """
    if not page.words.patterns.get("pages"):
        return None
    number, last = page.words.find("page", heard), page.words.find("pages", heard)
    if number is None or last is None:
        unsaid = PageChanged("列表没有页码，无法确认列表是否完整", where=page.title)
        raise await page.trouble() or unsaid
    return number if int(number) < int(last) else None


async def search(
    desk: Desk, page: Screen, filters: Mapping[str, str], entries: str
) -> AsyncIterator[list[Card]]:
    """Fill the filters, press 查询, and give the entries of each page of the list in turn, while it shows that page.

    Raises what :func:`page_to_turn` does.
    """
    await desk.settled()
    unused = {key: None for key in ("group_no", "name", "card_no") if key in page.words.fields}
    await page.fill({**unused, **filters})
    await page.press("query")
    while True:
        await desk.settled()
        yield await page.cards(entries)
        number = await page_to_turn(page, await page.lines())
        if number is None:
            return
        await page.turn_page(number)
