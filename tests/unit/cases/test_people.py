"""Nobody stands in two open cases of one account and business type, whoever else is in them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from rpa.cases import CaseState, Ledger, Outcome, PeopleElsewhere
from rpa.cases.people import Shared

ONE, TWO, THREE = "990000190503120010", "990000190708210021", "990000190811030038"


def receive(run: Any, ledger: Ledger, application: Any, **where: str) -> Any:
    return run(ledger.receive(application, **{"portal": "mock", "account": "a", **where}))


def test_a_group_with_somebody_of_another_open_case_is_refused_with_the_place(
    run: Any, ledger: Ledger, group: Any
) -> None:
    first = receive(run, ledger, group(ONE, TWO)).case
    with pytest.raises(PeopleElsewhere) as refused:
        receive(run, ledger, group(THREE, TWO))
    assert refused.value.shared == (Shared(1, "id_no", first.id),)
    assert first.id in str(refused.value)
    assert not {ONE, TWO, THREE} & set(str(refused.value).split())
    assert len(run(ledger.list())) == 1


def test_others_may_be_received_and_so_may_the_same_people_elsewhere(
    run: Any, ledger: Ledger, group: Any
) -> None:
    receive(run, ledger, group(ONE, TWO))
    assert receive(run, ledger, group(THREE)).outcome is Outcome.CREATED
    for where in ({"portal": "gxzf"}, {"account": "b"}):
        assert receive(run, ledger, group(ONE), **where).outcome is Outcome.CREATED


def test_the_same_group_corrected_is_taken_as_ever(run: Any, ledger: Ledger, group: Any) -> None:
    receive(run, ledger, group(ONE, TWO))
    assert receive(run, ledger, group(TWO, ONE, reason="other")).outcome is Outcome.UPDATED


def test_once_the_other_case_has_ended_its_people_are_free(run: Any, ledger: Ledger, group: Any) -> None:
    first = receive(run, ledger, group(ONE, TWO)).case
    with pytest.raises(PeopleElsewhere):
        receive(run, ledger, group(ONE))
    run(ledger.move(first.id, CaseState.ABANDONED))
    assert receive(run, ledger, group(ONE)).outcome is Outcome.CREATED


def test_a_corrected_case_is_compared_by_what_it_holds_now(run: Any, ledger: Ledger, group: Any) -> None:
    for reason in ("", "corrected", "corrected again"):
        receive(run, ledger, group(ONE, TWO, reason=reason))
        with pytest.raises(PeopleElsewhere):
            receive(run, ledger, group(ONE))


def test_of_two_groups_that_come_at_once_with_one_person_in_both_one_is_refused(
    run: Any, ledger: Ledger, group: Any
) -> None:
    async def at_once() -> list[Any]:
        groups = [group(ONE, str(number)) for number in range(6)]
        receiving = (ledger.receive(one, portal="mock", account="a") for one in groups)
        return await asyncio.gather(*receiving, return_exceptions=True)

    answers = run(at_once())
    assert sum(isinstance(answer, PeopleElsewhere) for answer in answers) == 5
    assert len(run(ledger.list())) == 1
