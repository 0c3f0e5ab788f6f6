"""Uploading, deleting, previewing and downloading files (manual 2.1.1 (3) D)."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from .. import schema
from ..business import EDITABLE
from ..desk import Desk, Refused, action, page, reply
from ..filings import FILINGS
from ..rules import check_attachment, check_image
from ..store import Owner, StoredFile

__all__ = ["ROUTES", "as_attachment"]

_MEDIA = {b"%PDF": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}
_PHOTOS = {photo.code: photo.name for photo in schema.PHOTO_SLOTS}
_TABLES = (
    *schema.ATTACHMENTS.values(),
    schema.GROUP_ATTACHMENTS,
    *(filing.rows for filing in FILINGS.values()),
)
_FIXED = {row.name for rows in _TABLES for row in rows} | set(_PHOTOS.values())
_NAME_LIMIT = 50
_READ_LIMIT = 32 * 1024 * 1024  # more than any rule allows; the rest of a larger file is not looked at


async def _upload(desk: Desk) -> Response:
    async with desk.request.form(max_files=1) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise Refused("请选择文件")
        owner, group_no = _owner(desk, form)
        code, slot = _slot(desk, form, owner)
        name = (file.filename or "").replace("\\", "/").rsplit("/", 1)[-1]
        content = await file.read(_READ_LIMIT)
    check = check_image if code in _PHOTOS else None
    message = await run_in_threadpool(
        lambda: check(code, content, name) if check else check_attachment(content, name)
    )
    if message:
        desk.note("upload", group_no, f"{slot} refused")
        raise Refused(message)
    # No await from here on. What was read while the file came in may be gone or submitted by now, so it is read again.
    owner, group_no = _owner(desk, form)
    held = desk.store.files.of(owner)
    if any(file.slot == slot and desk.store.files.content(file) == content for file in held):
        desk.note("upload_again", group_no, slot)  # refused like any other, but told apart: it came twice
    _demand_free(desk, held, slot, custom=code == "custom")
    media = next(media for start, media in _MEDIA.items() if content.startswith(start))
    with desk.store.database.transaction():
        stored = desk.store.files.add(owner, slot, name, media, content)
        desk.note("upload", group_no, slot)
    shown = {"id": stored.id, "name": stored.name, "size": stored.size, "url": f"/files/{stored.id}/raw"}
    return reply(file=shown)


def _owner(desk: Desk, form: FormData) -> tuple[Owner, str]:
    """Whose file it will be: the group's, a stored member's, or the unsaved page's."""
    name, group_no = desk.account.name, str(form.get("group_no") or "")
    member_id = str(form.get("member_id") or "")
    if form.get("scope") == "group":
        return Owner(name, desk.editable_group(group_no).id), group_no
    if member_id:
        group = desk.editable_group(group_no)
        return Owner(name, group.id, desk.member(group, member_id).id), group_no
    upload_key = str(form.get("upload_key") or "")
    if not upload_key:
        raise HTTPException(400)
    return Owner(name, upload_key=upload_key), group_no


def _slot(desk: Desk, form: FormData, owner: Owner) -> tuple[str, str]:
    """The slot's code and its name; a row of 新增附件 has the code `custom` and the name a person typed."""
    code, typed = str(form.get("slot") or ""), str(form.get("name") or "").strip()
    filing = FILINGS.get(str(form.get("filing") or ""))
    of_group = owner.group_id is not None and owner.member_id is None
    if filing:
        rows = filing.rows
    else:
        rows = schema.GROUP_ATTACHMENTS if of_group else schema.ATTACHMENTS[desk.account.ownership]
    known = {row.code: row.name for row in rows} | ({} if of_group or filing else _PHOTOS)
    if code in known:
        return code, known[code]
    if code != "custom":
        raise Refused("材料不存在")
    if not typed:
        raise Refused("请填写材料名称")
    if len(typed) > _NAME_LIMIT:
        raise Refused(f"材料名称不能超过{_NAME_LIMIT}个字")
    if typed in known.values():
        raise Refused("材料名称已存在")
    return code, typed


def _demand_free(desk: Desk, held: Sequence[StoredFile], slot: str, *, custom: bool) -> None:
    slots = {file.slot for file in held}
    if slot in slots:
        raise Refused("请先删除已上传的文件")
    limit = desk.portal.settings.max_custom_rows
    if custom and len(slots - _FIXED) >= limit:
        raise Refused(f"新增附件不能超过{limit}个")


async def _delete(desk: Desk) -> Response:
    file = _find(desk, str((await desk.sent()).get("id", "")))
    group_no = ""
    if file.group_id is not None:
        group = desk.store.groups.with_id(file.group_id)
        group_no = group.group_no
        if group.state not in EDITABLE:
            raise Refused("该团组已上报，不能修改")
    with desk.store.database.transaction():
        desk.store.files.delete(file)
        desk.note("delete", group_no, file.slot)
    return reply()


def _find(desk: Desk, file_id: str) -> StoredFile:
    file = desk.store.files.find(file_id, desk.account.name)
    if file is None:
        raise HTTPException(404)
    return file


async def _view(desk: Desk) -> Response:
    file = _find(desk, desk.path("file_id"))
    desk.note("preview", _group_no(desk, file), file.slot)
    if desk.switched("preview_direct"):
        return _inline(desk, file)
    return desk.show("viewer.html", file=file)


async def _raw(desk: Desk) -> Response:
    return _inline(desk, _find(desk, desk.path("file_id")))


async def _download(desk: Desk) -> Response:
    file = _find(desk, desk.path("file_id"))
    desk.note("download", _group_no(desk, file), file.slot)
    return as_attachment(desk.store.files.content(file), file.name, file.media)


def _group_no(desk: Desk, file: StoredFile) -> str:
    return desk.store.groups.with_id(file.group_id).group_no if file.group_id is not None else ""


def _inline(desk: Desk, file: StoredFile) -> Response:
    disposition = f"inline; filename*=UTF-8''{quote(file.name)}"
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return Response(desk.store.files.content(file), media_type=file.media, headers=headers)


def as_attachment(content: bytes, name: str, media: str) -> Response:
    """An answer that the browser saves under `name`."""
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=media, headers={"Content-Disposition": disposition})


ROUTES = [
    Route("/files/upload", action(_upload), methods=["POST"]),
    Route("/files/delete", action(_delete), methods=["POST"]),
    Route("/files/{file_id}/view", page(_view, quiet=True)),
    Route("/files/{file_id}/raw", page(_raw, quiet=True)),
    Route("/files/{file_id}/download", page(_download, quiet=True)),
]
