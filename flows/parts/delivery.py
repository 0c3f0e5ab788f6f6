"""A 领取方式 of the 上报 page: collect the cards or have them mailed (manual 2.1; rule V11 of the portal)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from flows.parts.options import Province
from rpa.application import Record
from rpa.intake.values import Mobile, Postcode, Text
from rpa.personal import Personal

__all__ = ["Delivery"]


class Delivery(Record):
    """How a group gets its cards; 邮寄 needs an address, 自取 does not look at it."""

    method: Literal["自取", "邮寄"] = Field(title="领取方式", description="邮寄须填写收件信息")
    recipient: Annotated[Text | None, Personal("收件人")] = Field(
        default=None,
        title="收件人",
        min_length=2,
        max_length=20,
        validate_default=True,
        description="邮寄必填",
    )
    phone: Annotated[Mobile | None, Personal("收件手机号")] = Field(
        default=None, title="收件手机号", validate_default=True, description="邮寄必填，须为文本格式"
    )
    province: Province | None = Field(default=None, title="省", validate_default=True, description="邮寄必填")
    city: Text | None = Field(
        default=None, title="市", max_length=30, validate_default=True, description="邮寄必填"
    )
    district: Text | None = Field(
        default=None, title="区", max_length=30, validate_default=True, description="邮寄必填，区或县"
    )
    street: Annotated[Text | None, Personal("详细地址")] = Field(
        default=None,
        title="详细地址",
        min_length=5,
        max_length=100,
        validate_default=True,
        description="邮寄必填，5–100 字",
    )
    postcode: Postcode | None = Field(default=None, title="邮编", description="选填，6 位，须为文本格式")
    address_book: Literal["自动", "修改", "替换"] = Field(
        default="自动",
        title="地址簿操作",
        description="自动：有相同地址就选用，没有就新增；修改：更改同一收件人的地址；替换：新增并删除同一收件人的其他地址",
    )

    @field_validator("recipient", "phone", "province", "city", "district", "street")
    @classmethod
    def _address_if_mailed(cls, value: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("method") == "邮寄" and value is None:
            raise ValueError("领取方式为“邮寄”时必须填写")
        return value
