"""The boundaries of a case's way: each step of its log, each change of its state, and the moments around the last press."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from rpa.flow import flows
from rpa.testing import Replica

from .home import Home, submits
from .program import Program, Step

__all__ = ["PRESS", "Boundary", "Met", "boundaries", "learn"]

_COMMITTING = "committing"
_PRESSING = ("正在上报", "保存并上报")


class Boundary(NamedTuple):
    """Where a program at work on a case of `kind` is killed: at a `step` or once its case has come to a `state`.

    `press` is a moment around the last press instead; see :data:`PRESS`.
    """

    kind: str
    step: Step | None = None
    state: str = ""
    press: str = ""

    def __str__(self) -> str:
        place = " / ".join(filter(None, self.step)) if self.step else self.state or self.press
        return f"{self.kind}: {place}"


#: The intent is written and nothing pressed; the press is on its way; the portal has answered and nobody has noted it.
PRESS = ("intent", "on its way", "answered")


def learn(home: Home, kind: str) -> list[Boundary]:
    """File the one case of `home` in one unbroken run, and tell all the boundaries that it passes."""
    with Program.started(home.folder, home.traces, lease=60) as program:
        program.wait()
        steps = list(dict.fromkeys(program.steps))
    if "verified" not in (word for _, word in home.happened()):
        raise RuntimeError(f"{kind} does not come to its end unharmed either: {program.steps[-1:]}")
    states = list(dict.fromkeys(word for _, word in home.happened() if word not in ("received", _COMMITTING)))
    return [
        *(Boundary(kind, step=step) for step in steps if any(step)),
        *(Boundary(kind, state=state) for state in states),
        *(Boundary(kind, press=press) for press in PRESS),  # the first is the change to committing
    ]


def boundaries(home_of: Callable[[str], Home]) -> dict[str, list[Boundary]]:
    """All of them by business type; `home_of` gives a home with one new case of a type."""
    return {kind: learn(home_of(kind), kind) for kind in flows()}


@dataclass
class Met:
    """Tells when a program has come to a boundary, and afterwards whether it was killed there and no later."""

    boundary: Boundary
    home: Home

    def __post_init__(self) -> None:
        self._replica: Replica = self.home.replica
        self._before = max((seq for seq, _ in self.home.happened()), default=0)
        self._submits = submits(self._replica)
        if self.boundary.press == "on its way":  # the portal takes its time before it looks at the press
            self._replica.faults("slow", at="submit", ms=1500, times=1)

    def __call__(self, program: Program) -> bool:
        """Whether it is there now."""
        match self.boundary:
            case Boundary(step=(_, _) as step):
                return step in program.steps
            # the portal is asked no more often than it must be
            case Boundary(press="answered"):
                return _PRESSING in program.steps and self._is_submitted
            case Boundary(press="on its way"):
                return _PRESSING in program.steps and self._is_asked
            case Boundary(press="intent"):
                return _COMMITTING in self._since
            case _:
                return self.boundary.state in self._since

    def was_there(self) -> bool:
        """Whether the kill was in time; the portal is then as it was."""
        self._replica.clear_faults()
        match self.boundary.press:
            case "intent":
                return not self._is_submitted
            case "on its way" | "answered":
                return self._since[-1:] == [_COMMITTING]
        return True

    @property
    def _is_asked(self) -> bool:
        return any(fault["seen"] for fault in self.home.portal.office.get("/faults"))

    @property
    def _is_submitted(self) -> bool:
        return submits(self._replica) > self._submits

    @property
    def _since(self) -> list[str]:
        return [word for seq, word in self.home.happened() if seq > self._before]
