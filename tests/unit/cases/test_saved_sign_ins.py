"""Saved sign-ins: encrypted at rest, written only under the lease, and forgotten for good."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rpa.browser.storage import Storage
from rpa.cases import Ledger
from rpa.vault import Vault

SECRETS = ("cookie-4711-value", "local-4712-value", "session-4713-value")


def storage(cookie: str = SECRETS[0]) -> Storage:
    """What a portal may have left in a browser."""
    cookies = [{"name": "SID", "value": cookie, "domain": "127.0.0.1", "path": "/", "expires": -1}]
    local = [{"origin": "http://127.0.0.1", "localStorage": [{"name": "token", "value": SECRETS[1]}]}]
    state: Any = {"cookies": cookies, "origins": local}
    return Storage(state, "http://127.0.0.1", (("token", SECRETS[2]),))


@pytest.fixture
def held(run: Any, ledger: Ledger) -> Ledger:
    """The ledger, with the lease of account a in the hands of "me"."""
    assert run(ledger.acquire("mock", "a", "me", 60))
    return ledger


def test_what_is_saved_comes_back_whole_for_this_account_alone(run: Any, held: Ledger) -> None:
    assert not run(held.saved_sign_ins.has("mock", "a"))
    assert run(held.saved_sign_ins.keep("mock", "a", storage(), "me"))
    assert run(held.saved_sign_ins.find("mock", "a")) == storage()
    assert run(held.saved_sign_ins.find("mock", "b")) is None
    assert run(held.saved_sign_ins.find("gxzf", "a")) is None


def test_a_later_sign_in_takes_the_place_of_the_last_one(run: Any, held: Ledger) -> None:
    for cookie in ("first", "second"):
        assert run(held.saved_sign_ins.keep("mock", "a", storage(cookie), "me"))
    assert run(held.saved_sign_ins.find("mock", "a")) == storage("second")


def test_without_the_lease_nothing_is_written(run: Any, held: Ledger) -> None:
    assert not run(held.saved_sign_ins.keep("mock", "a", storage(), "another"))
    assert not run(held.saved_sign_ins.has("mock", "a"))
    assert run(held.saved_sign_ins.keep("mock", "a", storage("mine"), "me"))
    assert not run(held.saved_sign_ins.refresh("mock", "a", storage("theirs"), "another"))
    run(held.release("mock", "a", "me"))
    assert not run(held.saved_sign_ins.refresh("mock", "a", storage("late"), "me"))
    assert run(held.saved_sign_ins.find("mock", "a")) == storage("mine")


def test_what_was_forgotten_is_not_brought_back_by_a_program_that_still_used_it(
    run: Any, held: Ledger
) -> None:
    run(held.saved_sign_ins.keep("mock", "a", storage(), "me"))
    assert run(held.saved_sign_ins.refresh("mock", "a", storage("rotated"), "me"))
    assert run(held.saved_sign_ins.find("mock", "a")) == storage("rotated")
    assert run(held.saved_sign_ins.forget("mock", "a"))
    assert not run(held.saved_sign_ins.forget("mock", "a")), "there was none any more"
    assert not run(held.saved_sign_ins.refresh("mock", "a", storage(), "me"))
    assert not run(held.saved_sign_ins.has("mock", "a"))


def test_one_that_this_key_or_version_cannot_read_is_deleted(run: Any, held: Ledger, url: str) -> None:
    run(held.saved_sign_ins.keep("mock", "a", storage(), "me"))
    other: Ledger = run(Ledger.open(url, Vault(b"o" * 32)))
    assert run(other.saved_sign_ins.find("mock", "a")) is None
    run(other.close())
    assert not run(held.saved_sign_ins.forget("mock", "a"))


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 0}', storage().as_json().replace('"origin":', '"orgin":')]
)
def test_a_text_that_is_none_of_ours_is_no_storage(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Storage.from_json(text)


def test_nothing_of_it_can_be_read_in_the_database_nor_printed(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "plain" / "ledger.db"
    ledger: Ledger = run(Ledger.open(f"sqlite+aiosqlite:///{file.as_posix()}", Vault(b"k" * 32)))
    assert run(ledger.acquire("mock", "a", "me", 60))
    assert run(ledger.saved_sign_ins.keep("mock", "a", storage(), "me"))
    written = b"".join(path.read_bytes() for path in file.parent.glob("ledger.db*"))  # the log of changes too
    assert b"saved_sign_ins" in written
    run(ledger.close())
    for secret in SECRETS:
        assert secret.encode() not in written
        assert secret not in repr(storage())
        assert secret in storage().as_json()
