"""Inputs of all business types, all right, by their headings: what hypothesis makes them of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_2

from flows.parts.papers import papers_of

__all__ = ["GROUPS", "TODAY"]

TODAY = date(2026, 11, 23)
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=6)
PINYIN = st.text(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), min_size=1, max_size=12)
WORDS = (
    st.text(st.sampled_from("贸易合作（越南）、，；ABCabc019 -_/=#@'\"%&<>"), min_size=1, max_size=20)
    .map(str.strip)
    .filter(bool)
)
PROVINCE = st.sampled_from(["广西壮族自治区", "北京市", "澳门特别行政区"])
NEW_PASSPORT = "关联护照丢失/过期/签证页满"

Headings = dict[str, Any]


@st.composite
def named(draw: st.DrawFn, number: int) -> Headings:
    """Somebody; the ID numbers differ by `number`."""
    born = draw(st.dates(date(1900, 1, 1), date(1910, 12, 31)))
    body = f"990000{born:%Y%m%d}{number:02d}{draw(st.integers(0, 9))}"
    return {"姓名": draw(HAN), "身份证号": body + mod_11_2.calc_check_digit(body)}


@st.composite
def applicant(draw: st.DrawFn, number: int) -> Headings:
    """A member of whom everything is asked."""
    who = draw(named(number))
    body = who["身份证号"]
    issued = draw(st.dates(date(2020, 1, 1), TODAY))
    held = draw(st.sampled_from("是否"))
    old_card = {"原卡号": f"CHN{number:08d}", "原卡有效期至": date(2024, 1, 1) + timedelta(number)}
    return {
        **who,
        "拼音姓": draw(PINYIN),
        "拼音名": draw(PINYIN),
        "性别": "男" if int(body[16]) % 2 else "女",
        "出生日期": date(int(body[6:10]), int(body[10:12]), int(body[12:14])),
        "出生地点": draw(PROVINCE),
        "手机号": f"139000000{number:02d}",
        "部门": draw(st.none() | WORDS),
        "职务": draw(WORDS),
        "从事行业": draw(st.sampled_from(["商贸", "物流"])),
        "是否曾持有APEC卡": held,
        **(old_card if held == "是" else {}),
        "有无被拒签记录": "无",
        "有无犯罪记录": "无",
        "护照种类": "普通护照",
        "护照号码": f"EA{number:07d}",
        "签发日期": issued,
        "有效期至": issued + timedelta(3652),
        "签发地点": "广西壮族自治区",
        "签发机关": "国家移民管理局",
        "照片": "照片.jpg",
        "签名": "签名.jpg",
        "护照信息页": "护照信息页.jpg",
    }


@st.composite
def new_passport(draw: st.DrawFn, number: int) -> Headings:
    """A passport that takes an old one's place."""
    issued = draw(st.dates(date(2024, 1, 1), TODAY))
    return {
        "新护照号码": f"PE{number:07d}",
        "新护照签发日期": issued,
        "新护照有效期至": issued + timedelta(1825),
        "新护照签发地点": draw(PROVINCE),
        "新护照签发机关": "外交部",
    }


@st.composite
def receipt(draw: st.DrawFn) -> Headings:
    """领取方式, 支付方式 and 发票信息."""
    return {
        "领取方式": "自取",
        "支付方式": draw(st.sampled_from(["在线支付", "窗口支付"])),
        "抬头类型": "个人",
        "发票抬头": draw(WORDS),
        "接收邮箱": "a@example.invalid",
    }


def _people(
    draw: st.DrawFn, number: int, person: Callable[[int], st.SearchStrategy[Headings]]
) -> list[Headings]:
    count = draw(st.integers(1, 3))
    return [{"成员编号": str(place), **draw(person(number * 10 + place))} for place in range(1, count + 1)]


def _papers(draw: st.DrawFn, business_type: str, reason: str) -> list[Headings]:
    names = [draw(st.sampled_from(one)) for one in papers_of(business_type)[reason]]
    names += draw(st.lists(HAN.map("自定义".__add__), max_size=2, unique=True))
    return [{"材料名称": name, "文件": "护照信息页.jpg"} for name in names]


def _both(
    one: st.SearchStrategy[Headings], other: st.SearchStrategy[Headings]
) -> st.SearchStrategy[Headings]:
    return st.tuples(one, other).map(lambda two: {**two[0], **two[1]})


def _card(number: int) -> st.SearchStrategy[Headings]:
    return st.sampled_from([{}, {"卡号": f"CHN{number:08d}"}])


def _source(draw: st.DrawFn) -> Headings:
    return draw(st.sampled_from([{}, {"原团组号": "APEC202611230001"}]))


@st.composite
def new_card(draw: st.DrawFn, number: int) -> Headings:
    """A group of 新卡申办."""
    reason = "与各经济体的贸易伙伴往来。" + draw(WORDS)
    return {"申请事由": reason, **draw(receipt()), "成员": _people(draw, number, applicant)}


@st.composite
def passport_change(draw: st.DrawFn, number: int) -> Headings:
    """A group of 制卡前更换护照."""
    reason = draw(st.sampled_from(list(papers_of("passport_change"))))
    return {
        **_source(draw),
        "办理原因": reason,
        **({"其他原因": draw(WORDS)} if reason == "其他" else {}),
        "成员": _people(draw, number, lambda one: _both(named(one), new_passport(one))),
        "附件": _papers(draw, "passport_change", reason),
    }


@st.composite
def early_card(draw: st.DrawFn, number: int) -> Headings:
    """A group of 提前制卡."""
    return {**_source(draw), "成员": _people(draw, number, named)}


@st.composite
def card_replacement(draw: st.DrawFn, number: int) -> Headings:
    """A group of 换补卡."""
    reason = draw(st.sampled_from(list(papers_of("card_replacement"))))

    def holder(one: int) -> st.SearchStrategy[Headings]:
        known = _both(named(one), _card(one))
        return _both(known, new_passport(one)) if reason == NEW_PASSPORT else known

    return {
        "换卡原因": reason,
        **draw(receipt()),
        "成员": _people(draw, number, holder),
        "附件": _papers(draw, "card_replacement", reason),
    }


@st.composite
def card_cancellation(draw: st.DrawFn, number: int) -> Headings:
    """A group of 注销."""
    reason = draw(st.sampled_from(["离职/调离原单位", "退休", "其他"]))
    return {
        "办理原因": reason,
        **({"其他原因": draw(WORDS)} if reason == "其他" else {}),
        "说明": draw(st.none() | WORDS),
        "成员": _people(draw, number, lambda one: _both(named(one), _card(one))),
    }


def _groups(group: Callable[[int], st.SearchStrategy[Headings]]) -> st.SearchStrategy[tuple[Headings, ...]]:
    def numbered(number: int) -> st.SearchStrategy[Headings]:
        return group(number).map(lambda one: {"团组编号": f"G{number}", **one})

    return st.integers(1, 3).flatmap(lambda count: st.tuples(*map(numbered, range(count))))


#: One to three groups of each business type.
GROUPS: Mapping[str, st.SearchStrategy[tuple[Headings, ...]]] = {
    "new_card": _groups(new_card),
    "passport_change": _groups(passport_change),
    "early_card": _groups(early_card),
    "card_replacement": _groups(card_replacement),
    "card_cancellation": _groups(card_cancellation),
}
