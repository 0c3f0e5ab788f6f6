"""``make bench-sweep [ARGS="GROUPS ROUNDS"]``: a sweep of 2,000 groups against the plain way and against the bare page loads, in one browser.

Each line is ``name ratio`` (or a count). The sides take turns on the same list of 200 pages; a ratio is of medians.

- ``sweep_against_plain``: pages awaited with ``expect``, rows read one by one with ``all_inner_texts``, through a whole sweep: sign-in, five lists,
  proof, comparison, ledger. Wanted: 3 or more.
- ``sweep_against_page_loads``: a whole sweep through the same pages only turned and waited for. Wanted: 1.3 or less.
- ``quiet_sweep_detail_pages``, ``quiet_sweep_history_rows``: of a second sweep. Wanted: 0.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
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


async def _turn_pages(page: Page, *, read: bool) -> int:
    """Every list by its menu entry, every page of it by 下一页; `read`: each row's cells on the way. Rows that were read."""
    rows = 0
    for entry in _LISTS:
        await page.get_by_text(entry, exact=True).first.click()
        number = 1
        while True:
            shown = page.locator(".layui-laypage-skip")
            if read:  # as Playwright's documentation waits for a list that is drawn anew
                await expect(shown).to_contain_text(f"第 {number}/")
            else:  # as quickly as can be
                await shown.filter(has_text=f"第 {number}/").wait_for()
            if read:
                for row in await page.locator(".list-table tbody tr").all():
                    rows += len(await row.locator("td").all_inner_texts()) > 1
            last = int((await shown.inner_text()).strip(" 页").partition("/")[2])
            if number >= last:
                break
            await page.locator(".layui-laypage-next").click()
            number += 1
    return rows


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

        async def by_hand(*, read: bool) -> float:
            context = await chromium.browser.new_context(
                locale="zh-CN", viewport={"width": 1360, "height": 900}
            )
            page = await context.new_page()
            started = time.perf_counter()
            await plain.sign_in(page, replica.address, _ACCOUNT, _PASSWORD)
            rows = await _turn_pages(page, read=read)
            took = time.perf_counter() - started
            assert rows == (groups if read else 0)
            await context.close()
            return took

        first, one = await swept()
        print(
            f"first_sweep_seconds {first:.1f} detail_pages {one.opened} history_rows {one.rows}", flush=True
        )
        _, quiet = await swept()
        print(f"quiet_sweep_detail_pages {quiet.opened}")
        print(f"quiet_sweep_history_rows {quiet.rows}", flush=True)
        times = [
            ((await swept())[0], await by_hand(read=True), await by_hand(read=False)) for _ in range(rounds)
        ]
    ours, rows, loads = (statistics.median(side) for side in zip(*times, strict=True))
    print(f"seconds sweep {ours:.1f} plain {rows:.1f} page_loads {loads:.1f}")
    print(f"sweep_against_plain {rows / ours:.2f}")
    print(f"sweep_against_page_loads {ours / loads:.2f}", flush=True)


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
