"""附件: rows that are filled, looked at, emptied and added, the same in every business type (manual 2.1.1 D)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from rpa.application import Attachment
from rpa.desk import Desk
from rpa.errors import PageChanged, PortalFault, PortalRefusal
from rpa.intake.rules import at_places
from rpa.screen import Element, Screen, fold

__all__ = [
    "bring_in",
    "by_key",
    "by_title",
    "check_names",
    "digest",
    "each_its_own",
    "remove_file",
    "require_papers",
]


def digest(data: bytes) -> str:
    """SHA-256 of a file's bytes."""
    return hashlib.sha256(data).hexdigest()


async def bring_in(desk: Desk, page: Screen, files: Mapping[str, Path], *, owner: str = "") -> None:
    """Let each row hold exactly the given file, by material (a key of the pack, or a name for 新增附件).

    A row that already holds a file is looked at: 预览, 下载 in the preview, and the bytes compared. The right file
    stays, a wrong one and one that was not given are removed by 删除. A material without a row gets one through
    新增附件. `owner` is the member whose rows these are, empty for the group's.
    """
    for material in await _held(page):
        if material not in page.materials(files):
            await remove_file(desk, page, material)
    rows = await page.upload_rows(files)
    for material in files:
        if material not in rows:
            await add_row(desk, page, material)
    given = {material: digest(await asyncio.to_thread(path.read_bytes)) for material, path in files.items()}
    wanted = dict(files)
    for material, row in rows.items():
        if not row.filled:
            continue
        seen = (f"{owner}/{material}", given[material]) in desk.case.brought_in
        if seen or digest(await desk.preview(row)) == given[material]:
            del wanted[material]
        else:
            await remove_file(desk, page, material)
    if wanted:
        async with desk.sent_once():  # a browser sends a file again by itself when the line breaks
            await page.upload(wanted)
    desk.case.brought_in |= {(f"{owner}/{material}", given[material]) for material in wanted}


def check_names(files: Sequence[Attachment], taken: Collection[str]) -> None:
    """Complain, each at its cell, of a material whose row would be another's: one of the names that are `taken` by what
    is given elsewhere, or that of a file before it in another spelling.
    """
    names = [fold(file.material) for file in files]
    elsewhere = "网站上已有同名的固定材料（或程序保留的名称），不能用作附件名称；请换一个名称"
    twice = "与前面的附件是同一材料（仅写法不同）；每种材料只能有一个文件"
    complaints = [
        ((place, "material"), elsewhere if name in taken else twice)
        for place, name in enumerate(names)
        if name in taken or name in names[:place]
    ]
    at_places("附件", complaints)


def by_key(uploads: Mapping[str, Element], files: Sequence[Attachment]) -> dict[str, Path]:
    """An input's files by the keys of the pack, or by their free names.

    Raises :class:`~rpa.errors.PortalRefusal` when two of them are for one row.
    """
    keys = {text: key for key, element in uploads.items() for text in element.texts}
    return each_its_own((keys.get(fold(file.material), fold(file.material)), file.path) for file in files)


def by_title(uploads: Mapping[str, Element], files: Mapping[str, Path]) -> dict[str, Path]:
    """The same files by the words of the portal's lists.

    Raises :class:`~rpa.errors.PortalRefusal` when two of them are for one row.
    """
    return each_its_own((uploads[key].title if key in uploads else key, path) for key, path in files.items())


def each_its_own(files: Iterable[tuple[str, Path]]) -> dict[str, Path]:
    """The files by their rows; :class:`~rpa.errors.PortalRefusal` for a row that two of them are for."""
    rows: dict[str, Path] = {}
    for row, path in files:
        if row in rows:
            raise PortalRefusal(
                f"有两个文件要放入附件列表的同一行“{row}”", advice="请在输入的附件中换一个材料名称后重新提交"
            )
        rows[row] = path
    return rows


async def require_papers(page: Screen, given: Iterable[str], handed_out: str) -> None:
    """Every paper that the page marks as required is given, or is the form that is still to be signed (`handed_out`).

    Raises :class:`~rpa.errors.PortalRefusal` with all that are missing, and :class:`~rpa.errors.PageChanged` when the page
    has no row for the form.
    """
    have = page.materials([*given, handed_out])
    rows = [row["材料名称"] for table in await page.tables("attachments") for row in table.rows]
    if not page.materials([handed_out]) & {fold(name.strip("*＊ ")) for name in rows}:
        raise PageChanged(f"页面上没有“{page.words.uploads[handed_out].title}”这一行", where=page.title)
    missing = [
        name.strip("*＊ ") for name in rows if name.startswith(("*", "＊")) and name.strip("*＊ ") not in have
    ]
    if missing:
        raise PortalRefusal(
            f"缺少必需的附件：{'、'.join(missing)}", where=page.title, advice="请在输入的附件中补上后重新提交"
        )


async def _held(page: Screen) -> list[str]:
    """The materials of the attachment lists on the page that hold a file now."""
    rows = [row for table in await page.tables("attachments") for row in table.rows]
    return [row["材料名称"].strip("*＊ ") for row in rows if page.upload_words.preview in row["操作"]]


async def add_row(desk: Desk, page: Screen, material: str) -> None:
    """点击“新增附件”，自定义新增材料名称."""
    await desk.at("common.attachments").press("add")
    layer = await desk.screen("common.new_attachment")
    await layer.fill({"material": material})
    await layer.close_layer()
    if material not in await page.upload_rows([material]):
        raise PortalFault("新增附件后页面没有出现这一行", where=material)


async def remove_file(desk: Desk, page: Screen, material: str) -> None:
    """点击“删除”，已上传的文件删除 (with the question some portals ask)."""
    await page.remove_file(material, desk.pack.screen("common.question").messages["delete_file"])
