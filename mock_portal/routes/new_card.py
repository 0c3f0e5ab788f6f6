"""新卡申办: 办理须知 and the member pages (manual 2.1.1)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from .. import schema
from ..business import NEW_CARD
from ..checks import format_messages, member_messages, twice_messages
from ..desk import Desk, Refused, action, page, reply
from ..rules import doubts
from ..store import Group, Member, Owner, StoredFile

__all__ = ["ROUTES"]

_TITLE = "新卡申办-成员信息"
_ACTS = ("draft", "next_member", "next_step")  # 暂存, 保存并下一人, 保存并下一步
_CRUMBS = ["商务旅行卡", "新卡申办"]


def _demand_filed(desk: Desk) -> None:
    if not desk.account.filed:
        raise Refused("贵单位企业备案未通过，不能申办")


async def _notice(desk: Desk) -> Response:
    _demand_filed(desk)
    return desk.show("notice.html", title="办理须知", crumbs=_CRUMBS)


async def _new_group(desk: Desk) -> Response:
    _demand_filed(desk)
    return _member_page(desk, None, None)


async def _edit(desk: Desk) -> Response:
    """Take a draft or a returned group up again, at its first member."""
    group = desk.editable_group(desk.path("group_no"))
    members = desk.store.groups.members(group)
    first = f"/{members[0].id}" if members else ""
    return RedirectResponse(f"/new_card/{group.group_no}/member{first}", 302)


async def _next_member(desk: Desk) -> Response:
    return _member_page(desk, desk.editable_group(desk.path("group_no")), None)


async def _stored_member(desk: Desk) -> Response:
    group = desk.editable_group(desk.path("group_no"))
    return _member_page(desk, group, desk.member(group, desk.path("member_id")))


def _member_page(desk: Desk, group: Group | None, member: Member | None) -> Response:
    owner = Owner(desk.account.name, member.group_id, member.id) if member else None
    files = desk.store.files.of(owner) if owner else []
    rows = schema.ATTACHMENTS[desk.account.ownership]
    fields = member.fields if member else {}
    own = {"工作单位": desk.account.unit, "企业性质": desk.account.ownership}
    return desk.show(
        "member.html",
        title=_TITLE,
        crumbs=_CRUMBS,
        sections=schema.MEMBER_SECTIONS,
        photos=schema.PHOTO_SLOTS,
        rows=rows,
        files={file.slot: file for file in files},
        custom=_custom(files, [row.name for row in rows]),
        fields={**fields, **own},
        names={field.label: field.name for field in schema.MEMBER_FIELDS},
        group=group,
        member=member,
        members=desk.store.groups.members(group) if group else [],
        upload_key="" if member else secrets.token_hex(8),
    )


def _custom(files: Sequence[StoredFile], known: Sequence[str]) -> list[StoredFile]:
    named = {*known, *(photo.name for photo in schema.PHOTO_SLOTS)}
    return [file for file in files if file.slot not in named]


async def _check_member(desk: Desk) -> Response:
    data = await desk.sent()
    name, id_no = str(data.get("name_cn", "")).strip(), str(data.get("id_no", "")).strip().upper()
    if not name or not id_no:
        return reply(found=False, text="请先填写姓名和身份证号")
    known = desk.store.people.known(desk.account.unit, name, id_no)
    desk.note("check_member", detail="known" if known else "unknown")
    if known is None:
        return reply(found=False, text="未查询到该成员信息，请逐项填写")
    own = {"工作单位": desk.account.unit, "企业性质": desk.account.ownership}
    values = schema.to_names(schema.MEMBER_FIELDS, {**known, **own})
    return reply(found=True, text="已带出该成员信息", values=values)


async def _save(desk: Desk) -> Response:
    data = await desk.sent()
    act, upload_key = str(data.get("action", "")), str(data.get("upload_key", ""))
    if act not in _ACTS:
        raise HTTPException(400)
    group = desk.editable_group(str(data["group_no"])) if data.get("group_no") else None
    member = desk.member(group, data["member_id"]) if group and data.get("member_id") else None
    fields = _fields(desk, data.get("values", {}))
    files = desk.store.files.of(_owner(desk, member, upload_key))
    if act == "next_step" and group and not member and _untouched(fields) and not files:
        return _go_on(desk, group, None)
    if act == "draft":
        messages = format_messages(desk, fields)
    else:
        messages = member_messages(desk, group, fields, files) + twice_messages(desk, group, member, fields)
    if act == "next_step" and group:
        messages += _others(desk, group, member)
    if messages:
        desk.note("save", group.group_no if group else "", f"{act} refused")
        raise Refused(*messages)
    with desk.store.database.transaction():
        if group is None:
            _demand_filed(desk)
            group = desk.store.groups.create(desk.account.name, NEW_CARD)
        saved = desk.store.groups.save_member(group, member, fields)
        desk.store.files.adopt(desk.account.name, upload_key, group.id, saved.id)
        desk.store.people.remember(desk.account.unit, fields)
        desk.note("save", group.group_no, f"{act} member {saved.id}")
    # said once: a post that was stored before has been confirmed
    said = doubts(fields) if member is None or member.fields.get("职务") != fields["职务"] else []
    return _go_on(desk, group, saved, said) if act == "next_step" else _stay(desk, group, saved, act, said)


def _fields(desk: Desk, values: object) -> dict[str, str]:
    """What the page sent, by label, trimmed; what the portal fills itself is never taken from the page."""
    sent = {str(key): str(value).strip() for key, value in values.items()} if isinstance(values, dict) else {}
    fields = schema.to_labels(schema.MEMBER_FIELDS, sent)
    for field in schema.MEMBER_FIELDS:
        if field.upper:
            fields[field.label] = fields[field.label].upper()
        if not field.asked(fields):
            fields[field.label] = ""
    return {**fields, "工作单位": desk.account.unit, "企业性质": desk.account.ownership}


def _untouched(fields: dict[str, str]) -> bool:
    return not any(value for label, value in fields.items() if label not in ("工作单位", "企业性质"))


def _owner(desk: Desk, member: Member | None, upload_key: str) -> Owner:
    if member:
        return Owner(desk.account.name, member.group_id, member.id)
    return Owner(desk.account.name, upload_key=upload_key)


def _others(desk: Desk, group: Group, current: Member | None) -> list[str]:
    """What is missing at the group's other members, each message with its 成员N."""
    messages = []
    for number, other in enumerate(desk.store.groups.members(group), 1):
        if current is None or other.id != current.id:
            files = desk.store.files.of(_owner(desk, other, ""))
            found = member_messages(desk, group, other.fields, files)
            messages += [f"成员{number}：{message}" for message in found]
    return messages


def _go_on(desk: Desk, group: Group, saved: Member | None, said: Sequence[str] = ()) -> Response:
    if saved is None:
        messages = _others(desk, group, None)
        if messages:
            raise Refused(*messages)
    return reply(group_no=group.group_no, url=f"/new_card/{group.group_no}/submission", doubts=said)


def _stay(desk: Desk, group: Group, saved: Member, act: str, said: Sequence[str]) -> Response:
    base = f"/new_card/{group.group_no}/member"
    members = desk.store.groups.members(group)
    if act == "draft":
        url = f"{base}/{saved.id}"
    else:
        later = next((member for member in members if member.id > saved.id), None)
        url = f"{base}/{later.id}" if later else base
    chips = [{"id": member.id, "name": member.name} for member in members]
    return reply(group_no=group.group_no, member_id=saved.id, members=chips, url=url, doubts=said)


ROUTES = [
    Route("/new_card/notice", page(_notice)),
    Route("/new_card/member", page(_new_group)),
    Route("/new_card/member/save", action(_save), methods=["POST"]),
    Route("/new_card/member/check", action(_check_member), methods=["POST"]),
    Route("/new_card/{group_no}/edit", page(_edit, quiet=True)),
    Route("/new_card/{group_no}/member", page(_next_member)),
    Route("/new_card/{group_no}/member/{member_id}", page(_stored_member)),
]
