"""下载模板: the blank forms, filled with what the portal knows (manual 2.1.1 (3) D, 2.1.2 (2)).

For the four other business types nothing is stored yet: the form is made from what the page holds and posts.
"""

from __future__ import annotations

import json
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from .. import schema
from ..blank_forms import Form, application_letter, personal_form, report
from ..business import BUSINESS_TYPES, BusinessType
from ..desk import Desk, Handler, Refused, page
from ..filing_rules import LAST_PERSON
from ..filings import FILINGS, OTHER
from .files import as_attachment
from .filing_sent import read_filing

__all__ = ["ROUTES"]

_MEDIA = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
}


async def _personal(desk: Desk) -> Response:
    group = desk.group(desk.path("group_no"))
    member = desk.member(group, desk.path("member_id"))
    row = _template_row(desk, schema.ATTACHMENTS[desk.account.ownership])
    desk.note("template", group.group_no, row.name)
    return _sent(await run_in_threadpool(personal_form, member.fields, desk.account.unit))


async def _letter(desk: Desk) -> Response:
    group = desk.group(desk.path("group_no"))
    row = _template_row(desk, schema.GROUP_ATTACHMENTS)
    reason = desk.request.query_params.get("reason", "").strip() or group.fields.get("申请事由", "")
    members = [member.fields for member in desk.store.groups.members(group)]
    desk.note("template", group.group_no, row.name)
    form = await run_in_threadpool(application_letter, group.group_no, members, reason, desk.account.unit)
    return _sent(form)


def _report(kind: BusinessType) -> Handler:
    async def show(desk: Desk) -> Response:
        async with desk.request.form() as posted:
            data = _held(str(posted.get("data") or ""))
        row = _row(str(data.get("slot", "")), FILINGS[kind.slug].rows)
        but = desk.editable_group(str(data["group_no"])) if data.get("group_no") else None
        held = read_filing(desk, kind, data, but)
        if held.refused or not held.people:
            raise Refused(*(held.refused or [LAST_PERSON]))
        reason = held.fields.get("办理原因") or held.fields.get("换卡原因", "")
        if reason == OTHER:
            reason = held.fields["其他原因"] or OTHER
        people = [{**person.facts, **typed} for person, typed in zip(held.people, held.typed, strict=True)]
        desk.note("template", but.group_no if but else "", row.name)
        source = str(data.get("source", ""))
        return _sent(await run_in_threadpool(report, row.name, source, people, reason, desk.account.unit))

    return show


def _held(text: str) -> dict[str, Any]:
    """What the page holds; anything else is a bad request (400)."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError:
        data = None
    if not isinstance(data, dict):
        raise HTTPException(400)
    return data


def _template_row(desk: Desk, rows: tuple[schema.AttachmentRow, ...]) -> schema.AttachmentRow:
    return _row(desk.request.query_params.get("slot", ""), rows)


def _row(code: str, rows: tuple[schema.AttachmentRow, ...]) -> schema.AttachmentRow:
    row = next((row for row in rows if row.template and row.code == code), None)
    if row is None:
        raise HTTPException(404)
    return row


def _sent(form: Form) -> Response:
    name, content = form
    return as_attachment(content, name, _MEDIA[name[name.rindex(".") :]])


ROUTES = [
    Route("/new_card/{group_no}/member/{member_id}/template", page(_personal, quiet=True)),
    Route("/new_card/{group_no}/template", page(_letter, quiet=True)),
    *(
        Route(f"/{kind.slug}/template", page(_report(kind), quiet=True), methods=["POST"])
        for kind in BUSINESS_TYPES
        if kind.source
    ),
]
