"""The whole job on the command line: tried, filed, filed once, looked at. One journey, looked at from all sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from flows.new_card import FLOW
from rpa.intake import read
from rpa.personal import personal_values
from rpa.profile import load_profile
from rpa.resources import folder
from rpa.settings import Settings
from rpa.testing import Replica

from .kit import Ran, Ywtb, copied_samples, put_scans, witnessed

pytestmark = [pytest.mark.xdist_group("journey"), pytest.mark.timeout(600)]


@dataclass
class Journey:
    """What each command answered, and what the back office said right after it."""

    ywtb: Ywtb
    replica: Replica
    requests: list[str]
    answers: dict[str, Ran] = field(default_factory=dict)
    groups: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    logins: tuple[int, int] = (0, 0)

    def go(self, name: str, *words: str | Path) -> Ran:
        """Run a command and remember everything."""
        self.answers[name] = self.ywtb(*words)
        self.groups[name] = self.replica.groups()
        return self.answers[name]

    def states(self, name: str) -> list[str]:
        """The states the portal had after a step."""
        return sorted(group["state"] for group in self.groups[name])

    def cases(self, name: str) -> list[dict[str, Any]]:
        """The cases of a step's document."""
        return list(self.answers[name].document["cases"])


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    """Everything a clerk does with the sample workbook, once for all tests here."""
    base = tmp_path_factory.mktemp("journey")
    workbook = copied_samples(base / "work")
    with Replica() as replica, witnessed(replica.address) as (address, requests):
        trip = Journey(Ywtb(base / "home", workbook.parent), replica, requests)
        tried = trip.go("tried", "submit", workbook.name, "--portal", address, "--dry-run", "--json")
        put_scans(tried.document)
        trip.go("tried again", "submit", workbook.name, "--portal", address, "--dry-run", "--json")
        trip.ywtb.work = base  # the rest is done elsewhere: nothing may hang on the first folder
        trip.go("resumed", "resume", "--json")
        logins = len([event for event in replica.events() if event["kind"] == "login"])
        trip.go("again", "submit", workbook, "--portal", address, "--json")
        trip.go("told again", "submit", workbook, "--portal", address)
        trip.go("listed", "cases", "--json")
        trip.logins = (logins, len([event for event in replica.events() if event["kind"] == "login"]))
        trip.go("one", "cases", trip.cases("resumed")[0]["id"], "--json")
        trip.go("some", "cases", "--account", "demo-private", "--state", "已上报", "--json")
        trip.go("swept", "sync", "--portal", address, "--json")
        trip.go("abandoned", "abandon", trip.cases("resumed")[0]["id"], "--yes", "--json")
        yield trip


def test_a_dry_run_waits_for_signatures_and_leaves_drafts_only(journey: Journey) -> None:
    assert journey.answers["tried"].code == 0
    assert [case["state"] for case in journey.cases("tried")] == ["awaiting_signature"] * 2
    assert journey.states("tried") == ["暂存", "暂存"]


def test_a_dry_run_with_scans_stops_before_the_last_press(journey: Journey) -> None:
    assert journey.answers["tried again"].code == 0
    assert [case["state"] for case in journey.cases("tried again")] == ["ready"] * 2
    assert journey.states("tried again") == ["暂存", "暂存"]


def test_every_form_to_sign_lies_where_the_document_says(journey: Journey) -> None:
    first, second = journey.cases("tried")
    assert [(form["form"], bool(form["member"])) for form in first["to_sign"]] == [
        ("APEC商务旅行卡个人事项表", True),
        ("APEC商务旅行卡个人事项表", True),
        ("APEC商务旅行卡申请函", False),
    ]
    assert all(Path(form["path"]).stat().st_size for form in [*first["to_sign"], *second["to_sign"]])


@pytest.mark.manual("N34")
def test_resume_files_what_was_signed_and_the_back_office_agrees(journey: Journey) -> None:
    assert journey.answers["resumed"].code == 0
    assert journey.states("resumed") == ["待初审", "待初审"]
    filed = {(one["group_no"], one["account"], one["members"]) for one in journey.cases("resumed")}
    held = {(one["group_no"], one["account"], len(one["members"])) for one in journey.groups["resumed"]}
    assert filed == held
    for case in journey.cases("resumed"):
        assert (case["state"], case["error"]) == ("submitted", None)
        assert case["seconds"] > 0
        assert list(Path(case["evidence"]).glob("*-verified.png"))


def test_the_same_workbook_again_files_nothing_and_says_so(journey: Journey) -> None:
    assert journey.answers["again"].code == 0
    assert journey.groups["again"] == journey.groups["resumed"]
    assert journey.logins[0] == journey.logins[1]
    assert [case["group_no"] for case in journey.cases("again")] == [
        case["group_no"] for case in journey.cases("resumed")
    ]
    told = journey.answers["told again"].text
    assert all(f"团组号 {case['group_no']}，没有再次申报" in told for case in journey.cases("again"))


def test_the_cases_have_the_shape_that_programs_rely_on(journey: Journey) -> None:
    for name in ("tried", "resumed", "listed", "one"):
        for case in journey.cases(name):
            assert {
                "id",
                "business_type",
                "account",
                "state",
                "group_no",
                "members",
                "to_sign",
                "error",
            } <= set(case)
            assert all(set(form) == {"form", "member", "path"} for form in case["to_sign"])
    assert set(journey.answers["tried"].document) == {"cases", "errors", "warnings"}


def test_one_case_comes_with_its_history(journey: Journey) -> None:
    (case,) = journey.cases("one")
    assert [event["to"] for event in case["events"] if event["to"]][-2:] == ["committing", "submitted"]
    assert "verified" in [event["kind"] for event in case["events"]]
    assert Path(case["folder"]).is_dir()


def test_cases_can_be_chosen_by_account_and_state(journey: Journey) -> None:
    assert [case["account"] for case in journey.cases("some")] == ["demo-private"]


@pytest.mark.manual("N35")
@pytest.mark.manual("N37")
def test_sync_shows_what_the_portal_holds(journey: Journey) -> None:
    swept = journey.answers["swept"]
    assert swept.code == 0
    accounts = swept.document["accounts"]
    assert [(one["account"], one["complete"]) for one in accounts] == [
        ("demo-private", True),
        ("demo-soe", True),
    ]
    for one in accounts:
        (group,) = one["groups"]
        assert set(group) == {"group_no", "business_type", "state", "members", "submitted_at"}
        held = journey.replica.group(group["group_no"])
        assert (held["account"], held["state"]) == (one["account"], group["state"])
        assert len(held["members"]) == group["members"]
        assert held["submitted_at"].startswith(group["submitted_at"])


def test_what_was_submitted_cannot_be_abandoned(journey: Journey) -> None:
    assert journey.answers["abandoned"].code == 1
    assert "不能放弃" in journey.answers["abandoned"].document["error"]["message"]


def test_the_robot_never_asks_for_the_back_office(journey: Journey) -> None:
    assert any("new" in path or "login" in path for path in journey.requests)
    assert not [path for path in journey.requests if "_backoffice" in path]


def test_no_personal_data_and_no_password_lie_in_the_open(journey: Journey) -> None:
    secrets = {value.encode() for value in _secrets()}
    assert len(secrets) > 10
    files = [path for path in journey.ywtb.home.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"ledger.db", "log.txt"}
    open_to_all = [path for path in files if not {"to_sign", "signed"} & set(path.parts)]
    for name, data in [
        *((str(path), path.read_bytes()) for path in open_to_all),
        *((f"output {place}", said) for place, said in enumerate(journey.ywtb.said)),
    ]:
        found = [place for place, secret in enumerate(secrets) if secret in data]
        assert not found, name


def _secrets() -> Iterator[str]:
    """IDs, passports, phones of the samples, and the passwords."""
    intake = read([folder("fixtures") / "new_card.xlsx"], {"new_card": FLOW})
    for located in intake.applications:
        for value in personal_values(located.application):
            if sum(letter.isdigit() for letter in value) >= 7 and "-" not in value:
                yield value
    for password in load_profile("mock", Settings()).demo_accounts.values():
        yield password.get_secret_value()
