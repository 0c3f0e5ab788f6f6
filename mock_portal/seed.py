"""What a fresh replica knows: two units, a person each entered before, a card holder each. All of it is invented.

ID numbers carry the unallocated address code 990000 and birth years before 1911, so that they can be nobody's.
"""

from __future__ import annotations

from datetime import date, timedelta

from stdnum.cn import ric, uscc

from .store import Store

__all__ = ["holder", "plant"]

_SOE, _PRIVATE = "广西样例国有贸易集团有限公司", "南宁样例民营科技有限公司"
_GUANGXI = "广西壮族自治区"


def plant(store: Store) -> None:
    """Put the seed into an empty store."""
    with store.database.transaction():
        store.accounts.add("demo-soe", "Demo-soe-2026", _SOE, "国有企业")
        store.accounts.add("demo-private", "Demo-private-2026", _PRIVATE, "民营企业")
        _people(store)
        _book(store)


def _person(name: str, body: str, **fields: str) -> dict[str, str]:
    """A person's fields; the check digit, sex and birth date come from the first 17 digits of the ID number."""
    birth = body[6:14]
    return {
        "姓名": name,
        "身份证号": body + ric.calc_check_digit(body + "0"),
        "性别": "男" if int(body[16]) % 2 else "女",
        "出生日期": f"{birth[:4]}-{birth[4:6]}-{birth[6:]}",
        "出生地点": _GUANGXI,
        "是否曾持有APEC卡": "否",
        "有无被拒签记录": "无",
        "有无犯罪记录": "无",
        "签发地点": _GUANGXI,
        **fields,
    }


def _official(number: str) -> dict[str, str]:
    return {
        "护照种类": "公务普通护照",
        "护照号码": number,
        "签发日期": "2025-06-10",
        "有效期至": "2030-06-09",
        "签发机关": "外交部",
    }


def _private(number: str) -> dict[str, str]:
    return {
        "护照种类": "普通护照",
        "护照号码": number,
        "签发日期": "2025-03-10",
        "有效期至": "2035-03-09",
        "签发机关": "国家移民管理局",
    }


def _people(store: Store) -> None:
    qin = _person("覃样例", "99000019050312001", 拼音姓="QIN", 拼音名="YANGLI", 手机号="13900000011")
    store.people.remember(_SOE, {**qin, "职务": "业务经理", "从事行业": "商贸", **_official("PE0000011")})
    huang = _person("黄样例", "99000019070821002", 拼音姓="HUANG", 拼音名="YANGLI", 手机号="13900000021")
    store.people.remember(
        _PRIVATE, {**huang, "职务": "销售总监", "从事行业": "信息技术", **_private("EA0000021")}
    )
    lu = _person("卢样卡", "99000019020202003", 拼音姓="LU", 拼音名="YANGKA", 手机号="13900000012")
    store.people.remember(_SOE, {**lu, "职务": "副总经理", "从事行业": "商贸", **_official("PE0000012")})
    _card(store, "demo-soe", {**lu, **_official("PE0000012")}, "CHN00000001")
    meng = _person("蒙样卡", "99000019020303004", 拼音姓="MENG", 拼音名="YANGKA", 手机号="13900000022")
    store.people.remember(
        _PRIVATE, {**meng, "职务": "总经理", "从事行业": "信息技术", **_private("EA0000022")}
    )
    _card(store, "demo-private", {**meng, **_private("EA0000022")}, "CHN00000002")


def _card(store: Store, account: str, fields: dict[str, str], card_no: str) -> None:
    economies = ("AUS", "JPN", "KOR", "MYS", "NZL", "SGP", "THA", "VNM")
    store.cards.issue(
        account, fields, issued="2026-01-05", expiry="2030-12-31", economies=economies, card_no=card_no
    )


_FAMILIES = (
    ("韦", "WEI"),
    ("覃", "QIN"),
    ("黄", "HUANG"),
    ("卢", "LU"),
    ("蒙", "MENG"),
    ("莫", "MO"),
    ("农", "NONG"),
)
_GIVEN = (
    ("甲", "JIA"),
    ("乙", "YI"),
    ("丙", "BING"),
    ("丁", "DING"),
    ("戊", "WU"),
    ("己", "JI"),
    ("庚", "GENG"),
)
_JOBS = ("业务经理", "副总经理", "销售总监", "项目经理", "工程师")


def holder(number: int, unit: str, ownership: str) -> dict[str, str]:
    """An invented applicant with all fields; the same number (below 50,000) gives the same person."""
    born = date(1908, 1, 1) + timedelta(days=number // 500)
    body = f"990000{born:%Y%m%d}{500 + number % 500}"
    family, middle, last = _FAMILIES[number % 7], _GIVEN[number // 7 % 7], _GIVEN[number // 49 % 7]
    passport = (
        _official(f"PE{9_000_000 + number}")
        if ownership == "国有企业"
        else _private(f"EA{9_000_000 + number}")
    )
    person = _person(
        f"{family[0]}样{middle[0]}{last[0]}",
        body,
        拼音姓=family[1],
        拼音名=f"YANG{middle[1]}{last[1]}",
        手机号=f"139{number:08d}",
    )
    own = {"工作单位": unit, "企业性质": ownership, "职务": _JOBS[number % 5], "从事行业": "商贸"}
    return {**person, **own, **passport}


def _book(store: Store) -> None:
    address = {
        "收件人": "覃样例",
        "手机号": "13900000011",
        "所在地区": f"{_GUANGXI}/南宁市/青秀区",
        "详细地址": "样例路1号国贸大厦10层",
        "邮编": "530022",
    }
    store.book.save("demo-soe", "address", None, address, is_default=True)
    code = "91990000MA0000001"
    invoice = {
        "抬头类型": "企业",
        "发票抬头": _SOE,
        "税号": code + uscc.calc_check_digit(code),
        "接收邮箱": "finance@soe.example.invalid",
    }
    store.book.save("demo-soe", "invoice", None, invoice, is_default=True)
