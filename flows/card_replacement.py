"""2.4 换补卡: a new card for a worn or lost one, for a new passport, or for more economies."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Sequence
from datetime import date
from functools import partial
from typing import ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

from flows.parts.chosen_people import people_of, shown
from flows.parts.delivery import Delivery, choose_delivery
from flows.parts.filing import Filling, compare_filing, is_of, to_last_press, to_signature
from flows.parts.invoice import Invoice, choose_invoice
from flows.parts.my_applications import list_my_applications
from flows.parts.papers import papers_amiss
from flows.parts.passport import NewPassport, new_passport_information
from flows.parts.payment import Payment, choose_payment
from flows.parts.progress import read_progress
from flows.parts.receipt import chosen_otherwise, receipt_information
from flows.parts.sign_in import ENTRANCE
from flows.parts.source_card import FromCards, Holder, choose_card, choose_holders
from flows.parts.tours import OF_A_PERSON, tour_of_filing
from rpa.desk import Desk
from rpa.errors import PortalRefusal, StoredOtherwise
from rpa.flow import Difference, Flow
from rpa.intake.rules import TOP, Advice, at_places
from rpa.screen import Screen
from rpa.tour import Stop

__all__ = ["FLOW", "CardReplacement", "CardReplacementMember"]

_NEW_PASSPORT = "关联护照丢失/过期/签证页满"
_HINT = "该卡可能已注销、已换发或已到期，或在其他办理中的团组中，请核对姓名和卡号"


class CardReplacementMember(Holder):
    """A holder; with the reason of a new passport, that passport."""

    new_passport: NewPassport | None = Field(
        default=None, title="新护照信息", description=f"换卡原因为“{_NEW_PASSPORT}”时必填"
    )


class CardReplacement(FromCards):
    """The input for one group of 换补卡."""

    business_type: ClassVar[str] = "card_replacement"
    report: ClassVar[str] = "换卡报告"

    members: list[CardReplacementMember] = Field(min_length=1, title="成员")  # type: ignore[assignment]  # narrower rows
    reason: Literal["旅行卡旧卡破损", "申请提前制卡后获更多经济体批准", _NEW_PASSPORT, "旅行卡丢失"] = Field(  # type: ignore[valid-type]
        title="换卡原因",
        description="护照原因须填新护照信息，并附新、旧护照信息页；旅行卡丢失须附报案或挂失证明，其余须附原卡正反面扫描件",
    )
    delivery: Delivery = Field(title="领取方式")
    payment: Payment = Field(title="支付方式")
    invoice: Invoice = Field(title="发票信息")

    @field_validator("reason")
    @classmethod
    def _what_its_reason_asks_for(cls, reason: str, info: ValidationInfo) -> str:
        members = info.data.get("members", ())
        at_places(
            "换卡原因", [*_passports_amiss(reason, members), *papers_amiss(cls.business_type, reason, info)]
        )
        return reason

    def advise(self, today: date) -> Iterator[Advice]:
        """Doubts that do not stop the filing."""
        yield from super().advise(today)
        for place, member in enumerate(self.members):
            for advice in member.new_passport.advise(today) if member.new_passport else ():
                yield Advice(("members", place, "new_passport", *advice.place), advice.message)
        for advice in self.invoice.advise(today):
            yield Advice(("invoice", *advice.place), advice.message)


def _passports_amiss(
    reason: str, members: Sequence[CardReplacementMember]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """New passports that the reason asks for, and those it does not, each with its place."""
    for place, member in enumerate(members):
        cells = (TOP, "members", place, "new_passport")
        if reason == _NEW_PASSPORT and member.new_passport is None:
            for name in NewPassport.model_fields:
                yield (*cells, name), f"换卡原因为“{_NEW_PASSPORT}”时必须填写"
        if reason != _NEW_PASSPORT and member.new_passport is not None:
            yield (*cells, "number"), f"换卡原因不是“{_NEW_PASSPORT}”时不应填写新护照信息"


# --- 2.4.1 新建换补卡团组并上报 -------------------------------------------------------------------------------------


async def prepare(desk: Desk, group: CardReplacement) -> None:
    """Up to the signature: the page filled, 《换卡报告》 handed out; nothing is kept, the portal has no 暂存 here."""
    page, _ = await fill_in(desk, group)
    await to_signature(desk, page, group, "2.4.1（3）F")


async def complete(desk: Desk, group: CardReplacement) -> None:
    """With the signed report: the page filled afresh, the files brought in, and all proved; all but the last press."""
    page, filling = await fill_in(desk, group)
    await to_last_press(desk, page, group, filling, ("2.4.1（3）F", "2.4.1（4）"))
    if fields := await chosen_otherwise(desk, page, group):
        raise StoredOtherwise(f"填报页面与输入不一致：{'、'.join(fields)}", fields=fields, where=page.title)


async def fill_in(desk: Desk, group: CardReplacement) -> tuple[Screen, Filling]:
    """(1) 点击“换补卡”, (2) 选择APEC卡, (3) A 换卡原因, B 领取方式, C 支付方式, D 发票信息, E 补充信息."""
    desk.now("2.4.1（1）（2）选择需要换补卡的APEC卡")
    people = await choose_card(desk, group, _HINT)
    page = await desk.screen("card_replacement.filing")
    filling = fill_plan(group)
    desk.now("2.4.1（3）A 选择换卡原因")
    await page.fill(filling.values)
    desk.now("2.4.1（3）B 选择领取方式")
    await choose_delivery(desk, page, group.delivery)
    desk.now("2.4.1（3）C 选择支付方式")
    await choose_payment(page, group.payment)
    desk.now("2.4.1（3）D 选择发票信息")
    await choose_invoice(desk, page, group.invoice)
    desk.now("2.4.1（3）E 补充信息")
    entries = await choose_holders(desk, page, people, _HINT)
    for entry, (wanted, typed) in zip(entries, filling.people, strict=True):
        if typed and shown(desk, entry.lines, "passport_number") == typed["new_passport_number"]:
            raise PortalRefusal("新护照号码与原护照号码相同", where=wanted.where, advice="请核对新护照号码")
        await page.inside(entry).fill(typed)
    return page, filling


# --- 2.4.2 办理状态查询 ---------------------------------------------------------------------------------------------


async def find_differences(desk: Desk, group: CardReplacement, group_no: str) -> Sequence[Difference]:
    """The group's detail page in 我的办件_换补卡 against the input."""
    desk.now("2.4.2 核对办件详情")
    filling = fill_plan(group)
    values = {**filling.values, **receipt_information(group)}
    return await compare_filing(desk, group, group_no, Filling(values, filling.people))


# --- the input as the pages ask for it ------------------------------------------------------------------------------


def fill_plan(group: CardReplacement) -> Filling:
    """What A and E are to hold."""
    typed = [
        new_passport_information(member.new_passport) if member.new_passport else {}
        for member in group.members
    ]
    return Filling({"reason": group.reason}, list(zip(people_of(group), typed, strict=True)))


# --- what can be looked at without filing ---------------------------------------------------------------------------


def tour(desk: Desk, _sample: CardReplacement | None) -> AsyncGenerator[Stop, None]:
    """选择旅行卡, the fill page of the first card that is offered, its layers, 我的办件_换补卡."""
    layers = {"add_address": "common.address", "add_invoice": "common.invoice"}
    choices = {"reason": _NEW_PASSPORT, "delivery": "邮寄"}
    then = frozenset({"add_address", "address", *OF_A_PERSON})
    return tour_of_filing(desk, "card_replacement", choices, then, layers)


FLOW = Flow(
    business_type=CardReplacement.business_type,
    title="换补卡",
    model=CardReplacement,
    entrance=ENTRANCE,
    prepare=prepare,
    complete=complete,
    submission="card_replacement.filing",
    list_groups=partial(list_my_applications, menu="card_replacement.entry"),
    read_progress=read_progress,
    is_of=is_of,
    find_differences=find_differences,
    tour=tour,
    section="2.4",
)
