"""Two programs are at work with one account: the lease in the ledger keeps them apart (design D7)."""

from __future__ import annotations

from pathlib import Path

import pytest

from rpa.testing import Replica
from tests.crowd.crowd import Crowd


@pytest.mark.long
@pytest.mark.timeout(400)  # six programs, two at a time, on a busy machine
def test_two_programs_with_one_ledger_take_turns_at_the_account(replica: Replica, tmp_path: Path) -> None:
    figures = Crowd(replica, tmp_path, size=6, book=2).run()
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
