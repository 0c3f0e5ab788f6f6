"""The table of states: what the design says, and nothing else."""

from __future__ import annotations

import itertools

import pytest

from rpa.cases import FINAL, LEGAL, OPEN, CaseState, draw_states
from rpa.cases.case import REVISABLE, is_legal

DESIGN = {
    "received": "preparing needs_person abandoned",
    "preparing": "awaiting_signature ready rejected needs_person received submitted",
    "awaiting_signature": "ready abandoned",
    "ready": "completing needs_person abandoned",
    "completing": "committing rejected needs_person ready awaiting_signature submitted",
    "committing": "submitted ready rejected needs_person received",
    "submitted": "returned closed",
    "returned": "received submitted closed abandoned",
    "needs_person": "",
    "closed": "",
    "rejected": "",
    "abandoned": "",
}


@pytest.mark.parametrize(("state", "to"), list(itertools.product(CaseState, CaseState)))
def test_a_move_is_legal_only_if_the_design_says_so(state: CaseState, to: CaseState) -> None:
    assert is_legal(state, to) is (to.value in DESIGN[state].split())


@pytest.mark.parametrize(
    "came_from", [state for state in CaseState if CaseState.NEEDS_PERSON in LEGAL[state]]
)
def test_from_needs_person_a_case_goes_back_is_settled_or_before_the_intent_abandoned(
    came_from: CaseState,
) -> None:
    legal = {to for to in CaseState if is_legal(CaseState.NEEDS_PERSON, to, came_from)}
    settled = {
        CaseState.PREPARING: {CaseState.COMMITTING, CaseState.RECEIVED},
        CaseState.COMPLETING: {CaseState.COMMITTING, CaseState.READY},
        CaseState.COMMITTING: {CaseState.COMMITTING, CaseState.READY, CaseState.RECEIVED},
    }.get(came_from, set())
    assert legal == {came_from} | settled | ({CaseState.ABANDONED} if came_from in REVISABLE else set())


def test_a_case_that_may_have_been_submitted_is_not_abandoned() -> None:
    assert not is_legal(CaseState.NEEDS_PERSON, CaseState.ABANDONED, CaseState.COMMITTING)
    for state in (CaseState.COMMITTING, CaseState.SUBMITTED):
        assert not is_legal(state, CaseState.ABANDONED)


def test_every_state_is_open_or_final_and_only_final_ones_lead_nowhere() -> None:
    assert set(CaseState) == OPEN | FINAL and not OPEN & FINAL
    assert {state for state in CaseState if not LEGAL[state]} == FINAL | {CaseState.NEEDS_PERSON}


def test_every_state_can_be_reached() -> None:
    reached = {CaseState.RECEIVED}
    while more := {to for state in reached for to in LEGAL[state]} - reached:
        reached |= more
    assert reached == set(CaseState)


def test_the_drawn_table_has_a_row_per_state() -> None:
    lines = draw_states().splitlines()
    assert len(lines) == 2 + len(CaseState)
    assert "| awaiting_signature | 等待签字盖章的扫描件 | ready, abandoned |" in lines
    assert any(line.startswith("| needs_person ") and "where it came from" in line for line in lines)
