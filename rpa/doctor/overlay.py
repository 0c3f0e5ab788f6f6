"""Proposals as an overlay for a person to review: each renamed element with its new word first, the old ones after it."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from rpa.doctor.findings import Finding, Kind
from rpa.screen import Element, Pack

__all__ = ["overlay"]

_HEAD = """由 ywtb doctor 按页面现状提出，尚未生效。请逐条核对（看截图和页面），删去不对的，再在网站配置中写：
  overlay: 本文件
然后再运行一次 ywtb doctor。格式见 docs/packs.md。"""


def overlay(pack: Pack, findings: Iterable[Finding]) -> str | None:
    """The YAML of all proposals that are likely enough; None when there is none."""
    top = CommentedMap()
    for finding in findings:
        if finding.kind is not Kind.RENAMED or finding.proposal is None:
            continue
        name, _, screen = finding.screen.partition(".")
        entry = _entry(pack, finding, finding.proposal.text)
        if entry is None:
            continue
        place = _into(_into(top, name, "screens"), screen)
        if finding.part == "landmarks":
            place["landmarks"] = entry
            continue
        part = _into(place, finding.part)
        part[finding.key] = entry
        part.yaml_add_eol_comment(finding.message, finding.key)
    if not top:
        return None
    top.yaml_set_start_comment(_HEAD)
    written = StringIO()
    yaml = YAML()
    yaml.width = 4096
    yaml.dump(top, written)
    return written.getvalue()


def _into(mapping: CommentedMap, *keys: str) -> CommentedMap:
    for key in keys:
        mapping = mapping.setdefault(key, CommentedMap())
    return mapping


def _flow(words: Iterable[str]) -> CommentedSeq:
    made = CommentedSeq(dict.fromkeys(words))
    made.fa.set_flow_style()
    return made


def _entry(pack: Pack, finding: Finding, text: str) -> Any:
    screen = pack.screen(finding.screen)
    if finding.part == "landmarks":
        return _flow([text, *screen.landmarks])
    if finding.part == "tables":
        return _flow(text.split("、"))
    elements = {
        "fields": screen.fields,
        "buttons": screen.buttons,
        "uploads": screen.uploads,
        "cards": screen.cards,
    }
    element: Element = elements[finding.part][finding.key]
    word = "text" if finding.part in ("buttons", "cards") else "label"
    extras = {name: value for name in ("kind", "section", "within") if (value := getattr(element, name))}
    if not extras:
        return _flow([text, *element.texts])
    entry = CommentedMap({word: _flow([text, *element.texts]), **extras})
    entry.fa.set_flow_style()
    return entry
