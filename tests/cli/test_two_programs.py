"""Two programs are at work with one account: the lease in the ledger keeps them apart (design D7)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rpa.cases import Case, CaseState
from rpa.cases.runner import Filed
from rpa.cli.office import Office
from rpa.cli.started import start
from rpa.testing import Replica
from tests.crowd.crowd import Crowd
from tests.samples import signed_sample


@pytest.mark.long
@pytest.mark.timeout(400)  # six programs, two at a time, on a busy machine
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_programs_with_one_ledger_take_turns_at_the_account(
    replica: Replica, tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    # one file for both, or a server that both know from machines of their own
    ledger = "" if kind == "sqlite" else request.getfixturevalue("postgres").database()
    figures = Crowd(replica, tmp_path, size=6, book=2, ledger=ledger).run()
    assert figures.good, (str(figures), figures.trouble)
    assert (figures.cases, figures.programs) == (6, 6)
    assert figures.sessions >= 3  # every book was somebody's


@pytest.mark.long
@pytest.mark.timeout(400)
def test_two_programs_without_a_common_ledger_would_not(replica: Replica, tmp_path: Path) -> None:
    """What the test above would see of two programs that know nothing of each other."""
    figures = Crowd(replica, tmp_path, size=4, book=2, apart=True).run()
    assert figures.together > 0
    assert not figures.good


def test_a_case_that_another_program_has_moved_meanwhile_stops_no_other(replica: Replica, home: Path) -> None:
    with ThreadPoolExecutor(1) as apart:  # a browser test keeps a loop running in the main thread
        filed = apart.submit(_resumed_while_one_is_moved, replica, home).result()
    assert [(one.case.state, one.case.error) for one in filed] == [
        (CaseState.ABANDONED, None),
        (CaseState.READY, None),
    ]


def _resumed_while_one_is_moved(replica: Replica, home: Path) -> list[Filed]:
    with Office.open(start(as_json=True, home=home)) as office:
        portal = office.profile(replica.address).name

        def waits_for_a_person(key: str) -> Case:
            sample = signed_sample(key)
            received = office.ledger.receive(sample, portal=portal, account=sample.account or "")
            return office.do(office.ledger.move(office.do(received).case.id, CaseState.NEEDS_PERSON))

        gone, mine = waits_for_a_person("A"), waits_for_a_person("B")
        # by the other program, after this one has looked
        for state in (CaseState.RECEIVED, CaseState.ABANDONED):
            office.do(office.ledger.move(gone.id, state))
        passwords = office.passwords((case.portal, case.account) for case in (gone, mine))
        return office.do(office.run([gone, mine], passwords, lambda _case, _step: None, dry_run=True))
