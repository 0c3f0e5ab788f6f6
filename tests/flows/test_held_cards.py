"""The cards that a full sweep sees are held, and the reminders of those that end."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rpa.alerts import Alerts
from rpa.status.reminders import remind
from rpa.status.tables import held_cards, notices
from rpa.testing import Replica

from .conftest import Hire
from .sources import ACCOUNT, Portal
from .watching import Watch

pytestmark = [pytest.mark.manual("N37"), pytest.mark.long]


def test_cards_that_end_are_told_once_by_masked_numbers(hire: Hire, portal: Portal, replica: Replica) -> None:
    watch = Watch(hire(replica))
    cards = {one["card_no"]: one for one in replica.cards() if one["account"] == ACCOUNT}
    shown = {"有效", "即将到期", "已到期", "已遗失"}
    offered = {number: one for number, one in cards.items() if one["shown"] in shown}
    soon = {
        number for number, one in offered.items() if one["shown"] == "即将到期"
    }  # what ended long ago is no news
    assert soon
    assert watch.sweep(ACCOUNT).error is None
    assert watch.rows(held_cards) == []  # only a full sweep looks
    swept = watch.sweep(ACCOUNT, full=True)
    assert swept.error is None
    kept = watch.rows(held_cards)
    assert sorted(row["ends"].isoformat() for row in kept) == sorted(
        one["expiry"] for one in offered.values()
    )
    assert not set(cards) & {row["shown"] for row in kept}

    def reminded() -> int:
        written: int = watch.clerk.do(remind, watch.clerk.ledger, Alerts(), now=datetime.now(UTC))
        return written

    reminded()
    told = [row["detail"] for row in watch.rows(notices) if row["kind"] == "expiring"]
    assert sorted(one["ends"] for one in told) == sorted(offered[number]["expiry"] for number in soon)
    assert not any(number in str(told) for number in cards)
    assert reminded() == 0

    replica.faults("busy_page", at="sources", times=0)
    swept = watch.sweep(ACCOUNT, full=True)
    assert swept.error is None
    assert swept.listing.complete
    assert watch.rows(held_cards) == kept  # what could not be read is not taken for gone
