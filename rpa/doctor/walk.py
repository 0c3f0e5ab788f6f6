"""The walk: signs in, follows the tours of the flows, and holds each page against its packs. Files nothing."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path

from loguru import logger

from rpa.application import Application
from rpa.cases.sign_ins import SignIns
from rpa.desk import Desk, Papers
from rpa.doctor.blank_forms import read_forms
from rpa.doctor.examine import Examined, Unread, examine
from rpa.doctor.findings import Examination, Finding, Kind, Seen
from rpa.doctor.once import once, together
from rpa.doctor.options import options_amiss
from rpa.doctor.propose import Album, propose
from rpa.errors import Challenged, NeedsPerson, PageChanged, PortalRefusal
from rpa.flow import Flow
from rpa.personal import personal_titles, personal_values
from rpa.screen.script import Navigated
from rpa.screen.survey import read_options
from rpa.tour import Stop

__all__ = ["Walk"]


_DRAWN_MS = 1500  # what a page has not drawn by then it does not have


def _silent(_doing: str) -> None:
    return None


@dataclass
class Walk:
    """One look at a portal with one account, under its lease. `samples` are applications of which a draft is made and
    deleted, by business type; without one for a type nothing is kept on the portal.

    `folder` takes pictures and what is downloaded; `tell` is told what is being done.
    """

    sign_ins: SignIns
    account: str
    folder: Path
    flows: Sequence[Flow]
    samples: Mapping[str, Application] = field(default_factory=dict)
    tell: Callable[[str], None] = _silent
    _findings: list[Finding] = field(default_factory=list, init=False)
    _seen: list[Seen] = field(default_factory=list, init=False)
    _lists: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict, init=False)

    async def run(self) -> Examination:
        """Walk. Raises what signing in raises; what is amiss on the way is a finding."""
        tours = [flow for flow in self.flows if flow.tour is not None]
        first = tours[0].entrance if tours else self.flows[0].entrance
        album = self._album()
        if first.tour is not None:
            async with self.sign_ins.holding(self.account), self.sign_ins.desk(self.account) as desk:
                self.tell("登录页")
                await self._follow(desk, first.tour(desk), album, "登录页")
        if not self._examination().is_safe:
            return (
                self._examination()
            )  # what is amiss there is not tried out: five wrong sign-ins lock an account
        async with self.sign_ins.signed_in(self.account, tours[0] if tours else self.flows[0]) as desk:
            for flow in tours:
                await self._tour(desk, flow, album)
        return self._examination()

    def _examination(self) -> Examination:
        seen = together(self._seen)
        return Examination(
            self.sign_ins.profile.name,
            self.account,
            findings=(*once(self._findings), *options_amiss(self.sign_ins.pack, self.flows, seen)),
            seen=tuple(seen),
        )

    async def _tour(self, desk: Desk, flow: Flow, album: Album) -> None:
        assert flow.tour is not None
        self.tell(flow.title)
        desk.papers = Papers(self.folder, "doctor", lambda _form, _member: None)
        try:
            await self._follow(desk, flow.tour(desk, self.samples.get(flow.business_type)), album, flow.title)
            await desk.arrive()
        finally:
            desk.papers = None

    async def _follow(self, desk: Desk, tour: AsyncGenerator[Stop, None], album: Album, title: str) -> None:
        """Stop after stop. Where the pages are not what they should be the tour ends, and that is a finding."""
        last = ""
        try:
            async with aclosing(tour) as stops:
                async for stop in stops:
                    last = stop.screen
                    await self._look(desk, stop, album)
        except Challenged:
            raise
        except (NeedsPerson, PortalRefusal, Navigated) as error:
            logger.info("{}：{}", title, error)
            is_stuck = isinstance(error, (PageChanged, Navigated))
            kind = Kind.STUCK if is_stuck else Kind.UNREACHED
            self._findings.append(
                Finding(
                    last or self.flows[0].entrance.home,
                    "tour",
                    title,
                    title,
                    kind,
                    str(error) or "页面意外跳转",
                )
            )

    async def _look(self, desk: Desk, stop: Stop, album: Album) -> None:
        screen = desk.at(stop.screen)
        try:
            await screen.await_screen(screen.words)
        except PageChanged as error:
            logger.info("{}", error)  # what is missing then is told below
        found = await self._settled(desk, stop)
        if found.is_elsewhere:
            title = screen.words.landmarks[0]
            message = f"页面没有出现，眼前是“{'、'.join(found.survey.titles[:2])}”"
            self._findings.append(
                Finding(stop.screen, "landmarks", "landmarks", title, Kind.MISSING, message)
            )
            return
        self._findings += [*found.findings, *await propose(desk, found, album)]
        self._seen += found.seen
        await self._open_lists(found.unread)
        forms, lacking = await read_forms(desk, stop)
        self._findings += lacking
        if forms:
            self._seen.append(Seen(stop.screen, forms=forms))
        if lacking and not await screen.stands():
            raise NeedsPerson("空白表没有下载到，网站离开了这个页面，后面的没有看", where=screen.title)

    async def _open_lists(self, fields: Sequence[Unread]) -> None:
        """Look at the lists that a page only draws when they are opened, each once in a walk."""
        for one in fields:
            which = (one.screen, one.element.key)
            if which not in self._lists:
                (self._lists[which],) = await read_options(one.view, [one.control])
                if not self._lists[which]:
                    title, message = one.element.title, "选项没有看：列表打不开，或者还是空的"
                    self._findings.append(
                        Finding(one.screen, "options", one.element.key, title, Kind.UNREACHED, message)
                    )
            if self._lists[which]:
                one.looks["options"] = list(self._lists[which])

    async def _settled(self, desk: Desk, stop: Stop) -> Examined:
        """What is on the page once it has had its time to draw what is missing: a layer may still be opening."""
        found = await examine(desk, stop)
        if found.missing and not found.is_elsewhere:
            words = [word for one in found.missing for word in one.words]
            view = desk.at(stop.screen).view
            await view.call("formWith", [words, _DRAWN_MS, None])
            await view.call("formSettled", [_DRAWN_MS, None])
            found = await examine(desk, stop)
        return found

    def _album(self) -> Album:
        """What is covered in pictures: what stands under any personal label, and the sample's own values."""
        labels: set[str] = set()
        for flow in self.flows:
            labels |= self.sign_ins.pack.labels(personal_titles(flow.model))
        values = tuple(value for sample in self.samples.values() for value in personal_values(sample))
        return Album(self.folder, values, tuple(labels))
