"""One page of a portal as it is: opened by its address, or reached as the tours of the flows reach it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from rpa.cases.sign_ins import SignIns
from rpa.desk import Desk, Papers
from rpa.errors import SettingsError
from rpa.flow import Flow
from rpa.screen.survey import Survey, is_unread, read_options, survey

__all__ = ["at_address", "at_screen"]


async def at_address(
    sign_ins: SignIns, address: str, account: str | None, flow: Flow, ready: Callable[[], None] | None
) -> Survey:
    """The page at `address`, signed in first with an account; `ready` returns once a person has gone on to the page."""
    async with _desk(sign_ins, account, flow) as desk:
        await desk.go(address)
        await desk.settled()
        if ready is not None:
            await desk.leave_to_person()
            await asyncio.to_thread(ready)
            await desk.settled()
        return await _surveyed(desk)


@asynccontextmanager
async def _desk(sign_ins: SignIns, account: str | None, flow: Flow) -> AsyncIterator[Desk]:
    if account is None:
        await sign_ins.mind_the_portal()
        async with sign_ins.desk("") as desk:
            yield desk
        return
    async with sign_ins.signed_in(account, flow) as desk:
        yield desk


async def at_screen(
    sign_ins: SignIns, screen: str, account: str, flows: Sequence[Flow], folder: Path
) -> Survey:
    """A screen of the packs, where a tour comes to it. Raises :class:`~rpa.errors.SettingsError` for one that none does."""
    entrance = flows[0].entrance
    if entrance.tour is not None:
        async with (
            sign_ins.holding(account),
            sign_ins.desk(account) as desk,
            aclosing(entrance.tour(desk)) as stops,
        ):
            async for stop in stops:
                await desk.screen(stop.screen)
                if screen == stop.screen:
                    return await _seen(desk)
    async with sign_ins.signed_in(account, flows[0]) as desk:
        desk.papers = Papers(folder, "inspect", lambda _form, _member: None)
        for flow in sorted(flows, key=lambda one: not screen.startswith(f"{one.business_type}.")):
            if flow.tour is None:
                continue
            await desk.arrive()
            async with aclosing(flow.tour(desk, None)) as stops:
                async for stop in stops:
                    await desk.screen(stop.screen)
                    if screen in (stop.screen, *stop.also):
                        return await _seen(desk)
    raise SettingsError(
        f"没有走得到的页面“{screen}”",
        where="ywtb inspect",
        advice="请写页面的 http(s) 地址，或 selectors 中的页面名",
    )


async def _seen(desk: Desk) -> Survey:
    await desk.settled()
    return await _surveyed(desk)


async def _surveyed(desk: Desk) -> Survey:
    """The page, with what its drawn lists offer: each is opened and shut again."""
    view = desk.at("common.home").view
    seen = await survey(view)
    unread = [control for control in seen.controls if is_unread(control) and control.enabled]
    lists = dict(zip(unread, await read_options(view, unread), strict=True)) if unread else {}
    controls = (replace(control, options=lists.get(control, control.options)) for control in seen.controls)
    return replace(seen, controls=tuple(controls))
