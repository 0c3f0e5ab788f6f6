"""新卡申办 (manual 2.1): a first card for each member of a group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, field_validator

from flows.parts.delivery import Delivery
from flows.parts.invoice import Invoice
from flows.parts.passport import Passport
from flows.parts.payment import Payment
from flows.parts.people import Person
from flows.parts.photos import Photos
from rpa.application import Application
from rpa.intake.rules import Advice, at_places
from rpa.intake.values import Text

__all__ = ["NewCard", "NewCardMember"]


class NewCardMember(Person):
    """One person of the group: sections A to C of the member page; section D are the `files`."""

    passport: Passport = Field(title="护照信息")
    photos: Photos = Field(title="照片信息")


class NewCard(Application):
    """The input for one group of 新卡申办: its members and what the 上报 page asks."""

    model_config = ConfigDict(hide_input_in_errors=True)
    business_type: ClassVar[str] = "new_card"
    sheet_prefix: ClassVar[str] = ""

    members: list[NewCardMember] = Field(min_length=1, title="成员")  # type: ignore[assignment]  # narrower rows
    delivery: Delivery = Field(title="领取方式")
    payment: Payment = Field(title="支付方式")
    invoice: Invoice = Field(title="发票信息")
    reason: Annotated[Text, Field(min_length=10, max_length=500)] = Field(
        title="申请事由", description="10–500 字，写明往来的经济体和业务"
    )

    @property
    def identity(self) -> tuple[str, ...]:
        """The ID numbers of the members, sorted. Personal."""
        return tuple(sorted(member.id_no for member in self.members))

    @field_validator("members")
    @classmethod
    def _nobody_twice(cls, members: list[NewCardMember]) -> list[NewCardMember]:
        at_places("成员", _repeated(members))
        return members

    def advise(self, today: date) -> Iterator[Advice]:
        """Doubts that do not stop the filing (rules V2, V7 of the portal and the check digit of GB 32100)."""
        for place, member in enumerate(self.members):
            for advice in member.advise(today):
                yield Advice(("members", place, *advice.place), advice.message)
            for advice in member.passport.advise(today):
                yield Advice(("members", place, "passport", *advice.place), advice.message)
        for advice in self.invoice.advise(today):
            yield Advice(("invoice", *advice.place), advice.message)


def _repeated(members: list[NewCardMember]) -> Iterator[tuple[tuple[int, str] | tuple[int, str, str], str]]:
    """Members whose ID or passport number stands in the group before (rule V3 of the portal)."""
    ids: Counter[str] = Counter()
    passports: Counter[str] = Counter()
    for place, member in enumerate(members):
        if ids[member.id_no]:
            yield (place, "id_no"), "与本团组前面的成员重复（身份证号相同）"
        if passports[member.passport.number]:
            yield (place, "passport", "number"), "与本团组前面的成员重复（护照号码相同）"
        ids[member.id_no] += 1
        passports[member.passport.number] += 1
