"""The files an input names: where they may lie, and whether they are what their slot wants.

Kinds are told by the bytes, not by the suffix. The limits are data (`selectors/files.yaml`).
"""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Literal

import pypdf
from PIL import Image, UnidentifiedImageError
from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from rpa import resources
from rpa.intake.rows import UnfitError
from rpa.intake.values import INVISIBLE

__all__ = [
    "FileKind",
    "FileLimits",
    "FolderGuard",
    "check_file",
    "default_limits",
    "file_kind",
    "load_limits",
]

FileKind = Literal["jpeg", "png", "pdf"]

_SUFFIXES: dict[FileKind, tuple[str, ...]] = {
    "jpeg": (".jpg", ".jpeg"),
    "png": (".png",),
    "pdf": (".pdf",),
}
_KIND_NAMES: dict[FileKind, str] = {"jpeg": "JPG", "png": "PNG", "pdf": "PDF"}


class FileLimits(BaseModel):
    """What a file must keep to; pixel sizes are (width, height)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kinds: tuple[FileKind, ...]
    ratio: tuple[int, int] | None = None
    ratio_tolerance: float = 0.02
    min_pixels: tuple[int, int] | None = None
    max_pixels: tuple[int, int] | None = None
    min_kb: int = 0
    max_kb: int
    max_name: int = 100


def load_limits(path: Path) -> dict[str, FileLimits]:
    """The limits of a YAML file, by the name of their rule."""
    raw = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return {name: FileLimits.model_validate(limits) for name, limits in raw.items()}


@cache
def default_limits() -> Mapping[str, FileLimits]:
    """The limits that come with the program."""
    return load_limits(resources.folder("selectors") / "files.yaml")


class FolderGuard:
    """Resolves the paths of one input file. They are relative to its folder and may not leave it."""

    def __init__(self, input_file: Path, *, allow_outside: bool = False) -> None:
        self.input_file = input_file
        self.allow_outside = allow_outside

    @cached_property
    def folder(self) -> Path:
        """The folder the paths are relative to: the one of the input file itself, not of a link to it."""
        return self.input_file.resolve().parent

    def resolve(self, text: str) -> Path:
        """The real path of an existing file. Raises UnfitError, which never quotes the path."""
        relative = PurePosixPath(text.replace("\\", "/"))
        outside = PureWindowsPath(text).anchor or relative.is_absolute()
        if outside and not self.allow_outside:
            raise UnfitError("应为相对路径（相对于本输入文件所在的文件夹）")
        try:
            path = self._find(text if outside else str(relative))
        except PermissionError:
            raise UnfitError("没有权限读取这个文件所在的文件夹") from None
        except (OSError, ValueError, RuntimeError):  # RuntimeError: a link that leads to itself
            raise UnfitError("文件路径无效") from None
        if not self.allow_outside and not path.is_relative_to(self.folder):
            raise UnfitError("文件不在本输入文件所在的文件夹内")
        if path.is_dir():
            raise UnfitError("这是文件夹，应为文件")
        if not path.is_file():
            raise UnfitError("找不到文件")
        return path

    def _find(self, text: str) -> Path:
        # The same visible name has two encodings: macOS stores one, everybody else types the other. And a path
        # copied from a window of Windows begins with a mark that nobody sees.
        plain = text.translate(INVISIBLE)
        spellings = (text, *(unicodedata.normalize(form, plain) for form in ("NFC", "NFD")))
        paths = [(self.folder / spelling).resolve() for spelling in spellings]
        return next((path for path in paths if path.exists()), paths[0])


def file_kind(path: Path) -> FileKind | None:
    """What a file is by its first bytes; None for anything else."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    return "pdf" if start.startswith(b"%PDF-") else None


def check_file(path: Path, limits: FileLimits) -> None:
    """Raises UnfitError when a file does not keep its limits, with all the reasons."""
    if reasons := list(_faults(path, limits)):
        raise UnfitError("；".join(reasons))


def _faults(path: Path, limits: FileLimits) -> Iterator[str]:
    size = path.stat().st_size
    if size == 0:
        yield "文件是空的"
        return
    kind = file_kind(path)
    if kind not in limits.kinds:
        wanted = "、".join(_KIND_NAMES[one] for one in limits.kinds)
        yield f"文件内容不是 {wanted}（按内容判断，与扩展名无关）"
    elif path.suffix.lower() not in _SUFFIXES[kind]:
        yield f"文件内容是 {_KIND_NAMES[kind]}，扩展名应为 {'、'.join(_SUFFIXES[kind])}"
    if len(path.name) > limits.max_name:
        yield f"文件名超过 {limits.max_name} 个字符"
    if size > limits.max_kb * 1024:
        yield f"文件过大，应不超过 {_amount(limits.max_kb)}"
    if size < limits.min_kb * 1024:
        yield f"文件过小，应不小于 {_amount(limits.min_kb)}"
    if kind == "pdf" and kind in limits.kinds:
        yield from _faults_of_pdf(path)
    elif kind is not None and kind != "pdf":
        yield from _faults_of_picture(path, limits)


def _amount(kilobytes: int) -> str:
    return f"{kilobytes // 1024} MB" if kilobytes >= 1024 and kilobytes % 1024 == 0 else f"{kilobytes} KB"


def _faults_of_pdf(path: Path) -> Iterator[str]:
    try:
        document = pypdf.PdfReader(path)
        encrypted, pages = document.is_encrypted, 0
        if not encrypted:
            pages = len(document.pages)
    except Exception:  # pypdf raises anything on a damaged file
        yield "PDF 无法读取，文件可能已损坏"
        return
    if encrypted:
        yield "PDF 有密码保护，请去掉密码"
    elif pages == 0:
        yield "PDF 没有任何页面"


def _faults_of_picture(path: Path, limits: FileLimits) -> Iterator[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as picture:
                width, height = picture.size
                # A draft still reads the whole file, so a cut-off one is found, at a fraction of the work.
                picture.draft("RGB", (max(width // 8, 1), max(height // 8, 1)))
                picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        yield "图片的像素数过大"
        return
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        yield "图片无法读取，文件可能已损坏"
        return
    if limits.ratio is not None:
        wanted = limits.ratio[0] / limits.ratio[1]
        if abs(width / height - wanted) > wanted * limits.ratio_tolerance:
            yield f"图片宽高比应为 {limits.ratio[0]}:{limits.ratio[1]}"
    if limits.min_pixels and (width < limits.min_pixels[0] or height < limits.min_pixels[1]):
        yield f"图片像素过小，应不小于 {limits.min_pixels[0]}×{limits.min_pixels[1]}"
    if limits.max_pixels and (width > limits.max_pixels[0] or height > limits.max_pixels[1]):
        yield f"图片像素过大，应不超过 {limits.max_pixels[0]}×{limits.max_pixels[1]}"
