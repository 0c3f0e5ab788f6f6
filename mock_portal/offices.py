"""The offices at work: some cases move on by themselves, for people who watch a demonstration."""

from __future__ import annotations

import asyncio
from random import Random

from .business import DECIDING, DRAFT
from .economies import APPROVED, pending
from .life import advance, following
from .store import Group, Store

__all__ = ["offices", "work"]

_AT_ONCE = 5


async def offices(store: Store, seconds: float) -> None:
    """Work for ever, once every so many seconds."""
    chance = Random()  # noqa: S311 - a demonstration
    while True:
        await asyncio.sleep(seconds)
        work(store, chance)


def work(store: Store, chance: Random) -> list[str]:
    """Move a few open groups one state on, or let an economy approve; the numbers of the groups."""
    waiting = [group for group in store.groups.of() if group.state != DRAFT and following(group)]
    chosen = chance.sample(waiting, min(_AT_ONCE, len(waiting)))
    with store.database.transaction():
        for group in chosen:
            if not (group.state == DECIDING and _approve(store, group, chance)):
                advance(store, store.groups.with_id(group.id))
    return [group.group_no for group in chosen]


def _approve(store: Store, group: Group, chance: Random) -> bool:
    """One more economy approves each member; False when none is left to ask."""
    found = False
    for member in store.groups.members(group):
        codes = pending(store.economies.states(member.id))
        if codes:
            store.economies.decide(member.id, {chance.choice(codes): APPROVED})
            found = True
    return found
