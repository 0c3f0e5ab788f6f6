"""A person's word on a press in doubt: never past the signature of the present content, never an older group, no way around it."""

from __future__ import annotations

from typing import Any

import pytest

from rpa.cases import Case, CaseState, IllegalTransition, Ledger
from rpa.cases.settling import settle
from rpa.errors import OutcomeUnknown, PageChanged

S = CaseState
INTENT: dict[str, object] = {"draft": None, "members": 1, "filed": ["G0"], "presses": 1}


@pytest.fixture
def taken_for_absent(run: Any, ledger: Ledger, group: Any) -> Case:
    """A case whose press was taken for absent: ready, its intent kept."""
    case = run(ledger.receive(group(), portal="mock", account="demo-soe")).case
    for to in (S.PREPARING, S.AWAITING_SIGNATURE, S.READY, S.COMPLETING):
        case = run(ledger.move(case.id, to))
    case = run(ledger.move(case.id, S.COMMITTING, intent=INTENT))
    return run(ledger.move(case.id, S.READY))  # type: ignore[no-any-return]


def test_a_wrong_number_does_not_carry_new_content_past_its_signature(
    run: Any, ledger: Ledger, group: Any, taken_for_absent: Case
) -> None:
    case = run(ledger.receive(group(reason="改正后的事由"), portal="mock", account="demo-soe")).case
    assert (case.id, case.state, case.intent) == (taken_for_absent.id, S.RECEIVED, INTENT)
    run(ledger.move(case.id, S.PREPARING))
    case = run(ledger.move(case.id, S.NEEDS_PERSON, error=OutcomeUnknown("看不出")))
    case = run(settle(ledger, case, "G9"))
    assert case.state is S.COMMITTING
    case = run(ledger.move(case.id, S.NEEDS_PERSON, error=OutcomeUnknown("没有该团组")))
    case = run(settle(ledger, case, None))
    assert (case.state, case.intent) == (S.RECEIVED, None)


def test_so_it_is_before_the_number_was_looked_up(run: Any, ledger: Ledger, group: Any) -> None:
    case = run(ledger.receive(group(), portal="mock", account="demo-soe")).case
    run(ledger.move(case.id, S.PREPARING))
    case = run(ledger.move(case.id, S.NEEDS_PERSON, error=PageChanged("页面不同")))
    case = run(settle(ledger, case, "G9"))
    assert run(settle(ledger, case, None)).state is S.RECEIVED


def test_what_may_be_filed_is_not_given_up_before_somebody_has_looked(
    run: Any, ledger: Ledger, taken_for_absent: Case
) -> None:
    case = taken_for_absent
    with pytest.raises(IllegalTransition, match="不能直接放弃") as refused:
        run(ledger.move(case.id, S.ABANDONED))
    assert "ywtb settle" in refused.value.advice
    case = run(settle(ledger, case, None))
    assert (case.state, case.intent) == (S.READY, None)
    assert run(ledger.move(case.id, S.ABANDONED)).state is S.ABANDONED


def test_another_cases_number_is_not_believed(
    run: Any, ledger: Ledger, group: Any, taken_for_absent: Case
) -> None:
    other = run(ledger.receive(group("990000190708210021"), portal="mock", account="demo-soe")).case
    run(ledger.keep(other.id, group_no="G7"))
    run(ledger.move(taken_for_absent.id, S.COMPLETING))
    case = run(ledger.move(taken_for_absent.id, S.NEEDS_PERSON, error=OutcomeUnknown("看不出")))
    with pytest.raises(IllegalTransition, match="另一份办件"):
        run(settle(ledger, case, "G7"))
    assert run(ledger.get(case.id)).state is S.NEEDS_PERSON
