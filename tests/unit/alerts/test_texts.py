"""The words of each kind: a title, what is known, what to do next, and nobody's data."""

from __future__ import annotations

import pytest

from rpa.alerts import NoticeKind
from rpa.status.notices import Notice
from rpa.status.texts import KIND_TITLES, words

from .conftest import NOW

_DETAIL = {
    NoticeKind.STATE_CHANGED: {"from": "初审中", "to": "复审中", "business_type": "new_card"},
    NoticeKind.RETURNED: {"from": "初审中", "to": "初审退回", "opinion": "照片不清楚"},
    NoticeKind.TO_PAY: {"to": "待缴费"},
    NoticeKind.TO_COLLECT: {"to": "待领取"},
    NoticeKind.UNKNOWN_STATE: {"word": "材料流转中"},
    NoticeKind.GONE: {"from": "初审中"},
    NoticeKind.STALLED: {"days": "30", "to": "初审中"},
    NoticeKind.EXPIRING: {"what": "护照", "months": "3", "member": "2", "key": "A"},
    NoticeKind.SWEEP_FAILING: {"since": NOW.isoformat(), "error": "操作超时"},
    NoticeKind.PORTAL_CHANGED: {"where": "new_card.submit", "message": "没有找到“上报”按钮"},
    NoticeKind.NEEDS_PERSON: {"error": "账号已被锁定", "key": "A"},
    NoticeKind.CHANNEL_FAILING: {"channel": "office", "since": NOW.isoformat(), "error": "HTTP 500"},
}


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_says_what_and_what_next(kind: NoticeKind) -> None:
    about = None if kind in (NoticeKind.SWEEP_FAILING, NoticeKind.PORTAL_CHANGED) else "GX-1"
    notice = Notice("k", kind, "mock", "demo-soe", NOW, about, "20261123-abcd", _DETAIL[kind])
    said = words(notice)
    assert said.title.startswith(f"【{KIND_TITLES[kind]}】")
    assert said.lines[-1].startswith("下一步：")
    text = "\n".join((said.title, *said.lines))
    told = [value for name, value in _DETAIL[kind].items() if name not in ("since", "business_type")]
    assert all(value in text for value in told)
    assert "发现时间：2026-11-23 11:00" in said.lines


def test_what_looks_like_a_persons_number_is_covered() -> None:
    opinion = "身份证 990000190503120012、护照 PE0000011、电话 13900000011 有误"
    notice = Notice("k", NoticeKind.RETURNED, "mock", "demo-soe", NOW, "GX-1", None, {"opinion": opinion})
    text = "\n".join(words(notice).lines)
    assert "审批意见：身份证 ＊＊＊、护照 ＊＊＊、电话 ＊＊＊ 有误" in text


def test_an_account_that_is_a_telephone_number_is_covered_and_still_told_from_others() -> None:
    detail = {"since": NOW.isoformat(), "error": "13900000011 的密码有误"}
    said = words(Notice("k", NoticeKind.SWEEP_FAILING, "mock", "13900000011", NOW, detail=detail))
    assert "13900000011" not in "\n".join((said.title, *said.lines))
    assert "账号：13＊＊＊＊＊＊＊11" in said.lines


def test_a_title_is_short_and_what_it_leaves_out_stands_below() -> None:
    state = "状态" * 100
    notice = Notice("k", NoticeKind.STATE_CHANGED, "mock", "demo-soe", NOW, "GX-1", None, {"to": state})
    said = words(notice)
    assert len(said.title) == 81
    assert f"状态：{state}" in said.lines


def test_a_card_is_told_by_its_masked_number() -> None:
    detail = {"what": "旅行卡", "months": "3", "card": "CH＊＊＊＊＊＊＊01", "ends": "2027-02-14"}
    said = words(Notice("k", NoticeKind.EXPIRING, "mock", "demo-soe", NOW, None, None, detail))
    assert said.title == "【证件即将到期】旅行卡将在 3 个月内到期"
    assert {"卡号：CH＊＊＊＊＊＊＊01", "有效期至：2027-02-14", "账号：demo-soe"} <= set(said.lines)
