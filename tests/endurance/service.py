"""A program in long service: one ledger, one browser, case after case of the five business types."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from rpa.application import Application
from rpa.cases import Case, CaseState
from rpa.cli.office import Office, Passwords
from rpa.cli.started import start
from rpa.flow import flows
from rpa.testing import Replica
from tests.flows.sources import Inputs, Portal
from tests.people import group_of
from tests.samples import signed_sample

from .remains import Remains

__all__ = ["Figures", "Service"]

_MEGABYTE = 1024 * 1024
_READINGS = 5


@dataclass
class Figures:
    """Memory after each case, in bytes; what was left behind when the program had ended its work.

    `may_grow` is how many times the memory by the `early` case that by the last may be.
    """

    early: int
    may_grow: float
    memory: list[int] = field(default_factory=list)
    temp_at_work: list[int] = field(default_factory=list)
    processes: int = 0
    temp: int = 0
    sockets: int = 0
    seconds: float = 0.0
    trouble: list[str] = field(default_factory=list)

    def level(self, number: int) -> float:
        """The memory by that case: the lowest of the last few readings, because garbage comes and goes."""
        few = min(_READINGS, self.early, len(self.memory) - self.early)
        return min(self.memory[number - few : number])

    @property
    def ratio(self) -> float:
        """The level of memory by the last case through that by an early one."""
        return self.level(len(self.memory)) / self.level(self.early)

    @property
    def good(self) -> bool:
        """Whether nothing was left and memory stayed what it was."""
        left = self.processes or self.temp or self.sockets or self.trouble
        return (
            not left
            and self.temp_at_work[-1] <= self.temp_at_work[self.early - 1]
            and self.ratio <= self.may_grow
        )

    def __str__(self) -> str:
        early, last = (self.level(number) / _MEGABYTE for number in (self.early, len(self.memory)))
        return (
            f"cases={len(self.memory)} processes={self.processes} temp={self.temp} sockets={self.sockets} "
            f"memory_{self.early}={early:.0f}MB memory_{len(self.memory)}={last:.0f}MB ratio={self.ratio:.2f} "
            f"seconds={self.seconds:.0f}"
        )


@dataclass
class Service:
    """Files `number` cases one after the other, as the program does whose work never ends; looks at it after each."""

    replica: Replica
    folder: Path
    temp: Path
    number: int = 50
    early: int = 10
    kinds: Collection[str] = tuple(flows())
    may_grow: float = 1.10

    def run(self, tell: Callable[[str], object]) -> Figures:
        """File them; `tell` hears of each."""
        figures = Figures(self.early, self.may_grow)
        self.replica.reset()
        applications = list(self._applications(Portal(self.replica)))[: self.number]
        began = time.monotonic()
        remains = Remains(self.temp, [child.pid for child in psutil.Process().children(recursive=True)])
        with Office.open(start(as_json=False, home=self.folder / "home")) as office:
            profile = office.profile(self.replica.address)
            passwords = office.passwords((profile.name, one.account or "") for one in applications)
            try:
                for application in applications:
                    case = self._file(office, profile.name, application, passwords)
                    if case.state is not CaseState.SUBMITTED or case.error:
                        figures.trouble.append(f"{case.business_type} {case.state} {case.error}")
                    figures.memory.append(remains.memory())
                    figures.temp_at_work.append(remains.files)
                    tell(_line(figures, case, remains))
            except KeyboardInterrupt:  # a run that somebody has had enough of tells what it has seen
                if len(figures.memory) <= self.early:
                    raise
                figures.trouble.append("cut short")
        figures.processes, figures.temp, figures.sockets = remains.processes, remains.files, remains.sockets
        figures.seconds = time.monotonic() - began
        return figures

    def _file(self, office: Office, portal: str, application: Application, passwords: Passwords) -> Case:
        account = application.account or ""
        receipt = office.do(office.ledger.receive(application, portal=portal, account=account))
        [filed] = office.do(office.run([receipt.case], passwords, _silent))
        return filed.case

    def _applications(self, portal: Portal) -> Iterator[Application]:
        """As many as are wanted or a few more, of the types in turn, each signed already."""
        inputs = Inputs(self.folder / "papers")
        private = signed_sample()
        for turn in range(-(-self.number // len(self.kinds))):
            number = portal.another_group({}, {})
            portal.office.decide(number, {"AUS": "已批准"})
            one, other = (member["fields"] for member in portal.replica.group(number)["members"])
            one_of_each = [
                group_of(1, private, start=1 + turn),
                inputs.signed(inputs.early_card([one], source_group=number)),
                inputs.signed(inputs.card_replacement([portal.another_card()])),
                inputs.signed(inputs.passport_change([other], source_group=number)),
                inputs.signed(inputs.card_cancellation([portal.another_card()])),
            ]
            yield from [one for one in one_of_each if one.business_type in self.kinds]


def _line(figures: Figures, case: Case, remains: Remains) -> str:
    return (
        f"{len(figures.memory):3} {case.business_type:18} {figures.memory[-1] / _MEGABYTE:.0f}MB "
        f"temp={remains.files} processes={remains.processes} sockets={remains.sockets}"
    )


def _silent(_case: Case, _step: str) -> None:
    return None
