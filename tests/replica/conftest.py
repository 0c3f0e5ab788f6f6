"""Visitors of the replica."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from rpa.testing import Replica

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
