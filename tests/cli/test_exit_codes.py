"""Which exit code a run of several cases ends with."""

from __future__ import annotations

import pytest

from rpa.cli.exit_codes import of_case, worst

FAULT = {"kind": "PortalFault"}


@pytest.mark.parametrize(
    ("state", "error", "code"),
    [
        ("submitted", None, 0),
        ("awaiting_signature", None, 0),
        ("ready", None, 0),
        ("abandoned", FAULT, 0),
        ("awaiting_signature", {"kind": "NeedsPerson"}, 4),
        ("needs_person", {"kind": "OutcomeUnknown"}, 4),
        ("needs_person", {"kind": "StoredOtherwise"}, 4),
        ("submitted", {"kind": "StoredOtherwise"}, 1),
        ("submitted", FAULT, 5),
        ("rejected", {"kind": "PortalRefusal"}, 1),
        ("received", FAULT, 5),
        ("received", {"kind": "SignInLost"}, 5),
        ("received", {"kind": "SettingsError"}, 2),
        ("ready", {"kind": "LedgerFull"}, 1),
        ("ready", {"kind": "of a newer program"}, 1),
    ],
)
def test_a_case_says_its_code(state: str, error: dict[str, str] | None, code: int) -> None:
    import rpa.cases.errors  # the tree below the ledger

    assert rpa.cases.errors
    assert of_case(state, error) == code


@pytest.mark.parametrize(
    ("codes", "code"),
    [([], 0), ([0, 0], 0), ([0, 1], 1), ([1, 3], 3), ([3, 2], 2), ([1, 4, 3], 4), ([4, 5, 1], 5)],
)
def test_the_trouble_that_stops_everything_wins(codes: list[int], code: int) -> None:
    assert worst(codes) == code
