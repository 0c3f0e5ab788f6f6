"""What is told although nothing happens: once for each time that it stands still, fails, waits or runs out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from rpa.alerts import Alerts
from rpa.application import Application
from rpa.cases import CaseState, Ledger
from rpa.errors import NeedsPerson, PageChanged
from rpa.flow import flows
from rpa.intake import read
from rpa.resources import folder
from rpa.settings import Settings
from rpa.status.notices import Notice, NoticeKind
from rpa.status.outbox import deliver
from rpa.status.reminders import remind
from rpa.status.schedule import load_schedules
from rpa.status.tables import groups, history, notices, sweeps, ticks
from rpa.status.texts import words

from .conftest import NOW, on_sqlite
from .services import Services

DAY = timedelta(days=1)


@pytest.fixture
def reminded(ledger: Ledger, run: Any) -> Callable[..., list[Any]]:
    """Reminds, and gives the rows of all notices that this wrote."""

    def work(now: datetime = NOW, **settings: Any) -> list[Any]:
        alerts = Alerts.model_validate({"reminders": settings})

        async def both() -> list[Any]:
            async with ledger.reading() as connection:
                before = set((await connection.scalars(select(notices.c.seq))).all())
            count = await remind(ledger, alerts, now=now)
            async with ledger.reading() as connection:
                found = [row for row in await connection.execute(select(notices)) if row.seq not in before]
            assert count == len(found)
            return found

        done: list[Any] = run(both())
        return done

    return work


@pytest.fixture
def write(ledger: Ledger, run: Any) -> Callable[..., None]:
    """Runs statements in the ledger."""

    async def work(statements: tuple[Any, ...]) -> None:
        async with ledger.writing() as connection:
            for one in statements:
                await connection.execute(one)

    return lambda *statements: run(work(statements))


def swept(ended_at: datetime, *, complete: bool = True, account: str = "demo-soe", **error: str) -> Any:
    return insert(sweeps).values(
        portal="mock",
        account=account,
        started_at=ended_at - timedelta(minutes=1),
        ended_at=ended_at,
        complete=complete,
        groups=1,
        changes=0,
        error=error or None,
    )


def stands(number: str, since: datetime, kind: str = "in_review", gone_at: datetime | None = None) -> Any:
    return insert(groups).values(
        portal="mock",
        account="demo-soe",
        group_no=number,
        business_type="new_card",
        state="初审中",
        kind=kind,
        submitted_at="2026-09-01",
        digest="",
        first_seen=since,
        moved_at=since,
        gone_at=gone_at,
    )


def told(row: Any) -> str:
    """The words of a notice, in one text."""
    notice = Notice(
        row.key, NoticeKind(row.kind), row.portal, row.account, row.at, row.group_no, row.case_id, row.detail
    )
    said = words(notice)
    return "\n".join((said.title, *said.lines))


def test_a_group_that_stands_still_is_told_once_per_standstill(reminded: Any, write: Any) -> None:
    write(
        stands("GX-1", NOW - 30 * DAY),
        stands("GX-young", NOW - 29 * DAY),
        stands("GX-closed", NOW - 90 * DAY, kind="closed"),
        stands("GX-draft", NOW - 90 * DAY, kind="draft"),
        stands("GX-gone", NOW - 90 * DAY, gone_at=NOW - 40 * DAY),
        swept(NOW),
    )
    (one,) = reminded()
    assert (one.kind, one.group_no) == ("stalled", "GX-1")
    assert "GX-1 已 30 天没有变化" in told(one)
    assert "自：2026-10-24 11:00" in told(one)
    assert reminded() == []
    assert reminded(NOW + DAY) == []  # still the same standstill, and GX-young has not been seen since
    later = NOW + 40 * DAY
    write(update(groups).where(groups.c.group_no == "GX-1").values(moved_at=NOW + DAY), swept(later))
    assert {row.group_no for row in reminded(later)} == {"GX-1", "GX-young"}
    assert reminded(later, stalled_days=0) == []


def test_a_group_that_nobody_has_seen_since_is_not_said_to_stand_still(reminded: Any, write: Any) -> None:
    write(stands("GX-1", NOW - 30 * DAY), swept(NOW - 2 * DAY), swept(NOW, complete=False))
    assert [row.kind for row in reminded()] == ["sweep_failing"]


@on_sqlite
def test_a_decision_on_a_member_is_movement(reminded: Any, write: Any) -> None:
    moved = {"portal": "mock", "account": "demo-soe", "group_no": "GX-1", "member": 1, "economy": "AUS"}
    write(
        stands("GX-1", NOW - 60 * DAY),
        insert(history).values(**moved, to_state="已批准", first_seen=NOW - 5 * DAY),
        swept(NOW),
    )
    assert reminded() == []
    write(swept(NOW + 25 * DAY))
    assert [row.group_no for row in reminded(NOW + 25 * DAY)] == ["GX-1"]


def test_a_failing_sweep_is_told_once_per_period_and_when_it_is_over(reminded: Any, write: Any) -> None:
    hour = timedelta(hours=1)
    write(swept(NOW), swept(NOW + 23 * hour, complete=False, kind="PortalFault", message="操作超时"))
    assert reminded(NOW + 23 * hour) == []
    write(swept(NOW + 24 * hour, complete=False, kind="PortalFault", message="操作超时"))
    (one,) = reminded(NOW + 24 * hour)
    assert one.kind == "sweep_failing"
    assert "没有完整读取，自：2026-11-23 11:00" in told(one)
    assert "最近的错误：操作超时" in told(one)
    write(swept(NOW + 48 * hour, complete=False))
    assert reminded(NOW + 48 * hour) == []
    write(swept(NOW + 49 * hour))
    (again,) = reminded(NOW + 49 * hour)
    assert "账号 demo-soe 已恢复" in told(again)
    write(swept(NOW + 50 * hour))
    assert reminded(NOW + 50 * hour) == []
    write(swept(NOW + 80 * hour, complete=False))
    assert [row.kind for row in reminded(NOW + 80 * hour)] == ["sweep_failing"]


@on_sqlite
def test_an_account_that_was_never_read_fails_too_and_one_that_is_no_longer_swept_does_not(
    reminded: Any, write: Any
) -> None:
    write(
        swept(NOW, complete=False, account="never"),
        swept(NOW + DAY, complete=False, account="never"),
        swept(NOW, account="on-leave"),
    )
    assert [row.account for row in reminded(NOW + 9 * DAY)] == ["never"]


def test_a_new_channel_is_told_of_what_is_found_in_the_same_step(
    write: Any, ledger: Ledger, run: Any, at: Any, services: Services
) -> None:
    """Its address came by the environment: nobody has added it before."""
    at_once = Alerts.model_validate({"channels": {"office": {"type": at("webhook")}}})
    write(stands("GX-1", NOW - 60 * DAY), swept(NOW))
    run(remind(ledger, at_once, now=NOW))
    assert run(deliver(ledger, at_once, now=NOW)).told == 1
    assert [one["group_no"] for one in services.taken[0].document["notices"]] == ["GX-1"]


def test_an_account_that_is_to_be_read_and_is_not_is_told_of(
    write: Any, ledger: Ledger, run: Any, home: Path
) -> None:
    """Nothing happens at all: no sweep, not even one that fails."""
    hour = timedelta(hours=1)
    (weekly,) = load_schedules(Settings(home=home, portal="mock", schedules={"w": {"cron": "0 11 * * 1"}}))
    (often,) = load_schedules(Settings(home=home, portal="mock", schedules={"o": {"every": "1h"}}))
    watched = {("mock", "weekly"): [weekly], ("mock", "often"): [often], ("mock", "never"): [often]}
    begun = {"owner": "one", "taken_at": NOW, "ended_at": NOW, "outcome": "begun"}
    write(
        swept(NOW, account="weekly"),
        swept(NOW, account="often"),
        swept(NOW, account="on-leave"),
        insert(ticks).values(schedule="o", due_at=NOW, **begun),
    )

    def accounts(now: datetime) -> set[str]:
        async def both() -> set[str]:
            await remind(ledger, Alerts(), watched=watched, now=now)
            async with ledger.reading() as connection:
                return set((await connection.scalars(select(notices.c.account))).all())

        found: set[str] = run(both())
        return found

    assert accounts(NOW + 24 * hour) == set()
    assert accounts(NOW + 25 * hour) == {"often", "never"}
    assert accounts(NOW + 7 * DAY + 23 * hour) == {"often", "never"}  # it is not due before
    assert accounts(NOW + 8 * DAY) == {"often", "never", "weekly"}


def test_a_case_that_waits_for_a_person_is_told_each_time(
    reminded: Any, ledger: Ledger, run: Any, group: Any
) -> None:
    case = run(ledger.receive(group(), portal="mock", account="demo-soe")).case
    rehearsed = run(
        ledger.receive(group("990000190503120020"), portal="mock", account="demo-soe", rehearsal=True)
    ).case
    error = NeedsPerson("账号已被锁定", advice="请联系网站管理方")
    for one in (case, rehearsed):
        run(ledger.move(one.id, CaseState.NEEDS_PERSON, error=error))
    (row,) = reminded()
    assert (row.kind, row.case_id) == ("needs_person", case.id)
    assert "原因：账号已被锁定" in told(row)
    assert "下一步：请联系网站管理方" in told(row)
    assert reminded() == []
    run(ledger.move(case.id, CaseState.RECEIVED))
    assert reminded() == []
    run(ledger.move(case.id, CaseState.NEEDS_PERSON, error=error))
    assert [one.case_id for one in reminded()] == [case.id]


@on_sqlite
def test_a_page_that_has_changed_is_told_once_for_all_the_cases_that_met_it(
    reminded: Any, ledger: Ledger, run: Any, group: Any
) -> None:
    for number in ("990000190503120010", "990000190503120020"):
        case = run(ledger.receive(group(number), portal="mock", account="demo-soe")).case
        changed = PageChanged("没有找到“上报”按钮", where="new_card.submit")
        run(ledger.move(case.id, CaseState.NEEDS_PERSON, error=changed))
    found = reminded()
    assert sorted(row.kind for row in found) == ["needs_person", "needs_person", "portal_changed"]
    (page,) = [row for row in found if row.kind == "portal_changed"]
    assert "位置：new_card.submit" in told(page)
    assert "没有找到“上报”按钮" in told(page)


def sample(business_type: str) -> Application:
    """The first group of a sample."""
    path = folder("fixtures") / f"{business_type}.xlsx"
    return read([path], dict(flows()), today=date(2026, 11, 23)).applications[0].application


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 3, tzinfo=UTC)


def test_a_passport_is_told_of_at_each_mark_and_never_with_the_person(
    reminded: Any, ledger: Ledger, run: Any
) -> None:
    application = sample("new_card")  # passports until 2030-06-09 and 2030-08-17
    case = run(ledger.receive(application, portal="mock", account="demo-soe")).case
    assert reminded(at(2029, 12, 8)) == []
    (one,) = reminded(at(2029, 12, 9))
    assert one.detail == {
        "business_type": "new_card",
        "what": "护照",
        "months": "6",
        "member": "1",
        "key": "A",
    }
    assert "团组编号 A 第 1 名成员的护照将在 6 个月内到期" in told(one)
    assert reminded(at(2030, 1, 1)) == []
    assert [(row.detail["months"], row.detail["member"]) for row in reminded(at(2030, 3, 9))] == [
        ("3", "1"),
        ("6", "2"),
    ]
    assert [row.detail["months"] for row in reminded(at(2030, 6, 10))] == ["0", "3"]
    assert all(row.case_id == case.id for row in [one])
    private = {
        str(value)
        for member in application.members
        for value in (member.id_no, member.name, member.passport.number, member.passport.expires_on)  # type: ignore[attr-defined]
    }
    everything = str([one._mapping, told(one)])
    assert not [value for value in private if value in everything]


@on_sqlite
def test_the_first_mark_told_is_the_nearest(reminded: Any, ledger: Ledger, run: Any) -> None:
    run(ledger.receive(sample("new_card"), portal="mock", account="demo-soe"))
    assert [row.detail["months"] for row in reminded(at(2030, 5, 20))] == ["1", "3"]
    assert reminded(at(2031, 1, 1)) == []  # long past: nobody need be told any more


@on_sqlite
def test_a_new_passport_takes_the_place_of_the_old_one(reminded: Any, ledger: Ledger, run: Any) -> None:
    run(ledger.receive(sample("new_card"), portal="mock", account="demo-soe"))
    run(ledger.receive(sample("passport_change"), portal="mock", account="demo-soe"))  # of the second member
    assert [row.detail["member"] for row in reminded(at(2030, 5, 20))] == ["1"]
    (new,) = reminded(at(2031, 1, 1))
    assert new.detail["business_type"] == "passport_change"


@on_sqlite
def test_nothing_is_told_of_an_application_that_was_given_up(reminded: Any, ledger: Ledger, run: Any) -> None:
    case = run(ledger.receive(sample("new_card"), portal="mock", account="demo-soe")).case
    run(ledger.move(case.id, CaseState.ABANDONED))
    assert reminded(at(2030, 5, 20)) == []
