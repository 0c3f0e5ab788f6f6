"""A business type of somebody else's distribution is filed like our own; no file of the engine knows of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from rpa.testing import Replica
from tests.cli.kit import Ywtb
from tests.flows.clerk import write_scan

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "worn_card"
ROWS = {
    "旧卡换新_团组": {
        "团组编号": "A",
        "账号": "demo-soe",
        "抬头类型": "企业",
        "发票抬头": "广西样例国有贸易集团有限公司",
        "税号": "91990000MA0000001B",
        "接收邮箱": "finance@soe.example.invalid",
    },
    "旧卡换新_成员": {
        "团组编号": "A",
        "成员编号": "1",
        "姓名": "卢样卡",
        "身份证号": "990000190202020034",
        "卡号": "CHN00000001",
    },
    "旧卡换新_附件": {"团组编号": "A", "材料名称": "原卡正反面扫描件", "文件": "card.pdf"},
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which pip has put the example."""
    folder = tmp_path_factory.mktemp("outside")
    source = shutil.copytree(EXAMPLE, folder / "source")  # a build leaves traces where it is made
    command = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--no-deps",
        "--no-index",
    ]
    done = subprocess.run(
        [*command, "--no-build-isolation", "--target", str(folder / "site"), str(source)],
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


@pytest.mark.long
def test_a_sixth_business_type_is_filed_from_its_own_distribution(
    installed: Path, replica: Replica, tmp_path: Path
) -> None:
    paths = [str(installed), os.environ.get("PYTHONPATH", "")]
    search = os.pathsep.join(path for path in paths if path)
    ywtb = Ywtb(tmp_path / "home", tmp_path, {"PYTHONPATH": search})
    assert ywtb("template", "旧卡换新", "-o", "in.xlsx").code == 0
    book = load_workbook(tmp_path / "in.xlsx")
    for sheet, row in ROWS.items():
        headings = [cell.value.rstrip("*") for cell in book[sheet][1]]
        for heading, value in row.items():
            book[sheet].cell(2, headings.index(heading) + 1, value)
    book.save(tmp_path / "in.xlsx")
    write_scan(tmp_path / "card.pdf")

    submit = ("submit", "in.xlsx", "--portal", replica.address, "--json")
    ran = ywtb(*submit)
    [case] = ran.document["cases"]
    assert (case["business_type"], case["state"]) == ("worn_card", "awaiting_signature"), ran.text
    for form in case["to_sign"]:
        blank = Path(form["path"])
        write_scan(blank.parent.parent / "signed" / f"{blank.stem}.pdf")
    ran = ywtb(*submit)
    [case] = ran.document["cases"]
    assert (case["state"], case["error"]) == ("submitted", None), ran.text
    group = replica.group(case["group_no"])
    assert group["fields"]["换卡原因"] == "旅行卡旧卡破损"
    assert [member["fields"]["卡号"] for member in group["members"]] == ["CHN00000001"]
    assert [account["groups"][0]["group_no"] for account in _swept(ywtb, replica)] == [case["group_no"]]


def _swept(ywtb: Ywtb, replica: Replica) -> list[dict[str, list[dict[str, str]]]]:
    ran = ywtb("sync", "--account", "demo-soe", "--portal", replica.address, "--json")
    assert ran.code == 0, ran.text
    return list(ran.document["accounts"])
