"""Visitors of the replica."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from rpa.testing import Replica

from .filer import Filer, Office
from .visitor import Visitor


@pytest.fixture
def visit(replica: Replica) -> Iterator[Callable[..., Visitor]]:
    """Sign an account in: ``visit("demo-soe")``."""
    visitors: list[Visitor] = []

    def sign_in(account: str = "demo-soe", **options: bool) -> Visitor:
        visitors.append(Visitor(replica.address, account, **options))
        return visitors[-1]

    yield sign_in
    for visitor in visitors:
        visitor.http.close()


@pytest.fixture
def soe(visit: Callable[..., Visitor]) -> Visitor:
    """The signed-in state-owned unit."""
    return visit("demo-soe")


@pytest.fixture
def private(visit: Callable[..., Visitor]) -> Visitor:
    """The signed-in private unit."""
    return visit("demo-private")


@pytest.fixture
def office(replica: Replica) -> Office:
    """The back office of a portal with a handful of groups and cards."""
    office = Office(replica)
    office.scenario("small")
    return office


@pytest.fixture
def filer(replica: Replica, office: Office) -> Iterator[Filer]:
    """The state-owned unit, signed in to that portal."""
    visitor = Filer(replica.address, "demo-soe")
    yield visitor
    visitor.http.close()
