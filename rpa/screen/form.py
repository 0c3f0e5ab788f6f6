"""A page seen as a form: every control by its visible label; filled fast, then proved (design D2, D3)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rpa.errors import PageChanged, StoredOtherwise
from rpa.screen import choosing
from rpa.screen.pack import Candidate, Element, Pack, ScreenPack
from rpa.screen.view import View
from rpa.screen.words import fold

__all__ = [
    "Control",
    "Value",
    "as_controls",
    "fill",
    "matching",
    "read_controls",
    "read_fields",
    "same",
    "shown_as",
]

# How long a page may take to draw what was chosen on it.
_SETTLE_MS = 500

# What a field may be given: text, a date, yes/no for a checkbox, the steps of a cascade, or None for "left empty".
Value = str | dt.date | bool | Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Control:
    """A control as the page shows it. `refs` number its elements (several for radios and cascades) in the page script;
    `model` is what a hidden native twin would post, where there is one."""

    label: str
    section: str
    kind: str
    required: bool
    enabled: bool
    readonly: bool
    placeholder: str
    refs: tuple[int, ...]
    options: tuple[str, ...]
    value: str
    model: str | None


def shown_as(value: Value) -> str:
    """A value as a page would show it, for comparing: ISO date, cascade steps joined by ``/``, empty for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return fold(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return "/".join(fold(step) for step in value)


def _typed_as(kind: str, value: Value) -> str:
    """A value as it is typed: a text as it was given, in one line unless the box has lines."""
    if not isinstance(value, str):
        return shown_as(value)
    return value if kind == "textarea" else " ".join(value.split())


def same(wanted: Value, shown: str) -> bool:
    """Whether a page that shows `shown` holds `wanted`: white space folded, dates in any spelling."""
    shown = fold(shown)
    if isinstance(wanted, dt.date):
        digits = re.fullmatch(r"(\d{4})\D{0,2}(\d{1,2})\D{0,2}(\d{1,2})\D{0,2}", shown)
        return digits is not None and tuple(map(int, digits.groups())) == (
            wanted.year,
            wanted.month,
            wanted.day,
        )
    if wanted is not None and not isinstance(wanted, (str, bool)):
        return _steps(shown) == _steps(shown_as(wanted))
    return shown == shown_as(wanted)


def _steps(shown: str) -> list[str]:
    return [step.strip() for step in shown.split("/")]


def _agrees(control: Control, wanted: Value) -> bool:
    return same(wanted, control.value) and (
        control.model is None or wanted is None or same(wanted, control.model)
    )


def as_controls(answer: Sequence[Mapping[str, Any]]) -> list[Control]:
    """The page script's answer as controls."""
    return [
        Control(**{**entry, "refs": tuple(entry["refs"]), "options": tuple(entry["options"])})
        for entry in answer
    ]


async def read_controls(view: View, *, whole: bool = False) -> list[Control]:
    """Every control of the view's part, or the open layer, or else the page, in one round trip; of all if `whole`."""
    return as_controls(await (view.call("wholeForm") if whole else view.call("form", view.part)))


def _by_label(controls: Sequence[Control], element: Element, candidate: Candidate) -> list[Control]:
    if candidate.placeholder:
        return [control for control in controls if control.placeholder == candidate.placeholder]
    texts = {fold(text) for text in candidate.texts}
    return [
        control
        for control in controls
        if control.label in texts and (not element.section or control.section == element.section)
    ]


async def _by_locator(view: View, controls: Sequence[Control], candidate: Candidate) -> list[Control]:
    if candidate.css:
        locator = view.frame.locator(candidate.css)
    else:
        locator = view.frame.get_by_role(candidate.role, name=candidate.name, exact=True)  # type: ignore[arg-type]
    refs = await locator.evaluate_all("elements => elements.map(e => window.__ywtb.ref(e))")
    return [control for control in controls if any(ref in refs for ref in control.refs)]


async def matching(
    view: View, element: Element, candidate: Candidate, controls: Sequence[Control]
) -> list[Control]:
    """Those of `controls` that one candidate of a field of the pack finds; one is right."""
    if candidate.css or candidate.role:
        return await _by_locator(view, controls, candidate)
    return _by_label(controls, element, candidate)


async def _find(
    view: View, pack: Pack, screen: ScreenPack, element: Element, controls: list[Control]
) -> Control | None:
    for number, candidate in enumerate(element.candidates):
        found = await matching(view, element, candidate, controls)
        if len(found) > 1:
            raise PageChanged(
                f"页面上有 {len(found)} 个“{element.title}”，无法确定是哪一个", where=screen.title
            )
        if found:
            pack.note(screen.name, element, number, found[0].label)
            return found[0]
    return None


async def _locate(
    view: View, pack: Pack, screen: ScreenPack, keys: Sequence[str], controls: list[Control]
) -> dict[str, Control]:
    found = {}
    for key in keys:
        control = await _find(view, pack, screen, screen.fields[key], controls)
        if control is not None:
            found[key] = control
    return found


async def read_fields(view: View, pack: Pack, screen: ScreenPack, keys: Sequence[str]) -> dict[str, str]:
    """What the page shows in the fields of the pack; a field that is not on the page is left out."""
    controls = await read_controls(view)
    return {
        key: control.value for key, control in (await _locate(view, pack, screen, keys, controls)).items()
    }


async def fill(view: View, pack: Pack, screen: ScreenPack, values: Mapping[str, Value]) -> None:
    """Set the fields to `values` and prove it: what the page then shows equals what was given, or the case stops.

    Fields that only appear once others are set are waited for. A field given as None must end up empty.
    Raises :class:`~rpa.errors.PageChanged` when a field is missing or ambiguous, and
    :class:`~rpa.errors.StoredOtherwise` when a control would not take its value.
    """
    if not values:
        return
    await view.pace.keep()
    controls = await _await_any(view, screen, values)
    pending = dict(values)
    while pending:
        placed = await _locate(view, pack, screen, list(pending), controls)
        if not placed and any(value not in (None, "") for value in pending.values()):
            # what an earlier field has asked for may still be under way
            controls = await _await_any(
                view, screen, [key for key, value in pending.items() if value is not None]
            )
            placed = await _locate(view, pack, screen, list(pending), controls)
        if not placed:
            break
        wanted = {key: pending.pop(key) for key in placed}
        controls = await _set(view, screen, placed, wanted, controls)
    missing = [screen.fields[key].title for key, value in pending.items() if value not in (None, "")]
    if missing:
        raise PageChanged(f"页面上找不到：{'、'.join(missing)}", where=screen.title)
    await _prove(view, pack, screen, values, controls)


async def _await_any(view: View, screen: ScreenPack, keys: Iterable[str]) -> list[Control]:
    """The controls, once one of the fields can be seen: a layer or a page may still be drawing itself."""
    candidates = [candidate for key in keys for candidate in screen.fields[key].candidates]
    if any(candidate.css or candidate.role for candidate in candidates):
        return await read_controls(view)
    texts = [text for candidate in candidates for text in (*candidate.texts, candidate.placeholder) if text]
    return as_controls(await view.call("formWith", [texts, view.patience * 1000, view.part]))


def _kind(screen: ScreenPack, key: str, control: Control) -> str:
    return screen.fields[key].kind or control.kind


async def _set(
    view: View,
    screen: ScreenPack,
    placed: Mapping[str, Control],
    wanted: Mapping[str, Value],
    controls: list[Control],
) -> list[Control]:
    """Set what differs: drawn controls one by one with the mouse, then all simple ones in one round trip."""
    simple: list[tuple[int | Sequence[int], str]] = []
    for key, control in placed.items():
        value = wanted[key]
        if _agrees(control, value):
            continue
        kind = _kind(screen, key, control)
        if not control.enabled or kind == "readonly" or (kind == "textarea" and control.readonly):
            continue  # what cannot be changed is proved below like all else
        if (
            kind in ("text", "textarea")
            or (kind == "select" and (value is None or shown_as(value) in control.options))
            or (kind == "date" and not control.readonly and control.kind == "text")
        ):
            simple.append((control.refs[0], _typed_as(kind, value)))
        elif kind == "radio" and value is not None:
            simple.append((control.refs, shown_as(value)))
        elif value is None:
            continue  # a drawn control cannot be emptied; it differs, and that is said below
        else:
            await _choose(view, screen.fields[key].title, kind, control, value)
    if simple or any(not _agrees(control, wanted[key]) for key, control in placed.items()):
        return as_controls(await view.call("set", [simple, view.part]))
    return controls


async def _choose(view: View, title: str, kind: str, control: Control, value: Value) -> None:
    if kind == "radio":
        await choosing.choose_radio(view, title, control.refs, shown_as(value))
    elif kind == "checkbox":
        await choosing.turn_checkbox(view, title, control.refs)
    elif kind == "date" and isinstance(value, dt.date):
        await choosing.choose_date(view, title, control.refs[0], value)
    elif kind in ("cascade", "drawn") and not isinstance(value, (str, dt.date, bool)) and value is not None:
        if len(control.refs) == 1 and not control.options:
            await choosing.choose_path(view, title, control.refs[0], value)
            return
        if len(value) != len(control.refs):
            raise PageChanged(f"“{title}”在页面上是 {len(control.refs)} 级选择，与输入的 {len(value)} 级不符")
        choose = choosing.choose_native if control.options else choosing.choose_option
        for ref, step in zip(control.refs, value, strict=True):
            await choose(view, title, ref, step)
    elif kind == "select":
        await choosing.choose_native(view, title, control.refs[0], shown_as(value))
    else:
        await choosing.choose_option(view, title, control.refs[0], shown_as(value))


async def _differing(
    view: View, pack: Pack, screen: ScreenPack, values: Mapping[str, Value], controls: list[Control]
) -> dict[str, Control | None]:
    """The controls that do not show their value; None for one that has gone away since it was set."""
    placed = await _locate(view, pack, screen, list(values), controls)
    differing: dict[str, Control | None] = {
        key: control for key, control in placed.items() if not _agrees(control, values[key])
    }
    gone = (key for key, value in values.items() if key not in placed and value not in (None, ""))
    return differing | dict.fromkeys(gone)


async def _prove(
    view: View, pack: Pack, screen: ScreenPack, values: Mapping[str, Value], controls: list[Control]
) -> None:
    differing = await _differing(view, pack, screen, values, controls)
    if differing:  # some toolkits draw what was chosen a moment later
        differing = await _differing(
            view, pack, screen, values, as_controls(await view.call("formSettled", [_SETTLE_MS, view.part]))
        )
    if not differing:
        return
    # Done again by real keystrokes: a box that listens to keys only, or one that a script of the page overwrote.
    for key, control in differing.items():
        if control is None:
            continue
        kind = _kind(screen, key, control)
        if kind in ("text", "textarea") and control.enabled and not control.readonly:
            await choosing.type_text(
                view, screen.fields[key].title, control.refs[0], _typed_as(kind, values[key])
            )
        elif (
            kind not in ("readonly", "text", "textarea", "select")
            and control.enabled
            and values[key] is not None
        ):
            await _choose(view, screen.fields[key].title, kind, control, values[key])
    left = await _differing(view, pack, screen, values, await read_controls(view))
    if left:
        names = tuple(screen.fields[key].title for key in left)
        raise StoredOtherwise(
            f"填写后页面显示的内容与输入不一致：{'、'.join(names)}",
            fields=names,
            where=screen.title,
            advice="请核对输入是否为网站允许的内容",
        )
