"""领取方式, 支付方式 and 发票信息: what 上报 of 新卡 and 换补卡 have in common (manual 2.1.2, 2.4.1 B to D)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .. import schema
from ..desk import Desk, row_number
from ..store import BookKind
from .regions import REGIONS

__all__ = ["LABELS", "Receipt", "page_context", "read_receipt"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was chosen: the two radios by label, and the fields of the chosen entries (empty: none)."""

    chosen: dict[str, str]
    address: dict[str, str]
    invoice: dict[str, str]

    def fields(self, count: int) -> dict[str, str]:
        """What a submitted group keeps of it; later changes in the book do not change the group."""
        return {
            "领取方式": self.chosen["领取方式"],
            **{label: self.address.get(label, "") for label in labels(schema.ADDRESS)},
            "支付方式": self.chosen["支付方式"],
            "应缴金额": f"{schema.FEE * count}元",
            **{label: self.invoice.get(label, "") for label in labels(schema.INVOICE)},
        }


def labels(form: tuple[schema.Field, ...]) -> list[str]:
    """The labels of an entry that a group keeps."""
    return [field.label for field in form if field.kind != "checkbox"]


LABELS = ("领取方式", *labels(schema.ADDRESS), "支付方式", "应缴金额", *labels(schema.INVOICE))
"""In the order in which the detail page shows them."""


def read_receipt(desk: Desk, data: Mapping[str, object]) -> Receipt:
    """What the page sent; another account's entries were never there."""
    chosen = {
        field.label: str(data.get(field.name, "")).strip() for field in (schema.DELIVERY, schema.PAYMENT)
    }
    mailed = chosen["领取方式"] == "邮寄"
    address = _entry(desk, "address", data.get("address_id")) if mailed else {}
    return Receipt(chosen, address, _entry(desk, "invoice", data.get("invoice_id")))


def _entry(desk: Desk, kind: BookKind, entry_id: object) -> dict[str, str]:
    entry = desk.store.book.entry(desk.account.name, kind, row_number(entry_id))
    return entry.fields if entry else {}


def page_context() -> dict[str, object]:
    """What the templates of these parts need."""
    return {
        "delivery": schema.DELIVERY,
        "payment": schema.PAYMENT,
        "address_form": schema.ADDRESS,
        "invoice_form": schema.INVOICE,
        "provinces": list(REGIONS),
    }
