"""Charts as plain SVG: drawn by pygal, then freed of its script, styles and comments, so that a page may forbid all of them.

What is left is shapes and texts; the page's own style sheet dresses them, and a ``<title>`` on each bar is what a browser
shows beside the pointer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pygal
from lxml import etree
from markupsafe import Markup

from rpa.status.report.movement import Movement

__all__ = ["stacked", "waits"]

_SVG = "{http://www.w3.org/2000/svg}"
_WIDTH, _HEIGHT = 880, 260
_NARROW = 430
_LABELS = 9
"""More dates than these run into each other."""


def stacked(movement: Movement, states: Sequence[str], colour: Mapping[str, str]) -> Markup:
    """The groups of one business type by state, a bar for each day, week or month."""
    tops = [sum(counts) for counts in zip(*movement.counts.values(), strict=True)]
    chart = pygal.StackedBar(
        **_plain(_WIDTH, _HEIGHT), spacing=4, y_labels=_ticks(max(tops, default=0)), rounded_bars=0
    )
    every = -(-len(movement.days) // _LABELS)
    last = len(movement.days) - 1
    chart.x_labels = [
        _date(day, movement) if (last - place) % every == 0 else "" for place, day in enumerate(movement.days)
    ]
    for state in states:
        chart.add("", list(movement.counts[state]))

    def title(serie: int, place: int) -> str:
        state = states[serie]
        return f"{_date(movement.days[place], movement)} {state}：{movement.counts[state][place]}"

    return _freed(chart, [colour[state] for state in states], title)


def waits(medians: Mapping[str, timedelta], colour: Mapping[str, str]) -> Markup:
    """How long groups usually stay in each state, as lying bars in days."""
    states = list(medians)
    days = [round(medians[state].total_seconds() / 86400, 1) for state in states]
    most = max(days, default=0)
    chart = pygal.HorizontalBar(
        **_plain(_NARROW, 46 + 30 * len(states)),
        spacing=6,
        y_labels=_ticks(int(most) + 1),
        margin_left=104,
        margin_right=20,
    )
    # pygal draws from below; the first state belongs on top
    chart.x_labels = [_clean(state) for state in reversed(states)]
    chart.add("天", list(reversed(days)))

    def title(_serie: int, place: int) -> str:
        state = states[len(states) - 1 - place]
        return f"{state}：中位 {days[len(states) - 1 - place]} 天"

    return _freed(chart, [colour[state] for state in reversed(states)], title, by_bar=True)


def _plain(width: int, height: int) -> dict[str, Any]:
    return {
        "width": width,
        "height": height,
        "js": (),
        "show_legend": False,
        "explicit_size": False,
        "disable_xml_declaration": True,
        "no_data_text": "",
        "truncate_label": -1,
        "margin": 12,
        "formatter": lambda value: f"{value:g}",
        "style": pygal.style.Style(label_font_size=12, major_label_font_size=12),
    }


def _date(day: date, movement: Movement) -> str:
    if movement.step == "个月":
        return f"{day:%Y-%m}"
    return f"{day:%m-%d}" if movement.days[0].year == day.year else f"{day:%y-%m-%d}"


def _ticks(most: int) -> list[int]:
    """Five whole numbers or so from zero to above `most`."""
    step = next(
        ten * digit
        for ten in (10**power for power in range(12))
        for digit in (1, 2, 5)
        if ten * digit * 5 >= most
    )
    return list(range(0, max(most, 1) + step, step))


def _freed(chart: Any, colours: Sequence[str], title: Any, *, by_bar: bool = False) -> Markup:
    """The chart's shapes, without anything that acts or styles; colours by series, or `by_bar`."""
    root = etree.fromstring(chart.render())
    for one in list(root.iter()):
        if (
            not isinstance(one.tag, str)
            or one.tag in (f"{_SVG}defs", f"{_SVG}desc", f"{_SVG}title")
            or (one.tag == f"{_SVG}g" and set(one.get("class", "").split()) & {"overlay", "titles"})
        ):
            one.getparent().remove(one)
    for number, serie in enumerate(_of_class(root, "series")):
        for place, bar in enumerate(_of_class(serie, "bar")):
            shape = bar.find(f"{_SVG}rect")
            if shape is None or not float(shape.get("height", 0)) or not float(shape.get("width", 0)):
                bar.getparent().remove(bar)
                continue
            shape.set("fill", colours[place if by_bar else number])
            etree.SubElement(shape, f"{_SVG}title").text = _clean(title(number, place))
    for one in root.iter():
        one.attrib.pop("style", None)
        one.attrib.pop("id", None)
    root.set("class", "chart")
    root.set("role", "img")
    etree.cleanup_namespaces(root)
    return Markup(etree.tostring(root, encoding="unicode"))  # noqa: S704 - a tree written by the library, texts escaped


def _clean(text: str) -> str:
    """A portal's word as XML may hold it: without control characters."""
    return "".join(letter for letter in text if letter.isprintable())


def _of_class(parent: Any, name: str) -> list[Any]:
    return [one for one in parent.iter(f"{_SVG}g") if name in one.get("class", "").split()]
