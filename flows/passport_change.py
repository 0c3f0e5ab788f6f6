"""2.2 制卡前更换护照: new passports for members of a group whose cards are not made yet."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Sequence
from datetime import date
from functools import partial
from typing import ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

from flows.parts.chosen_people import Wanted, people_of, shown
from flows.parts.filing import Filling, compare_filing, is_of, to_last_press, to_signature
from flows.parts.my_applications import list_my_applications
from flows.parts.papers import papers_amiss
from flows.parts.passport import NewPassport, new_passport_information
from flows.parts.people import Listed
from flows.parts.progress import read_progress
from flows.parts.reason import OtherReason, only_with_other
from flows.parts.sign_in import ENTRANCE
from flows.parts.source_group import FromGroup, choose_group, choose_members, source_information
from flows.parts.tours import tour_of_filing
from rpa.desk import Desk
from rpa.errors import PortalRefusal
from rpa.flow import Difference, Flow
from rpa.intake.rules import Advice, at_places
from rpa.screen import Screen, Value
from rpa.tour import Stop

__all__ = ["FLOW", "PassportChange", "PassportChangeMember"]

_HINT = "须在外交部制卡前、且没有办理中的更换护照团组；已进入制卡环节的请办理换补卡"


class PassportChangeMember(Listed):
    """One person of the source group, and the passport that takes the place of the old one."""

    new_passport: NewPassport = Field(title="新护照信息")


class PassportChange(FromGroup):
    """The input for one group of 制卡前更换护照."""

    business_type: ClassVar[str] = "passport_change"
    report: ClassVar[str] = "护照更换申请"

    members: list[PassportChangeMember] = Field(min_length=1, title="成员")  # type: ignore[assignment]  # narrower rows
    reason: Literal[
        "护照到期(或有效期不足)", "护照遗失", "护照污损", "签证页用完", "护照信息变更", "其他"
    ] = Field(
        title="办理原因", description="须附新护照信息页；护照遗失另附护照遗失证明，其余另附旧护照信息页"
    )
    other_reason: OtherReason = None

    _other = field_validator("other_reason")(only_with_other)

    @field_validator("reason")
    @classmethod
    def _papers_of_its_reason(cls, reason: str, info: ValidationInfo) -> str:
        at_places("办理原因", papers_amiss(cls.business_type, reason, info))
        return reason

    def advise(self, today: date) -> Iterator[Advice]:
        """Doubts that do not stop the filing."""
        for place, member in enumerate(self.members):
            for advice in member.new_passport.advise(today):
                yield Advice(("members", place, "new_passport", *advice.place), advice.message)


# --- 2.2.1 新建更换护照团组并上报 -----------------------------------------------------------------------------------


async def prepare(desk: Desk, group: PassportChange) -> None:
    """Up to the signature: the page filled, 《护照更换申请》 handed out; nothing is kept, the portal has no 暂存 here."""
    page, _ = await fill_in(desk, group)
    await to_signature(desk, page, group, "2.2.1（3）C")


async def complete(desk: Desk, group: PassportChange) -> None:
    """With the signed form: the page filled afresh, the files brought in, and all proved; all but the last press."""
    page, filling = await fill_in(desk, group)
    await to_last_press(desk, page, group, filling, ("2.2.1（3）C", "2.2.1（4）"))


async def fill_in(desk: Desk, group: PassportChange) -> tuple[Screen, Filling]:
    """(1) 点击“制卡前更换护照”, (2) 选择团组, (3) A 办理原因, B 补充信息."""
    desk.now("2.2.1（1）（2）选择需要更换护照的团组")
    people = await choose_group(desk, group, _HINT)
    page = await desk.screen("passport_change.filing")
    desk.now("2.2.1（3）A 选择办理原因")
    await page.fill(group_information(group))
    desk.now("2.2.1（3）B 补充信息")
    filling = fill_plan(group, people)
    for entry, (wanted, typed) in zip(
        await choose_members(desk, page, people, _HINT), filling.people, strict=True
    ):
        if shown(desk, entry.lines, "passport_number") == typed["new_passport_number"]:
            raise PortalRefusal("新护照号码与原护照号码相同", where=wanted.where, advice="请核对新护照号码")
        await page.inside(entry).fill(typed)
    return page, filling


# --- 2.2.2 办理状态查询 ---------------------------------------------------------------------------------------------


async def find_differences(desk: Desk, group: PassportChange, group_no: str) -> Sequence[Difference]:
    """The group's detail page in 我的办件_更换护照 against the input."""
    desk.now("2.2.2 核对办件详情")
    filling = fill_plan(group, people_of(group))
    values = {**filling.values, **source_information(group)}
    return await compare_filing(desk, group, group_no, Filling(values, filling.people))


# --- the input as the pages ask for it ------------------------------------------------------------------------------


def group_information(group: PassportChange) -> dict[str, Value]:
    """What A asks."""
    return {"reason": group.reason, "other_reason": group.other_reason}


def fill_plan(group: PassportChange, people: Sequence[Wanted]) -> Filling:
    """What A and B are to hold."""
    typed = [new_passport_information(member.new_passport) for member in group.members]
    return Filling(group_information(group), list(zip(people, typed, strict=True)))


# --- what can be looked at without filing ---------------------------------------------------------------------------


def tour(desk: Desk, _sample: PassportChange | None) -> AsyncGenerator[Stop, None]:
    """选择团组, the fill page of the first group that is offered, 我的办件_更换护照."""
    return tour_of_filing(desk, "passport_change", {"reason": "其他"}, frozenset({"other_reason"}))


FLOW = Flow(
    business_type=PassportChange.business_type,
    title="制卡前更换护照",
    model=PassportChange,
    entrance=ENTRANCE,
    prepare=prepare,
    complete=complete,
    submission="passport_change.filing",
    list_groups=partial(list_my_applications, menu="passport_change.entry"),
    read_progress=read_progress,
    is_of=is_of,
    find_differences=find_differences,
    tour=tour,
    section="2.2",
)
