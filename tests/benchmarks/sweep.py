"""``make bench-sweep [ARGS="GROUPS ROUNDS"]``: a sweep of 2,000 groups against the plain way and against the bare page loads, in one browser.

Each line is ``name ratio`` (or a count). The sides take turns on the same list of 200 pages; a ratio is of medians.

- ``sweep_against_plain``: pages awaited with ``expect``, rows read one by one with ``all_inner_texts``, through a whole sweep: sign-in, five lists,
  proof, comparison, ledger. Wanted: 3 or more.
- ``sweep_against_page_loads``: a whole sweep through the bare loads of the same pages: each pressed for and awaited, nothing read. Wanted:
  1.3 or less.
- ``sweep_against_scripted_loads``: the same, with pages that a script of their own turns, one call for each: the least that a load can cost.
- ``quiet_sweep_detail_pages``, ``quiet_sweep_history_rows``: of a second sweep. Wanted: 0.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Page, expect

from rpa.browser import find_browser
from rpa.browser.chromium import Chromium
from rpa.cases import Ledger
from rpa.cases.sign_ins import SignIns
from rpa.flow import pack_files
from rpa.logs import set_up_logs
from rpa.profile import load_profile
from rpa.screen import load_packs
from rpa.settings import Settings
from rpa.status.sweep import Swept, sweep
from rpa.testing import Replica
from rpa.vault import open_vault
from tests.benchmarks import plain

_ACCOUNT, _PASSWORD = "demo-soe", "Demo-soe-2026"
_LISTS = ("我的办件", "我的办件_更换护照", "我的办件_提前制卡", "我的办件_换补卡", "我的办件_注销")


async def _last_page(page: Page) -> int:
    """How many pages the list says that it has."""
    return int((await page.locator(".layui-laypage-skip").inner_text()).strip(" 页").partition("/")[2])


async def _enter(page: Page, entry: str) -> None:
    """Press a list's menu entry and wait for the page that comes: an empty list before it looks the same."""
    async with page.expect_navigation(wait_until="domcontentloaded"):
        await page.get_by_text(entry, exact=True).first.click()


async def _read_pages(page: Page) -> int:
    """Every list by its menu entry, every page of it by 下一页, as Playwright's documentation does it: each row's cells on the
    way. Rows that were read."""
    rows = 0
    for entry in _LISTS:
        await page.get_by_text(entry, exact=True).first.click()
        number = 1
        while True:
            shown = page.locator(".layui-laypage-skip")
            await expect(shown).to_contain_text(f"第 {number}/")
            for row in await page.locator(".list-table tbody tr").all():
                rows += len(await row.locator("td").all_inner_texts()) > 1
            if number >= await _last_page(page):
                break
            await page.locator(".layui-laypage-next").click()
            number += 1
    return rows


#: Whether the page of this number is drawn.
_DRAWN = (
    """(number) => document.querySelector(".layui-laypage-skip")?.textContent.includes(`第 ${number}/`)"""
)

#: Presses 下一页 (for the first page nothing) and tells how many pages there are, the moment the page asked for is drawn.
_TURN = """(number) => new Promise((done) => {
    const look = () => {
        const shown = /第 (\\d+)\\/(\\d+) 页/.exec(document.querySelector(".layui-laypage-skip")?.textContent ?? "");
        if (!shown || Number(shown[1]) !== number) return;
        watching.disconnect();
        done(Number(shown[2]));
    };
    const watching = new MutationObserver(look);
    watching.observe(document.body, { childList: true, subtree: true, characterData: true });
    if (number > 1) document.querySelector(".layui-laypage-next").click();
    look();
})"""


async def _load_pages(page: Page) -> int:
    """Every list by its menu entry, every page of it by 下一页 until it is drawn: but for the number of pages nothing is read.
    Pages that there were."""
    pages = 0
    for entry in _LISTS:
        await _enter(page, entry)
        await page.wait_for_function(_DRAWN, arg=1)
        last = await _last_page(page)
        for number in range(2, last + 1):
            await page.locator(".layui-laypage-next").click()
            await page.wait_for_function(_DRAWN, arg=number)
        pages += last
    return pages


async def _turn_pages(page: Page) -> int:
    """The same, every page in one call that turns it by script and waits."""
    pages = 0
    for entry in _LISTS:
        await _enter(page, entry)
        number, last = 0, 1
        while number < last:
            number += 1
            last = await page.evaluate(_TURN, number)
        pages += number
    return pages


async def _measure(replica: Replica, chromium: Chromium, home: Path, groups: int, rounds: int) -> None:
    replica.add_groups(_ACCOUNT, groups, *["已办结"] * 18, "待初审", "经济体审批中")
    profile = load_profile(replica.address, Settings(home=home))
    async with await Ledger.open(Settings(home=home).ledger_url, open_vault(home)) as ledger:
        sign_ins = SignIns(
            ledger,
            profile,
            load_packs(pack_files()),
            chromium,
            lambda account: profile.demo_accounts[account],
        )

        async def swept() -> tuple[float, Swept]:
            started = time.perf_counter()
            (one,) = await sweep(sign_ins, [_ACCOUNT])
            took = time.perf_counter() - started
            assert one.error is None, one.error
            assert one.listing.complete
            assert len(one.listing.groups) == groups
            return took, one

        async def by_hand(go: Callable[[Page], Awaitable[int]], wanted: int) -> float:
            context = await chromium.browser.new_context(
                locale="zh-CN", viewport={"width": 1360, "height": 900}
            )
            page = await context.new_page()
            started = time.perf_counter()
            await plain.sign_in(page, replica.address, _ACCOUNT, _PASSWORD)
            found = await go(page)
            took = time.perf_counter() - started
            assert found == wanted
            await context.close()
            return took

        first, one = await swept()
        print(
            f"first_sweep_seconds {first:.1f} detail_pages {one.opened} history_rows {one.rows}", flush=True
        )
        _, quiet = await swept()
        print(f"quiet_sweep_detail_pages {quiet.opened}")
        print(f"quiet_sweep_history_rows {quiet.rows}", flush=True)
        pages = max(1, -(-groups // 10)) + len(_LISTS) - 1  # the lists of the other business types are empty
        times = [
            (
                (await swept())[0],
                await by_hand(_read_pages, groups),
                await by_hand(_load_pages, pages),
                await by_hand(_turn_pages, pages),
            )
            for _ in range(rounds)
        ]
    ours, rows, loads, turns = (statistics.median(side) for side in zip(*times, strict=True))
    print(f"seconds sweep {ours:.1f} plain {rows:.1f} page_loads {loads:.1f} scripted_loads {turns:.1f}")
    print(f"sweep_against_plain {rows / ours:.2f}")
    print(f"sweep_against_page_loads {ours / loads:.2f}")
    print(f"sweep_against_scripted_loads {ours / turns:.2f}", flush=True)


async def main() -> None:
    """Print a line a measurement."""
    set_up_logs("ERROR")
    asked = [int(word) for word in sys.argv[1:]]
    groups, rounds = (*asked, *(2000, 3)[len(asked) :])
    with tempfile.TemporaryDirectory() as folder, Replica() as replica:
        async with Chromium.started(find_browser(headed=False)) as chromium:
            await _measure(replica, chromium, Path(folder), groups, rounds)


if __name__ == "__main__":
    asyncio.run(main())
