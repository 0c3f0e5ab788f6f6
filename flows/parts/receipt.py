"""领取方式, 支付方式, 发票信息: how a card is handed over, paid for and invoiced (新卡申办 and 换补卡)."""

from __future__ import annotations

from typing import Protocol

from flows.parts.book import is_chosen
from flows.parts.delivery import ADDRESS_BOOK, Delivery, mail_address
from flows.parts.invoice import INVOICE_BOOK, Invoice, invoice_information
from flows.parts.payment import Payment
from rpa.desk import Desk
from rpa.screen import Screen, Value

__all__ = ["chosen_otherwise", "receipt_information"]


class _Receipt(Protocol):
    @property
    def delivery(self) -> Delivery: ...
    @property
    def payment(self) -> Payment: ...
    @property
    def invoice(self) -> Invoice: ...


def receipt_information(group: _Receipt) -> dict[str, Value]:
    """Everything the three sections ask, by the keys of the pack, as the detail page shows it."""
    return {
        "delivery": group.delivery.method,
        **mail_address(group.delivery),
        "payment": group.payment.method,
        **invoice_information(group.invoice),
    }


async def chosen_otherwise(desk: Desk, page: Screen, group: _Receipt) -> list[str]:
    """The sections in which something else than the input's is chosen."""
    ways = {"delivery": group.delivery.method, "payment": group.payment.method}
    fields = await page.differences(ways)
    books = [(INVOICE_BOOK, invoice_information(group.invoice))]
    if group.delivery.method == "邮寄":
        books.append((ADDRESS_BOOK, mail_address(group.delivery)))
    return fields + [book.title for book, wanted in books if not await is_chosen(desk, page, book, wanted)]
