"""下载模板: the blank forms, filled with what the portal knows (manual 2.1.1 (3) D, 2.1.2 (2))."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from .. import schema
from ..blank_forms import Form, application_letter, personal_form
from ..desk import Desk, page
from .files import as_attachment

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


def _template_row(desk: Desk, rows: tuple[schema.AttachmentRow, ...]) -> schema.AttachmentRow:
    code = desk.request.query_params.get("slot", "")
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
]
