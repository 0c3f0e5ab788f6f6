"""What the states of a group mean: the portal's words for them, as the packs know them, each of one kind.

A pack says them by kind; a bare word is the whole text of a state, a ``part`` stands anywhere in it::

    states:
      returned: [初审退回, 复审退回, {part: 退回}]
      to_pay: 待缴费

Those of a business type stand in its own pack and are tried first, those of all types in ``common.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from rpa.errors import SettingsError
from rpa.screen.words import fold

__all__ = ["StateKind", "StateWords", "read_states"]


class StateKind(StrEnum):
    """What a state means for those who wait for it, whatever the portal calls it."""

    DRAFT = "draft"  # kept but not submitted
    SUBMITTED = "submitted"  # nobody has looked at it yet
    IN_REVIEW = "in_review"
    RETURNED = "returned"  # an office wants it corrected
    TO_PAY = "to_pay"
    ACCEPTED = "accepted"
    DECIDING = "deciding"  # the economies decide
    MAKING = "making"
    MADE = "made"
    TO_COLLECT = "to_collect"
    MAILED = "mailed"
    CLOSED = "closed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # by the applicant, who may submit it again
    VOID = "void"
    UNKNOWN = "unknown"  # a word that no pack knows

    @property
    def is_final(self) -> bool:
        """Whether nothing will happen any more."""
        return self in (StateKind.CLOSED, StateKind.REFUSED, StateKind.VOID)


@dataclass(frozen=True, slots=True)
class StateWords:
    """The words of one pack: whole texts, and parts in the order in which they are tried."""

    whole: Mapping[str, StateKind] = field(default_factory=dict)
    parts: tuple[tuple[str, StateKind], ...] = ()

    def by_part(self, word: str) -> StateKind | None:
        """The kind of the first part that stands in a folded word."""
        return next((kind for part, kind in self.parts if part in word), None)


def read_states(entry: Mapping[str, Any], where: str) -> StateWords:
    """The ``states`` of a pack; :class:`~rpa.errors.SettingsError` names the entry that is wrong."""
    whole: dict[str, StateKind] = {}
    parts: list[tuple[str, StateKind]] = []
    for name, words in entry.items():
        place = f"{where} states.{name}"
        try:
            kind = StateKind(name)
        except ValueError:
            known = "、".join(kind for kind in StateKind if kind is not StateKind.UNKNOWN)
            raise SettingsError("不认识的状态种类", where=place, advice=f"可用的种类：{known}") from None
        for word in words if isinstance(words, list) else [words]:
            if isinstance(word, Mapping) and set(word) == {"part"} and fold(str(word["part"])):
                parts.append((fold(str(word["part"])), kind))
            elif not isinstance(word, str) or not fold(word) or kind is StateKind.UNKNOWN:
                raise SettingsError("应为状态的文字，或 {part: 其中的文字}", where=place)
            elif whole.setdefault(fold(word), kind) is not kind:
                raise SettingsError(f"“{word}”同时属于两种状态", where=place)
    return StateWords(whole, tuple(parts))
