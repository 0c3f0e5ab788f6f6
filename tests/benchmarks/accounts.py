"""Two accounts side by side against one after the other."""

from __future__ import annotations

import itertools
import statistics
import time
from pathlib import Path

from rpa.browser.chromium import Chromium
from rpa.cases import CaseState, Ledger
from rpa.cases.runner import Runner
from rpa.cases.sign_ins import SignIns
from rpa.flow import pack_files
from rpa.profile import load_profile
from rpa.screen import load_packs
from rpa.settings import Settings
from rpa.testing import Replica
from rpa.vault import open_vault
from tests.people import group_of
from tests.samples import signed_sample

__all__ = ["two_accounts_at_once"]

_ROUNDS = 5


async def two_accounts_at_once(replica: Replica, chromium: Chromium, home: Path) -> float:
    """A whole case of each of two accounts, one account after the other through both at once."""
    profile = load_profile(replica.address, Settings(home=home))
    samples = [signed_sample("A"), signed_sample("B")]
    numbers = itertools.count(100)  # nobody is filed twice
    async with await Ledger.open(Settings(home=home).ledger_url, open_vault(home)) as ledger:
        sign_ins = SignIns(
            ledger,
            profile,
            load_packs(pack_files()),
            chromium,
            lambda account: profile.demo_accounts[account],
        )

        async def seconds(at_once: int) -> float:
            replica.reset()
            groups = [group_of(1, sample, start=next(numbers)) for sample in samples]
            cases = [
                (await ledger.receive(group, portal=profile.name, account=group.account or "")).case
                for group in groups
            ]
            started = time.perf_counter()
            filed = await Runner(ledger, sign_ins, at_once=at_once).run(cases)
            took = time.perf_counter() - started
            for one in filed:
                assert one.case.state is CaseState.SUBMITTED, one.case.error
                assert one.case.error is None
            return took

        await seconds(1)
        await seconds(2)
        times = [(await seconds(1), await seconds(2)) for _ in range(_ROUNDS)]
    return statistics.median(one for one, _ in times) / statistics.median(two for _, two in times)
