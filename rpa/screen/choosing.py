"""Drawn controls, set as a person sets them: pressed with the mouse, chosen by whole text."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from rpa.errors import PageChanged
from rpa.screen.view import AIMS, Missed, View

__all__ = [
    "choose_date",
    "choose_native",
    "choose_option",
    "choose_path",
    "choose_radio",
    "read_list",
    "turn_checkbox",
    "type_text",
]

# A panel that has not answered a press within this time did not take it.
_ANSWER_MS = 800
_LIST_MS = 2000  # how long a list that is only read may take to come
_MOST_DATE_STEPS = 1600  # a panel that can only turn months, from now to a birth a hundred years ago


class _Closed(Exception):
    """A notice that was put away has taken the open list or panel with it."""


async def _press(
    view: View, aim: str, arg: Sequence[object], otherwise: str, *, then: str = "", asked: object = None
) -> Any:
    """Press what the page script aims at, anew when it moved away, and ask `then` about it; PageChanged(`otherwise`)."""
    for _ in range(AIMS):
        point = await view.call(aim, list(arg))
        if point is None:
            break
        with suppress(Missed):
            return await view.press_and(point, then, asked)
    raise PageChanged(otherwise)


async def choose_radio(view: View, title: str, refs: Sequence[int], text: str) -> None:
    """Press the radio button that reads `text`."""
    ask = [list(refs), text, view.patience * 1000]
    await _press(view, "choice", ask, f"“{title}”中没有可点击的所要选项")


async def turn_checkbox(view: View, title: str, refs: Sequence[int]) -> None:
    """Press a checkbox once: on becomes off, off becomes on."""
    await _press(view, "choice", [list(refs), None, view.patience * 1000], f"无法点击“{title}”")


async def choose_option(view: View, title: str, ref: int, text: str) -> None:
    """Open a drawn select and press the one option that reads exactly `text`; types it first where the list is searched.

    Raises :class:`~rpa.errors.PageChanged` naming the options that were offered.
    """
    for _ in range(AIMS):
        with suppress(_Closed):
            view.put_off(await _open_option(view, title, ref, text))
            return
    raise PageChanged(f"“{title}”的列表一直被关闭")


async def _open_option(view: View, title: str, ref: int, text: str) -> list[float]:
    """Open a drawn select's list: where to press for the option."""
    patience = view.patience * 1000
    quick = [ref, text, _ANSWER_MS]
    answer = await _press(
        view, "beforeOpen", [ref, text, patience], f"“{title}”被遮挡，无法点击", then="option", asked=quick
    )
    if _is_shut(answer):
        answer = await _press_arrow(view, ref, "option", quick, known=True) or answer
    if _is_open(answer) and answer["opened"] and not answer["closed"]:
        answer = await view.call("scrolledOption", [ref, text, patience])
    if _is_open(answer) and await view.call("typable", ref):
        await _search(view, text)
        answer = await view.call("option", [ref, text, patience])
    elif answer.get("covered") or (_is_open(answer) and not answer.get("options")):
        answer = await view.call("option", [ref, text, patience])
    if _is_shut(answer):
        answer = await _press_arrow(view, ref, "option", [ref, text, patience]) or answer
    return _option_point(title, answer)


def _is_shut(answer: Mapping[str, Any]) -> bool:
    """Whether the option is still to be looked for and no list was seen."""
    return _is_open(answer) and not answer["opened"] and not answer["closed"]


def _is_open(answer: Mapping[str, Any]) -> bool:
    """Whether the option is still to be looked for."""
    return not {"point", "many", "covered"} & answer.keys()


def _option_point(title: str, answer: Mapping[str, Any]) -> list[float]:
    if answer.get("closed"):
        raise _Closed
    if "many" in answer:
        raise PageChanged(f"“{title}”的列表中有 {answer['many']} 个所要的选项，没有点击")
    if "point" not in answer:
        raise _no_option(title, answer.get("options") or ())
    point: list[float] = answer["point"]
    return point


async def read_list(view: View, title: str, ref: int) -> tuple[str, ...]:
    """Open a drawn select, read its list to the end and shut it; nothing is chosen. Empty when no list came.

    Raises :class:`~rpa.errors.PageChanged` when it cannot be opened, or not be shut again.
    """
    ask = [ref, view.patience * 1000]
    blocked = f"“{title}”被遮挡，无法点击"
    await view.pace.keep()
    read = await _press(view, "listBox", ask, blocked, then="listTexts", asked=[_LIST_MS])

    async def by_key() -> None:
        async with asyncio.timeout(view.patience):
            await view.page.keyboard.press("Escape")

    async def by_press() -> None:
        await _press(view, "listBox", ask, blocked)

    async def by_looking_away() -> None:
        if point := await view.call("aside"):
            await view.hit(point)

    # Escape may shut the layer around the select as well
    ways = (by_press, by_looking_away, by_key) if read["layer"] else (by_key, by_press, by_looking_away)
    for shut in ways:
        with suppress(PageChanged):
            await shut()
        if await view.call("listShut", [_ANSWER_MS]):
            return tuple(read["options"])
    raise PageChanged(f"“{title}”的列表关不上")


async def _press_arrow(view: View, ref: int, then: str, asked: object, *, known: bool = False) -> Any:
    """Press the arrow of a box that has not opened, and ask `then` about it; None where there is no such arrow.

    A list that is late would be shut by it: it is pressed after the whole patience, and before only where the box is
    `known` to open by its arrow alone.
    """
    point = await view.call("arrow", [ref, known])
    if point is None:
        return None
    with suppress(Missed):
        return await view.press_and(point, then, asked)
    return None


async def _search(view: View, text: str) -> None:
    """Type what is looked for in place of what stands there; some lists listen to keys alone, and a text brings none."""
    keyboard = view.page.keyboard
    async with asyncio.timeout(view.patience):
        await keyboard.press("ControlOrMeta+a")
        await keyboard.type(text)
        await keyboard.press("End")


async def choose_path(view: View, title: str, ref: int, steps: Sequence[str]) -> None:
    """Open a cascade of one box and press its steps, each in the column that the one before it has opened.

    Raises :class:`~rpa.errors.PageChanged` naming the options that were offered.
    """
    for _ in range(AIMS):
        with suppress(_Closed, Missed):
            view.put_off(await _open_path(view, title, ref, steps))
            return
    raise PageChanged(f"“{title}”的列表一直被关闭")


async def _open_path(view: View, title: str, ref: int, steps: Sequence[str]) -> list[float]:
    patience = view.patience * 1000
    covered = f"“{title}”被遮挡，无法点击"
    asked = [ref, steps[0], True, patience]
    answer = await _press(
        view, "beforeOpen", [ref, steps[0], patience], covered, then="columnOption", asked=asked
    )
    for step in steps[1:]:
        point = _option_point(title, answer)
        answer = await view.press_and(point, "columnOption", [ref, step, False, patience])
    return _option_point(title, answer)


async def choose_native(view: View, title: str, ref: int, text: str) -> None:
    """Set a native select to the option that reads exactly `text`, once the page has loaded it.

    Raises :class:`~rpa.errors.PageChanged` naming the options that were offered.
    """
    offered = await view.call("pick", [ref, text, view.patience * 1000])
    if offered is not None:
        raise _no_option(title, offered)


def _no_option(title: str, offered: Sequence[str]) -> PageChanged:
    return PageChanged(
        f"“{title}”没有所要的选项，网站提供的选项：{'、'.join(offered) or '无'}",
        advice="请改用网站提供的选项",
    )


async def choose_date(view: View, title: str, ref: int, day: dt.date) -> None:
    """Open a date panel and press year, month and day on it, whatever its make."""
    for _ in range(AIMS):
        with suppress(_Closed):
            await _choose_on_panel(view, title, ref, day)
            return
    raise PageChanged(f"“{title}”的日期面板一直被关闭")


async def _choose_on_panel(view: View, title: str, ref: int, day: dt.date) -> None:
    tried: list[str] = []
    ask = [day.year, day.month, day.day, tried]
    turn = _Turn(title)
    step = await _press(
        view,
        "beforeDate",
        [ref, view.patience * 1000],
        f"“{title}”被遮挡，无法点击",
        then="dateStep",
        asked=[*ask, "", _ANSWER_MS],
    )
    late = [*ask, "", view.patience * 1000]
    if _has_no_panel(step):
        step = await _press_arrow(view, ref, "dateStep", late, known=True) or await view.call(
            "dateStep", late
        )
    if _has_no_panel(step):
        step = await _press_arrow(view, ref, "dateStep", late) or step
    for _ in range(_MOST_DATE_STEPS):
        if step.get("closed"):
            raise _Closed
        if "stuck" in step:
            raise PageChanged(f"“{title}”的日期面板无法操作（{step['stuck']}）")
        again = [*ask, step["state"], _ANSWER_MS]
        try:
            if "pick" in step:
                await choose_native(view, title, *step["pick"])
                step = await view.call("dateStep", again)
                continue
            if step.get("last"):
                view.put_off(step["point"])
                break
            times = turn.times_for(step) if "away" in step else 1
            if "opens" in step:
                tried.append(step["opens"])
            step = await view.press_and(step["point"], "dateStep", again, times=times)
        except Missed:
            turn = _Turn(title)
            tried[:] = [one for one in tried if one != step.get("opens")]
            step = await view.call("dateStep", [*ask, "", _ANSWER_MS])
    else:
        raise PageChanged(f"“{title}”的日期面板选不到所要的日期")
    if step["confirm"] and (confirm := await view.call("dateConfirm")):
        view.put_off(confirm)


def _has_no_panel(step: Mapping[str, Any]) -> bool:
    return step.get("stuck") == "panel" and not step.get("closed")


@dataclass
class _Turn:
    """The last press of a panel's arrow: where, how far away the day was then, and how often it was pressed."""

    title: str
    view: str = ""
    point: list[float] | None = None
    away: float = 0
    times: int = 1

    def times_for(self, step: dict[str, Any]) -> int:
        """How often to press the arrow of `step` without looking: more than once if it has stayed at its place, never
        too far. Raises :class:`~rpa.errors.PageChanged` when the last press has brought the day no nearer."""
        times = 1
        if step["view"] == self.view:
            gained = self.away - step["away"]
            if gained <= 0:
                raise PageChanged(f"“{self.title}”的日期面板到不了所要的日期（{self.view}）")
            if step["point"] == self.point:
                times = max(1, int(step["away"] * self.times // gained))
        self.view, self.point, self.away, self.times = step["view"], step["point"], step["away"], times
        return times


async def type_text(view: View, title: str, ref: int, text: str) -> None:
    """Type into a text box by real keystrokes, replacing what it holds."""
    await _press(view, "spot", [ref, view.patience * 1000], f"“{title}”被遮挡，无法点击")
    keyboard = view.page.keyboard
    async with asyncio.timeout(view.patience):
        await keyboard.press("ControlOrMeta+a")
        await keyboard.press("Delete")
        await keyboard.type(text)
        await keyboard.press("Tab")
