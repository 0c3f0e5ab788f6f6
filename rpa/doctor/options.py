"""The lists of a page against what the input allows: on the first visit there is nothing else to hold them against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from rpa.doctor.findings import Finding, Kind, Seen
from rpa.flow import Flow
from rpa.screen import Pack, fold

__all__ = ["options_amiss"]

_SAID = 5  # options that a message names


def options_amiss(pack: Pack, flows: Iterable[Flow], seen: Iterable[Seen]) -> Iterator[Finding]:
    """Fields whose list on the page is not the input's: what is chosen from it might be refused, or cannot be given."""
    allowed = {flow.business_type: dict(_lists(flow.model)) for flow in flows}
    for one in seen:
        of_type = allowed.get(one.screen.partition(".")[0], {})
        for key, looks in one.fields.items():
            element = pack.screen(one.screen).fields[key]
            mine = next((of_type[text] for text in element.texts if text in of_type), None)
            shown = {option for option in looks.get("options", ()) if "请选择" not in option}
            if mine is None or not shown:
                continue
            parts = [
                f"{what}“{'、'.join(sorted(options)[:_SAID])}”{' 等' if len(options) > _SAID else ''}"
                for what, options in (("页面没有", mine - shown), ("页面另有", shown - mine))
                if options
            ]
            if parts:
                message = f"选项与输入允许的不同：{'；'.join(parts)}"
                yield Finding(one.screen, "options", key, element.title, Kind.CHANGED, message)


def _lists(model: type[BaseModel]) -> Iterator[tuple[str, set[str]]]:
    """The titles of fields that are lists to choose from, with the choices, of a model and all inside it."""
    for field in model.model_fields.values():
        choices = {fold(choice) for choice in _choices(field.annotation)}
        if choices and field.title:
            yield fold(field.title), choices
        for part in _parts(field.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from _lists(part)


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)


def _choices(annotation: Any) -> Iterator[str]:
    for part in _parts(annotation):
        if get_origin(part) is Literal:
            yield from (choice for choice in get_args(part) if isinstance(choice, str))
