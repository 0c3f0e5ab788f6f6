"""领取方式: collect the cards or have them mailed (manual 2.1.2 (1) A, 2.4.1 (3) B; rule V11 of the portal)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from flows.parts.book import Book, settle_entry
from flows.parts.options import Province
from rpa.application import Record
from rpa.desk import Desk
from rpa.intake.values import Line, Mobile, Postcode
from rpa.personal import Personal
from rpa.screen import Screen, Value

__all__ = ["ADDRESS_BOOK", "Delivery", "choose_delivery", "mail_address"]


class Delivery(Record):
    """How a group gets its cards; 邮寄 needs an address, 自取 does not look at it."""

    method: Literal["自取", "邮寄"] = Field(
        title="领取方式", examples=["邮寄"], description="邮寄须填写收件信息"
    )
    recipient: Annotated[Line | None, Personal("收件人")] = Field(
        default=None,
        title="收件人",
        examples=["覃样例"],
        min_length=2,
        max_length=20,
        validate_default=True,
        description="邮寄必填",
    )
    phone: Annotated[Mobile | None, Personal("收件手机号")] = Field(
        default=None,
        title="收件手机号",
        examples=["13900000011"],
        validate_default=True,
        description="邮寄必填",
    )
    province: Province | None = Field(
        default=None, title="省", examples=["广西壮族自治区"], validate_default=True, description="邮寄必填"
    )
    city: Line | None = Field(
        default=None,
        title="市",
        examples=["南宁市"],
        max_length=30,
        validate_default=True,
        description="邮寄必填",
    )
    district: Line | None = Field(
        default=None,
        title="区",
        examples=["青秀区"],
        max_length=30,
        validate_default=True,
        description="邮寄必填，区或县",
    )
    street: Annotated[Line | None, Personal("详细地址")] = Field(
        default=None,
        title="详细地址",
        examples=["样例路1号国贸大厦10层"],
        min_length=5,
        max_length=100,
        validate_default=True,
        description="邮寄必填，5–100 字",
    )
    postcode: Postcode | None = Field(default=None, title="邮编", examples=["530022"], description="6 位")
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


def mail_address(delivery: Delivery) -> dict[str, Value]:
    """The address of 邮寄, by the keys of the pack; empty for 自取."""
    if delivery.method == "自取":
        return {}
    return {
        "recipient": delivery.recipient,
        "phone": delivery.phone,
        "region": tuple(step for step in (delivery.province, delivery.city, delivery.district) if step),
        "street": delivery.street,
        "postcode": delivery.postcode,
    }


ADDRESS_BOOK = Book("address", "common.address", "add_address", "recipient", "邮寄地址")


async def choose_delivery(desk: Desk, page: Screen, delivery: Delivery) -> None:
    """领取方式: 自取 or 邮寄, with 新增、修改、删除邮寄地址."""
    await page.fill({"delivery": delivery.method})
    if delivery.method == "邮寄":
        await settle_entry(desk, page, ADDRESS_BOOK, mail_address(delivery), delivery.address_book)
