"""What the replica's pages ask for: fields, photo slots and attachment rows, in the order of the page.

Data only. Templates, storage, rules, blank forms and the detail page are all derived from it. Labels and
options follow the manual where it names them (2.1.1, 2.1.2); the rest is a guess, changed here alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "ADDRESS",
    "ATTACHMENTS",
    "BASIC",
    "DELIVERY",
    "FEE",
    "GROUP_ATTACHMENTS",
    "INVOICE",
    "MEMBER_FIELDS",
    "MEMBER_SECTIONS",
    "OWNERSHIPS",
    "PASSPORT",
    "PAYMENT",
    "PHOTO_SLOTS",
    "PROVINCES",
    "REASON",
    "AttachmentRow",
    "Field",
    "Kind",
    "PhotoSlot",
    "Section",
    "by_label",
    "to_labels",
    "to_names",
]

Kind = Literal["text", "readonly", "textarea", "select", "radio", "date", "checkbox"]


@dataclass(frozen=True, slots=True)
class Field:
    """One label and its control. `when` = (label, value): the control is shown and asked for only then."""

    label: str
    name: str
    kind: Kind = "text"
    options: tuple[str, ...] = ()
    required: bool = False
    search: bool = False
    upper: bool = False
    max_length: int = 100
    placeholder: str = ""
    when: tuple[str, str] | None = None

    def asked(self, values: dict[str, str]) -> bool:
        """Whether the control is shown, given the other fields' values by label."""
        return self.when is None or values.get(self.when[0], "") == self.when[1]


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of a page, e.g. `A 基本信息`."""

    letter: str
    title: str
    fields: tuple[Field, ...] = ()

    @property
    def heading(self) -> str:
        """The heading as the page shows it."""
        return f"{self.letter} {self.title}"


@dataclass(frozen=True, slots=True)
class PhotoSlot:
    """A card of C 照片信息."""

    code: str
    name: str
    hint: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """A row of an attachment table; `template` marks a blank form to download, sign and seal.

    `when` = (label, value): the file is demanded only of a member whose field has that value. `reasons`: the row is
    there only with one of these reasons.
    """

    code: str
    name: str
    requirement: str
    required: bool = False
    template: bool = False
    when: tuple[str, str] | None = None
    reasons: tuple[str, ...] = ()

    def applies(self, reason: str) -> bool:
        """Whether the row is there when that reason is chosen."""
        return not self.reasons or reason in self.reasons

    def demanded(self, values: dict[str, str]) -> bool:
        """Whether a file must be there, given the member's fields by label."""
        if self.when is not None:
            return values.get(self.when[0], "") == self.when[1]
        return self.required


OWNERSHIPS = ("国有企业", "民营企业")


def _words(*lines: str) -> tuple[str, ...]:
    return tuple(" ".join(lines).split())


PROVINCES = _words(
    "北京市 天津市 河北省 山西省 内蒙古自治区 辽宁省 吉林省 黑龙江省 上海市 江苏省",
    "浙江省 安徽省 福建省 江西省 山东省 河南省 湖北省 湖南省 广东省 广西壮族自治区",
    "海南省 重庆市 四川省 贵州省 云南省 西藏自治区 陕西省 甘肃省 青海省 宁夏回族自治区",
    "新疆维吾尔自治区 香港特别行政区 澳门特别行政区 台湾省",
)
_INDUSTRIES = _words(
    "化工 机械 纺织 电子 农业 林业 渔业 矿产 能源 建筑",
    "交通运输 物流 商贸 金融 信息技术 医药 食品 旅游 教育 其他",
)
_HELD = ("是否曾持有APEC卡", "是")

BASIC = Section(
    "A",
    "基本信息",
    (
        Field("姓名", "name_cn", required=True, max_length=30),
        Field("身份证号", "id_no", required=True, upper=True, max_length=18),
        Field("拼音姓", "surname_py", required=True, max_length=39, placeholder="与护照一致，如 WEI"),
        Field("拼音名", "given_py", required=True, max_length=39, placeholder="与护照一致，如 YANGYI"),
        Field("性别", "sex", "radio", ("男", "女"), required=True),
        Field("出生日期", "birth_date", "date", required=True),
        Field("出生地点", "birth_place", "select", PROVINCES, required=True),
        Field("手机号", "mobile", required=True, max_length=11),
        Field("电子邮箱", "email", max_length=60),
        Field("工作单位", "employer", "readonly"),
        Field("企业性质", "ent_nature", "readonly"),
        Field("部门", "dept", max_length=30),
        Field("职务", "position", required=True, max_length=20, placeholder="对外身份，只填一个"),
        Field("人员类别", "position_class", "select", ("管理人员", "主要业务人员", "技术人员")),
        Field("从事行业", "industry", "select", _INDUSTRIES, required=True, search=True),
        Field("任职时间", "join_date", "date"),
        Field(_HELD[0], "held_before", "radio", ("是", "否"), required=True),
        Field("原卡号", "old_card_no", required=True, max_length=20, when=_HELD),
        Field("原卡有效期至", "old_card_expiry", "date", required=True, when=_HELD),
        Field("有无被拒签记录", "visa_refused", "radio", ("有", "无"), required=True),
        Field("有无犯罪记录", "criminal", "radio", ("有", "无"), required=True),
    ),
)

PASSPORT = Section(
    "B",
    "护照信息",
    (
        Field(
            "护照种类",
            "pp_type",
            "select",
            ("普通护照", "公务普通护照", "公务护照", "外交护照"),
            required=True,
        ),
        Field("护照号码", "pp_no", required=True, upper=True, max_length=9),
        Field("签发日期", "pp_issue_date", "date", required=True),
        Field("有效期至", "pp_expiry", "date", required=True),
        Field("签发地点", "pp_issue_place", "select", PROVINCES, required=True),
        Field(
            "签发机关",
            "pp_authority",
            "select",
            ("国家移民管理局", "公安部出入境管理局", "外交部", "广西壮族自治区外事办公室"),
            required=True,
        ),
    ),
)

MEMBER_SECTIONS = (BASIC, PASSPORT)
MEMBER_FIELDS = BASIC.fields + PASSPORT.fields

PHOTO_SLOTS = (
    PhotoSlot("photo", "照片", "JPG，白底免冠近照，宽高比3:4，300×400至600×800像素，20KB至200KB"),
    PhotoSlot("signature", "签名", "JPG，本人手写签名，宽高比2:1，宽50至600、高50至300像素，5KB至100KB"),
    PhotoSlot("passport_page", "护照信息页", "JPG，护照信息页彩色扫描件，100KB至2MB"),
)

_OLD_CARD = AttachmentRow("NP07", "原APEC卡正反面", "曾持有APEC卡的须上传", when=_HELD)
_FORM = AttachmentRow(
    "NP01", "APEC商务旅行卡个人事项表", "下载模板，签字盖章后扫描上传", required=True, template=True
)
_ID_CARD = AttachmentRow("NP02", "身份证正反面", "原件扫描件", required=True)
_JOB = AttachmentRow("NP06", "在职证明或劳动合同", "原件扫描件")

# Two lists by ownership: manual 2.1.1 D. What stands in them is assembled from other cities' notices.
ATTACHMENTS: dict[str, tuple[AttachmentRow, ...]] = {
    "国有企业": (
        _FORM,
        _ID_CARD,
        AttachmentRow("NP05", "因公出国人员备案表或任务批件", "原件扫描件", required=True),
        AttachmentRow("NP03", "社保缴纳证明", "近6个月，原件扫描件"),
        AttachmentRow("NP04", "无犯罪记录证明", "6个月内出具，原件扫描件"),
        _JOB,
        _OLD_CARD,
    ),
    "民营企业": (
        _FORM,
        _ID_CARD,
        AttachmentRow("NP03", "社保缴纳证明", "近6个月，原件扫描件", required=True),
        AttachmentRow("NP04", "无犯罪记录证明", "6个月内出具，原件扫描件", required=True),
        _JOB,
        _OLD_CARD,
    ),
}

GROUP_ATTACHMENTS = (
    AttachmentRow(
        "NG01", "APEC商务旅行卡申请函", "下载模板，签字盖章后扫描上传", required=True, template=True
    ),
)

DELIVERY = Field("领取方式", "delivery", "radio", ("自取", "邮寄"), required=True)
PAYMENT = Field("支付方式", "payment", "radio", ("在线支付", "窗口支付"), required=True)
REASON = Field("申请事由", "reason", "textarea", required=True, max_length=500)
FEE = 720
"""Yuan per card, a state fee; the page shows it times the members."""

ADDRESS = (
    Field("收件人", "recipient", required=True, max_length=20),
    Field("手机号", "mobile", required=True, max_length=11),
    Field("所在地区", "region", "select", required=True),
    Field("详细地址", "detail", required=True, max_length=100),
    Field("邮编", "postcode", max_length=6),
    Field("设为默认", "is_default", "checkbox"),
)

INVOICE = (
    Field("抬头类型", "title_type", "radio", ("企业", "个人"), required=True),
    Field("发票抬头", "title", required=True, max_length=100),
    Field("税号", "tax_no", upper=True, max_length=20),
    Field("注册地址", "reg_address", max_length=100),
    Field("注册电话", "reg_phone", max_length=20),
    Field("开户行", "bank", max_length=100),
    Field("银行账号", "bank_account", max_length=30),
    Field("接收邮箱", "email", required=True, max_length=60),
    Field("接收手机", "mobile", max_length=11),
    Field("设为默认", "is_default", "checkbox"),
)


def by_label(fields: Iterable[Field]) -> dict[str, Field]:
    """The fields by their label."""
    return {field.label: field for field in fields}


def _pairs(fields: Iterable[Field]) -> Iterator[tuple[str, str]]:
    return ((field.name, field.label) for field in fields)


def to_labels(fields: Iterable[Field], values: dict[str, str]) -> dict[str, str]:
    """Posted values (by name) as values by label; what was not posted is empty."""
    return {label: values.get(name, "") for name, label in _pairs(fields)}


def to_names(fields: Iterable[Field], values: dict[str, str]) -> dict[str, str]:
    """Values by label as values by name, as the page's script wants them."""
    return {name: values.get(label, "") for name, label in _pairs(fields)}
