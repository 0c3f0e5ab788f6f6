"""A pack drafted from a page: its labels, kinds, options, buttons, tables and upload rows, for a person to go through."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from rpa.screen import Control, Pack
from rpa.screen.survey import Survey

__all__ = ["draft"]

_HEAD = """由 ywtb inspect 按页面现状起草，请逐项核对：
键名（冒号左边）要与流程里用的一致，fieldN、buttonN 请改成有意义的英文名；
landmarks 留一个只在这个页面出现的标题；用不到的按钮、表格请删去。写法见 docs/packs.md。"""
_KINDS = ("date", "cascade")
_MOST_OPTIONS = 8


def draft(pack: Pack, seen: Survey, screen: str) -> str:
    """YAML of one screen called `screen`, with the keys that the packs already have for the same words."""
    page = CommentedMap()
    if seen.titles:
        page["landmarks"] = _flow(seen.titles[:3])
    known = _Known(pack, screen)
    if fields := _fields(known, seen.controls):
        page["fields"] = fields
    uploads = _words(known, "uploads", "file", (one.text for one in seen.materials))
    if uploads:
        page["uploads"] = uploads
    if seen.tables:
        page["tables"] = CommentedMap(
            {f"table{at}": _flow(table.headings) for at, table in enumerate(seen.tables, 1)}
        )
    if buttons := _words(known, "buttons", "button", (one.text for one in seen.buttons)):
        page["buttons"] = buttons
    top = CommentedMap({"screens": CommentedMap({screen.rpartition(".")[2]: page})})
    top.yaml_set_start_comment(_HEAD)
    written = StringIO()
    yaml = YAML()
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(top, written)
    return written.getvalue()


class _Known:
    """The keys that the packs have for words of the page; those of the screen's own pack first."""

    def __init__(self, pack: Pack, screen: str) -> None:
        own = screen.partition(".")[0]
        self._screens = sorted(
            pack.screens.values(),
            key=lambda one: (one.name != screen, not one.name.startswith(f"{own}."), one.name),
        )

    def key(self, part: str, text: str, taken: Iterable[str]) -> str | None:
        for screen in self._screens:
            for key, element in getattr(screen, part).items():
                if text in element.texts and key not in taken:
                    return str(key)
        return None


def _flow(words: Iterable[str]) -> CommentedSeq:
    made = CommentedSeq(words)
    made.fa.set_flow_style()
    return made


def _fields(known: _Known, controls: Iterable[Control]) -> CommentedMap:
    made = CommentedMap()
    labels = [control.label for control in controls]
    for number, control in enumerate(controls, 1):
        key = known.key("fields", control.label, made) or f"field{number}"
        entry = CommentedMap(
            {"label": control.label} if control.label else {"placeholder": control.placeholder}
        )
        if control.kind in _KINDS:
            entry["kind"] = control.kind
        if labels.count(control.label) > 1 and control.section:
            entry["section"] = control.section
        if set(entry) == {"label"}:
            made[key] = control.label
        else:
            entry.fa.set_flow_style()
            made[key] = entry
        made.yaml_add_eol_comment(_note(control), key)
    return made


def _note(control: Control) -> str:
    options = [option for option in control.options if option]
    shown = "、".join(options[:_MOST_OPTIONS]) + (
        f" 等 {len(options)} 项" if len(options) > _MOST_OPTIONS else ""
    )
    parts = [control.kind, "必填" if control.required else "", "不可改" if not control.enabled else "", shown]
    return "，".join(part for part in parts if part)


def _words(known: _Known, part: str, name: str, texts: Iterable[str]) -> CommentedMap:
    made = CommentedMap()
    for number, text in enumerate(dict.fromkeys(texts), 1):
        made[known.key(part, text, made) or f"{name}{number}"] = text
    return made
