"""The business types of the module APEC商务旅行卡 and the states a group passes through."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "BUSINESS_TYPES",
    "DRAFT",
    "EDITABLE",
    "FINAL",
    "NEW_CARD",
    "STATES",
    "SUBMITTED",
    "BusinessType",
    "State",
    "type_named",
]


@dataclass(frozen=True, slots=True)
class BusinessType:
    """One of the manual's five jobs: `slug` names it in code, `title` on the pages, `entry` is where its tile leads.

    `menu` is its own entry of 我的办件 in the navigation (manual 2.2.2, 2.3.2, 2.4.2, 2.5.2); 新卡申办 has none.
    `built` tells whether its pages exist; the others say that they are being built.
    """

    slug: str
    title: str
    hint: str
    entry: str
    menu: str = ""
    built: bool = False


NEW_CARD = "new_card"

BUSINESS_TYPES = (
    BusinessType(NEW_CARD, "新卡申办", "本单位未持卡人员申请办理APEC卡", "/new_card/notice", built=True),
    BusinessType(
        "passport_change", "制卡前更换护照", "外交部制卡前更换护照信息", "/passport_change", "更换护照"
    ),
    BusinessType("early_card", "提前制卡", "经济体未全部完成审批前申请制卡", "/early_card", "提前制卡"),
    BusinessType("card_replacement", "换补卡", "旧卡破损、丢失或关联护照变更", "/card_replacement", "换补卡"),
    BusinessType("card_cancellation", "注销", "持卡人离开原工作单位", "/card_cancellation", "注销"),
)
"""In the order of the home page's tiles."""


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
EDITABLE = frozenset(state.text for state in STATES if state.editable)
FINAL = frozenset(state.text for state in STATES if state.final)


def type_named(slug: str) -> BusinessType:
    """The business type with this slug."""
    return next(kind for kind in BUSINESS_TYPES if kind.slug == slug)
