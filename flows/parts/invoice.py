"""发票信息: chosen from the stored ones, or added (manual 2.1.2 (1) C, 2.4.1 (3) D; rule V12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from flows.parts.book import Book, settle_entry
from rpa.application import Record
from rpa.desk import Desk
from rpa.intake.rules import Advice
from rpa.intake.values import Account, Email, Line, Mobile, Phone, TaxNo, is_uscc
from rpa.personal import Personal
from rpa.screen import Screen, Value

__all__ = ["INVOICE_BOOK", "Invoice", "choose_invoice", "invoice_information"]


class Invoice(Record):
    """The invoice of a group; 企业 needs a 税号."""

    title_type: Literal["企业", "个人"] = Field(title="抬头类型", description="企业须填写税号")
    title: Annotated[Line, Personal("发票抬头")] = Field(
        title="发票抬头",
        examples=["广西样例国有贸易集团有限公司"],
        min_length=1,
        max_length=100,
        description="单位全称或个人姓名",
    )
    tax_no: TaxNo | None = Field(
        default=None,
        title="税号",
        examples=["91990000MA0000001B"],
        validate_default=True,
        description="企业必填，统一社会信用代码",
    )
    registered_address: Line | None = Field(
        default=None, title="注册地址", max_length=100, description="专用发票需要"
    )
    registered_phone: Phone | None = Field(
        default=None,
        title="注册电话",
        examples=["0771-5550000"],
        description="专用发票需要",
    )
    bank: Line | None = Field(default=None, title="开户行", max_length=60, description="专用发票需要")
    bank_account: Annotated[Account | None, Personal("银行账号")] = Field(
        default=None,
        title="银行账号",
        examples=["4500000000000000001"],
        description="专用发票需要",
    )
    email: Annotated[Email, Personal("接收邮箱")] = Field(
        title="接收邮箱", examples=["finance@soe.example.invalid"], description="电子发票发到这个邮箱"
    )
    mobile: Annotated[Mobile | None, Personal("接收手机")] = Field(
        default=None, title="接收手机", description="11 位手机号"
    )
    invoice_book: Literal["自动", "修改", "替换"] = Field(
        default="自动",
        title="发票操作",
        description="自动：有相同发票信息就选用，没有就新增；修改：更改同一抬头的发票信息；替换：新增并删除同一抬头的其他发票信息",
    )

    @field_validator("tax_no")
    @classmethod
    def _tax_no_of_a_firm(cls, number: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("title_type") == "企业" and number is None:
            raise ValueError("抬头类型为“企业”时必须填写")
        return number

    def advise(self, today: date) -> Iterator[Advice]:
        """Doubts about this invoice: codes in real use exist that fail their own check digit."""
        if self.tax_no and not is_uscc(self.tax_no):
            yield Advice(("tax_no",), "不是校验码正确的 18 位统一社会信用代码，请核对")


def invoice_information(invoice: Invoice) -> dict[str, Value]:
    """The fields of 发票信息, by the keys of the pack."""
    return {name: getattr(invoice, name) for name in Invoice.model_fields if name != "invoice_book"}


INVOICE_BOOK = Book("invoice", "common.invoice", "add_invoice", "title", "发票信息")


async def choose_invoice(desk: Desk, page: Screen, invoice: Invoice) -> None:
    """发票信息: 选择已添加的, or 新增、修改、删除."""
    await settle_entry(desk, page, INVOICE_BOOK, invoice_information(invoice), invoice.invoice_book)
