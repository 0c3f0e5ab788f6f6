"""What screens are like is accepted element by element, each when it is first seen."""

from __future__ import annotations

from typing import Any

import pytest

from rpa.cases import Ledger
from rpa.doctor.changes import changed
from rpa.doctor.findings import Examination, Seen
from rpa.doctor.kept import accepted, keep

from ..cases.conftest import backend, ledger, run, url, vault

__all__ = ["backend", "ledger", "run", "url", "vault"]

PAGE = "new_card.member"


def _seen(*fields: str, options: tuple[str, ...] = (), **forms: str) -> Examination:
    looks = {
        name: {"label": name, "kind": "drawn", "required": False} | ({"options": options} if options else {})
        for name in fields
    }
    return Examination("city", "demo", seen=(Seen(PAGE, fields=looks, forms=forms),))


@pytest.fixture
def examined(run: Any, ledger: Ledger) -> Any:
    """A further examination: what has changed since what was accepted; it is kept."""

    def further(examination: Examination, *, accept: bool = False) -> list[str]:
        known = run(accepted(ledger, examination.portal))
        run(keep(ledger, examination, accept=accept))
        return [f"{one.part} {one.key}: {one.message}" for one in changed(examination, known)]

    return further


def test_what_only_a_later_look_has_seen_is_accepted_then(examined: Any) -> None:
    assert examined(_seen("name")) == []
    assert examined(_seen("name", "mobile", personal_form="one")) == []
    assert examined(_seen("name")) == []
    assert examined(_seen("name", personal_form="other")) == ["forms personal_form: 空白表的内容变了"]


def test_a_list_that_was_not_read_before_is_accepted_when_it_is_read(examined: Any) -> None:
    assert examined(_seen("place")) == []
    assert examined(_seen("place", options=("北京", "南宁"))) == []
    assert examined(_seen("place")) == []
    assert examined(_seen("place", options=("北京",))) == ["fields place: 选项少了“南宁”"]


def test_accepting_keeps_what_this_look_has_not_seen(examined: Any) -> None:
    examined(_seen("name", personal_form="one"))
    examined(_seen("name", options=("甲",)), accept=True)
    assert examined(_seen("name", options=("乙",), personal_form="other")) == [
        "fields name: 选项新增“乙”；少了“甲”",
        "forms personal_form: 空白表的内容变了",
    ]
