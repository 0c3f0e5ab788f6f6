"""新卡申办: the 上报 page and 保存并上报 (manual 2.1.2)."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from .. import schema
from ..business import EDITABLE
from ..checks import member_messages, uploaded_codes
from ..desk import Desk, Refused, action, filed, page
from ..rules import check_group, check_submission
from ..store import Group, Owner
from ..twice import file_again
from .receipt import page_context, read_receipt

__all__ = ["ROUTES"]


async def _submission(desk: Desk) -> Response:
    group = desk.editable_group(desk.path("group_no"))
    members = desk.store.groups.members(group)
    if not members:
        raise Refused("团组中没有成员")
    files = desk.store.files.of(Owner(desk.account.name, group.id))
    rows = schema.GROUP_ATTACHMENTS
    named = {row.name for row in rows}
    return desk.show(
        "submission.html",
        title="新卡申办-上报",
        crumbs=["商务旅行卡", "新卡申办"],
        group=group,
        members=members,
        back=f"/new_card/{group.group_no}/member/{members[-1].id}",
        fee=schema.FEE * len(members),
        reason=schema.REASON,
        **page_context(),
        rows=rows,
        files={file.slot: file for file in files},
        custom=[file for file in files if file.slot not in named],
    )


async def _submit(desk: Desk) -> Response:
    data = await desk.sent()
    # No await from here on: the second of two presses finds the state that the first one left.
    group = desk.group(desk.path("group_no"))
    if group.state not in EDITABLE and desk.portal.faults.trapped(desk.account.name):
        return filed(file_again(desk, group))
    if group.state not in EDITABLE:
        desk.note("submit", group.group_no, "already submitted")
        raise Refused("该团组已上报，请勿重复上报")
    receipt = read_receipt(desk, data)
    chosen = {**receipt.chosen, schema.REASON.label: str(data.get(schema.REASON.name, "")).strip()}
    messages = _messages(desk, group, chosen, bool(receipt.address), bool(receipt.invoice))
    if messages:
        desk.note("submit", group.group_no, "refused")
        raise Refused(*messages)
    count = len(desk.store.groups.members(group))
    fields = {**receipt.fields(count), "申请事由": chosen["申请事由"], "人数": str(count)}
    with desk.store.database.transaction():
        desk.store.groups.submit(group, fields)
        desk.note("submit", group.group_no, "accepted")
    return filed(group)


def _messages(
    desk: Desk, group: Group, chosen: dict[str, str], has_address: bool, has_invoice: bool
) -> list[str]:
    members = desk.store.groups.members(group)
    letter = schema.GROUP_ATTACHMENTS
    files = desk.store.files.of(Owner(desk.account.name, group.id))
    messages = check_submission(
        chosen,
        has_address=has_address,
        has_invoice=has_invoice,
        members=len(members),
        has_letter={row.code for row in letter} <= uploaded_codes(letter, files),
    )
    messages += check_group([member.fields for member in members])
    for number, member in enumerate(members, 1):
        own = desk.store.files.of(Owner(desk.account.name, group.id, member.id))
        found = member_messages(desk, group, member.fields, own, signed=True)
        messages += [f"成员{number}：{message}" for message in found]
    return messages


ROUTES = [
    Route("/new_card/{group_no}/submission", page(_submission)),
    Route("/new_card/{group_no}/submit", action(_submit), methods=["POST"]),
]
