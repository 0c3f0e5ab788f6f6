"""支付方式: chosen by the robot, paid by a person (manual 2.1.2 (1) B, 2.4.1 (3) C; rule V12 of the portal)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from rpa.application import Record
from rpa.screen import Screen

__all__ = ["Payment", "choose_payment"]


class Payment(Record):
    """How the fee will be paid."""

    method: Literal["在线支付", "窗口支付"] = Field(title="支付方式", description="只作选择，缴费由人完成")


async def choose_payment(page: Screen, payment: Payment) -> None:
    """支付方式: 在线支付 or 窗口支付."""
    await page.fill({"payment": payment.method})
