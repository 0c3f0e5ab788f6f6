"""2.1 新卡申办: a first card for each member of a group, in the order and the words of the manual."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field, field_validator

from flows.parts.attachments import bring_in, by_key, by_title, check_names, each_its_own
from flows.parts.delivery import Delivery, choose_delivery
from flows.parts.invoice import Invoice, choose_invoice
from flows.parts.my_applications import (
    compare_facts,
    compare_files,
    labels,
    list_my_applications,
    open_detail,
    open_draft,
)
from flows.parts.passport import Passport, fill_passport, passport_information
from flows.parts.payment import Payment, choose_payment
from flows.parts.people import (
    OfPeople,
    Person,
    basic_information,
    check_member,
    fill_basic_information,
)
from flows.parts.photos import PICTURE_NAMES, Photos, pictures
from flows.parts.progress import read_progress
from flows.parts.receipt import chosen_otherwise, receipt_information
from flows.parts.sign_in import ENTRANCE, choose_business
from flows.parts.tours import NOT_BEFORE_A_LAYER, taken_away, tour_of_layers, tour_of_list
from rpa.application import Attachment
from rpa.desk import Desk
from rpa.errors import NeedsPerson, PortalFault, PortalRefusal, StoredOtherwise
from rpa.flow import Difference, Flow
from rpa.intake.rules import Advice
from rpa.intake.values import Text
from rpa.screen import Screen, Value
from rpa.tour import Stop

__all__ = ["FLOW", "NewCard", "NewCardMember"]

PERSONAL_FORM = "APEC商务旅行卡个人事项表"
LETTER = "APEC商务旅行卡申请函"


class NewCardMember(Person):
    """One person of the group: sections A to C of the member page; section D are the `files`."""

    passport: Passport = Field(title="护照信息")
    photos: Photos = Field(title="照片信息")

    @field_validator("files")
    @classmethod
    def _each_has_its_row(cls, files: list[Attachment]) -> list[Attachment]:
        check_names(files, PICTURE_NAMES | {"personal_form"})
        return files


class NewCard(OfPeople):
    """The input for one group of 新卡申办: its members and what the 上报 page asks."""

    business_type: ClassVar[str] = "new_card"
    sheet_prefix: ClassVar[str] = ""

    members: list[NewCardMember] = Field(min_length=1, title="成员")  # type: ignore[assignment]  # narrower rows
    delivery: Delivery = Field(title="领取方式")
    payment: Payment = Field(title="支付方式")
    invoice: Invoice = Field(title="发票信息")
    reason: Annotated[Text, Field(min_length=10, max_length=500)] = Field(
        title="申请事由",
        examples=["与越南、泰国的贸易伙伴长期往来，需频繁赴当地洽谈业务。"],
        description="10–500 字，写明往来的经济体和业务",
    )

    def advise(self, today: date) -> Iterator[Advice]:
        """Doubts that do not stop the filing (rules V2, V7 of the portal and the check digit of GB 32100)."""
        for place, member in enumerate(self.members):
            for advice in member.advise(today):
                yield Advice(("members", place, *advice.place), advice.message)
            for advice in member.passport.advise(today):
                yield Advice(("members", place, "passport", *advice.place), advice.message)
        for advice in self.invoice.advise(today):
            yield Advice(("invoice", *advice.place), advice.message)


# --- 2.1.1 新建团组 -----------------------------------------------------------------------------------------------


async def prepare(desk: Desk, group: NewCard) -> None:
    """Up to the signature: every member filled and kept, 《个人事项表》 and 《申请函》 handed out."""
    page = await take_up(desk, group)
    for member in group.members:
        await fill_member(desk, page, member)
        await hand_out_personal_form(desk, page, member)
        await fill_attachments(desk, page, member)
        await go_on(desk, page, member, last=member is group.members[-1])
    if not desk.case.awaits_signature:
        await hand_out_letter(desk, group)


async def complete(desk: Desk, group: NewCard) -> None:
    """With the signed papers: the draft taken up, held against the input, and 上报 filled; all but the last press."""
    page = await go_back(desk, group) or await take_up(desk, group)
    for member in group.members:
        await prove_member(desk, page, member)
        await fill_attachments(desk, page, member)
        await go_on(desk, page, member, last=member is group.members[-1])
    await fill_submission(desk, group)


async def take_up(desk: Desk, group: NewCard) -> Screen:
    """(1) 点击“新卡申办” and (2) 阅读《办理须知》; or, once the portal keeps a draft, 我的办件 and 编辑."""
    number = desk.case.draft_no or await find_draft(desk, group)
    if number is not None:
        desk.now("2.1.1（4）打开暂存的团组")
        page = None
        async for _ in desk.looks():
            if page := await open_draft(desk, number, "new_card.member"):
                break
        if page is None:
            raise NeedsPerson(
                "我的办件中没有暂存的团组", where=number, advice="草稿可能已被删除，请在网站上核对"
            )
        await desk.case.draft(number)
        return page
    desk.now("2.1.1（1）点击“新卡申办”")
    await choose_business(desk, "new_card")
    desk.now("2.1.1（2）阅读《办理须知》")
    notice = await desk.screen("new_card.notice")
    await notice.read_to_end()
    await notice.press("read")
    return await desk.screen("new_card.member")


async def go_back(desk: Desk, group: NewCard) -> Screen | None:
    """返回上一步 from the 上报 page that this very run has just reached: with one member it shows all that is kept."""
    if desk.case.stands_at != "new_card.submission" or len(group.members) != 1:
        return None
    desk.case.stands_at = ""
    desk.now("2.1.2 返回上一步")
    await desk.at("new_card.submission").press("back")
    return await desk.screen("new_card.member")


async def find_draft(desk: Desk, group: NewCard) -> str | None:
    """A draft that an earlier try left before its number was known: a 暂存 group of these same people.

    Their names may have been corrected since, and their order, so the list's own word for whose it is only says where to
    look first. Raises :class:`~rpa.errors.PortalFault` when there is none in a list that is not whole.
    """
    async for _ in desk.looks():
        listing = await list_my_applications(desk)
        drafts = [row for row in listing.groups if row.is_draft and row.business_type == FLOW.title]
        for row in sorted(drafts, key=lambda row: group.members[0].name not in row.first_member):
            if await is_of(desk, group, row.group_no):
                return row.group_no
        if not listing.complete:
            raise PortalFault("我的办件列表不完整，看不出是否已有草稿", where=desk.step)
    return None


async def is_of(desk: Desk, group: NewCard, group_no: str) -> bool:
    """Whether a listed group has nobody but these people in it, by its detail page."""
    ids = {member.id_no for member in group.members}
    page, _ = await open_detail(desk, group_no)
    words = labels(desk, "new_card.member")["id_no"]
    shown = {fact.value for fact in await page.facts() if fact.label in words}
    return bool(shown) and shown <= ids


# (3) 依次填写基本信息、护照信息、上传照片信息及附件


async def fill_member(desk: Desk, page: Screen, member: NewCardMember) -> None:
    """A 基本信息, B 护照信息; a member entered before is brought in by 成员核查 and held against the input."""
    await desk.settled()
    shown = (await page.read(["id_no"])).get("id_no", "")
    if shown not in ("", member.id_no):
        raise StoredOtherwise(
            "草稿中的成员与输入不是同一人", where=f"成员 {member.key}", fields=("身份证号",)
        )
    if not shown and member.known_member == "比对":
        await check_member(desk, page, member, member_information(member))
    await fill_basic_information(desk, page, member)
    await fill_passport(desk, page, member.passport)
    await keep_draft(desk, page)


async def keep_draft(desk: Desk, page: Screen) -> None:
    """(4) 点击“暂存”: what is filled in is kept, and the group has its number."""
    desk.now("2.1.1（4）暂存")
    async with desk.sent_once():
        await page.press("save_draft")
        said, _ = await page.await_message("draft_saved", "doubtful")
        if said == "doubtful":  # rule V7; the officer was told of it when the input was checked
            await page.press("confirm")
            await page.await_message("draft_saved")
    number = page.words.find("group_no", await page.lines())
    if number:
        await desk.case.draft(number)


async def fill_attachments(desk: Desk, page: Screen, member: NewCardMember) -> None:
    """C 照片信息 and D 附件信息, the signed form included once its scan is there."""
    desk.now("2.1.1（3）C 上传照片信息，D 上传附件")
    await bring_in(desk, page, member_files(desk, member), owner=member.key)


async def hand_out_personal_form(desk: Desk, page: Screen, member: NewCardMember) -> None:
    """D 下载《APEC商务旅行卡个人事项表》, to be signed, sealed and scanned by people."""
    desk.now("2.1.1（3）D 下载《APEC商务旅行卡个人事项表》")
    rows = await page.upload_rows(["personal_form"])
    await desk.hand_out(rows["personal_form"], PERSONAL_FORM, member_key=member.key, member_name=member.name)


async def go_on(desk: Desk, page: Screen, member: NewCardMember, *, last: bool) -> None:
    """(4) 点击“保存并下一人”, or after the last member “保存并下一步”."""
    if not last:
        desk.now("2.1.1（4）保存并下一人")
        await page.press("save_and_next_member")
        await page.await_changed("id_no", member.id_no)
        return
    desk.now("2.1.1（4）保存并下一步")
    await page.press("save_and_next_step")
    try:
        await desk.screen("new_card.submission")
    except PortalRefusal as refusal:
        if not any(words in refusal.message for words in page.words.messages["unsigned"]):
            raise
        # a strict portal gives the letter only after the signed forms: a second round of signing
        await page.press("confirm")
        desk.case.awaits_signature = True
    else:
        desk.case.stands_at = "new_card.submission"


async def prove_member(desk: Desk, page: Screen, member: NewCardMember) -> None:
    """What the portal has kept of this member is the input, field by field."""
    desk.now("2.1.1（3）核对暂存的成员信息")
    await desk.settled()
    if fields := await page.differences(member_information(member)):
        raise StoredOtherwise(
            f"网站暂存的信息与输入不一致：{'、'.join(fields)}", fields=fields, where=f"成员 {member.key}"
        )


# --- 2.1.2 上报 -----------------------------------------------------------------------------------------------------


async def hand_out_letter(desk: Desk, group: NewCard) -> None:
    """(2) 下载《APEC商务旅行卡申请函》, which tells the 申请事由."""
    page = desk.at("new_card.submission")
    await page.fill({"reason": group.reason})
    desk.now("2.1.2（2）下载《APEC商务旅行卡申请函》")
    rows = await page.upload_rows(["letter"])
    await desk.hand_out(rows["letter"], LETTER)


async def fill_submission(desk: Desk, group: NewCard) -> None:
    """(1) A 领取方式, B 支付方式, C 发票信息, D 团组基本信息; (2) the signed letter."""
    page = desk.at("new_card.submission")
    desk.now("2.1.2（1）A 选择领取方式")
    await choose_delivery(desk, page, group.delivery)
    desk.now("2.1.2（1）B 选择支付方式")
    await choose_payment(page, group.payment)
    desk.now("2.1.2（1）C 选择发票信息")
    await choose_invoice(desk, page, group.invoice)
    desk.now("2.1.2（1）D 填写申请事由")
    await page.fill({"reason": group.reason})
    desk.now("2.1.2（2）上传《APEC商务旅行卡申请函》")
    letter = group_files(desk, group)
    if "letter" not in letter:
        await hand_out_letter(desk, group)
        desk.case.awaits_signature = True
        return
    await bring_in(desk, page, letter)
    await prove_submission(desk, page, group)


async def prove_submission(desk: Desk, page: Screen, group: NewCard) -> None:
    """The whole 上报 page once more, as it stands before the last press."""
    desk.now("2.1.2（2）检查")
    fields = await page.differences({"reason": group.reason, "members": str(len(group.members))})
    fields += await chosen_otherwise(desk, page, group)
    if page.words.find("group_no", await page.lines()) not in (None, desk.case.draft_no):
        fields.append("团组号")
    if fields:
        raise StoredOtherwise(f"上报页面与输入不一致：{'、'.join(fields)}", fields=fields, where=page.title)


# --- 2.1.3 办理状态查询 ---------------------------------------------------------------------------------------------


async def find_differences(desk: Desk, group: NewCard, group_no: str) -> Sequence[Difference]:
    """The group's detail page in 我的办件 against the input: every field, every file, byte for byte."""
    desk.now("2.1.3 核对办件详情")
    page, row = await open_detail(desk, group_no)
    facts, files = await page.facts(), await page.tables("files")
    own = [fact for fact in facts if not fact.section.startswith("成员")]
    found = list(compare_facts("团组", own, labels(desk, "common.detail"), group_information(group)))
    if row.is_draft:
        found.append(Difference("团组", f"当前状态（仍是“{row.state}”）"))
    for place, member in enumerate(group.members, 1):
        section = f"成员{place}"
        mine = [fact for fact in facts if fact.section == section]
        found += compare_facts(section, mine, labels(desk, "new_card.member"), member_information(member))
        tables = [table for table in files if section in table.within]
        found += await compare_files(desk, page, section, tables, _by_title(desk, member_files(desk, member)))
    if any(fact.section == f"成员{len(group.members) + 1}" for fact in facts):
        found.append(Difference("团组", "多出的成员"))
    tables = [table for table in files if not any(heading.startswith("成员") for heading in table.within)]
    found += await compare_files(desk, page, "团组", tables, _by_title(desk, group_files(desk, group)))
    return found


# --- the input as the pages ask for it ------------------------------------------------------------------------------


def member_information(member: NewCardMember) -> dict[str, Value]:
    """Everything the member page asks in A and B, by the keys of the pack."""
    return {**basic_information(member), **passport_information(member.passport)}


def group_information(group: NewCard) -> dict[str, Value]:
    """Everything the 上报 page asks, as the detail page shows it."""
    return {**receipt_information(group), "reason": group.reason}


def member_files(desk: Desk, member: NewCardMember) -> dict[str, Path]:
    """The files of C and D that are there now, by the keys of the pack or by their free names."""
    uploads = desk.pack.screen("new_card.member").uploads
    given = by_key(uploads, member.files)
    for form in ("personal_form", PERSONAL_FORM):
        given.pop(form, None)
    files = each_its_own([*pictures(member.photos).items(), *given.items()])
    if scan := desk.case.find_scan(PERSONAL_FORM, member.key):
        files["personal_form"] = scan
    return files


def group_files(desk: Desk, group: NewCard) -> dict[str, Path]:
    """The files of the 上报 page that are there now."""
    files = by_key(desk.pack.screen("new_card.submission").uploads, group.files)
    for form in ("letter", LETTER):
        files.pop(form, None)
    if scan := desk.case.find_scan(LETTER, None):
        files["letter"] = scan
    return files


def _by_title(desk: Desk, files: dict[str, Path]) -> dict[str, Path]:
    uploads = {
        **desk.pack.screen("new_card.member").uploads,
        **desk.pack.screen("new_card.submission").uploads,
    }
    return by_title(uploads, files)


# --- what can be looked at without filing ---------------------------------------------------------------------------


async def tour(desk: Desk, sample: NewCard | None) -> AsyncGenerator[Stop, None]:
    """首页, 《办理须知》, the member page and its layer; with a sample a draft of its first member, up to 上报."""
    yield Stop("common.home", also=("common.menu", "new_card.entry"))
    await choose_business(desk, "new_card")
    yield Stop("new_card.notice")
    notice = desk.at("new_card.notice")
    await notice.read_to_end()
    await notice.press("read")
    yield Stop("new_card.member", also=("common.attachments",), without=_NOT_ON_MEMBER_PAGE)
    async for stop in tour_of_layers(desk, {"add": "common.new_attachment"}, "common.attachments"):
        yield stop
    page = desk.at("new_card.member")
    await page.fill({"held_before": "是"})
    yield Stop("new_card.member", only=frozenset({"old_card_no", "old_card_expiry"}))
    if sample is not None:
        async with taken_away(desk):
            async for stop in _tour_of_draft(desk, page, sample.members[0]):
                yield stop
    async for stop in tour_of_list(desk):
        yield stop


async def _tour_of_draft(desk: Desk, page: Screen, member: NewCardMember) -> AsyncGenerator[Stop, None]:
    """The sample's member filled in and kept, and the 上报 page with its layers."""
    await fill_member(desk, page, member)
    yield Stop("new_card.member", only=frozenset({"personal_form"}), forms=("personal_form",))
    await fill_attachments(desk, page, member)
    await go_on(desk, page, member, last=True)
    if desk.case.awaits_signature:
        raise NeedsPerson("没有签字的《个人事项表》，网站不给出上报页面", where=page.title)
    submission = desk.at("new_card.submission")
    yield Stop(
        submission.name, also=("common.attachments",), without=NOT_BEFORE_A_LAYER | {"add_address", "address"}
    )
    await submission.fill({"delivery": "邮寄"})
    layers = {"add_address": "common.address", "add_invoice": "common.invoice"}
    yield Stop(submission.name, only=frozenset({*layers, "address"}), forms=("letter",))
    async for stop in tour_of_layers(desk, layers, submission.name):
        yield stop


#: These stand in a layer that is not open, or on the page only for somebody who had a card.
_NOT_ON_MEMBER_PAGE = NOT_BEFORE_A_LAYER | {"old_card_no", "old_card_expiry"}

FLOW = Flow(
    business_type=NewCard.business_type,
    title="新卡申办",
    model=NewCard,
    entrance=ENTRANCE,
    prepare=prepare,
    complete=complete,
    submission="new_card.submission",
    list_groups=list_my_applications,
    read_progress=read_progress,
    is_of=is_of,
    find_differences=find_differences,
    section="2.1",
    tour=tour,
)
