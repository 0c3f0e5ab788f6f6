"""What goes wrong has its exit code, its Chinese words and its JSON; and it leaves nothing running."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal
from openpyxl import load_workbook

from rpa.cases import CaseState, Ledger
from rpa.errors import NeedsPerson
from rpa.testing import Replica
from rpa.vault import open_vault

from .kit import Ywtb, closed_port, copied_samples, one_group, processes_of, put_scans


@pytest.mark.manual("L2")
def test_a_wrong_password_needs_a_person_and_is_tried_once(ywtb: Ywtb, replica: Replica) -> None:
    source = one_group(ywtb.work, "B", 账号="demo-wrong")
    ywtb.variables["YWTB_PASSWORD_DEMO_WRONG"] = "Not-the-password-1"
    ran = ywtb("submit", source, "--portal", replica.address, "--json")
    assert ran.code == 4, ran.text
    (case,) = ran.document["cases"]
    assert case["state"] == "needs_person"
    assert "密码" in case["error"]["message"]
    assert [event["kind"] for event in replica.events()].count("login_failed") == 1
    assert "Not-the-password-1" not in ran.text


def test_a_portal_that_cannot_be_reached_is_5_and_the_case_can_be_given_up(ywtb: Ywtb) -> None:
    source = one_group(ywtb.work, "B")
    ran = ywtb("submit", source, "--portal", closed_port(), "--json")
    assert ran.code == 5, ran.text
    (case,) = ran.document["cases"]
    assert (case["state"], case["error"]["kind"], case["group_no"]) == ("received", "PortalFault", None)
    short = case["id"].partition("-")[2]
    unasked = ywtb("abandon", short, "--json")
    assert unasked.code == 2
    assert "--yes" in unasked.document["error"]["advice"]
    given_up = ywtb("abandon", short, "--yes", "--json")
    assert given_up.code == 0
    assert given_up.document["cases"][0]["state"] == "abandoned"
    assert ywtb("abandon", short, "--yes").code == 1
    nothing = ywtb("resume", "--json")
    assert (nothing.code, nothing.document) == (0, {"cases": []})


def test_a_bad_workbook_is_refused_with_its_cells_and_without_a_browser(ywtb: Ywtb) -> None:
    workbook = copied_samples(ywtb.work)
    book = load_workbook(workbook)
    people = book["成员"]
    column = [cell.value for cell in people[1]].index("身份证号") + 1
    cells = [people.cell(row, column) for row in (2, 3, 4)]
    for cell in cells:
        cell.value = "990000190503120013"
    book.save(workbook)
    ywtb.variables["YWTB_BROWSER"] = str(ywtb.work / "no-browser-here")
    for command in (["check"], ["submit", "--portal", closed_port()]):
        ran = ywtb(command[0], workbook.name, *command[1:], "--json")
        assert ran.code == 3
        wrong = [problem for problem in ran.document["errors"] if problem["field"] == "身份证号"]
        assert [problem["cell"] for problem in wrong][:1] == ["E2"] or all(
            problem["cell"] for problem in wrong
        )
        assert all(set(problem) == {"file", "sheet", "cell", "field", "message"} for problem in wrong)
        assert b"990000190503120013" not in ran.out + ran.err


@pytest.mark.manual("N3")
def test_thousands_of_errors_are_all_told_at_once(ywtb: Ywtb) -> None:
    workbook = copied_samples(ywtb.work)
    book = load_workbook(workbook)
    for row in range(5, 105):
        book["成员"].cell(row, 1).value, book["成员"].cell(row, 2).value = "A", f"x{row}"
    book.save(workbook)
    told = ywtb("check", workbook)
    problems = ywtb("check", workbook, "--json").document["errors"]
    assert (told.code, len(problems)) == (3, 2100)
    lines = set(told.text.splitlines())
    assert all(
        " ".join(one[part] for part in ("sheet", "cell", "field", "message")) in lines for one in problems
    )


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="only a plain user of POSIX can be kept out")
def test_an_input_that_may_not_be_read_says_what_to_do(ywtb: Ywtb) -> None:
    workbook = copied_samples(ywtb.work)
    workbook.chmod(0)
    ran = ywtb("check", workbook, "--json")
    assert ran.code == 3
    (problem,) = ran.document["errors"]
    assert "无法读取" in problem["message"]


def test_good_groups_go_on_beside_refused_ones(ywtb: Ywtb, replica: Replica) -> None:
    workbook = copied_samples(ywtb.work)
    book = load_workbook(workbook)
    sheet = book["团组"]
    headings = [cell.value for cell in sheet[1]]
    sheet.cell(2, headings.index("账号") + 1).value = None  # group A names nobody
    book.save(workbook)
    ran = ywtb("submit", workbook, "--portal", replica.address, "--json")
    assert ran.code == 3, ran.text
    (problem,) = ran.document["errors"]
    assert (problem["sheet"], problem["field"], problem["cell"][-1]) == ("团组", "账号", "2")
    (case,) = ran.document["cases"]
    assert (case["account"], case["state"]) == ("demo-private", "awaiting_signature")
    assert [group["account"] for group in replica.groups()] == ["demo-private"]


def test_without_a_password_nothing_is_started(ywtb: Ywtb) -> None:
    source = one_group(ywtb.work, "B", 账号=None)
    ywtb.variables["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    ran = ywtb("submit", source, "--portal", closed_port(), "--account", "nobody", "--json")
    assert ran.code == 2
    assert "YWTB_PASSWORD_NOBODY" in ran.document["error"]["advice"]


def test_all_passwords_that_are_missing_are_told_at_once(ywtb: Ywtb) -> None:
    workbook = copied_samples(ywtb.work)
    book = load_workbook(workbook)
    sheet = book["团组"]
    column = [cell.value for cell in sheet[1]].index("账号") + 1
    for row, account in ((2, "unit-one"), (3, "unit-two")):
        sheet.cell(row, column).value = account
    book.save(workbook)
    ywtb.variables["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    ran = ywtb("submit", workbook, "--portal", closed_port(), "--json")
    assert ran.code == 2
    assert ran.document["error"]["where"] == "unit-one、unit-two"
    assert "YWTB_PASSWORD_UNIT_ONE、YWTB_PASSWORD_UNIT_TWO" in ran.document["error"]["advice"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["submit", "x.xlsx", "--portal", "nirgends"], "没有名为“nirgends”的网站配置"),
        (["submit", "x.xlsx", "--portal", "ftp://x/"], "网站地址有误"),
        (["cases", "7777"], "没有这个编号的办件"),
        (["cases", "--state", "asleep"], "没有“asleep”这个状态"),
        (["resume", "7777"], "没有这个编号的办件"),
        (["template", "dog_licence", "-o", "x.xlsx"], "没有业务类型"),
        (["check", "a.xlsx", "b.xlsx", "--annotate", "c.xlsx"], "只能标注一个"),
        (["sync", "--portal", "http://127.0.0.1:9/", "--bla"], "没有选项 --bla"),
        (["submit"], "缺少 文件"),
        (["mock", "--port", "x"], "--port 的值无效"),
        (["fly"], "没有命令"),
    ],
)
def test_wrong_use_is_2_and_told_in_chinese(ywtb: Ywtb, words: list[str], said: str) -> None:
    ran = ywtb(*words, "--json")
    assert ran.code == 2
    assert said in ran.document["error"]["message"]
    assert said in ran.err.decode("utf-8")
    assert "Traceback" not in ran.text


def test_a_ledger_that_is_none_is_told_without_a_traceback(ywtb: Ywtb) -> None:
    ywtb.home.mkdir()
    (ywtb.home / "ledger.db").write_bytes(b"not a database at all" * 100)
    ran = ywtb("cases", "--json")
    assert ran.code == 2
    assert ran.document["error"]["kind"] == "LedgerBroken"
    assert "Traceback" not in ran.text


@pytest.mark.manual("N9")
def test_what_needed_a_person_goes_on_and_a_scan_that_is_none_is_told(ywtb: Ywtb) -> None:
    address = closed_port()
    source = one_group(ywtb.work, "B")
    (case,) = ywtb("submit", source, "--portal", address, "--json").document["cases"]
    _give_to_a_person(ywtb.home, case["id"])
    with Replica(port=int(address.rpartition(":")[2])) as replica:
        ran = ywtb("resume", "--json")
        assert ran.code == 0, ran.text
        (case,) = ran.document["cases"]
        assert (case["state"], case["error"]) == ("awaiting_signature", None)
        (group,) = replica.groups()
        assert (group["group_no"], group["state"]) == (case["group_no"], "暂存")
    put_scans(ran.document)
    blank = Path(case["to_sign"][0]["path"])
    scan = blank.parent.parent / "signed" / f"{blank.stem}.pdf"
    scan.write_bytes(b"no scan at all")
    refused = ywtb("resume", case["id"], "--json")  # no portal is there any more, and none is needed
    assert refused.code == 4
    (case,) = refused.document["cases"]
    assert (case["state"], case["error"]["kind"]) == ("awaiting_signature", "NeedsPerson")


def _give_to_a_person(home: Path, case_id: str) -> None:
    async def move() -> None:
        url = f"sqlite+aiosqlite:///{(home / 'ledger.db').as_posix()}"
        async with await Ledger.open(url, open_vault(home)) as ledger:
            await ledger.move(case_id, CaseState.PREPARING)
            await ledger.move(case_id, CaseState.NEEDS_PERSON, error=NeedsPerson("请查看"))

    with start_blocking_portal() as portal:  # browser tests keep a loop running in the main thread
        portal.call(move)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to a whole console")
@pytest.mark.parametrize("how", ["Ctrl-C", "SIGTERM", "SIGTERM to all"])
def test_a_kind_end_parks_the_case_and_leaves_nothing_running(ywtb: Ywtb, replica: Replica, how: str) -> None:
    source = one_group(ywtb.work, "B")
    process = ywtb.start("submit", source, "--portal", replica.address, "--json", start_new_session=True)
    assert process.stderr is not None
    for line in process.stderr:
        if "正在填报".encode() in line:
            break
    number = signal.SIGINT if how == "Ctrl-C" else signal.SIGTERM
    # a terminal and systemd send it to the program and its helpers, a person with `kill` to the program alone
    (os.kill if how == "SIGTERM" else os.killpg)(process.pid, number)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert '"kind": "Interrupted"' in out.decode("utf-8")
    with closing(sqlite3.connect(ywtb.home / "ledger.db")) as ledger:
        assert ledger.execute("SELECT count(*) FROM leases").fetchone() == (0,)
        assert ledger.execute("SELECT state FROM cases").fetchall() == [("received",)]
    assert not processes_of(ywtb.home)
