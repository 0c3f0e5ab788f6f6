"""How a screen differs from another look at it: since a person last accepted it, or on another portal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rpa.doctor.findings import Examination, Finding, Kind

__all__ = ["changed", "differences", "portals_differ"]

_Screen = Mapping[str, Any]


def changed(examination: Examination, accepted: Mapping[str, _Screen]) -> list[Finding]:
    """What is otherwise than it was accepted: options added or gone, required marks, headings, blank forms."""
    found = []
    for seen in examination.seen:
        if seen.screen not in accepted:
            continue
        for part, key, title, message in differences(accepted[seen.screen], seen.as_dict()):
            found.append(Finding(seen.screen, part, key, title, Kind.CHANGED, message))
    return found


def differences(old: _Screen, new: _Screen) -> Iterator[tuple[str, str, str, str]]:
    """Part, key, title and what differs, of everything that both looks have seen."""
    for key, was in old.get("fields", {}).items():
        now = new.get("fields", {}).get(key)
        if now is not None:
            for message in _field(was, now):
                yield "fields", key, str(now["label"]), message
    for part in ("buttons", "uploads"):
        for key, was in old.get(part, {}).items():
            now = new.get(part, {}).get(key)
            if now is not None and now != was:
                yield part, key, str(now), f"原为“{was}”，现为“{now}”"
    for key, was in old.get("tables", {}).items():
        now = new.get("tables", {}).get(key)
        if now is not None and list(now) != list(was):
            message = "；".join(_lists(was, now)) or "次序变了"
            yield "tables", f"{key}.headings", "、".join(now), f"列{message}"
    for key, was in old.get("forms", {}).items():
        now = new.get("forms", {}).get(key)
        if now is not None and now != was:
            yield "forms", key, key, "空白表的内容变了"


def _field(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    if was["label"] != now["label"]:
        yield f"原名“{was['label']}”"
    if was.get("kind") != now.get("kind"):
        yield f"原为 {was.get('kind')}，现为 {now.get('kind')}"
    if was.get("required") != now.get("required"):
        yield "现为必填" if now.get("required") else "不再必填"
    # a list that one of the two looks could not read says nothing
    lists = _lists(was["options"], now["options"]) if was.get("options") and now.get("options") else ()
    if options := "；".join(lists):
        yield f"选项{options}"


def _lists(was: Sequence[str], now: Sequence[str]) -> Iterator[str]:
    if more := [one for one in now if one not in was]:
        yield f"新增“{'、'.join(more)}”"
    if gone := [one for one in was if one not in now]:
        yield f"少了“{'、'.join(gone)}”"


def portals_differ(one: Examination, other: Examination) -> list[Finding]:
    """Where two portals differ, screen by screen: what only one of them has, and what is otherwise on the other."""
    here, there = ({seen.screen: seen.as_dict() for seen in walked.seen} for walked in (one, other))
    found = []
    for screen in dict.fromkeys([*here, *there]):
        if screen not in here or screen not in there:
            only = one.portal if screen in here else other.portal
            message = f"只在 {only} 走到"
            found.append(Finding(screen, "landmarks", "landmarks", screen, Kind.UNREACHED, message))
            continue
        for part in ("fields", "buttons", "uploads", "tables"):
            for key in dict.fromkeys([*here[screen][part], *there[screen][part]]):
                if (key in here[screen][part]) != (key in there[screen][part]):
                    has, lacks, shown = (
                        (one, other, here) if key in here[screen][part] else (other, one, there)
                    )
                    title = _words(shown[screen][part][key])
                    message = f"只在 {has.portal} 有{_instead(lacks, screen, part, key)}"
                    found.append(Finding(screen, part, key, title, Kind.MISSING, message))
        for part, key, title, message in differences(here[screen], there[screen]):
            found.append(Finding(screen, part, key, title, Kind.CHANGED, message))
    return found


def _words(seen: Any) -> str:
    """What an element of a screen reads, whatever kind it is."""
    if isinstance(seen, Mapping):
        return str(seen["label"])
    return seen if isinstance(seen, str) else "、".join(seen)


def _instead(lacks: Examination, screen: str, part: str, key: str) -> str:
    """What the portal that lacks an element seems to have in its place."""
    place = (screen, part, key)
    messages = (one.message for one in lacks.amiss if (one.screen, one.part, one.key) == place)
    return next((f"；{lacks.portal} {message}" for message in messages if message), "")
