"""The same group once more: what a portal without a guard makes of a second 保存并上报 (fault double_click_trap)."""

from __future__ import annotations

from .business import NEW_CARD
from .desk import Desk
from .store import Group, Owner

__all__ = ["file_again", "first_of", "note_first"]


def note_first(desk: Desk, upload_key: str, group: Group) -> None:
    """Remember which group an unsaved page became, while a second one could follow."""
    if desk.portal.faults.on("double_click_trap", desk.account.name):
        desk.portal.faults.filed[desk.account.name, upload_key] = group.id


def first_of(desk: Desk, upload_key: str) -> Group | None:
    """The group that an unsaved page has already become, if a second one follows now."""
    found = desk.portal.faults.filed.get((desk.account.name, upload_key))
    if found is None or not desk.portal.faults.trapped(desk.account.name):
        return None
    return desk.store.groups.with_id(found)


def file_again(desk: Desk, group: Group) -> Group:
    """File a second group with the first one's fields, members, files and sources."""
    store, account = desk.store, desk.account.name
    with store.database.transaction():
        second = store.groups.create(account, group.business_type, draft=group.business_type == NEW_CARD)
        _copy_files(desk, Owner(account, group.id), Owner(account, second.id))
        origins = {origin.taken_by: origin for origin in store.origins.of(group.id)}
        for member in store.groups.members(group):
            twin = store.groups.save_member(second, None, member.fields)
            _copy_files(desk, Owner(account, group.id, member.id), Owner(account, second.id, twin.id))
            if member.id in origins:
                origin = origins[member.id]
                store.origins.note(second.id, twin.id, origin.source, origin.member_id)
        store.groups.submit(second, group.fields)
        desk.note("submit", second.group_no, f"accepted, twin of {group.group_no}")
    return store.groups.with_id(second.id)


def _copy_files(desk: Desk, owner: Owner, other: Owner) -> None:
    files = desk.store.files
    for file in files.of(owner):
        files.add(other, file.slot, file.name, file.media, files.content(file))
