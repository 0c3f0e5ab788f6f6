"""Two clerks at two machines hand in the same cases of one account, and the portal's own count of what came of it."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rpa.testing import Replica
from rpa.vault import open_vault
from tests.cli.kit import Ran, Ywtb
from tests.flows.clerk import write_scan
from tests.flows.sources import ACCOUNT, REPORTS, Fields, Portal

from .sessions import logins, used_together

__all__ = ["Crowd", "Figures"]

_KIND = "card_cancellation"  # the shortest way to a filed group
_SECONDS = 240.0


@dataclass
class Figures:
    """What came of it: sessions of the account, uses of one while another was live, groups filed, twice, not at all."""

    programs: int = 0
    failed: int = 0
    cases: int = 0
    sessions: int = 0
    together: int = 0
    filed: int = 0
    twice: int = 0
    lost: int = 0
    seconds: float = 0.0
    trouble: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether the promise was kept."""
        return not (self.together or self.twice or self.lost or self.failed) and self.filed == self.cases > 0

    def __str__(self) -> str:
        return (
            f"programs={self.programs} failed={self.failed} cases={self.cases} sessions={self.sessions} "
            f"together={self.together} filed={self.filed} twice={self.twice} lost={self.lost} "
            f"seconds={self.seconds:.0f}"
        )


@dataclass
class Crowd:
    """`size` groups of one account in books of `book`, each handed in by both clerks: one begins in front, one behind.

    `ledger` is the address of the ledger that both share, each with a data folder of its own, as on two machines; without
    one they share a data folder with the SQLite file in it. `apart` gives each a ledger of its own, which is the
    mistake: there is no lease between them then.
    """

    replica: Replica
    folder: Path
    size: int = 20
    book: int = 4
    ledger: str = ""
    apart: bool = False

    def run(self) -> Figures:
        """Let both work through all books, two programs at a time, and count."""
        self.replica.reset()
        portal = Portal(self.replica)
        holders = [portal.another_card() for _ in range(self.size)]
        starts = range(0, self.size, self.book)
        books = [self._write(start, holders[start : start + self.book]) for start in starts]
        clerks = [self._clerk(name) for name in ("front", "behind")]
        began = time.monotonic()
        ran: list[Ran] = []
        threads = [
            threading.Thread(target=self._hand_in, args=(clerk, order, ran))
            for clerk, order in zip(clerks, (books, books[::-1]), strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        figures = Figures(programs=len(ran), seconds=time.monotonic() - began)
        failed = [one for one in ran if one.code]
        figures.failed = len(failed) + 2 * len(books) - len(ran)
        figures.trouble += [f"exit code {one.code}: {one.text[-600:]}" for one in failed]
        self._count(portal, clerks, holders, figures)
        return figures

    def _hand_in(self, clerk: Ywtb, books: Sequence[Path], ran: list[Ran]) -> None:
        for book in books:
            ran.append(clerk("submit", book, "--portal", self.replica.address, "--json", seconds=_SECONDS))

    def _clerk(self, name: str) -> Ywtb:
        """The program as this clerk starts it."""
        shares_folder = not (self.ledger or self.apart)
        home = self.folder / ("both" if shares_folder else name)
        work = self.folder / "papers"
        variables = {"YWTB_LOG_LEVEL": "WARNING"}
        if self.ledger:
            variables["YWTB_LEDGER"] = self.ledger
            variables["YWTB_KEY"] = self._key()
        return Ywtb(home, work, variables)

    def _key(self) -> str:
        """The key that both machines were given."""
        folder = self.folder / "key"
        folder.mkdir(exist_ok=True)
        open_vault(folder)
        return (folder / "key").read_text(encoding="ascii").strip()

    def _write(self, first: int, holders: Sequence[Fields]) -> Path:
        """An input of the groups of these holders, numbered from `first`, each with its signed report."""
        papers = self.folder / "papers"
        report = REPORTS[_KIND]
        groups = []
        for number, holder in enumerate(holders, first + 1):
            key = str(number)
            scan = write_scan(papers / f"{key}-{report}.pdf", key)
            groups.append(
                {
                    "团组编号": key,
                    "账号": ACCOUNT,
                    "办理原因": "退休",
                    "成员": [
                        {
                            "成员编号": "1",
                            "姓名": holder["姓名"],
                            "身份证号": holder["身份证号"],
                            "卡号": holder["卡号"],
                        }
                    ],
                    "附件": [{"材料名称": report, "文件": scan.name}],
                }
            )
        path = papers / f"book-{first}.json"
        path.write_text(
            json.dumps({"业务类型": "注销", "团组": groups}, ensure_ascii=False), encoding="utf-8"
        )
        return path

    def _count(
        self, portal: Portal, clerks: Sequence[Ywtb], holders: Sequence[Fields], figures: Figures
    ) -> None:
        """The portal's log and groups, against the ledger."""
        events = self.replica.events()
        figures.sessions = len(logins(events, ACCOUNT))
        late = used_together(events, ACCOUNT)
        figures.together = len(late)
        figures.trouble += [f"late: {one['session']} {one['kind']} {one['detail']}" for one in late[:10]]
        groups = portal.filed()
        figures.filed = len(groups)
        times = Counter(member["fields"]["身份证号"] for group in groups for member in group["members"])
        figures.twice = sum(number - 1 for number in times.values())
        cases = self._cases(clerks)
        figures.cases = len(cases)
        numbers = {group["group_no"] for group in groups}
        right = [one for one in cases if one["state"] == "submitted" and one["group_no"] in numbers]
        figures.lost = max(len(holders) - len({one["group_no"] for one in right}), len(cases) - len(right))
        figures.trouble += [f"{one['id']} {one['state']} {one['error']}" for one in cases if one not in right]

    def _cases(self, clerks: Sequence[Ywtb]) -> list[dict[str, Any]]:
        """All cases, as both clerks see them now."""
        seen: dict[str, dict[str, Any]] = {}
        for clerk in clerks:
            for case in clerk("cases", "--json").document["cases"]:
                seen.setdefault(case["id"], case)
        return list(seen.values())
