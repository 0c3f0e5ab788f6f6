"""A sign-in of the robot, given to a page that somebody else drives."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from rpa.browser.storage import Storage

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["SignedIn", "hand_over"]

_STORE = """(([origin, local, session]) => {
  if (location.origin !== origin) return;
  for (const [key, value] of local) if (localStorage.getItem(key) === null) localStorage.setItem(key, value);
  for (const [key, value] of session) if (sessionStorage.getItem(key) === null) sessionStorage.setItem(key, value);
})"""


@dataclass(frozen=True, slots=True, repr=False)
class SignedIn:
    """A sign-in that holds, and the address of the home page it has led to. Whoever has it is signed in."""

    storage: Storage
    home: str


def hand_over(signed_in: SignedIn, page: Page) -> None:
    """Let a page of pytest-playwright be signed in, and open the portal's home page in it."""
    storage = signed_in.storage
    page.context.add_cookies(cast("Any", storage.state.get("cookies", [])))
    local = [
        [entry["name"], entry["value"]]
        for kept in storage.state.get("origins", [])
        if kept["origin"] == storage.origin
        for entry in kept["localStorage"]
    ]
    page.add_init_script(f"{_STORE}({json.dumps([storage.origin, local, storage.session])})")
    page.goto(signed_in.home)
