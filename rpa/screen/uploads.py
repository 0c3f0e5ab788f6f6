"""Upload rows: found by the material's name, fed through the hidden file box, believed by the row's own sign."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import ElementHandle

from rpa.errors import PageChanged, PortalFault, PortalRefusal
from rpa.screen.view import View

__all__ = ["UploadRow", "Words", "read_rows", "upload"]


@dataclass(frozen=True, slots=True)
class Words:
    """What the buttons of an upload row read on this portal."""

    upload: str = "上传"
    preview: str = "预览"
    delete: str = "删除"
    template: str = "下载模板"

    @property
    def all(self) -> list[str]:
        """All of them, as the page script wants them."""
        return [self.upload, self.preview, self.delete, self.template]


@dataclass(frozen=True, slots=True)
class UploadRow:
    """A row of an upload list: its buttons by what they read, its file box, its text, whether a file lies there."""

    material: str
    ref: int
    input: int | None
    text: str
    required: bool
    buttons: Mapping[str, int] = field(default_factory=dict)
    words: Words = field(default_factory=Words)
    held: bool = False  # the toolkit's own list of files has one that is stored
    failed: int = 0  # and so many that are not

    @property
    def filled(self) -> bool:
        """Whether the row shows a stored file: it offers 预览, or its list of files has one."""
        return self.held or self.words.preview in self.buttons


def _row(material: str, found: Sequence[Mapping[str, Any]], words: Words) -> UploadRow | None:
    if not found:
        return None
    if len(found) > 1:
        raise PageChanged(f"页面上有 {len(found)} 行“{material}”，无法确定是哪一行")
    entry = found[0]
    return UploadRow(
        material,
        entry["ref"],
        entry["input"],
        entry["text"],
        entry["required"],
        dict(entry["buttons"]),
        words,
        entry["held"],
        entry["failed"],
    )


async def read_rows(view: View, materials: Mapping[str, Sequence[str]], words: Words) -> dict[str, UploadRow]:
    """The rows of the asked materials (key to names), in one round trip; a material without a row is left out."""
    answer = await view.call("uploads", [{key: list(names) for key, names in materials.items()}, words.all])
    rows = {key: _row(names[0], answer[key], words) for key, names in materials.items()}
    return {key: row for key, row in rows.items() if row is not None}


async def upload(
    view: View,
    materials: Mapping[str, Sequence[str]],
    files: Mapping[str, Path],
    words: Words,
    *,
    at_once: int = 1,
    seconds: float = 180.0,
) -> None:
    """Give each material its file, `at_once` at a time, and wait up to `seconds` until each row shows that the file has
    arrived.

    Raises :class:`~rpa.errors.PortalRefusal` with the portal's words when it refuses one,
    :class:`~rpa.errors.PageChanged` when a row is missing or already holds a file, and
    :class:`~rpa.errors.PortalFault` when a row shows nothing in time, or that its file has failed.

    A row shows it by its button 预览, or else in the toolkit's own list of files: an entry in the row, or right under it,
    that reads the file's own name and stands as stored.
    """
    keys = list(files)
    for start in range(0, len(keys), max(1, at_once)):
        batch = keys[start : start + max(1, at_once)]
        await view.mark()
        asked = {key: materials[key] for key in batch}
        rows = await read_rows(view, asked, words)
        for key in batch:
            row = rows.get(key)
            if row is None:
                raise PageChanged(f"页面上没有“{materials[key][0]}”这一行")
            if row.filled:
                raise PageChanged(f"“{materials[key][0]}”已有文件，须先删除再上传")
        await asyncio.gather(*(_feed(view, rows[key], files[key]) for key in batch if rows[key].input))
        for key in batch:
            if not rows[
                key
            ].input:  # one after the other, or a chooser could be answered with another row's file
                await _choose(view, rows[key], files[key])
        fed = {key: {"name": files[key].name, "failed": rows[key].failed} for key in batch}
        await _arrived(view, asked, fed, words, seconds)


async def _feed(view: View, row: UploadRow, path: Path) -> None:
    handle = await view.frame.evaluate_handle("ref => window.__ywtb.element(ref)", row.input)
    element = handle.as_element()
    if not isinstance(element, ElementHandle):
        raise PageChanged(f"“{row.material}”的上传框已消失")
    await element.set_input_files(path)


async def _choose(view: View, row: UploadRow, path: Path) -> None:
    """The file box is made on the press: answer the chooser that opens."""
    button = row.buttons.get(row.words.upload)
    if button is None:
        raise PageChanged(f"“{row.material}”没有“{row.words.upload}”按钮")
    async with view.page.expect_file_chooser(timeout=view.patience * 1000) as chooser:
        await view.press_ref(button, row.material)
    await (await chooser.value).set_files(path)


async def _arrived(
    view: View,
    asked: Mapping[str, Sequence[str]],
    fed: Mapping[str, Mapping[str, object]],
    words: Words,
    seconds: float,
) -> None:
    names = {key: list(names) for key, names in asked.items()}
    ask = [names, dict(fed), words.preview, words.all, view.since, seconds * 1000, view.patience * 1000]
    answer = await view.call("uploaded", ask, seconds=seconds + view.patience)
    if "said" in answer:
        raise PortalRefusal(answer["said"], where="、".join(names[0] for names in asked.values()))
    if lost := answer.get("lost"):
        what = "页面显示文件上传失败" if lost == "failed" else "上传后文件又从页面上消失，未被接收"
        raise PortalFault(what, where=asked[answer["key"]][0])
    if late := answer.get("late"):
        raise PortalFault("上传后页面一直没有显示文件", where="、".join(asked[key][0] for key in late))
