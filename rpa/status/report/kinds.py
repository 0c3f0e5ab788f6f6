"""The kinds of states as a report shows them: their order along a group's way, their words, their colours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from colorsys import hls_to_rgb, rgb_to_hls

from rpa.screen import StateKind

__all__ = ["colours", "in_order", "word_of"]

_K = StateKind

# in the order of a group's way; hues tell who acts: grey nobody yet, blue the offices, violet the economies, amber and red
# the unit, teal and green the end
_LOOKS: Mapping[StateKind, tuple[str, str]] = {
    _K.DRAFT: ("未上报", "#94a3b8"),
    _K.SUBMITTED: ("已上报", "#7dd3fc"),
    _K.IN_REVIEW: ("审核中", "#38a3d8"),
    _K.RETURNED: ("退回补正", "#dc2626"),
    _K.TO_PAY: ("待缴费", "#f59e0b"),
    _K.ACCEPTED: ("已受理", "#2563eb"),
    _K.DECIDING: ("经济体审批", "#7c3aed"),
    _K.MAKING: ("制卡中", "#0d9488"),
    _K.MADE: ("已制卡", "#14b8a6"),
    _K.TO_COLLECT: ("待领取", "#eab308"),
    _K.MAILED: ("已邮寄", "#84cc16"),
    _K.CLOSED: ("已办结", "#16a34a"),
    _K.REFUSED: ("不予受理", "#991b1b"),
    _K.WITHDRAWN: ("已撤回", "#a8a29e"),
    _K.VOID: ("已作废", "#57534e"),
    _K.UNKNOWN: ("不认识的状态", "#db2777"),
}
_ORDER = {kind: place for place, kind in enumerate(_LOOKS)}


def word_of(kind: StateKind | str) -> str:
    """A kind in the filing officer's words; a kind that a newer version wrote stays as it is."""
    return _LOOKS[StateKind(kind)][0] if kind in _ORDER else str(kind)


def in_order(states: Iterable[str], kind_of: Callable[[str], StateKind]) -> list[str]:
    """States along a group's way, those of one kind in the order given."""
    return sorted(states, key=lambda state: _ORDER[kind_of(state)])


def colours(states: Iterable[str], kind_of: Callable[[str], StateKind]) -> dict[str, str]:
    """A colour for each state: its kind's; the second and later of one kind are lighter ones of it."""
    found: dict[str, str] = {}
    used: dict[StateKind, int] = {}
    for state in states:
        kind = kind_of(state)
        found[state] = _lighter(_LOOKS[kind][1], used.get(kind, 0))
        used[kind] = used.get(kind, 0) + 1
    return found


def _lighter(colour: str, times: int) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    hue, light, saturation = rgb_to_hls(red, green, blue)
    shade = hls_to_rgb(hue, 1 - (1 - light) * 0.72**times, saturation)
    return "#" + "".join(f"{round(part * 255):02x}" for part in shade)
