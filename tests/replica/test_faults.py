"""The faults by name: what each does to requests and answers, at the request and as often as it was told."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from rpa.testing import Replica, ReplicaError

from .filer import Filer, Office
from .visitor import PDF, Visitor

DOCUMENT = Path(__file__).parents[2] / "docs" / "replica.md"
BUSY = "系统繁忙，请稍后再试"
SLUGS = ["new_card", "passport_change", "early_card", "card_replacement", "card_cancellation"]
NAMES = [
    "slow", "error_before", "error_after", "drop_before", "drop_after", "session_lost", "kicked",
    "busy_page", "maintenance", "captcha", "native_confirm", "layer_in_iframe", "notice_popup", "list_lag",
    "partial_list", "empty_list", "unknown_state", "other_wording", "upload_slow", "upload_rejected", "upload_error_after",
    "garbled_download_name", "one_error_at_a_time", "label_renamed", "ids_changed", "order_changed",
    "double_click_trap", "latency", "preview_direct", "strict_next_step",
]  # fmt: skip


def events(replica: Replica, kind: str) -> list[dict[str, str]]:
    return [event for event in replica.events() if event["kind"] == kind]


def drafts(visitor: Visitor, count: int) -> list[str]:
    """Saved groups, newest first: their numbers."""
    signs = "甲乙丙丁戊己庚辛壬癸子"[:count]
    return [visitor.save({"name_cn": f"韦样{sign}"})["group_no"] for sign in signs][::-1]


def at_fill(slug: str, filer: Filer) -> str:
    """Where a business type is filled in."""
    if slug == "new_card":
        return "/new_card/member"
    return f"/{slug}/fill?source={filer.sources(slug)[0]['key']}"


def test_every_fault_is_known_and_documented(replica: Replica) -> None:
    with pytest.raises(ReplicaError) as refused:
        replica.faults("meteor")
    known = re.search(r"known: ([\w, ]+)", str(refused.value))
    assert known is not None
    assert sorted(known[1].split(", ")) == sorted(NAMES)
    rows = re.findall(r"^\| (`.*?) \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    documented = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert set(NAMES) <= documented


@pytest.mark.parametrize(
    "spec",
    [{"colour": "red"}, {"nth": "2"}, {"at": 3}, {"seen": 1}, {"name": "label_renamed", "field": "手机号"}],
)
def test_a_fault_that_is_told_wrongly_is_refused(replica: Replica, spec: dict[str, object]) -> None:
    with pytest.raises(ReplicaError, match="400"):
        replica.faults(**{"name": "slow", **spec})  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["busy_page", "maintenance", "error_before"])
def test_a_fault_strikes_the_nth_request_n_times(soe: Visitor, replica: Replica, name: str) -> None:
    replica.faults(name, at="page", nth=2, times=2, status=503)
    told = ["首页" in soe.page("/home").text for _ in range(5)]
    assert told == [True, False, False, True, True]


def test_a_fault_narrowed_to_an_account_leaves_others_alone(
    soe: Visitor, private: Visitor, replica: Replica
) -> None:
    replica.faults("busy_page", account="demo-private", times=0)
    assert soe.list()["code"] == 0
    assert private.list()["message"] == BUSY


@pytest.mark.parametrize("slug", SLUGS)
def test_a_busy_portal_answers_pages_and_scripts_each_in_their_way(
    filer: Filer, office: Office, replica: Replica, slug: str
) -> None:
    address, before = at_fill(slug, filer), len(office.get("/groups"))
    replica.faults("busy_page", at="page")
    page = filer.page(address)
    assert (page.status_code, BUSY in page.text, "site-header" in page.text) == (200, True, True)
    assert BUSY not in filer.page(address).text
    replica.faults("busy_page", at="submit")
    path = "/new_card/x/submit" if slug == "new_card" else f"/{slug}/submit"
    assert filer.ask(path) == {"status": 200, "code": 500, "message": BUSY}
    assert len(office.get("/groups")) == before


@pytest.mark.parametrize("status", [503, 200])
def test_maintenance_is_all_there_is(soe: Visitor, replica: Replica, status: int) -> None:
    replica.faults("maintenance", status=status)
    for answer in (soe.page("/"), soe.page("/home"), soe.http.post("/my-applications/list", json={})):
        assert (answer.status_code, "<h1>系统维护</h1>" in answer.text) == (status, True)
    assert replica.groups() == []  # the back office is spared
    replica.clear_faults()
    assert soe.list()["code"] == 0


def test_somebody_else_signs_in_at_the_request(soe: Visitor, private: Visitor, replica: Replica) -> None:
    replica.faults("kicked", at="list", nth=2, account="demo-soe")
    assert soe.list()["code"] == 0
    lost = soe.list()
    assert (lost["status"], lost["code"], lost["message"]) == (401, 401, "您的账号已在其他地方登录")
    assert "您的账号已在其他地方登录" in soe.page("/home").text
    assert private.list()["code"] == 0
    first, *_, other = events(replica, "login")
    [kicked] = events(replica, "kicked")
    assert (kicked["session"], other["detail"]) == (first["session"], "elsewhere")
    assert soe.login()["code"] == 0
    assert soe.list()["code"] == 0


@pytest.mark.parametrize("name", ["kicked", "session_lost"])
def test_only_who_is_signed_in_can_lose_it(
    visit: Callable[..., Visitor], replica: Replica, name: str
) -> None:
    replica.faults(name)
    visitor = visit("demo-soe", sign_in=False)
    assert visitor.page("/login").status_code == 200
    assert visitor.login()["code"] == 0
    assert visitor.list()["status"] == 401
    assert visitor.login()["code"] == 0
    assert visitor.list()["code"] == 0


def test_nobody_signs_in_without_the_code_in_the_picture(
    visit: Callable[..., Visitor], replica: Replica
) -> None:
    replica.faults("captcha", nth=2)
    assert visit("demo-soe")  # the first sign-in is free
    visitor = visit("demo-soe", sign_in=False)
    assert "请输入验证码" in visitor.page("/login").text

    def sign_in(code: str) -> str:
        words = {"username": "demo-soe", "password": "Demo-soe-2026", "captcha": code}
        return str(visitor.http.post("/login", json=words).json().get("message", "ok"))

    assert sign_in("") == "请输入验证码"
    assert sign_in("ABCD") == "验证码错误"  # no picture was asked for
    picture = visitor.http.get("/captcha")
    assert picture.content.startswith(b"\x89PNG")
    assert sign_in("0000") == "验证码错误"
    assert sign_in(replica.captcha()) == "验证码错误"  # a picture is good for one answer
    visitor.http.get("/captcha")
    assert sign_in(replica.captcha()) == "ok"
    assert visitor.list()["code"] == 0
    replica.reset()
    assert replica.captcha() == ""
    assert visit("demo-soe", sign_in=False).login()["code"] == 0


def test_a_session_that_owes_a_code_gets_nowhere(soe: Visitor, private: Visitor, replica: Replica) -> None:
    replica.faults("captcha", at="detail", account="demo-soe")
    assert soe.list()["code"] == 0
    assert "请完成安全验证" in soe.page("/my-applications/of/early_card").text
    assert "请完成安全验证" in soe.page("/home").text
    assert soe.list() == {
        "status": 200,
        "code": 1,
        "message": "请完成安全验证",
        "messages": ["请完成安全验证"],
    }
    assert private.list()["code"] == 0
    soe.http.get("/captcha")
    assert soe.ask("/captcha", captcha=replica.captcha())["code"] == 0
    assert "我的办件_提前制卡" in soe.page("/my-applications/of/early_card").text
    assert soe.list()["code"] == 0


def test_a_list_can_hold_fewer_rows_than_its_total_says(soe: Visitor, replica: Replica) -> None:
    numbers = drafts(soe, 11)
    replica.faults("partial_list", times=1)
    part = soe.list()
    assert (part["total"], [row["group_no"] for row in part["rows"]]) == (11, numbers[1:10])
    assert [row["number"] for row in part["rows"]] == list(range(1, 10))
    assert len(soe.list()["rows"]) == 10
    replica.faults("partial_list", to="last_page")
    assert len(soe.list()["rows"]) == 10
    last = soe.list(page="2")
    assert (last["total"], last["rows"]) == (11, [])


def test_a_list_can_be_empty_and_say_so(soe: Visitor, replica: Replica) -> None:
    drafts(soe, 2)
    replica.faults("empty_list", times=1)
    empty = soe.list()
    assert (empty["code"], empty["total"], empty["rows"]) == (0, 0, [])
    assert soe.list()["total"] == 2


def test_a_detail_page_can_word_a_state_otherwise_than_the_list(soe: Visitor, replica: Replica) -> None:
    filed, other = replica.add_groups("demo-soe", 2, "待初审", "待复审")
    replica.faults("other_wording", field="待初审", to="窗口初审")
    assert {row["state"] for row in soe.list()["rows"]} == {"待初审", "待复审"}
    page = soe.page(f"/my-applications/{filed}").text
    assert '<td class="label">当前状态</td><td>窗口初审</td>' in page
    assert page.count("窗口初审</td>") == 2  # the member's too
    assert "窗口初审" not in soe.page(f"/my-applications/{other}").text


@pytest.mark.parametrize("slug", SLUGS)
def test_a_state_can_be_one_that_nobody_knows(
    filer: Filer, office: Office, replica: Replica, slug: str
) -> None:
    if slug == "new_card":
        group_no, _ = filer.draft(1)
        filer.letter(group_no)
        assert filer.submit(group_no)["code"] == 0
    else:
        group_no = filer.filed(slug, filer.sources(slug)[0]["key"])
    replica.faults("unknown_state", field=group_no)
    states = {row["group_no"]: row["state"] for row in filer.list()["rows"]}
    assert {no for no, state in states.items() if state == "业务流转中"} == {group_no}
    shown = '<td class="label">当前状态</td><td>业务流转中</td>'
    assert shown in filer.page(f"/my-applications/{group_no}").text
    assert office.group(group_no)["state"] == "待初审"
    replica.clear_faults()
    replica.faults("unknown_state", to="样例状态")
    draft = drafts(filer, 1)[0]
    states = {row["group_no"]: row["state"] for row in filer.list()["rows"]}
    assert (states[draft], states[group_no]) == ("暂存", "样例状态")


def test_uploads_can_be_slow_refused_or_stored_without_a_word(soe: Visitor, replica: Replica) -> None:
    def stored(key: str) -> bool:
        return soe.upload("NP02", PDF, upload_key=key).get("messages") == ["请先删除已上传的文件"]

    replica.faults("upload_slow", ms=150, times=1)
    begun = time.perf_counter()
    assert soe.upload("NP02", PDF, upload_key="a")["code"] == 0
    assert time.perf_counter() - begun >= 0.15
    replica.faults("upload_rejected")
    refused = soe.upload("NP02", PDF * 50_000, upload_key="b")
    assert (refused["status"], refused["code"], refused["messages"]) == (200, 1, ["文件格式不符合要求"])
    assert not stored("b")
    replica.faults("upload_error_after")
    answer = soe.upload("NP02", PDF, upload_key="c")
    assert (answer["status"], answer["message"]) == (500, BUSY)
    assert stored("c")
    replica.faults("upload_error_after", status=0)
    with pytest.raises(httpx.TransportError):
        soe.upload("NP02", PDF, upload_key="d")
    assert stored("d")


@pytest.mark.parametrize("slug", SLUGS)
def test_labels_can_have_other_names(filer: Filer, replica: Replica, slug: str) -> None:
    address = at_fill(slug, filer)
    usual = {
        "new_card": ("手机号", "联系方式"),
        "passport_change": ("新护照号码", "新护照编号"),
        "early_card": ("申请报告", "情况报告"),
        "card_replacement": ("换卡原因", "换补原因"),
        "card_cancellation": ("办理原因", "申办原因"),
    }
    word, other = usual[slug]
    cell = re.compile(rf"</em>({word}|{other})</(label|td)>")
    assert {found[0] for found in cell.findall(filer.page(address).text)} == {word}
    replica.faults("label_renamed")
    assert {found[0] for found in cell.findall(filer.page(address).text)} == {other}
    replica.clear_faults()
    replica.faults("label_renamed", field=word, to="样例 & 标签")
    assert f"</em>样例 &amp; 标签</{'td' if slug == 'early_card' else 'label'}>" in filer.page(address).text


@pytest.mark.parametrize("slug", SLUGS)
def test_a_portal_without_the_trap_refuses_a_second_group(
    filer: Filer, office: Office, replica: Replica, slug: str
) -> None:
    def press() -> dict[str, object]:
        if slug == "new_card":
            return filer.submit(group_no)
        return filer.ask(f"/{slug}/submit", upload_key="twice", **data)

    if slug == "new_card":
        group_no, _ = filer.draft(1)
        filer.letter(group_no)
    else:
        filer.papers(slug, "twice")
        data = filer.page_of(slug, filer.sources(slug)[0]["key"])
    before = len(office.get("/groups")) - (slug == "new_card")
    replica.faults("double_click_trap", times=1)
    first, second, third = press(), press(), press()
    assert (first["code"], second["code"], third["code"]) == (0, 0, 1)
    assert first["group_no"] != second["group_no"]
    assert len(office.get("/groups")) == before + 2
    twins = [office.group(str(one["group_no"])) for one in (first, second)]
    assert json.dumps(twins[0]["members"]) == json.dumps(twins[1]["members"])


@pytest.mark.parametrize(
    ("to", "wanted"),
    [
        ("mojibake", r"^attachment; filename\*=UTF-8''APEC%C3%A5[%\w.]+docx$"),
        ("missing", r"^attachment$"),
        ("do", r'^attachment; filename="downloadFile\.do"$'),
    ],
)
def test_what_is_downloaded_can_have_a_strange_name_or_none(
    soe: Visitor, replica: Replica, to: str, wanted: str
) -> None:
    group_no, member_id = soe.draft(1)
    replica.faults("garbled_download_name", to=to)
    soe.page("/home")
    answer = soe.page(f"/new_card/{group_no}/member/{member_id}/template?slot=NP01")
    assert re.match(wanted, answer.headers["content-disposition"])
    assert answer.content.startswith(b"PK")
