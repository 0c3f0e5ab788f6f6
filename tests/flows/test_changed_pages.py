"""Pages whose ids, names, classes and order are not what they were: the words stay, and every flow passes untouched."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from rpa.flow import flows
from tests.faults.rows import ROWS
from tests.faults.trial import trials

# the toolkit's own classes stay, and then nothing but the words does
CHANGED = ("ids_changed", "ids_changed to=all + order_changed")


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", list(flows()))
def test_every_flow_passes_over_changed_pages_untouched(kind: str, tmp_path: Path) -> None:
    rows = [row for row in ROWS if row.title in CHANGED]
    # browser tests keep a loop running in this process, and the trials set up its logs
    with ProcessPoolExecutor(1, get_context("spawn")) as apart:
        results = apart.submit(trials, rows, [kind], tmp_path).result()
    assert [(one.row.title, one.after, one.wrong) for one in results] == [
        (title, "submitted 1", "") for title in CHANGED
    ]
    assert [one.error for one in results] == ["", ""], "passed, but not untouched"
