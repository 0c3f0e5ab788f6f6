"""The replica breaks a promise of the manual when it is told to, and only then."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from rpa.testing import Replica, ReplicaError
from rpa.testing.manual import rows

from .visitor import Visitor


@pytest.fixture
def broken(replica: Replica) -> Iterator[Replica]:
    """A replica that is mended afterwards."""
    yield replica
    replica.regressions()


def test_every_regression_is_of_a_row_of_the_manual(broken: Replica) -> None:
    listed = broken.regressions()
    assert len(listed) >= 20
    assert {one["row"] for one in listed} <= {row.name for row in rows()}
    assert not any(one["on"] for one in listed)


def test_exactly_the_named_ones_are_on_until_others_are_named(broken: Replica) -> None:
    broken.regressions("tile_gone", "pickup_gone")
    on = {one["name"] for one in broken.regressions("state_not_shown") if one["on"]}
    assert on == {"state_not_shown"}


def test_an_unknown_one_is_refused_and_changes_nothing(broken: Replica) -> None:
    broken.regressions("tile_gone")
    with pytest.raises(ReplicaError, match="no regression nonsense; known: service_gone"):
        broken.regressions("nonsense")
    visitor = Visitor(broken.address, "demo-soe")
    assert "card_cancellation" not in visitor.http.get("/home").text.partition('class="tiles"')[2]


def test_a_page_is_changed_and_mended(broken: Replica) -> None:
    visitor = Visitor(broken.address, "demo-soe")
    whole = visitor.http.get("/new_card/member").text
    broken.regressions("next_step_gone")
    assert "保存并下一步" not in visitor.http.get("/new_card/member").text
    broken.regressions()
    assert _still(visitor.http.get("/new_card/member").text) == _still(whole)


def _still(page: str) -> str:
    """A page without its key, which is another one each time."""
    return re.sub(r'data-key="[^"]*"', "", page)


def test_a_reset_leaves_the_portal_what_it_is(broken: Replica) -> None:
    broken.regressions("service_gone")
    broken.reset()
    assert "APEC商务旅行卡" not in Visitor(broken.address, "demo-soe").http.get("/").text


def test_one_is_switched_on_by_the_command_line() -> None:
    with Replica(options=("--regression", "service_gone")) as replica:
        assert "APEC商务旅行卡" not in Visitor(replica.address, "demo-soe").http.get("/").text


def test_the_command_line_names_those_there_are() -> None:
    command = [sys.executable, "-m", "mock_portal", "--regression", "nonsense"]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert ran.returncode == 2
    assert "service_gone" in ran.stderr
