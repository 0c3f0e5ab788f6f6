"""保存并上报 of each business type: with ``--allow-filing`` only, except on a replica of this run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rpa.cases import CaseState
from rpa.profile import load_profile
from rpa.settings import Settings
from rpa.testing.regression.applications import given, invented
from rpa.testing.regression.steps import groups
from rpa.testing.replica import Replica
from rpa.testing.robot import Portal, Robot

ROWS = {
    "new_card": ("N34", "N35"),
    "passport_change": ("P12", "P13"),
    "early_card": ("E11", "E12"),
    "card_replacement": ("R19", "R20"),
    "card_cancellation": ("C13", "C14"),
}


@pytest.fixture(scope="session")
def filing_portal(pytestconfig: pytest.Config, portal: Portal, portal_settings: Settings) -> Iterator[Portal]:
    """Where is filed: the portal of the command line if that is allowed, else a replica of its own."""
    if portal.replica is None:
        if not pytestconfig.getoption("--allow-filing"):
            pytest.skip("files: only with --allow-filing")
        yield portal
        return
    with Replica(options=("--scenario", "small")) as replica:
        profile = load_profile(replica.address, portal_settings)
        yield replace(portal, profile=profile, replica=replica)


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=pytest.mark.manual(*rows)) for kind, rows in ROWS.items()]
)
def test_a_group_is_filed_and_listed(
    pytestconfig: pytest.Config, robot: Robot, filing_portal: Portal, kind: str, tmp_path: Path
) -> None:
    """点击“保存并上报”: the group has a number, holds what was given, and stands in 我的办件."""
    inputs = [Path(name) for name in pytestconfig.getoption("--filing-input")]
    if inputs:
        application = given(inputs, kind)
    elif filing_portal.replica:
        application = invented(filing_portal.replica, filing_portal.account, kind, tmp_path)
    else:
        application = None
    if application is None:
        pytest.skip("no application of this business type: name a file with --filing-input")
    case = robot.file(filing_portal, application)
    if case.state is CaseState.AWAITING_SIGNATURE:
        pytest.skip("the blank forms wait for signatures: file it with ywtb submit")
    assert (case.state, case.error) == (CaseState.SUBMITTED, None)
    screen = "common.menu" if kind == "new_card" else f"{kind}.entry"
    with robot.at_desk(filing_portal, case.account) as desk:
        listed = {row["团组号"]: row["当前状态"] for row in robot.do(groups, desk, screen, pages=1)}
    assert listed.get(case.group_no or ""), "上报后我的办件中没有该团组或没有状态"
