"""Which cases a server takes on by itself, look after look (design section 4)."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from rpa.cases.case import Case, CaseState
from rpa.cases.database import clock, whole
from rpa.cases.ledger import Ledger
from rpa.cases.runner import can_go_on
from rpa.cases.signature import SIGNED_FOLDER
from rpa.cases.tables import leases
from rpa.cases.work import GOES_ON, is_unproved
from rpa.errors import YwtbError
from rpa.flow import flow

__all__ = ["DueCases"]

_FRESH = timedelta(seconds=10)  # time for the program that has just written a case to go on with it by itself
_AGAIN = timedelta(minutes=30)  # after an error that is no passing fault, and yet no person's matter
_AHEAD = timedelta(minutes=5)  # by which the clocks of machines at one ledger may differ
_CUT_OFF = timedelta(days=7)  # how far back a server looks for a comparison that was cut off

#: What the files of a case look like from outside: name, size, time of change.
_Look = tuple[tuple[str, int, int], ...]


class DueCases:
    """The cases that can go on now: received ones, those put off whose time has come, those whose signed scans are in.

    Cases of trial runs, those of an account that is in use, and (with `elsewhere`) those that another machine received
    are left alone. What needs a person stays a person's. A scan is looked into once it has stopped changing, and again
    when it changes.
    """

    def __init__(self, ledger: Ledger, *, elsewhere: bool = False) -> None:
        self._ledger = ledger
        self._elsewhere = elsewhere
        self._given: dict[tuple[str, int], tuple[Path, ...]] = {}
        self._seen: dict[str, _Look] = {}
        self._unfit: dict[str, _Look] = {}

    async def look(self, now: datetime, *, resting: Collection[tuple[str, str]] = ()) -> list[Case]:
        """Those that can go on, oldest first; nothing of the `resting` (portal, account) pairs."""
        taken = {*resting, *await whole(self._held())}
        found = await self._ledger.list(states=GOES_ON | {CaseState.AWAITING_SIGNATURE})
        self._forget_others({case.id for case in found})
        due = []
        for case in found:
            free = not case.rehearsal and (case.portal, case.account) not in taken
            if free and _is_due(case, now) and await self._is_ours(case) and await self._goes_on(case):
                due.append(case)
        return due

    async def cut_off(self, now: datetime) -> list[Case]:
        """Submitted cases whose comparison with the portal a program did not live to end. For a server's start."""
        submitted = await self._ledger.list(states=[CaseState.SUBMITTED])
        recent = [case for case in submitted if not case.error and case.updated_at > now - _CUT_OFF]
        taken = await whole(self._held())
        return [
            case
            for case in recent
            if (case.portal, case.account) not in taken
            and await self._is_ours(case)
            and await is_unproved(self._ledger, case)
        ]

    async def _held(self) -> set[tuple[str, str]]:
        async with self._ledger.reading() as connection:
            now = await clock(connection)
            held = select(leases.c.portal, leases.c.account).where(leases.c.expires > now)
            return {(row.portal, row.account) for row in await connection.execute(held)}

    async def _is_ours(self, case: Case) -> bool:
        """Whether the case's papers lie on this machine."""
        if not self._elsewhere:
            return True
        return await asyncio.to_thread(lambda: case.folder.is_dir() or Path(case.source).is_file())

    async def _goes_on(self, case: Case) -> bool:
        if case.state is not CaseState.AWAITING_SIGNATURE:
            return True
        given = await self._given_scans(case)
        scans = await asyncio.to_thread(_look_at, case.folder / SIGNED_FOLDER, given)
        settled, self._seen[case.id] = self._seen.get(case.id) == scans, scans
        if not scans or not settled or self._unfit.get(case.id) == scans:
            return False
        _, is_open = await can_go_on(self._ledger, case)
        if not is_open:
            self._unfit[case.id] = scans
        return is_open

    async def _given_scans(self, case: Case) -> tuple[Path, ...]:
        """The scans that the input itself names. The application is opened once for each content."""
        which = (case.id, case.revision)
        if which not in self._given:
            titles = {form.form for form in case.to_sign}
            try:
                application = await self._ledger.application(case.id, flow(case.business_type).model)
            except YwtbError:
                self._given[which] = ()
            else:
                files = [
                    *application.files,
                    *(file for member in application.members for file in member.files),
                ]
                self._given[which] = tuple(file.path for file in files if file.material in titles)
        return self._given[which]

    def _forget_others(self, ids: Collection[str]) -> None:
        self._given = {which: paths for which, paths in self._given.items() if which[0] in ids}
        for looks in (self._seen, self._unfit):
            for gone in looks.keys() - ids:
                del looks[gone]


def _is_due(case: Case, now: datetime) -> bool:
    """Whether a case may be taken on. One that was written in time to come shows that the clock was set back since:
    how long it has waited is not known, and it is not to wait until that time comes again."""
    return _time_of(case) <= now or case.updated_at > now + _AHEAD


def _time_of(case: Case) -> datetime:
    """When a case may be taken on."""
    if case.due_at is not None:
        return case.due_at
    unfit_scan = (
        case.state is CaseState.AWAITING_SIGNATURE and (case.error or {}).get("kind") == "NeedsPerson"
    )
    return case.updated_at + (_AGAIN if case.error and not unfit_scan else _FRESH)


def _look_at(folder: Path, given: Collection[Path]) -> _Look:
    paths = [*given, *(folder.iterdir() if folder.is_dir() else ())]
    found = []
    for path in paths:
        try:
            status = path.stat()
        except OSError:  # named but not there, or just taken away
            continue
        found.append((path.name, status.st_size, status.st_mtime_ns))
    return tuple(sorted(found))
