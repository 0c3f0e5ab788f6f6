"""The replica as a process: it says when it listens, and ends when it is told or when its parent is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from rpa.testing import Replica, ReplicaError


def test_a_replica_tells_its_address_and_answers() -> None:
    with Replica() as replica:
        assert replica.address.startswith("http://127.0.0.1:")
        assert replica.groups() == []
    assert not replica.running


def test_a_killed_replica_comes_back_at_the_same_address(tmp_path: Path) -> None:
    with Replica(data=tmp_path / "portal.db") as replica:
        before = replica.address
        replica.kill()
        assert not replica.running
        replica.start()
        assert replica.address == before
        assert replica.groups() == []


def test_a_replica_that_does_not_start_says_why() -> None:
    with pytest.raises(ReplicaError, match="no-such-option"):
        Replica(options=["--no-such-option"]).start()


def test_a_replica_that_is_not_there_is_an_error_not_an_empty_list() -> None:
    with Replica() as replica:
        replica.kill()
        with pytest.raises(ReplicaError):
            replica.groups()


def test_faults_are_switched_on_and_off_by_name(replica: Replica) -> None:
    replica.faults("latency", ms=1)
    replica.clear_faults()
    with pytest.raises(ReplicaError):
        replica.faults("no-such-fault")
