"""The commands that need no portal, and those that are one."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest
from openpyxl import load_workbook

from rpa.cli import main
from rpa.testing import Replica

from .kit import Ywtb, copied_samples

COMMANDS = [
    "demo",
    "mock",
    "template",
    "check",
    "submit",
    "cases",
    "resume",
    "abandon",
    "sync",
    "report",
    "account",
    "serve",
    "schedule",
]


def test_starting_loads_no_browser_and_no_database() -> None:
    code = "import sys, rpa.cli; print([name for name in ('playwright', 'sqlalchemy', 'starlette', 'rich') if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_check_loads_no_database(ywtb: Ywtb) -> None:
    workbook = copied_samples(ywtb.work)
    code = f"import sys; from rpa.cli import main; main(['check', {str(workbook)!r}]); print('sqlalchemy' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, env=ywtb.environment, check=True)
    assert ran.stdout.split()[-1] == b"False"


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS), ["account", "login"]])
def test_help_is_chinese(ywtb: Ywtb, command: list[str]) -> None:
    ran = ywtb(*command, "--help")
    assert ran.code == 0
    assert "用法：" in ran.text
    assert not [
        word for word in ("Usage", "Options", "Show this", "default:", "required") if word in ran.text
    ]
    assert not ran.err


def test_help_loses_no_word_to_markup(ywtb: Ywtb) -> None:
    for words in (["serve", "--help"], ["schedule", "--help"], ["--help"]):
        said = ywtb(*words).text
        assert said.count("[schedules]") == (2 if words == ["--help"] else 1)
        assert "\\[" not in said


def test_the_version_is_told(ywtb: Ywtb) -> None:
    assert ywtb("--version").out.decode().startswith("ywtb 0.")


def test_stdout_is_utf8_whatever_the_system_says(ywtb: Ywtb) -> None:
    ywtb.variables |= {"PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"}
    ran = ywtb("check", "没有这个文件.xlsx", "--json")
    assert ran.code == 3
    assert ran.document["errors"][0]["message"] == "找不到输入文件"


def test_check_counts_the_good_groups_and_warns(ywtb: Ywtb) -> None:
    workbook = copied_samples(ywtb.work)
    ran = ywtb("check", workbook, "--json")
    assert ran.code == 0
    document = ran.document
    assert (document["ok"], document["applications"], document["errors"]) == (True, 2, [])
    assert isinstance(document["warnings"], list)
    assert "2 个团组可以申报" in ywtb("check", workbook).text


def test_check_hands_the_workbook_back_annotated(ywtb: Ywtb) -> None:
    workbook = copied_samples(ywtb.work)
    book = load_workbook(workbook)
    book["成员"].cell(2, 3).value = None
    book.save(workbook)
    ran = ywtb("check", workbook, "--annotate", "标注.xlsx", "--json")
    assert ran.code == 3
    (problem,) = [one for one in ran.document["errors"] if one["cell"] == "C2"]
    cell = load_workbook(ywtb.work / "标注.xlsx")[problem["sheet"]]["C2"]
    assert problem["message"] in cell.comment.text


def test_what_cannot_be_annotated_is_checked_all_the_same(ywtb: Ywtb) -> None:
    workbook = copied_samples(ywtb.work)
    (ywtb.work / "开着.xlsx").mkdir()
    locked = ywtb("check", workbook, "--annotate", "开着.xlsx", "--json")
    assert (locked.code, locked.document["applications"]) == (2, 2)
    assert "无法写入工作簿" in locked.text
    workbook.write_bytes(workbook.read_bytes()[:4000])
    damaged = ywtb("check", workbook, "--annotate", "标注.xlsx", "--json")
    assert (damaged.code, len(damaged.document["errors"])) == (3, 1)
    assert not (ywtb.work / "标注.xlsx").exists()
    other = ywtb("check", "new_card.json", "--annotate", "标注.xlsx")
    assert other.code == 2
    assert "只能标注" in other.text


def test_a_template_is_never_overwritten_unasked(ywtb: Ywtb) -> None:
    made = ywtb("template", "新卡申办", "-o", "空白.xlsx", "--json")
    assert made.code == 0
    path = Path(made.document["path"])
    path.write_bytes(b"a clerk's work")
    assert ywtb("template", "new_card", "-o", "空白.xlsx").code == 2
    assert path.read_bytes() == b"a clerk's work"
    assert ywtb("template", "new_card", "-o", "空白.xlsx", "--force").code == 0
    assert load_workbook(path).sheetnames[:3] == ["团组", "成员", "附件"]
    empty = ywtb("check", path, "--json")
    assert (empty.code, empty.document["applications"]) in ((0, 0), (3, 0))


def test_mock_serves_until_it_is_told_to_end(ywtb: Ywtb) -> None:
    process = ywtb.start("mock", "--port", "0", "--no-open", "--json")
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line.decode("utf-8")
        if line.rstrip() == b"}":
            break
    told = json.loads(text)
    assert [one["account"] for one in told["accounts"]] == ["demo-soe", "demo-private"]
    opener = build_opener(ProxyHandler({}))
    with opener.open(told["address"], timeout=10) as answer:
        assert "一网通办" in answer.read().decode("utf-8")
    with opener.open(told["backoffice"], timeout=10) as answer:
        assert json.load(answer) == []
    process.send_signal(signal.SIGINT if sys.platform != "win32" else signal.SIGTERM)
    rest, err = process.communicate(timeout=20)
    assert rest == b""
    if sys.platform != "win32":
        assert (process.returncode, err.decode("utf-8").strip()) == (0, "仿真网站已停止。")


def test_mock_says_when_its_port_is_taken(ywtb: Ywtb, replica: Replica) -> None:
    port = replica.address.rpartition(":")[2]
    ran = ywtb("mock", "--port", port, "--no-open", "--json")
    assert ran.code == 2
    assert "--port" in ran.document["error"]["advice"]


def test_accounts_are_kept_in_the_keyring_and_never_shown(ywtb: Ywtb) -> None:
    ywtb.variables["PYTHON_KEYRING_BACKEND"] = "tests.cli.keyring_file.Keyring"
    ywtb.variables["PYTHONPATH"] = str(Path(__file__).parents[2])
    words = ("--portal", "gxzf", "--json")
    assert ywtb("account", "list", *words).document["accounts"] == []
    added = ywtb("account", "add", "gx-unit", "--password-stdin", *words, said="Secret-例-77\n".encode())
    assert (added.code, added.document["saved"]) == (0, True)
    assert ywtb("account", "list", *words).document == {"portal": "gxzf", "accounts": ["gx-unit"]}
    assert "Secret" in (ywtb.home.parent / "keyring.json").read_text(encoding="utf-8")
    assert ywtb("account", "remove", "gx-unit", *words).code == 0
    assert ywtb("account", "remove", "gx-unit", *words).code == 2
    assert ywtb("account", "add", "gx-unit", *words).code == 2  # nobody there to ask
    assert not [said for said in ywtb.said if b"Secret" in said]
    kept = [path for path in ywtb.home.rglob("*") if path.is_file() and b"Secret" in path.read_bytes()]
    assert not kept


@pytest.mark.manual("L1")
@pytest.mark.manual("L2")
def test_a_login_is_tried_once(ywtb: Ywtb, replica: Replica) -> None:
    ran = ywtb("account", "login", "demo-soe", "--portal", replica.address, "--json")
    assert ran.code == 0, ran.text
    assert ran.document["signed_in"] is True
    assert [event["kind"] for event in replica.events() if event["kind"].startswith("login")] == ["login"]


def test_a_demo_takes_no_folder_with_something_in_it(ywtb: Ywtb) -> None:
    (ywtb.work / "已有").mkdir()
    (ywtb.work / "已有" / "ledger.db").touch()
    ran = ywtb("demo", "--keep", "已有", "--json")
    assert ran.code == 2
    assert "空文件夹" in ran.document["error"]["message"]


def test_an_error_nobody_foresaw_is_one_line_and_a_masked_story(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the card of 990000190503120012 got lost")

    monkeypatch.setattr("rpa.cli.inputs.read", broken)
    assert main(["check", "x.xlsx", "--json", "--portal", "mock"]) == 1
    said = capsys.readouterr()
    error = json.loads(said.out)["error"]
    assert error["message"] == "程序内部错误（RuntimeError）"
    assert len(said.err.strip().splitlines()) == 1
    story = Path(error["where"])
    assert story.parent == home / "errors"
    text = story.read_text(encoding="utf-8")
    assert "the card of ＊＊＊ got lost" in text
    assert "990000190503120012" not in text + said.out + said.err
    shutil.rmtree(story.parent)
