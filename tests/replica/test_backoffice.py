"""The back office tells what really happened, moves groups on, and switches faults."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest

from rpa.testing import Replica, ReplicaError

from .visitor import PDF, REASON, Visitor, person

GROUP_KEYS = {
    "group_no", "business_type", "account", "state", "opinion", "fields", "source", "members", "files", "created_at",
    "submitted_at",
}  # fmt: skip


def events(replica: Replica, kind: str) -> list[dict[str, str]]:
    return [event for event in replica.events() if event["kind"] == kind]


def test_a_submitted_group_is_shown_with_every_field_and_file(soe: Visitor, replica: Replica) -> None:
    group_no, _ = soe.draft(1)
    soe.upload("custom", PDF, "证书.pdf", name="荣誉证书", scope="group", group_no=group_no)
    soe.letter(group_no)
    assert soe.submit(group_no)["code"] == 0

    group = replica.group(group_no)
    assert set(group) == GROUP_KEYS
    assert (group["business_type"], group["account"], group["state"]) == ("new_card", "demo-soe", "待初审")
    assert group["fields"]["申请事由"] == REASON
    assert group["fields"]["领取方式"] == "自取"
    assert group["fields"]["收件人"] == ""
    assert group["fields"]["发票抬头"] == "广西样例国有贸易集团有限公司"
    [member] = group["members"]
    assert member["fields"]["身份证号"] == person(1)["id_no"]
    assert member["fields"]["企业性质"] == "国有企业"
    assert [file["slot"] for file in member["files"]][:4] == [
        "照片",
        "签名",
        "护照信息页",
        "APEC商务旅行卡个人事项表",
    ]
    assert group["files"][0] == {
        "slot": "荣誉证书",
        "name": "证书.pdf",
        "sha256": hashlib.sha256(PDF).hexdigest(),
        "size": len(PDF),
    }


def test_every_act_leaves_an_event(soe: Visitor, replica: Replica) -> None:
    group_no, member_id = soe.draft(1)
    soe.page("/home")
    key = "other"
    file = soe.upload("NP03", PDF, group_no=group_no, member_id=member_id)["file"]
    soe.upload("NP03", PDF, group_no=group_no, member_id=member_id)
    soe.page(f"/files/{file['id']}/view")
    soe.page(f"/files/{file['id']}/download")
    soe.ask("/files/delete", id=file["id"])
    soe.ask("/new_card/member/check", name_cn="覃样例", id_no="无")
    soe.page(f"/new_card/{group_no}/member/{member_id}/template?slot=NP01")
    soe.invoice()
    soe.ask("/book/address/delete", id=soe.http.get("/book/address").json()["entries"][0]["id"])
    soe.letter(group_no)
    soe.submit(group_no)
    soe.list()
    soe.login("wrong")
    soe.login()
    kinds = {event["kind"] for event in replica.events()}
    assert kinds == {
        "login", "login_failed", "kicked", "page", "save", "upload", "upload_again", "delete", "submit", "list",
        "preview", "download", "template", "check_member", "address", "invoice",
    }, key  # fmt: skip
    assert set(replica.events()[0]) == {"at", "account", "session", "kind", "group_no", "detail"}
    assert [event["group_no"] for event in events(replica, "submit")] == [group_no]


def test_a_state_set_here_is_seen_in_the_list_and_the_history(soe: Visitor, replica: Replica) -> None:
    group_no, _ = soe.draft(1)
    soe.letter(group_no)
    soe.submit(group_no)
    replica.set_state(group_no, "初审退回", "请补正社保材料")
    row = soe.list()["rows"][0]
    assert row["state"] == "初审退回"
    assert row["edit"]
    detail = soe.page(row["detail"]).text
    assert detail.count("请补正社保材料") == 2  # 审批意见 and 办理流程
    assert soe.submit(group_no)["code"] == 0
    assert replica.group(group_no)["state"] == "待初审"


def test_a_group_that_is_not_there_cannot_be_moved(replica: Replica) -> None:
    with pytest.raises(ReplicaError, match="404"):
        replica.set_state("APEC209901010001", "待复审")


def test_reset_restores_the_seed(soe: Visitor, replica: Replica) -> None:
    soe.draft(1)
    replica.faults("slow", at="list", ms=10)
    replica.reset()
    assert replica.groups() == []
    assert replica.events() == []
    assert httpx.get(f"{replica.address}/_backoffice/faults", trust_env=False).json() == []
    assert soe.list()["status"] == 401


def test_a_unit_without_filing_may_not_start(soe: Visitor, replica: Replica) -> None:
    replica.set_filed("demo-soe", False)
    assert "贵单位企业备案未通过，不能申办" in soe.page("/new_card/notice").text
    assert soe.save(person(1), upload_key="k")["messages"] == ["贵单位企业备案未通过，不能申办"]
    assert replica.groups() == []


@pytest.mark.parametrize("name", ["error_before", "drop_before"])
def test_a_request_broken_before_it_is_handled_changes_nothing(
    soe: Visitor, replica: Replica, name: str
) -> None:
    replica.faults(name, at="save")
    broken = _status(
        lambda: soe.http.post("/new_card/member/save", json={"action": "draft", "values": person(1)})
    )
    assert broken == (502 if name == "error_before" else 0)
    assert replica.groups() == []
    assert soe.save(person(1))["code"] == 0


@pytest.mark.parametrize("name", ["error_after", "drop_after"])
def test_a_request_broken_after_it_was_handled_is_done(soe: Visitor, replica: Replica, name: str) -> None:
    group_no, _ = soe.draft(1)
    soe.letter(group_no)
    invoice = soe.http.get("/book/invoice").json()["entries"][0]["id"]
    replica.faults(name, at="submit")
    data = {"delivery": "自取", "payment": "窗口支付", "invoice_id": invoice, "reason": REASON}
    broken = _status(lambda: soe.http.post(f"/new_card/{group_no}/submit", json=data))
    assert broken == (502 if name == "error_after" else 0)
    assert replica.group(group_no)["state"] == "待初审"
    assert soe.submit(group_no)["messages"] == ["该团组已上报，请勿重复上报"]


def _status(ask: Callable[[], httpx.Response]) -> int:
    """The status of an answer; 0 when the line was cut."""
    try:
        return ask().status_code
    except httpx.TransportError:
        return 0


def test_latency_and_slowness_delay_answers(soe: Visitor, replica: Replica) -> None:
    replica.faults("latency", ms=60)
    replica.faults("slow", at="list", ms=120)
    begun = time.perf_counter()
    soe.page("/home")
    assert time.perf_counter() - begun >= 0.06
    begun = time.perf_counter()
    soe.list()
    assert time.perf_counter() - begun >= 0.18


def test_without_latency_an_answer_comes_at_once(soe: Visitor) -> None:
    def seconds() -> float:
        begun = time.perf_counter()
        soe.list()
        return time.perf_counter() - begun

    # an answer whose body waits for the receipt of its head takes 40 ms every time (Nagle, RFC 896)
    assert min(seconds() for _ in range(10)) < 0.03


def test_the_list_can_lag_behind_a_submission(soe: Visitor, replica: Replica) -> None:
    group_no, _ = soe.draft(1)
    soe.letter(group_no)
    soe.submit(group_no)
    replica.faults("list_lag", ms=3_600_000)
    assert soe.list()["rows"] == []
    replica.clear_faults()
    assert soe.list()["rows"][0]["state"] == "待初审"


def test_switches_change_how_the_portal_answers(soe: Visitor, replica: Replica) -> None:
    replica.faults("one_error_at_a_time")
    refused = soe.save({"name_cn": "韦样甲"}, "next_step")
    assert refused["toast"] is True
    assert len(refused["messages"]) == 1
    replica.faults("preview_direct")
    file = soe.upload("NP02", PDF, upload_key="k")["file"]
    assert soe.page(f"/files/{file['id']}/view").content == PDF


def test_a_fault_nobody_knows_is_refused(replica: Replica) -> None:
    with pytest.raises(ReplicaError, match="400"):
        replica.faults("meteor")
    with pytest.raises(ReplicaError, match="400"):
        replica.faults("slow", colour="red")


def test_a_killed_replica_comes_back_with_everything(tmp_path: Path) -> None:
    with Replica(data=tmp_path / "portal.db") as replica:
        visitor = Visitor(replica.address, "demo-soe")
        group_no, _ = visitor.draft(1)
        visitor.letter(group_no)
        assert visitor.submit(group_no)["code"] == 0
        before = replica.group(group_no)
        replica.kill()
        replica.start()
        assert replica.group(group_no) == before
        assert visitor.list()["rows"][0]["group_no"] == group_no  # the session lives on too


def test_a_group_is_stored_whole_or_not_at_all_when_killed_while_saving(tmp_path: Path) -> None:
    with Replica(data=tmp_path / "portal.db") as replica:
        visitor = Visitor(replica.address, "demo-soe")
        replica.faults("drop_after", at="save")
        with pytest.raises(httpx.TransportError):
            visitor.save(person(1))
        replica.kill()
        replica.start()
        [group] = replica.groups()
        assert [member["fields"]["姓名"] for member in group["members"]] == [person(1)["name_cn"]]


def test_the_portals_clock_is_turned_goes_on_and_is_set_right_by_a_reset(replica: Replica) -> None:
    china = timezone(timedelta(hours=8))
    replica.turn_clock(datetime(2027, 2, 1, 1, tzinfo=UTC))
    [made] = replica.add_groups("demo-soe", 1, "待初审")
    replica.turn_clock(datetime(2027, 2, 3, 1, tzinfo=UTC))
    replica.set_state(made, "待复审")
    assert made.startswith("APEC20270201")
    *_, before, last = replica.steps()
    assert (before["state"], before["at"][:10]) == ("待初审", "2027-02-01")
    assert (last["group_no"], last["state"], last["at"][:16]) == (made, "待复审", "2027-02-03 09:00")
    with pytest.raises(ReplicaError):
        replica.turn_clock(datetime(2027, 2, 3))  # noqa: DTZ001 - a moment without its zone is none
    replica.reset()
    [today] = replica.add_groups("demo-soe", 1)
    assert today.startswith(f"APEC{datetime.now(china):%Y%m%d}")


def test_many_accounts_are_added_once_and_each_may_sign_in(
    replica: Replica, visit: Callable[..., Visitor]
) -> None:
    replica.add_accounts(["unit-1", "unit-2"], "Units-2026")
    with pytest.raises(ReplicaError):
        replica.add_accounts(["unit-2", "unit-3"], "Units-2026")
    assert visit("unit-2", sign_in=False).login("Units-2026")["code"] == 0
