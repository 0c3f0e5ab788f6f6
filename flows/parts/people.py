"""A 基本信息 of the member page: who the person is (manual 2.1; rules V1, V6, V7 of the portal)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

from flows.parts.attachments import check_names
from flows.parts.options import Industry, Province, YesNo
from rpa.application import Application, Attachment, Member, Once
from rpa.desk import Desk
from rpa.errors import StoredOtherwise
from rpa.intake.columns import MEMBER_LINK
from rpa.intake.rules import Advice, at_places, reading_day
from rpa.intake.values import (
    CardNo,
    ChineseName,
    Day,
    Email,
    IdNo,
    Line,
    Mobile,
    Pinyin,
    id_birth_date,
    id_sex,
    months_later,
    years_between,
)
from rpa.personal import Personal
from rpa.screen import Screen, Value

__all__ = [
    "Listed",
    "Named",
    "OfPeople",
    "Person",
    "basic_information",
    "check_member",
    "fill_basic_information",
]

# Posts that reviewers do not accept as an outward-facing one; the portal does not refuse them, people do.
_DOUBTFUL_POSITIONS = ("书记", "法人", "会计", "财务", "行政", "翻译")
_MONTHS_IN_POST = 6


class Named(Member):
    """Who somebody is: all it takes to know a person whom the portal knows already."""

    name: Annotated[ChineseName, Personal("姓名")] = Field(
        title="姓名", examples=["覃样例"], description="与护照一致，2–30 个汉字，可含“·”"
    )
    id_no: Annotated[IdNo, Personal("身份证号"), Once()] = Field(
        title="身份证号", examples=["990000190503120012"], description="18 位，末位可为 X"
    )


class Listed(Named):
    """Somebody chosen from the portal's own lists, which ask for no papers of each person: the papers are the group's."""

    files: list[Attachment] = Field(
        default_factory=list, title="附件", description="留空：这项业务的附件都属于团组"
    )

    @field_validator("files")
    @classmethod
    def _papers_are_the_groups(cls, files: list[Attachment]) -> list[Attachment]:
        complaint = "这项业务的附件属于团组，不属于成员，成员编号应留空"
        at_places("附件", (((place, *MEMBER_LINK), complaint) for place in range(len(files))))
        return files


class OfPeople(Application):
    """The input for a group whose members are known by their ID numbers, each in it once.

    `report` is what a case calls the form that is signed for the whole group, whatever the page calls it by now.
    """

    report: ClassVar[str]
    #: What the packs call the signed forms of the group: no names of papers.
    reserved: ClassVar[frozenset[str]] = frozenset({"report", "letter"})
    members: list[Named] = Field(min_length=1, title="成员")  # type: ignore[assignment]  # narrower rows

    @property
    def identity(self) -> tuple[str, ...]:
        """The ID numbers of the members, sorted. Personal."""
        return tuple(sorted(member.id_no for member in self.members))

    @field_validator("files")
    @classmethod
    def _each_has_its_row(cls, files: list[Attachment]) -> list[Attachment]:
        check_names(files, cls.reserved)
        return files


class Person(Named):
    """A member's 基本信息. 工作单位 and 企业性质 come from the account and are not input."""

    known_member: Literal["比对", "不核查"] = Field(
        default="比对",
        title="成员核查",
        description="比对：网站带出的已存资料须与本行一致，不一致即停下；不核查：不按“成员核查”",
    )
    surname: Annotated[Pinyin, Personal("拼音姓")] = Field(
        title="拼音姓", examples=["QIN"], description="与护照一致，大写字母，ü 写作 YU"
    )
    given_name: Annotated[Pinyin, Personal("拼音名")] = Field(
        title="拼音名", examples=["YANGLI"], description="与护照一致，大写字母，不含连字符"
    )
    sex: Literal["男", "女"] = Field(
        title="性别", examples=["男"], description="须与身份证号第 17 位一致（单数为男）"
    )
    birth_date: Annotated[Day, Personal("出生日期")] = Field(
        title="出生日期", examples=["1905-03-12"], description="须与身份证号一致，年满 18 周岁"
    )
    birth_place: Province = Field(
        title="出生地点", examples=["广西壮族自治区"], description="护照上的出生地点（省级）"
    )
    mobile: Annotated[Mobile, Personal("手机号")] = Field(
        title="手机号", examples=["13900000011"], description="11 位手机号"
    )
    email: Annotated[Email | None, Personal("电子邮箱")] = Field(
        default=None, title="电子邮箱", examples=["qin@soe.example.invalid"]
    )
    department: Line | None = Field(
        default=None, title="部门", examples=["国际业务部"], max_length=30, description="部门简称"
    )
    position: Line = Field(
        title="职务",
        examples=["业务经理"],
        min_length=1,
        max_length=20,
        description="只填一个对外职务，不写公司名称，最长 20 字",
    )
    position_class: Literal["管理人员", "主要业务人员", "技术人员"] | None = Field(
        default=None, title="人员类别"
    )
    industry: Industry = Field(title="从事行业", examples=["商贸"], description="从列表中选择")
    joined_on: Day | None = Field(
        default=None, title="任职时间", examples=["2019-03-01"], description="入职或任职的日期"
    )
    held_before: YesNo = Field(
        default="否",
        title="是否曾持有APEC卡",
        description="首次申办填“否”；填“是”须同时填写原卡号和原卡有效期至",
    )
    old_card_no: Annotated[CardNo | None, Personal("原卡号")] = Field(
        default=None,
        title="原卡号",
        examples=["CHN00000009"],
        validate_default=True,
        description="曾持卡者必填",
    )
    old_card_expiry: Day | None = Field(
        default=None,
        title="原卡有效期至",
        examples=["2026-06-30"],
        validate_default=True,
        description="曾持卡者必填",
    )
    visa_refused: Literal["有", "无"] = Field(title="有无被拒签记录", examples=["无"], description="如实填写")
    criminal_record: Literal["有", "无"] = Field(
        title="有无犯罪记录", examples=["无"], description="如实填写"
    )

    @field_validator("sex")
    @classmethod
    def _sex_fits_id(cls, sex: str, info: ValidationInfo) -> str:
        if (id_no := info.data.get("id_no")) and sex != id_sex(id_no):
            raise ValueError("与身份证号第 17 位表示的性别不一致")
        return sex

    @field_validator("birth_date")
    @classmethod
    def _birth_fits_id(cls, born: date, info: ValidationInfo) -> date:
        if (id_no := info.data.get("id_no")) and born != id_birth_date(id_no):
            raise ValueError("与身份证号中的出生日期不一致")
        if (today := reading_day(info)) and years_between(born, today) < 18:
            raise ValueError("申办人须年满 18 周岁")
        return born

    @field_validator("joined_on")
    @classmethod
    def _long_in_post(cls, joined: date | None, info: ValidationInfo) -> date | None:
        if joined and (today := reading_day(info)) and months_later(joined, _MONTHS_IN_POST) > today:
            raise ValueError(f"任职应满 {_MONTHS_IN_POST} 个月")
        if joined and (born := info.data.get("birth_date")) and joined <= born:
            raise ValueError("应晚于出生日期")
        return joined

    @field_validator("old_card_no", "old_card_expiry")
    @classmethod
    def _old_card_if_held(cls, value: str | date | None, info: ValidationInfo) -> str | date | None:
        held = info.data.get("held_before")
        if held == "是" and value is None:
            raise ValueError("曾持有APEC卡的必须填写")
        if held == "否" and value is not None:
            raise ValueError("“是否曾持有APEC卡”为“否”时不应填写")
        return value

    @field_validator("visa_refused", "criminal_record")
    @classmethod
    def _clean_record(cls, record: str) -> str:
        if record == "有":
            raise ValueError("须为“无”，有此类记录的人员不能申办")
        return record

    def advise(self, today: date) -> Iterator[Advice]:
        """Doubts about this person that a reviewer may raise."""
        for word in _DOUBTFUL_POSITIONS:
            if word in self.position:
                yield Advice(("position",), f"职务含“{word}”，审核时可能不被接受，请确认是否为对外职务")
                break


# What a member's row holds besides the fields of the page.
_NOT_ON_PAGE = ("key", "files", "known_member")


def basic_information(person: Person) -> dict[str, Value]:
    """The fields of A 基本信息, by their key in the pack."""
    return {name: getattr(person, name) for name in Person.model_fields if name not in _NOT_ON_PAGE}


async def fill_basic_information(desk: Desk, page: Screen, person: Person) -> None:
    """A 基本信息, with 成员核查 for a member who may have been entered before (manual 2.1.1 (3) A)."""
    desk.now("2.1.1（3）A 填写基本信息")
    await page.fill(basic_information(person))


async def check_member(desk: Desk, page: Screen, person: Person, stored: dict[str, Value]) -> bool:
    """点击“成员核查”: what the portal knows of this member is brought in and held against `stored`, the input.

    True when it brought the member in. A difference is an error and is not written over:
    :class:`~rpa.errors.StoredOtherwise` with the fields that differ.
    """
    desk.now("2.1.1（3）A 成员核查")
    await page.fill({"name": person.name, "id_no": person.id_no})
    await page.press("check_member")
    said, _ = await page.await_message("member_known", "member_unknown")
    if said == "member_unknown":
        return False
    await desk.settled()
    if fields := await page.differences(stored):
        raise StoredOtherwise(
            f"成员核查带出的信息与输入不一致：{'、'.join(fields)}",
            fields=fields,
            where=f"成员 {person.key}",
            advice="请核对输入；确实要改用新信息的，请把该成员的“成员核查”改为“不核查”后重新提交",
        )
    return True
