"""What the portal's log says about the sessions of an account: were two of them ever used at the same time?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["logins", "used_together"]

_Event = dict[str, Any]


def logins(events: Sequence[_Event], account: str) -> list[str]:
    """The account's sessions, in the order of their sign-in."""
    return [one["session"] for one in events if one["account"] == account and one["kind"] == "login"]


def used_together(events: Sequence[_Event], account: str) -> list[_Event]:
    """Every use of a session after the account had signed in again, oldest first.

    The log has one order, that in which the portal answered, and holds each page and action of a session, also one that
    is turned away because its session was kicked out. So none here means: whoever signed in found the earlier session
    at rest, and it stayed so.
    """
    latest = ""
    late = []
    for one in events:
        if one["account"] != account:
            continue
        if one["kind"] == "login":
            latest = one["session"]
        # that a session is kicked out is the new one's doing, and no use of the old one
        elif one["session"] not in ("", latest) and one["kind"] != "kicked":
            late.append(one)
    return late
