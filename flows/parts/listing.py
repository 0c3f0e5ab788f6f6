"""Lists to choose from, with filters and pages (选择团组, 选择旅行卡, 其他旅行卡)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from rpa.desk import Desk
from rpa.screen import Card, Screen

__all__ = ["search"]


async def search(
    desk: Desk, page: Screen, filters: Mapping[str, str], entries: str
) -> AsyncIterator[list[Card]]:
    """Fill the filters, press 查询, and give the entries of each page of the list in turn, while it shows that page."""
    await desk.settled()
    unused = {key: None for key in ("group_no", "name", "card_no") if key in page.words.fields}
    await page.fill({**unused, **filters})
    await page.press("query")
    while True:
        await desk.settled()
        yield await page.cards(entries)
        heard = await page.lines()
        number, last = page.words.find("page", heard), page.words.find("pages", heard)
        if number is None or last is None or int(number) >= int(last):
            return
        await page.turn_page(number)
