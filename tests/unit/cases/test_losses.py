"""When an account was last put out: for every program at the ledger, by its clock, and for so long."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rpa.cases import Ledger
from rpa.cases.losses import note_loss

Turn = Callable[[float], None]


@pytest.fixture
def is_lost_again(run: Any, ledger: Ledger, turn_clock: Turn) -> Callable[..., bool]:
    """Note a loss of an account; whether it was put out shortly before."""

    async def note(account: str) -> bool:
        async with ledger.writing() as connection:
            return await note_loss(connection, "mock", account, 1800)

    return lambda account="a": bool(run(note(account)))


def test_a_second_loss_soon_after_the_first_is_one_too_many(
    is_lost_again: Callable[..., bool], turn_clock: Turn
) -> None:
    assert not is_lost_again()
    assert not is_lost_again("b"), "another account"
    turn_clock(1700)
    assert is_lost_again()
    turn_clock(1700)
    assert is_lost_again(), "it lasts for as long as the losses go on"
    turn_clock(1900)
    assert not is_lost_again()


def test_a_clock_that_is_set_back_makes_no_two_losses_of_one(
    is_lost_again: Callable[..., bool], turn_clock: Turn
) -> None:
    assert not is_lost_again()
    turn_clock(-86400)
    assert not is_lost_again()
    assert is_lost_again()
