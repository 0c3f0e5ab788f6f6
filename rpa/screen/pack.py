r"""Selector packs: what a portal's pages are called and where their controls are, as data.

A pack is a YAML file in ``selectors/``, one per business type, plus ``common.yaml``. What it says is a guess about the
portal, so it can be changed without code; an overlay changes single entries for one portal::

    screens:
      member:
        title: 新卡申办-填报                   # what people call this screen; else its first landmark
        landmarks: [新卡申办-成员信息]         # any of these whole texts says that this screen is before us
        fields:
          name: [姓名, 中文姓名]               # a label and its aliases
          birth_date: {label: 出生日期, kind: date}
          code: [{label: 编码}, {placeholder: 请输入编码}, {css: "#code"}]
        buttons:
          save_draft: 暂存
          new_card: {text: 新卡申办, within: 商务旅行卡}
        uploads: {photo: 照片}
        cards: {address: {text: 修改, section: A 领取方式}}   # the button that every stored entry has
        tables: {groups: [团组号, 当前状态]}     # the headings by which the table is known
        messages: {draft_saved: 暂存成功}       # part of what the portal says when it is done
        patterns: {group_no: '团组号[:：]\s*(\w+)'}  # where a value stands in the page's words

Beside its screens a pack may have ``states``: see :mod:`rpa.screen.states`.

Candidates are tried in order; the first that finds anything decides, and it must find exactly one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from rpa.errors import SettingsError
from rpa.screen.states import StateKind, StateWords, read_states
from rpa.screen.words import fold

__all__ = ["Candidate", "Element", "Pack", "ScreenPack", "load_packs"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to find an element: exactly one of `texts` (visible words), `placeholder`, `role` + `name`, `css`."""

    texts: tuple[str, ...] = ()
    placeholder: str = ""
    role: str = ""
    name: str = ""
    css: str = ""


@dataclass(frozen=True, slots=True)
class Element:
    """A field, button, upload row or table of a screen, by its key in the pack."""

    key: str
    candidates: tuple[Candidate, ...]
    kind: str = ""
    section: str = ""
    within: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """All visible words by which this element may go, in order."""
        return tuple(text for candidate in self.candidates for text in candidate.texts)

    @property
    def title(self) -> str:
        """The first word of it: what messages call it."""
        return next(iter(self.texts), self.key)


@dataclass(frozen=True, slots=True)
class ScreenPack:
    """One screen: the words that announce it, its elements, and what it says when something is done."""

    name: str
    title: str = ""
    landmarks: tuple[str, ...] = ()
    fields: Mapping[str, Element] = field(default_factory=dict)
    buttons: Mapping[str, Element] = field(default_factory=dict)
    uploads: Mapping[str, Element] = field(default_factory=dict)
    cards: Mapping[str, Element] = field(default_factory=dict)
    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    messages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    patterns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def find(self, key: str, text: str) -> str | None:
        """The value that a pattern finds in a text of the page (its first group), or None."""
        for pattern in self.patterns[key]:
            if found := re.search(pattern, text):
                return found[1]
        return None


@dataclass
class Pack:
    """All screens a run knows, by ``pack.screen`` name, the words for states by the pack that has them, and how often each
    element was found by which of its words (drift)."""

    screens: dict[str, ScreenPack]
    states: Mapping[str, StateWords] = field(default_factory=dict)
    matched: Counter[tuple[str, str, int]] = field(default_factory=Counter)

    def note(self, screen: str, element: Element, candidate: int, read: str) -> None:
        """Count that an element was found by this candidate, where it reads so: by which of its words, counted from 0."""
        texts = element.candidates[candidate].texts
        before = sum(max(1, len(other.texts)) for other in element.candidates[:candidate])
        self.matched[screen, element.key, before + (texts.index(read) if read in texts else 0)] += 1

    def labels(self, titles: Iterable[str]) -> set[str]:
        """`titles` and every other label by which the packs know the same fields."""
        known = {fold(title) for title in titles}
        fields = [element for screen in self.screens.values() for element in screen.fields.values()]
        return known.union(*(element.texts for element in fields if known & set(element.texts)))

    def screen(self, name: str) -> ScreenPack:
        """The screen of that name; a flow that names an unknown one is a mistake of ours, said as KeyError."""
        return self.screens[name]

    def state_kind(self, word: str, business_type: str = "") -> StateKind:
        """What a state of a business type (its slug) means; UNKNOWN for a word that the packs do not know.

        Whole texts win over parts, and the type's own over those of all types.
        """
        word = fold(word)
        known = [self.states[name] for name in (business_type, "common") if name in self.states]
        found = next((words.whole[word] for words in known if word in words.whole), None)
        return found or next(filter(None, (words.by_part(word) for words in known)), StateKind.UNKNOWN)


_KEYS = {"label", "text", "placeholder", "role", "name", "css", "kind", "section", "within"}


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _words(value: Any) -> tuple[str, ...]:
    """Words of the page, folded as the page script folds them."""
    return tuple(fold(text) for text in _texts(value))


def _candidate(entry: Mapping[str, Any]) -> Candidate:
    return Candidate(
        texts=_words(entry.get("label", entry.get("text", ()))),
        placeholder=entry.get("placeholder", ""),
        role=entry.get("role", ""),
        name=entry.get("name", ""),
        css=entry.get("css", ""),
    )


def _element(key: str, entry: Any, where: str) -> Element:
    """A field's entry: a word, a list of words (one candidate), or a list in which mappings are further candidates."""
    entries = entry if isinstance(entry, list) else [entry]
    words = tuple(fold(item) for item in entries if isinstance(item, str))
    others = [item for item in entries if isinstance(item, Mapping)]
    if len(words) + len(others) != len(entries) or not entries:
        raise SettingsError("应为文字、文字列表或候选列表", where=where)
    unknown = {name for item in others for name in item} - _KEYS
    if unknown:
        raise SettingsError(f"不认识的项：{'、'.join(sorted(unknown))}", where=where)
    extras = {name: item[name] for item in others for name in ("kind", "section", "within") if name in item}
    candidates = [Candidate(texts=words)] if words else []
    return Element(key, (*candidates, *(_candidate(item) for item in others)), **extras)


def _screen(name: str, entry: Mapping[str, Any], where: str) -> ScreenPack:
    unknown = set(entry) - {
        "title",
        "landmarks",
        "fields",
        "buttons",
        "uploads",
        "cards",
        "tables",
        "messages",
        "patterns",
    }
    if unknown:
        raise SettingsError(f"不认识的项：{'、'.join(sorted(unknown))}", where=where)

    def elements(part: str) -> dict[str, Element]:
        return {
            key: _element(key, value, f"{where} {part}.{key}")
            for key, value in (entry.get(part) or {}).items()
        }

    def words(part: str) -> dict[str, tuple[str, ...]]:
        return {key: _words(value) for key, value in (entry.get(part) or {}).items()}

    landmarks = _words(entry.get("landmarks", ()))
    return ScreenPack(
        name=name,
        title=entry.get("title") or next(iter(landmarks), name),
        landmarks=landmarks,
        fields=elements("fields"),
        buttons=elements("buttons"),
        uploads=elements("uploads"),
        cards=elements("cards"),
        tables=words("tables"),
        messages=words("messages"),
        patterns={key: _texts(value) for key, value in (entry.get("patterns") or {}).items()},
    )


def _read(path: Path) -> Mapping[str, Any]:
    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (OSError, YAMLError) as error:
        problem = getattr(error, "problem", None) or type(error).__name__
        raise SettingsError(f"无法读取 selectors 配置（{problem}）", where=str(path)) from error
    if not isinstance(content, Mapping):
        raise SettingsError("selectors 配置应为键值结构", where=str(path))
    return content


def _merge(base: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid on `base`: single entries are replaced, what it does not name stays."""
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        merged[key] = _merge(old, value) if isinstance(old, dict) and isinstance(value, Mapping) else value
    return merged


def load_packs(files: Iterable[Path], overlays: Iterable[Path] = ()) -> Pack:
    """Read packs, lay overlays on them, and give all their screens as ``<file name>.<screen name>``.

    An overlay has the same form with the pack's name above it: ``new_card: {screens: {member: {fields: …}}}``.
    Raises :class:`~rpa.errors.SettingsError` with the file and the entry that is wrong.
    """
    content: dict[str, dict[str, Any]] = {path.stem: dict(_read(path)) for path in files}
    for overlay in overlays:
        for name, over in _read(overlay).items():
            if name not in content:
                raise SettingsError(f"没有名为 {name} 的配置", where=str(overlay))
            content[name] = _merge(content[name], over)
    screens = {}
    for pack_name, pack in content.items():
        for screen_name, entry in (pack.get("screens") or {}).items():
            name = f"{pack_name}.{screen_name}"
            screens[name] = _screen(name, entry or {}, name)
    states = {name: read_states(pack["states"], name) for name, pack in content.items() if pack.get("states")}
    return Pack(screens, states)
