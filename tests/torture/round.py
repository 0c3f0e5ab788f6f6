"""Rounds of torture: cases of each business type, a program that is killed again and again, and the portal's own count."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from flows.new_card import NewCard
from rpa import resources
from rpa.application import Application
from rpa.flow import flows
from rpa.intake import read
from rpa.testing import Replica
from tests.flows.sources import Inputs, Portal
from tests.samples import signed_sample

from .boundaries import Boundary, Met
from .home import Figures, Home
from .program import Kill, Program, Traces

__all__ = ["Rounds"]

_TRIES = 3
_KILLS = (Kill.FAMILY, Kill.ALONE, Kill.ALONE, Kill.BROWSER)


@dataclass
class Rounds:
    """`dice` decides when and what is killed; the data folders are made in `folder`."""

    replica: Replica
    folder: Path
    traces: Traces
    dice: random.Random
    _numbers: Iterator[int] = field(default_factory=count)

    def at_any_moment(self, kills: int) -> Figures:
        """File five cases, one of each type, through so many kills, each at a random line of the log or moment."""
        home = self._home()
        home.receive(self._one_of_each(home))
        figures = Figures()
        for _ in range(kills):
            home.sign()
            if home.are_filed:
                break
            how = self.dice.choice(_KILLS)
            with Program.started(home.folder, self.traces) as program:
                if self.dice.random() < 0.5:
                    line = self.dice.randint(1, 60)
                    program.until(lambda one, line=line: one.lines >= line)  # type: ignore[misc]
                else:
                    program.until(lambda _: False, self.dice.uniform(0.5, 12.0))
                program.kill(how)
            _note(figures, how)
        home.finish()
        home.count(figures)
        return figures

    def at_boundaries(self, boundaries: Sequence[Boundary]) -> Figures:
        """Kill the program at each of these, all of one type, in their order.

        A case that was killed goes on to the next boundary; what it does not come to any more, another case does.
        """
        figures = Figures(boundaries=len(boundaries))
        left = list(boundaries)
        tries: Counter[Boundary] = Counter()
        while left:
            home = self.one_case(left[0].kind)
            while left and not home.are_filed:
                boundary = left[0]
                tries[boundary] += 1
                # the browser alone ends in a program that goes on: that is another matter than a boundary
                how = self.dice.choice((Kill.FAMILY, Kill.ALONE))
                met = Met(boundary, home)
                with Program.started(home.folder, self.traces) as program:
                    is_there = program.until(met)
                    if is_there:
                        program.kill(how)
                        _note(figures, how)
                if met.was_there() and is_there:
                    figures.covered += 1
                    left.pop(0)
                elif tries[boundary] == _TRIES:
                    figures.trouble.append(f"not met: {boundary}")
                    left.pop(0)
            home.finish()
            home.count(figures)
        return figures

    def one_case(self, kind: str) -> Home:
        """A home with one new case of this type, its papers signed."""
        home = self._home()
        inputs = Inputs(home.folder / "papers")
        one = signed_sample() if kind == "new_card" else inputs.signed(inputs.of(kind, home.portal))
        home.receive([one])
        return home

    def _home(self) -> Home:
        self.replica.reset()
        folder = self.folder / str(next(self._numbers))
        folder.mkdir()
        return Home(self.replica, Portal(self.replica), folder, self.traces)

    def _one_of_each(self, home: Home) -> list[Application]:
        private = read([resources.folder("fixtures") / "new_card.yaml"], dict(flows()))
        [new_card] = [
            one.application for one in private.applications if one.application.account == "demo-private"
        ]
        assert isinstance(new_card, NewCard)
        inputs = Inputs(home.folder / "papers")
        # one card may not be in two groups at once
        cancelled, replaced = home.portal.cards()[:2]
        number, members = home.portal.deciding()
        return [
            new_card,
            inputs.passport_change([members[2]], source_group=number),
            inputs.early_card([members[0]], source_group=number),
            inputs.card_replacement([replaced]),
            inputs.card_cancellation([cancelled]),
        ]


def _note(figures: Figures, how: Kill) -> None:
    figures.kills += 1
    figures.alone += how is Kill.ALONE
    figures.browser += how is Kill.BROWSER
