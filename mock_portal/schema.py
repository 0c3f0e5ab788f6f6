"""The forms of the replica as data: what the pages draw, the rules check and the back office prints.

A form is a tuple of :class:`Field` in the order of the page. A label is the field's identity everywhere outside the
page itself: rules, store and back office speak in labels; only the HTML uses `key` as the control's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "ADDRESS_FIELDS",
    "GROUP_MATERIALS",
    "INVOICE_FIELDS",
    "MEMBER_FIELDS",
    "PHOTO_SLOTS",
    "PROVINCES",
    "SUBMISSION_FIELDS",
    "Field",
    "Kind",
    "Material",
    "PhotoSlot",
    "by_key",
    "by_label",
    "member_materials",
]

Kind = Literal["text", "textarea", "radio", "select", "date", "cascade", "checkbox"]

PROVINCES = (
    "北京市", "天津市", "河北省", "山西省", "内蒙古自治区", "辽宁省", "吉林省", "黑龙江省", "上海市", "江苏省", "浙江省", "安徽省",
    "福建省", "江西省", "山东省", "河南省", "湖北省", "湖南省", "广东省", "广西壮族自治区", "海南省", "重庆市", "四川省", "贵州省",
    "云南省", "西藏自治区", "陕西省", "甘肃省", "青海省", "宁夏回族自治区", "新疆维吾尔自治区", "台湾省", "香港特别行政区", "澳门特别行政区",
)  # fmt: skip
_INDUSTRIES = (
    "化工", "机械", "纺织", "电子", "农业", "林业", "渔业", "矿产", "能源", "建筑",
    "交通运输", "物流", "商贸", "金融", "信息技术", "医药", "食品", "旅游", "教育", "其他",
)  # fmt: skip
_AUTHORITIES = ("国家移民管理局", "公安部出入境管理局", "外交部", "广西壮族自治区外事办公室")
_PASSPORT_KINDS = ("普通护照", "公务普通护照", "公务护照", "外交护照")


@dataclass(frozen=True, slots=True)
class Field:
    """One control of a form.

    `when` names a field and the value it must hold for this one to be shown and demanded. `locked` is filled by the
    portal itself and never taken from the page. `search` draws a select in which typing filters the options.
    """

    key: str
    label: str
    kind: Kind = "text"
    section: str = ""
    required: bool = False
    options: tuple[str, ...] = ()
    when: tuple[str, str] | None = None
    locked: bool = False
    search: bool = False
    upper: bool = False
    max_length: int = 0

    def demanded(self, fields: Mapping[str, str]) -> bool:
        """Whether the field must be filled in a form that holds `fields` (by label)."""
        return self.required and self.shown(fields)

    def shown(self, fields: Mapping[str, str]) -> bool:
        """Whether the page shows the field when the form holds `fields` (by label)."""
        return self.when is None or fields.get(self.when[0]) == self.when[1]


@dataclass(frozen=True, slots=True)
class Material:
    """One row of an attachment list. A `template` row is a blank form to download, sign, seal and scan."""

    name: str
    required: bool = False
    template: bool = False
    when: tuple[str, str] | None = None
    hint: str = "请上传原件扫描件"

    def demanded(self, fields: Mapping[str, str]) -> bool:
        """Whether the row must hold a file for a member whose form holds `fields` (by label)."""
        return self.required and (self.when is None or fields.get(self.when[0]) == self.when[1])


@dataclass(frozen=True, slots=True)
class PhotoSlot:
    """One image of C 照片信息."""

    name: str
    hint: str


MEMBER_FIELDS: tuple[Field, ...] = (
    Field("name_cn", "姓名", section="A", required=True, max_length=30),
    Field("id_no", "身份证号", section="A", required=True, upper=True, max_length=18),
    Field("surname_py", "拼音姓", section="A", required=True, upper=True, max_length=39),
    Field("given_py", "拼音名", section="A", required=True, upper=True, max_length=39),
    Field("sex", "性别", "radio", "A", True, ("男", "女")),
    Field("birth_date", "出生日期", "date", "A", True),
    Field("birth_place", "出生地点", "select", "A", True, PROVINCES),
    Field("mobile", "手机号", section="A", required=True, max_length=11),
    Field("email", "电子邮箱", section="A", max_length=60),
    Field("employer", "工作单位", section="A", locked=True),
    Field("ent_nature", "企业性质", section="A", locked=True),
    Field("dept", "部门", section="A", max_length=30),
    Field("position", "职务", section="A", required=True, max_length=20),
    Field("position_class", "人员类别", "select", "A", options=("管理人员", "主要业务人员", "技术人员")),
    Field("industry", "从事行业", "select", "A", True, _INDUSTRIES, search=True),
    Field("join_date", "任职时间", "date", "A"),
    Field("held_before", "是否曾持有APEC卡", "radio", "A", True, ("是", "否")),
    Field(
        "old_card_no", "原卡号", section="A", required=True, when=("是否曾持有APEC卡", "是"), max_length=20
    ),
    Field("old_card_expiry", "原卡有效期至", "date", "A", True, when=("是否曾持有APEC卡", "是")),
    Field("visa_refused", "有无被拒签记录", "radio", "A", True, ("有", "无")),
    Field("criminal", "有无犯罪记录", "radio", "A", True, ("有", "无")),
    Field("pp_type", "护照种类", "select", "B", True, _PASSPORT_KINDS),
    Field("pp_no", "护照号码", section="B", required=True, upper=True, max_length=9),
    Field("pp_issue_date", "签发日期", "date", "B", True),
    Field("pp_expiry", "有效期至", "date", "B", True),
    Field("pp_issue_place", "签发地点", "select", "B", True, PROVINCES),
    Field("pp_authority", "签发机关", "select", "B", True, _AUTHORITIES),
)
"""The member page's sections A 基本信息 and B 护照信息 (manual 2.1.1 (3))."""

PHOTO_SLOTS: tuple[PhotoSlot, ...] = (
    PhotoSlot("照片", "白底免冠彩色近照，JPG 格式，宽高比 3:4，300×400 至 600×800 像素，20～200KB"),
    PhotoSlot("签名", "本人手写签名，JPG 格式，宽高比 2:1，宽 50～600 像素，高 50～300 像素，5～100KB"),
    PhotoSlot("护照信息页", "护照信息页彩色扫描件，JPG 格式，100KB～2MB"),
)
"""The member page's section C 照片信息, all three demanded."""

_PERSONAL_FORM = Material(
    "APEC商务旅行卡个人事项表", required=True, template=True, hint="下载模板，签字盖章后扫描上传"
)
_ID_CARD = Material("身份证正反面", required=True)
_EMPLOYMENT = Material("在职证明或劳动合同")
_OLD_CARD = Material(
    "原APEC卡正反面", required=True, when=("是否曾持有APEC卡", "是"), hint="曾持有APEC卡的须上传"
)

_MEMBER_MATERIALS: dict[str, tuple[Material, ...]] = {
    "国有企业": (
        _PERSONAL_FORM,
        _ID_CARD,
        Material("因公出国人员备案表或任务批件", required=True),
        Material("社保缴纳证明"),
        Material("无犯罪记录证明"),
        _EMPLOYMENT,
        _OLD_CARD,
    ),
    "民营企业": (
        _PERSONAL_FORM,
        _ID_CARD,
        Material("社保缴纳证明", required=True, hint="近六个月，请上传原件扫描件"),
        Material("无犯罪记录证明", required=True, hint="六个月内开具，请上传原件扫描件"),
        _EMPLOYMENT,
        _OLD_CARD,
    ),
}

GROUP_MATERIALS: tuple[Material, ...] = (
    Material("APEC商务旅行卡申请函", required=True, template=True, hint="下载模板，签字盖章后扫描上传"),
)
"""The 上报 page's section E 申请函."""

SUBMISSION_FIELDS: tuple[Field, ...] = (
    Field("delivery", "领取方式", "radio", "A", True, ("自取", "邮寄")),
    Field("payment", "支付方式", "radio", "B", True, ("在线支付", "窗口支付")),
    Field("reason", "申请事由", "textarea", "D", True, max_length=500),
)
"""What the 上报 page asks besides the chosen address and the chosen invoice."""

ADDRESS_FIELDS: tuple[Field, ...] = (
    Field("receiver", "收件人", required=True, max_length=20),
    Field("phone", "手机号", required=True, max_length=11),
    Field("region", "所在地区", "cascade", required=True),
    Field("street", "详细地址", required=True, max_length=100),
    Field("postcode", "邮编", max_length=6),
    Field("is_default", "设为默认", "checkbox"),
)
"""The layer 新增邮寄地址. 所在地区 is kept as 省/市/区 in one text."""

INVOICE_FIELDS: tuple[Field, ...] = (
    Field("title_kind", "抬头类型", "radio", required=True, options=("企业", "个人")),
    Field("title", "发票抬头", required=True, max_length=100),
    Field("tax_no", "税号", required=True, when=("抬头类型", "企业"), upper=True, max_length=20),
    Field("reg_address", "注册地址", max_length=100),
    Field("reg_phone", "注册电话", max_length=20),
    Field("bank", "开户行", max_length=60),
    Field("bank_account", "银行账号", max_length=30),
    Field("email", "接收邮箱", required=True, max_length=60),
    Field("phone", "接收手机", max_length=11),
    Field("is_default", "设为默认", "checkbox"),
)
"""The layer 新增发票信息."""


def member_materials(ownership: str) -> tuple[Material, ...]:
    """The rows of D 附件信息 for 国有企业 or 民营企业 (manual 2.1.1 (3) D: two different lists)."""
    return _MEMBER_MATERIALS[ownership]


def by_label(values: Mapping[str, object], form: Iterable[Field]) -> dict[str, str]:
    """What a page sent (by control name), told by label; unknown names and locked fields are left out."""
    return {field.label: str(values[field.key]) for field in form if not field.locked and field.key in values}


def by_key(fields: Mapping[str, str], form: Iterable[Field]) -> dict[str, str]:
    """Stored fields (by label), told by control name as the page wants them."""
    return {field.key: fields.get(field.label, "") for field in form}
