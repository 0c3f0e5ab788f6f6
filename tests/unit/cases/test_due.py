"""Which cases a server takes on by itself, and which it leaves alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from rpa.cases import Case, CaseState, FormToSign, Ledger
from rpa.cases.due import DueCases
from rpa.errors import NeedsPerson, NotNow, PortalFault
from rpa.profile import PORTAL_TIME
from tests.samples import signed_sample

NOW = datetime(2026, 11, 23, 9, tzinfo=PORTAL_TIME)
on_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)  # whose clock a test may move


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    """The time, which stands still until it is moved."""
    with time_machine.travel(NOW, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def due(run: Any, ledger: Ledger) -> Any:
    """What a server that has been looking for a while finds now."""
    looking = DueCases(ledger)

    def look(**options: Any) -> list[str]:
        return [case.id for case in run(looking.look(datetime.now(UTC), **options))]

    return look


def _received(run: Any, ledger: Ledger, group: Any, **options: Any) -> Case:
    case: Case = run(ledger.receive(group(), portal="mock", account="a", **options)).case
    return case


@on_sqlite
def test_a_received_case_is_due_once_its_own_program_had_time_for_it(
    run: Any, ledger: Ledger, group: Any, due: Any, clock: Any
) -> None:
    case = _received(run, ledger, group)
    assert due() == []
    clock.shift(15)
    assert due() == [case.id]
    assert due(resting={("mock", "a")}) == []
    assert run(ledger.acquire("mock", "a", "another program", 60))
    assert due() == []
    clock.shift(61)  # it has died
    assert due() == [case.id]


@on_sqlite
@pytest.mark.parametrize("put_off", [False, True])
def test_a_clock_that_was_set_back_by_a_day_keeps_no_case_waiting_for_that_day(
    run: Any, ledger: Ledger, group: Any, due: Any, clock: Any, put_off: bool
) -> None:
    case = _received(run, ledger, group)
    if put_off:
        run(ledger.keep(case.id, error=PortalFault("x"), faults=1, due_at=NOW + timedelta(seconds=15)))
    clock.shift(timedelta(minutes=-4))  # machines at one ledger may disagree by so much
    assert due() == []
    clock.shift(timedelta(days=-1))
    assert due() == [case.id]


@on_sqlite
def test_a_rehearsal_is_never_due(run: Any, ledger: Ledger, group: Any, due: Any, clock: Any) -> None:
    case = _received(run, ledger, group, rehearsal=True)
    clock.shift(3600)
    assert due() == []
    run(ledger.keep(case.id, rehearsal=False))
    clock.shift(15)
    assert due() == [case.id]


@on_sqlite
def test_a_case_that_was_put_off_is_due_at_its_time_and_after_other_trouble_later(
    run: Any, ledger: Ledger, group: Any, due: Any, clock: Any
) -> None:
    case = _received(run, ledger, group)
    run(ledger.keep(case.id, error=PortalFault("x"), faults=1, due_at=NOW + timedelta(minutes=2)))
    clock.shift(110)
    assert due() == []
    clock.shift(15)
    assert due() == [case.id]
    run(ledger.keep(case.id, error=NotNow("x"), due_at=None))
    clock.shift(20 * 60)
    assert due() == []
    clock.shift(11 * 60)
    assert due() == [case.id]


@on_sqlite
def test_what_needs_a_person_stays_a_persons(
    run: Any, ledger: Ledger, group: Any, due: Any, clock: Any
) -> None:
    case = _received(run, ledger, group)
    run(ledger.move(case.id, CaseState.PREPARING))
    clock.shift(3600)
    assert due() == [case.id]  # its program was killed
    run(ledger.move(case.id, CaseState.NEEDS_PERSON, error=NeedsPerson("x")))
    clock.shift(3600)
    assert due() == []


@on_sqlite
def test_a_case_of_another_machine_is_left_to_that_one(
    run: Any, ledger: Ledger, group: Any, tmp_path: Path, clock: Any
) -> None:
    source = tmp_path / "申报.xlsx"
    case = _received(run, ledger, group, source=source)
    clock.shift(3600)
    looking = DueCases(ledger, elsewhere=True)
    assert run(looking.look(datetime.now(UTC))) == []
    source.touch()
    assert [one.id for one in run(looking.look(datetime.now(UTC)))] == [case.id]
    source.unlink()
    case.folder.mkdir(parents=True)
    assert [one.id for one in run(looking.look(datetime.now(UTC)))] == [case.id]


@on_sqlite
def test_signed_scans_are_looked_into_once_they_have_stopped_changing(
    run: Any, ledger: Ledger, due: Any, clock: Any
) -> None:
    sample = signed_sample()
    scan = next(file.path for file in sample.members[0].files if file.path.suffix == ".pdf")
    blank = sample.members[0].model_copy(update={"files": []})
    sample = sample.model_copy(update={"members": [blank], "files": []})
    case = run(ledger.receive(sample, portal="mock", account="a")).case
    form = FormToSign("申请表", blank.key, blank.name, case.folder / "to_sign" / "申请表.pdf")
    form.path.parent.mkdir(parents=True)
    form.path.write_bytes(b"%PDF-1.4 blank")
    run(ledger.move(case.id, CaseState.PREPARING))
    run(ledger.move(case.id, CaseState.AWAITING_SIGNATURE, to_sign=[form]))
    clock.shift(60)
    assert due() == []
    put = case.folder / "signed" / "申请表.pdf"
    put.parent.mkdir()
    put.write_bytes(scan.read_bytes()[:1000])  # half of it has arrived
    assert due() == []
    put.write_bytes(scan.read_bytes())
    assert due() == []
    assert due() == [case.id]
    put.write_bytes(b"no scan at all")
    assert due() == []
    assert due() == []
    unfit = run(ledger.get(case.id)).error
    assert unfit is not None and unfit["kind"] == "NeedsPerson"
    events = len(run(ledger.events(case.id)))
    assert due() == [] and len(run(ledger.events(case.id))) == events  # it is not judged again and again
    put.write_bytes(scan.read_bytes())
    clock.shift(30)
    assert due() == []
    assert due() == [case.id]


@on_sqlite
def test_a_comparison_that_was_cut_off_is_found_at_the_start(
    run: Any, ledger: Ledger, group: Any, clock: Any
) -> None:
    case = _received(run, ledger, group)
    for state, changes in (
        (CaseState.PREPARING, {}),
        (CaseState.READY, {}),
        (CaseState.COMPLETING, {}),
        (CaseState.COMMITTING, {"intent": {"draft": "1"}}),
        (CaseState.SUBMITTED, {"group_no": "G1"}),
    ):
        run(ledger.move(case.id, state, **changes))
    looking = DueCases(ledger)
    assert [one.id for one in run(looking.cut_off(datetime.now(UTC)))] == [case.id]
    run(ledger.note(case.id, "verified"))
    assert run(looking.cut_off(datetime.now(UTC))) == []
