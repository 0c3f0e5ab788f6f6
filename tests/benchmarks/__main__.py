"""``make bench``: what the robot costs against a plain hand-written script, as ratios measured in one run.

Each line is ``name ratio``. The two sides of a ratio take turns in the same browser, so that the machine's mood is the
same for both; a ratio is the plain script's median time through the robot's, or as `docs/bench.md` says.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from flows.new_card import NewCard, member_information
from flows.parts.sign_in import choose_business, enter, sign_in
from rpa.browser import find_browser
from rpa.browser.chromium import Chromium
from rpa.cases import Case, CaseState, Ledger
from rpa.cases.runner import Runner
from rpa.cases.sign_ins import SignIns
from rpa.desk import Desk, page_scripts
from rpa.flow import pack_files
from rpa.logs import set_up_logs
from rpa.profile import Profile, load_profile
from rpa.screen import load_packs
from rpa.settings import Settings
from rpa.testing import Replica
from rpa.vault import open_vault
from tests.benchmarks import plain
from tests.benchmarks.accounts import two_accounts_at_once
from tests.people import group_of
from tests.samples import signed_sample

_ROUNDS = 5
_GROUP = 30


@dataclass
class Bench:
    """What every measurement needs: the replica, a running browser, and the sample of a one-member group."""

    replica: Replica
    chromium: Chromium
    profile: Profile
    home: Path
    sample: NewCard
    password: str


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await work()
    return time.perf_counter() - started


async def _take_turns(one: Callable[[], Awaitable[float]], other: Callable[[], Awaitable[float]]) -> float:
    """The ratio of the medians of `one` through `other`, measured in turns after a warm-up of each."""
    await one()
    await other()
    times = [(await one(), await other()) for _ in range(_ROUNDS)]
    return statistics.median(t for t, _ in times) / statistics.median(t for _, t in times)


async def member_page(bench: Bench) -> float:
    """The member page filled and read back: control by control against `screen`."""
    member = bench.sample.members[0]
    pack = load_packs(pack_files())
    context = await bench.chromium.context(bench.replica.address, scripts=page_scripts(pack))
    desk = Desk(await context.new_page(), pack, bench.profile)
    plain_context = await bench.chromium.browser.new_context(
        locale="zh-CN", viewport={"width": 1360, "height": 900}
    )
    page = await plain_context.new_page()

    async def open_page() -> None:
        if not await enter(desk):
            await sign_in(desk, bench.sample.account or "", SecretStr(bench.password))
        await choose_business(desk, "new_card")
        notice = await desk.screen("new_card.notice")
        await notice.read_to_end()
        await notice.press("read")
        await desk.screen("new_card.member")

    wanted = member_information(member)

    async def by_hand() -> float:
        await page.context.clear_cookies()
        await plain.sign_in(page, bench.replica.address, bench.sample.account or "", bench.password)
        await plain.open_member_page(page)

        async def work() -> None:
            await plain.fill_member(page, member)
            shown = await plain.read_member(page, member)
            assert shown["身份证号"] == member.id_no

        return await _timed(work)

    async def by_screen() -> float:
        await open_page()
        screen = desk.at("new_card.member")

        # fill reads the page back itself and raises for whatever it does not show
        return await _timed(lambda: screen.fill(wanted))

    ratio = await _take_turns(by_hand, by_screen)
    await plain_context.close()
    await context.close()
    return ratio


async def whole_case(bench: Bench) -> float:
    """A one-member case, sign-in to 团组号, ledger and read-back included on the robot's side."""
    account = bench.sample.account or ""
    number = 0

    def next_group() -> NewCard:
        nonlocal number
        number += 1
        bench.replica.reset()  # both sides find the portal as new: no stored invoice, no other group
        return group_of(1, bench.sample, start=number)

    async def by_hand() -> float:
        group = next_group()
        context = await bench.chromium.browser.new_context(
            locale="zh-CN", viewport={"width": 1360, "height": 900}
        )
        page = await context.new_page()
        folder = bench.home / "plain"
        seconds = await _timed(
            lambda: plain.file_case(page, group, bench.replica.address, bench.password, folder)
        )
        await context.close()
        return seconds

    async with await Ledger.open(Settings(home=bench.home).ledger_url, open_vault(bench.home)) as ledger:
        pack = load_packs(pack_files())

        async def by_robot() -> float:
            group = next_group()
            told: dict[str, float] = {}
            sign_ins = SignIns(
                ledger, bench.profile, pack, bench.chromium, lambda _: SecretStr(bench.password)
            )

            def tell(_: Case, step: str) -> None:
                told.setdefault(step, time.perf_counter())

            runner = Runner(ledger, sign_ins, tell=tell)
            started = time.perf_counter()
            receipt = await ledger.receive(group, portal=bench.profile.name, account=account)
            (filed,) = await runner.run([receipt.case])
            assert filed.case.state is CaseState.SUBMITTED, filed.case.error
            # the comparison of the detail page comes after the 团组号 and has no counterpart in the plain script
            return told["正在核对办件详情"] - started

        return await _take_turns(by_hand, by_robot)


async def members_flat(bench: Bench) -> float:
    """Seconds per member of a 30-member group: the median of the last ten against that of the 5th to the 14th."""
    group = group_of(_GROUP, bench.sample, start=500)
    blank = [member.model_copy(update={"files": member.files[:-1]}) for member in group.members]
    group = group.model_copy(update={"members": blank, "files": []})
    async with await Ledger.open(Settings(home=bench.home).ledger_url, open_vault(bench.home)) as ledger:
        sign_ins = SignIns(
            ledger,
            bench.profile,
            load_packs(pack_files()),
            bench.chromium,
            lambda _: SecretStr(bench.password),
        )
        receipt = await ledger.receive(group, portal=bench.profile.name, account=group.account or "")
        (filed,) = await Runner(ledger, sign_ins).run([receipt.case])
        assert filed.case.state is CaseState.AWAITING_SIGNATURE, filed.case.error
    saved = [
        datetime.fromisoformat(event["at"])
        for event in bench.replica.events()
        if event["kind"] == "template" and event["group_no"] == filed.case.group_no
    ]
    steps = [(after - before).total_seconds() for before, after in itertools.pairwise(saved)]
    return statistics.median(steps[-10:]) / statistics.median(steps[4:14])


async def main() -> None:
    """Print a line a measurement."""
    set_up_logs("ERROR")
    with tempfile.TemporaryDirectory() as folder:
        async with Chromium.started(find_browser(headed=False)) as chromium:
            for latency in (0, 50):
                with Replica(latency_ms=latency) as replica:
                    bench = _bench(replica, chromium, Path(folder))
                    if latency == 0:
                        print(f"member_page_filled_and_read_back {await member_page(bench):.2f}", flush=True)
                    print(f"whole_case_at_{latency}_ms {await whole_case(bench):.2f}", flush=True)
                    if latency:
                        accounts = await two_accounts_at_once(replica, chromium, Path(folder))
                        print(f"two_accounts_at_once {accounts:.2f}", flush=True)
            with Replica() as replica:
                flat = await members_flat(_bench(replica, chromium, Path(folder)))
                print(f"seconds_per_member_last_to_first {flat:.2f}", flush=True)


def _bench(replica: Replica, chromium: Chromium, home: Path) -> Bench:
    profile = load_profile(replica.address, Settings(home=home))
    group = signed_sample()
    password = profile.demo_accounts[group.account or ""].get_secret_value()
    return Bench(replica, chromium, profile, home, group, password)


if __name__ == "__main__":
    asyncio.run(main())
