"""What the samples say: five business types, filed in this order, one after another by the same two units.

Two groups apply for new cards. Before the cards are made, a passport is changed and a card is made early. Then that early
card and a worn-out passport's card are replaced, and the card of somebody who has left is cancelled.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from people import GUANGXI, LAN, LU, MENG, QIN, WEI, named, new_passport, passport, unit_code

__all__ = ["STORY", "Group", "Person", "Sample"]

SOE, PRIVATE = "广西样例国有贸易集团有限公司", "南宁样例民营科技有限公司"
PICTURES = ("照片", "签名", "护照信息页")


@dataclass(frozen=True)
class Person:
    """A member: the headings of their row, the papers of their own, and what is known of them for the drawings."""

    key: str
    fields: dict[str, Any]
    known: dict[str, Any]
    papers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """A group: the headings of its row, its people, its papers; `drawn` are passports to be drawn, by the paper's name."""

    fields: dict[str, Any]
    people: list[Person]
    papers: tuple[str, ...] = ()
    drawn: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Its 团组编号."""
        return str(self.fields["团组编号"])

    @property
    def whose(self) -> str:
        """Whom its papers are about."""
        return "、".join(person.known["姓名"] for person in self.people)


@dataclass(frozen=True)
class Sample:
    """The sample input of a business type, and the forms that people sign for it: of each group, of each member."""

    business_type: str
    groups: list[Group]
    group_form: str
    member_form: str = ""
    pictures: tuple[str, ...] = ()

    def files_of(self, name: str, papers: tuple[str, ...]) -> list[dict[str, str]]:
        """The attachment rows of the papers in the folder `name`."""
        folder = f"{self.business_type}/{name}"
        return [{"材料名称": Path(paper).stem, "文件": f"{folder}/{paper}"} for paper in papers]

    def row_of(self, name: str, person: Person) -> dict[str, Any]:
        """A member's row, with the paths of the pictures in the folder `name`."""
        paths = {slot: f"{self.business_type}/{name}/{slot}.jpg" for slot in self.pictures}
        return {"成员编号": person.key, **person.fields, **paths}


def applicant(key: str, known: dict[str, Any], *papers: str) -> Person:
    """A member of whom everything is asked."""
    return Person(key, known, known, papers)


def listed(known: dict[str, Any], **fields: str) -> Person:
    """The one member of a group whom the portal knows already."""
    return Person("1", {**named(known), **fields}, known)


SOE_INVOICE = {
    "抬头类型": "企业",
    "发票抬头": SOE,
    "税号": unit_code("91990000MA0000001"),
    "接收邮箱": "finance@soe.example.invalid",
}

# Originals only: the forms to be signed come from the portal, and are signed by a person.
NEW_CARD = Sample(
    "new_card",
    [
        Group(
            {
                "团组编号": "A",
                "账号": "demo-soe",
                "申请事由": "因与越南、马来西亚、泰国等经济体的贸易伙伴长期往来，需频繁赴当地洽谈水果和矿产品进出口业务，特为以下人员申办。",
                "领取方式": "邮寄",
                "收件人": "韦样一",
                "收件手机号": "13900000013",
                "省": GUANGXI,
                "市": "南宁市",
                "区": "良庆区",
                "详细地址": "样例大道2号外贸中心3层",
                "邮编": "530200",
                "支付方式": "窗口支付",
                **SOE_INVOICE,
            },
            [
                applicant(
                    "1",
                    QIN,
                    "身份证正反面.pdf",
                    "因公出国人员备案表或任务批件.pdf",
                    "贸易合同（自定义材料）.jpg",
                ),
                applicant(
                    "2", WEI, "身份证正反面.jpg", "因公出国人员备案表或任务批件.pdf", "在职证明或劳动合同.png"
                ),
            ],
        ),
        Group(
            {
                "团组编号": "B",
                "账号": "demo-private",
                "申请事由": "公司软件产品已在新加坡和日本上线，技术负责人每季度需到客户现场交付和培训，特申办商务旅行卡。",
                "领取方式": "自取",
                "支付方式": "在线支付",
                "抬头类型": "企业",
                "发票抬头": PRIVATE,
                "税号": unit_code("91990000MA0000002"),
                "注册地址": "南宁市样例高新区科技路3号",
                "注册电话": "0771-5550000",
                "开户行": "样例银行南宁分行",
                "银行账号": "4500000000000000001",
                "接收邮箱": "finance@private.example.invalid",
                "接收手机": "13900000024",
            },
            [applicant("1", LAN, "身份证正反面.pdf", "社保缴纳证明.pdf", "无犯罪记录证明.jpg")],
        ),
    ],
    group_form="APEC商务旅行卡申请函",
    member_form="APEC商务旅行卡个人事项表",
    pictures=PICTURES,
)

# The new group's number is not known before it is filed: it is found by its member.
WEIS_NEW = passport("PE0000063", "2026-06-10", "2031-06-09")
PASSPORT_CHANGE = Sample(
    "passport_change",
    [
        Group(
            {"团组编号": "A", "账号": "demo-soe", "办理原因": "护照污损"},
            [listed(WEI, **new_passport(WEIS_NEW))],
            ("新护照信息页.jpg", "旧护照信息页.jpg", "情况说明（自定义材料）.pdf"),
            {"新护照信息页": {**WEI, **WEIS_NEW}, "旧护照信息页": WEI},
        )
    ],
    group_form="护照更换申请",
)

EARLY_CARD = Sample(
    "early_card",
    [Group({"团组编号": "A", "账号": "demo-soe"}, [listed(QIN)])],
    group_form="申请报告",
)

# The address and the invoice are the ones that a fresh replica has in demo-soe's books: chosen, not added.
LUS_NEW = passport("PE0000064", "2026-07-06", "2031-07-05")
CARD_REPLACEMENT = Sample(
    "card_replacement",
    [
        Group(
            {
                "团组编号": "A",
                "账号": "demo-soe",
                "换卡原因": "关联护照丢失/过期/签证页满",
                "领取方式": "邮寄",
                "收件人": "覃样例",
                "收件手机号": "13900000011",
                "省": GUANGXI,
                "市": "南宁市",
                "区": "青秀区",
                "详细地址": "样例路1号国贸大厦10层",
                "邮编": "530022",
                "支付方式": "窗口支付",
                **SOE_INVOICE,
            },
            [listed(LU, 卡号="CHN00000001", **new_passport(LUS_NEW))],
            ("原卡正反面扫描件.jpg", "新护照信息页.jpg", "旧护照信息页.jpg"),
            {"新护照信息页": {**LU, **LUS_NEW}, "旧护照信息页": LU},
        ),
        Group(
            {
                "团组编号": "B",
                "账号": "demo-soe",
                "换卡原因": "申请提前制卡后获更多经济体批准",
                "领取方式": "自取",
                "支付方式": "在线支付",
                **SOE_INVOICE,
            },
            [listed(QIN)],
            ("原卡正反面扫描件.jpg",),
        ),
    ],
    group_form="换卡报告",
)

CARD_CANCELLATION = Sample(
    "card_cancellation",
    [
        Group(
            {
                "团组编号": "A",
                "账号": "demo-private",
                "办理原因": "离职/调离原单位",
                "说明": "持卡人已于2026年10月调离本单位，旅行卡已交回。",
            },
            [listed(MENG, 卡号="CHN00000002")],
        )
    ],
    group_form="注销报告",
)

STORY = (NEW_CARD, PASSPORT_CHANGE, EARLY_CARD, CARD_REPLACEMENT, CARD_CANCELLATION)
