"""A member against the rules and against what the portal remembers."""

from __future__ import annotations

from collections.abc import Sequence

from . import schema
from .business import NEW_CARD
from .clock import today
from .desk import Desk
from .rules import check_group, check_member, check_rows
from .store import Group, Member, StoredFile

__all__ = ["format_messages", "member_messages", "twice_messages", "uploaded_codes"]


def format_messages(desk: Desk, fields: dict[str, str]) -> list[str]:
    """What 暂存 refuses: wrong formats of what is filled in, and a member without 姓名."""
    return check_member(fields, desk.account.ownership, today(), complete=False)


def member_messages(
    desk: Desk,
    group: Group | None,
    fields: dict[str, str],
    files: Sequence[StoredFile],
    *,
    signed: bool = False,
) -> list[str]:
    """What keeps a member of the group from being complete; `signed` demands the signed template rows too."""
    account = desk.account
    rows = schema.ATTACHMENTS[account.ownership]
    slots = {file.slot for file in files}
    return [
        *check_member(
            fields,
            account.ownership,
            today(),
            complete=True,
            min_passport_months=desk.portal.settings.min_passport_months,
        ),
        *_elsewhere(desk, group, fields.get("身份证号", "")),
        *(
            f"请上传{photo.name}"
            for photo in schema.PHOTO_SLOTS
            if photo.required and photo.name not in slots
        ),
        *check_rows(
            rows,
            uploaded_codes(rows, files),
            fields,
            templates=signed or desk.switched("strict_next_step"),
        ),
    ]


def twice_messages(
    desk: Desk, group: Group | None, member: Member | None, fields: dict[str, str]
) -> list[str]:
    """The same person or passport twice in the group, once `fields` are stored as `member` (None: a new one)."""
    others = desk.store.groups.members(group) if group else []
    if member is None:
        return check_group([*(other.fields for other in others), fields])
    return check_group([fields if other.id == member.id else other.fields for other in others])


def uploaded_codes(rows: Sequence[schema.AttachmentRow], files: Sequence[StoredFile]) -> set[str]:
    """The codes of the rows that hold a file."""
    slots = {file.slot for file in files}
    return {row.code for row in rows if row.name in slots}


def _elsewhere(desk: Desk, group: Group | None, id_no: str) -> list[str]:
    """A person who holds a valid card (manual 2.1), or who is in another open group."""
    messages = []
    if id_no and desk.store.cards.holds_valid(id_no, today().isoformat()):
        messages.append("该人员已持有有效的APEC商务旅行卡，不能申办新卡")
    if id_no and desk.store.groups.open_with(id_no, NEW_CARD, other_than=group):
        messages.append("该人员已在其他办理中的新卡团组中，不能重复申办")
    return messages
