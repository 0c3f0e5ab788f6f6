"""The kinds of things that are told."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["NoticeKind"]


class NoticeKind(StrEnum):
    """What a notice is about."""

    STATE_CHANGED = (
        "state_changed"  # detail: from, to, business_type; members and economies by number and code
    )
    RETURNED = "returned"  # with the office's opinion
    TO_PAY = "to_pay"  # 待缴费
    TO_COLLECT = "to_collect"  # 待领取, 已邮寄
    UNKNOWN_STATE = "unknown_state"  # a word that the packs do not know, once per word
    GONE = "gone"  # a complete list is without a group that it had
    STALLED = "stalled"  # nothing has moved for so many days
    EXPIRING = "expiring"  # a passport or a card runs out in so many months
    SWEEP_FAILING = "sweep_failing"  # no complete sweep since
    PORTAL_CHANGED = "portal_changed"  # a page is not what its pack says
    NEEDS_PERSON = "needs_person"  # a case waits for a person
    CHANNEL_FAILING = "channel_failing"  # another channel of alerts cannot be told, or gave some up
