"""By which of its words an element was found, kept run after run: what lives on its second word is told."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from rpa.cases import Ledger
from rpa.cases.drift import Moved, add_matches, moved_elements
from rpa.screen import Element, Pack
from rpa.screen.pack import Candidate

PAGE = "new_card.member"


@pytest.fixture
def count(run: Any, ledger: Ledger) -> Any:
    """One run at a portal: ``count("mock", {("screen", "element", place): times})``."""

    async def write(portal: str, counted: dict[tuple[str, str, int], int]) -> None:
        async with ledger.writing() as connection:
            await add_matches(connection, portal, counted)

    return lambda portal, counted: run(write(portal, counted))


@pytest.fixture
def told(run: Any, ledger: Ledger) -> Any:
    """What the report tells."""

    async def read(*portals: str) -> list[Moved]:
        async with ledger.reading() as connection:
            return await moved_elements(connection, portals)

    return lambda *portals: run(read(*portals))


def test_what_was_last_found_by_its_second_word_is_told_with_how_often(count: Any, told: Any) -> None:
    count("mock", {(PAGE, "mobile", 0): 3, (PAGE, "name", 0): 3})
    assert told() == []
    count("mock", {(PAGE, "mobile", 1): 2, (PAGE, "name", 0): 2})
    count("mock", {(PAGE, "mobile", 1): 4, (PAGE, "name", 0): 4})
    assert [(one.screen, one.element, one.place, one.times) for one in told()] == [(PAGE, "mobile", 1, 6)]
    assert told("gxzf") == []


def test_what_is_found_by_its_first_word_again_is_no_longer_told(count: Any, told: Any) -> None:
    count("mock", {(PAGE, "mobile", 1): 1})
    assert len(told("mock")) == 1
    count("mock", {(PAGE, "mobile", 0): 1})
    assert told("mock") == []


def test_words_are_counted_through_all_candidates() -> None:
    element = Element(
        "code", (Candidate(texts=("编码", "代码")), Candidate(css="#c"), Candidate(texts=("码",)))
    )
    pack = Pack({})
    for candidate, read in ((0, "编码"), (0, "代码"), (1, "别的"), (2, "码")):
        pack.note("t.page", element, candidate, read)
    assert pack.matched == Counter({("t.page", "code", place): 1 for place in range(4)})
