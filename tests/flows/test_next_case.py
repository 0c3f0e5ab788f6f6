"""Several cases under one sign-in: what happens to one is not the next one's concern."""

from __future__ import annotations

from .clerk import Clerk, outcome
from .sources import Inputs, Portal, submits


def test_a_case_that_was_refused_does_not_stop_the_next(clerk: Clerk, portal: Portal, inputs: Inputs) -> None:
    gone, held = portal.another_card(), portal.another_card()
    portal.office.card(card_no=gone["卡号"], state="已注销")
    first, second = (
        clerk.receive(inputs.signed(inputs.card_cancellation([holder]))) for holder in (gone, held)
    )
    first, second = clerk.run(first, second)
    assert outcome(first).startswith("rejected: PortalRefusal: ")
    assert outcome(second) == "submitted"
    assert submits(portal.replica) == ["accepted"]
    assert [event["kind"] for event in portal.replica.events()].count("login") == 1
