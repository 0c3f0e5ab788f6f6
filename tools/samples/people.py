"""The invented people of the samples, each under the name that the replica and all five samples know them by.

ID numbers carry the unallocated address code 990000 and birth years before 1911, so that they can be nobody's.
"""

from __future__ import annotations

from typing import Any

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

__all__ = ["GUANGXI", "LAN", "LU", "MENG", "QIN", "WEI", "named", "new_passport", "passport", "unit_code"]

GUANGXI = "广西壮族自治区"


def person(body: str, **fields: str) -> dict[str, Any]:
    """A member's headings; check digit, sex and birth date come from the first 17 digits of the ID number."""
    born = body[6:14]
    return {
        "姓名": fields.pop("姓名"),
        "身份证号": body + mod_11_2.calc_check_digit(body),
        **fields,
        "性别": "男" if int(body[16]) % 2 else "女",
        "出生日期": f"{born[:4]}-{born[4:6]}-{born[6:]}",
        "出生地点": GUANGXI,
        "是否曾持有APEC卡": "否",
        "有无被拒签记录": "无",
        "有无犯罪记录": "无",
        "签发地点": GUANGXI,
    }


def passport(number: str, issued: str, expires: str) -> dict[str, str]:
    """A passport's headings by its number."""
    official = number.startswith("PE")
    return {
        "护照种类": "公务普通护照" if official else "普通护照",
        "护照号码": number,
        "签发日期": issued,
        "有效期至": expires,
        "签发机关": "外交部" if official else "国家移民管理局",
    }


def named(known: dict[str, Any]) -> dict[str, str]:
    """The headings by which the portal knows somebody again."""
    return {heading: known[heading] for heading in ("姓名", "身份证号")}


def new_passport(fields: dict[str, str]) -> dict[str, str]:
    """The headings of a passport that takes an old one's place."""
    asked = ("护照号码", "签发日期", "有效期至", "签发机关")
    return {**{f"新{_told(heading)}": fields[heading] for heading in asked}, "新护照签发地点": GUANGXI}


def _told(heading: str) -> str:
    return heading if heading.startswith("护照") else f"护照{heading}"


def unit_code(body: str) -> str:
    """A unified social credit code from its first 17 places."""
    return body + uscc.calc_check_digit(body)


# 覃样例 is known to the portal: what 成员核查 brings in is exactly this. 韦样一 and 蓝样三 are new to it.
QIN = person(
    "99000019050312001",
    姓名="覃样例",
    成员核查="比对",
    拼音姓="QIN",
    拼音名="YANGLI",
    手机号="13900000011",
    职务="业务经理",
    从事行业="商贸",
    **passport("PE0000011", "2025-06-10", "2030-06-09"),
)
WEI = person(
    "99000019060520102",
    姓名="韦样一",
    拼音姓="WEI",
    拼音名="YANGYI",
    手机号="13900000013",
    电子邮箱="wei@soe.example.invalid",
    部门="国际业务部",
    职务="副总经理",
    人员类别="管理人员",
    从事行业="物流",
    任职时间="2019-03-01",
    **passport("PE0000013", "2025-08-18", "2030-08-17"),
)
LAN = person(
    "99000019081103103",
    姓名="蓝样三",
    拼音姓="LAN",
    拼音名="YANGSAN",
    手机号="13900000023",
    电子邮箱="lan@private.example.invalid",
    部门="研发中心",
    职务="技术总监",
    人员类别="技术人员",
    从事行业="信息技术",
    任职时间="2020-09-01",
    **passport("EA0000023", "2025-05-12", "2035-05-11"),
)
# 卢样卡 and 蒙样卡 hold a card on a fresh replica.
LU = person(
    "99000019020202003",
    姓名="卢样卡",
    拼音姓="LU",
    拼音名="YANGKA",
    **passport("PE0000012", "2025-06-10", "2030-06-09"),
)
MENG = person(
    "99000019020303004",
    姓名="蒙样卡",
    拼音姓="MENG",
    拼音名="YANGKA",
    **passport("EA0000022", "2025-03-10", "2035-03-09"),
)
