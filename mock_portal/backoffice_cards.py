"""The back office's cards: list them, make one, change one."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .clock import today
from .desk import Portal
from .economies import ECONOMIES
from .rules import months_on
from .seed import holder
from .sources import card_state
from .store import CARD_STATES, Card, Store

__all__ = ["list_cards", "set_card"]

_BY_DAY = {"即将到期": 90, "已到期": -1}
"""States that follow from the day: in how many days such a card ends."""


async def list_cards(request: Request) -> Response:
    """Every card, of one account when told."""
    store = _store(request)
    cards = store.cards.of(request.query_params.get("account"))
    taken = {
        account: _open(store, account) for account in {card.account for card in cards}
    }  # one reading an account
    return JSONResponse([_shown(card, taken[card.account]) for card in cards])


async def set_card(request: Request) -> Response:
    """Change the card of a number that exists; else make one: `{account, card_no?, state?, economies?, fields?}`.

    `fields` are the holder's, by label; what is not told is invented. `state` may be 即将到期 or 已到期 as well: then the
    card ends accordingly. `issued` and `expiry` are days (ISO).
    """
    store = _store(request)
    try:
        data = await request.json()
    except json.JSONDecodeError:
        data = None
    if not isinstance(data, dict) or not isinstance(data.get("fields", {}), dict):
        return _wrong("an object is wanted")
    state = str(data.get("state", "有效"))
    if state not in (*CARD_STATES, *_BY_DAY):
        return _wrong(f"states: {'、'.join((*CARD_STATES, *_BY_DAY))}")
    if set(data.get("economies", [])) - set(ECONOMIES):
        return _wrong(f"codes: {' '.join(ECONOMIES)}")
    card = store.cards.numbered(str(data.get("card_no", ""))) or _make(store, data)
    if card is None:
        return _wrong("no such account")
    if "state" in data:
        store.cards.set_state(card.card_no, "有效" if state in _BY_DAY else state)
    if state in _BY_DAY:
        store.cards.set_expiry(card.card_no, (today() + timedelta(days=_BY_DAY[state])).isoformat())
    elif data.get("expiry"):
        store.cards.set_expiry(card.card_no, str(data["expiry"]))
    return JSONResponse(_shown(store.cards.expect(card.card_no), _open(store, card.account)))


def _make(store: Store, data: dict[str, Any]) -> Card | None:
    account = store.accounts.named(str(data.get("account", "")))
    if account is None:
        return None
    invented = holder(20_000 + len(store.cards.of()), account.unit, account.ownership)
    issued = str(data.get("issued", today().isoformat()))
    return store.cards.issue(
        account.name,
        {**invented, **{str(label): str(value) for label, value in data.get("fields", {}).items()}},
        issued=issued,
        expiry=str(data.get("expiry") or months_on(today(), 60).isoformat()),
        economies=data.get("economies", list(ECONOMIES)),
        card_no=str(data.get("card_no", "")),
    )


def _open(store: Store, account: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for origin in store.origins.open_of(account):
        found.setdefault(origin.source, set()).add(origin.kind)
    return found


def _shown(card: Card, taken: dict[str, set[str]]) -> dict[str, object]:
    return {
        "card_no": card.card_no,
        "account": card.account,
        "state": card.state,
        "shown": card_state(card, taken.get(card.card_no, set())),
        "issued": card.issued,
        "expiry": card.expiry,
        "economies": list(card.economies),
        "fields": card.fields,
    }


def _store(request: Request) -> Store:
    portal: Portal = request.app.state.portal
    return portal.store


def _wrong(text: str, status: int = 400) -> Response:
    return JSONResponse({"error": text}, status)
