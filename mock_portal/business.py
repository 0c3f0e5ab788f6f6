"""The business types of the module APEC商务旅行卡 and the states a group passes through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "BUSINESS_TYPES",
    "CLOSED",
    "DECIDING",
    "DRAFT",
    "EDITABLE",
    "FINAL",
    "MADE",
    "MAILED",
    "MAKING",
    "NEW_CARD",
    "REFUSED",
    "STATES",
    "SUBMITTED",
    "WAITING",
    "BusinessType",
    "State",
    "rank",
    "type_named",
]


@dataclass(frozen=True, slots=True)
class State:
    """A group's state; `node` and `office` are what 办理流程 shows for the step that led into it."""

    text: str
    node: str
    office: str
    editable: bool = False
    final: bool = False


_UNIT, _CITY, _REGION, _MINISTRY = "申请单位", "初审单位", "自治区外事办", "外交部"

STATES = (
    State("暂存", "填报", _UNIT, editable=True),
    State("待初审", "上报", _UNIT),
    State("初审退回", "初审", _CITY, editable=True),
    State("待复审", "初审", _CITY),
    State("复审退回", "复审", _REGION, editable=True),
    State("不予受理", "复审", _REGION, final=True),
    State("待缴费", "复审", _REGION),
    State("已受理", "受理", _REGION),
    State("外交部审核中", "审核", _MINISTRY),
    State("外交部退回", "审核", _MINISTRY, editable=True),
    State("经济体审批中", "审批", _MINISTRY),
    State("制卡中", "制卡", _MINISTRY),
    State("已制卡", "制卡", _MINISTRY),
    State("待领取", "领取", _REGION),
    State("已邮寄", "领取", _REGION),
    State("已办结", "办结", _REGION, final=True),
    State("已撤回", "撤回", _UNIT, editable=True),
    State("已作废", "作废", _UNIT, final=True),
)
"""Texts assembled from similar portals; the real vocabulary is not public."""

DRAFT, SUBMITTED = STATES[0].text, STATES[1].text
REFUSED, DECIDING, MAKING, MADE = "不予受理", "经济体审批中", "制卡中", "已制卡"
WAITING, MAILED, CLOSED = "待领取", "已邮寄", "已办结"
EDITABLE = frozenset(state.text for state in STATES if state.editable)
FINAL = frozenset(state.text for state in STATES if state.final)


@dataclass(frozen=True, slots=True)
class BusinessType:
    """One of the manual's five jobs: `slug` names it in code, `title` on the pages, `entry` is where its tile leads.

    `menu` is its own entry of 我的办件 in the navigation (manual 2.2.2, 2.3.2, 2.4.2, 2.5.2); 新卡申办 has none.
    `prefix` begins its group numbers, `source` is what it starts from, `line` the states of a group without trouble.
    """

    slug: str
    title: str
    hint: str
    entry: str
    prefix: str
    line: tuple[str, ...]
    source: Literal["", "group", "card"] = ""
    menu: str = ""


_OFFICES = (SUBMITTED, "待复审")
_PAID = (*_OFFICES, "待缴费", "已受理", "外交部审核中")
_CARD = (MAKING, MADE, WAITING, CLOSED)
_CONFIRMED = (*_OFFICES, "外交部审核中", CLOSED)

NEW_CARD = "new_card"

BUSINESS_TYPES = (
    BusinessType(
        NEW_CARD,
        "新卡申办",
        "本单位未持卡人员申请办理APEC卡",
        "/new_card/notice",
        "APEC",
        (DRAFT, *_PAID, DECIDING, *_CARD),
    ),
    BusinessType(
        "passport_change",
        "制卡前更换护照",
        "外交部制卡前更换护照信息",
        "/passport_change",
        "HZ",
        _CONFIRMED,
        "group",
        "更换护照",
    ),
    BusinessType(
        "early_card",
        "提前制卡",
        "经济体未全部完成审批前申请制卡",
        "/early_card",
        "TQ",
        _CONFIRMED,
        "group",
        "提前制卡",
    ),
    BusinessType(
        "card_replacement",
        "换补卡",
        "旧卡破损、丢失或关联护照变更",
        "/card_replacement",
        "HB",
        (*_PAID, *_CARD),
        "card",
        "换补卡",
    ),
    BusinessType(
        "card_cancellation",
        "注销",
        "持卡人离开原工作单位",
        "/card_cancellation",
        "ZX",
        _CONFIRMED,
        "card",
        "注销",
    ),
)
"""In the order of the home page's tiles. Prefixes and lines are guesses."""


def type_named(slug: str) -> BusinessType:
    """The business type with this slug."""
    return next(kind for kind in BUSINESS_TYPES if kind.slug == slug)


def rank(slug: str, state: str) -> int:
    """How far along its type's line a state is; -1 for one that is off the line, such as 初审退回."""
    line = type_named(slug).line
    state = WAITING if state == MAILED else state
    return line.index(state) if state in line else -1
