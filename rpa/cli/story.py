"""What ``ywtb demo`` tells: samples that are filed act by act, and what the replica's back office does in between.

The story is data, ``fixtures/story.yaml``: a list of acts, each with the business types whose samples are filed
(`file`) and what the back office does then (`office`): ``{group: new_card/A, state: 经济体审批中}`` or
``{group: new_card/A, decisions: {AUS: 已批准}}``, of the whole group or of one `member` (its place from 1). A state may
come with an `opinion`. An act that files nothing is one in which a sweep looks what the back office has done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from rpa import resources
from rpa.testing import Replica

__all__ = ["Act", "Deed", "read_story"]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something the back office does to the group of one sample: `business type/key`."""

    group: str
    state: str = ""
    opinion: str = ""
    decisions: Mapping[str, str] | None = None
    member: int | None = None

    def play(self, replica: Replica, group_no: str) -> str:
        """Do it to the group of this number; says what was done."""
        if self.decisions:
            replica.decide(group_no, dict(self.decisions), member=self.member)
            return f"{group_no}：{len(self.decisions)} 个经济体作出决定"
        replica.set_state(group_no, self.state, self.opinion, member=self.member)
        return f"{group_no}：{self.state}"


@dataclass(frozen=True, slots=True)
class Act:
    """The samples that are filed together, if any, and what happens to the groups then."""

    file: tuple[str, ...]
    office: tuple[Deed, ...] = ()

    @property
    def samples(self) -> list[Path]:
        """The sample workbooks of this act."""
        return [resources.folder("fixtures") / f"{name}.xlsx" for name in self.file]


def read_story() -> list[Act]:
    """The acts in their order."""
    path = resources.folder("fixtures") / "story.yaml"
    acts: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return [
        Act(tuple(act.get("file", ())), tuple(Deed(**deed) for deed in act.get("office", ()))) for act in acts
    ]
