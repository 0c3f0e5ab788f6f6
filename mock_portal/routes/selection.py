"""Choosing what to start from: a group or a card (manual 2.2.1 (2), 2.3.1 (2), 2.4.1 (2), 2.5.1 (2))."""

from __future__ import annotations

from typing import TypeVar

from starlette.responses import Response
from starlette.routing import Route

from ..business import BUSINESS_TYPES, BusinessType
from ..desk import Desk, Handler, action, page, reply
from ..filings import CARD_FACTS
from ..sources import Sources
from ..store import Group

__all__ = ["ROUTES", "page_of"]

_Row = TypeVar("_Row")


def page_of(rows: list[_Row], filters: dict[str, str], size: int) -> tuple[int, list[_Row]]:
    """The number of the page that was asked for, at most the last, and its rows."""
    last = max(1, -(-len(rows) // size))
    number = min(max(1, int(filters["page"]) if filters.get("page", "").isdecimal() else 1), last)
    return number, rows[(number - 1) * size : number * size]


def _page(kind: BusinessType) -> Handler:
    noun = "团组" if kind.source == "group" else "旅行卡"

    async def show(desk: Desk) -> Response:
        return desk.show(
            "selection.html",
            title=f"{kind.title}-选择{noun}",
            crumbs=["商务旅行卡", kind.title],
            kind=kind,
        )

    return show


def _list(kind: BusinessType) -> Handler:
    async def rows(desk: Desk) -> Response:
        sent = await desk.sent()
        filters = {str(key): str(value).strip() for key, value in sent.items()}
        without = sent.get("without")
        left_out = {str(key) for key in without} if isinstance(without, list) else set()
        but = desk.store.groups.numbered(filters.get("group", ""), desk.account.name)
        sources = Sources(desk.store, kind, desk.account.name, but)
        found = _groups(desk, sources, filters) if kind.source == "group" else _cards(sources, filters)
        found = [row for row in found if row["key"] not in left_out]
        number, shown = page_of(found, filters, desk.portal.settings.page_size)
        desk.note("list", detail=f"{kind.slug} sources, page {number}, {len(found)} in all")
        return reply(total=len(found), page=number, size=desk.portal.settings.page_size, rows=shown)

    return rows


def _groups(desk: Desk, sources: Sources, filters: dict[str, str]) -> list[dict[str, object]]:
    names = desk.store.groups.names(desk.account.name)
    return [
        _group(group, names.get(group.id, []))
        for group in sources.groups()
        if filters.get("group_no", "") in group.group_no
        and any(filters.get("name", "") in name for name in names.get(group.id, []))
    ]


def _group(group: Group, names: list[str]) -> dict[str, object]:
    shown = f"{names[0]}等{len(names)}人" if len(names) > 1 else "".join(names)
    cells = [
        group.group_no,
        shown,
        str(len(names)),
        group.fields.get("申请事由", ""),
        group.submitted_at[:19],
        group.state,
    ]
    return {"key": group.group_no, "cells": cells}


def _cards(sources: Sources, filters: dict[str, str]) -> list[dict[str, object]]:
    return [
        {"key": card.card_no, "lines": [[label, facts.get(label, "")] for label in CARD_FACTS]}
        for card in sources.cards()
        if filters.get("name", "") in card.name and filters.get("card_no", "") in card.card_no
        for facts in [sources.holder(card).facts]
    ]


ROUTES = [
    route
    for kind in BUSINESS_TYPES
    if kind.source
    for route in (
        Route(kind.entry, page(_page(kind))),
        Route(f"/{kind.slug}/sources", action(_list(kind)), methods=["POST"]),
    )
]
