"""The economies that decide whether a card lets its holder in.

Of the 21 members, 16 pre-clear holders from the mainland: the 19 full members less the issuer, 中国香港 and 中国台北.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

__all__ = ["APPROVED", "DECISIONS", "ECONOMIES", "PENDING", "approved", "named", "pending"]

ECONOMIES = {
    "AUS": "澳大利亚",
    "BRN": "文莱",
    "CHL": "智利",
    "IDN": "印度尼西亚",
    "JPN": "日本",
    "KOR": "韩国",
    "MYS": "马来西亚",
    "MEX": "墨西哥",
    "NZL": "新西兰",
    "PNG": "巴布亚新几内亚",
    "PER": "秘鲁",
    "PHL": "菲律宾",
    "RUS": "俄罗斯",
    "SGP": "新加坡",
    "THA": "泰国",
    "VNM": "越南",
}
"""Code and Chinese name; codes as they stand on the back of a card."""

PENDING, APPROVED = "待审批", "已批准"
DECISIONS = (PENDING, APPROVED, "已拒绝", "已撤销")


def approved(decisions: Mapping[str, str]) -> list[str]:
    """The codes of the economies that said yes."""
    return [code for code in ECONOMIES if decisions.get(code) == APPROVED]


def pending(decisions: Mapping[str, str]) -> list[str]:
    """The codes of the economies that have not answered."""
    return [code for code in ECONOMIES if decisions.get(code) == PENDING]


def named(codes: Iterable[str]) -> str:
    """Economies as pages list them, always in the same order: 澳大利亚、文莱."""
    wanted = set(codes)
    return "、".join(name for code, name in ECONOMIES.items() if code in wanted)
