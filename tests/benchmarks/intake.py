"""Reads a workbook of 10,000 members, each with two attachments, and prints what it took: `make bench-intake`."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from stdnum.iso7064 import mod_11_2

from flows.new_card import NewCard
from rpa.intake import SheetSet, read
from rpa.intake.columns import Table

ROOT = Path(__file__).resolve().parents[2]
PER_GROUP = 20


class NewCardType:
    """The business type, as intake wants it."""

    business_type, title, model = "new_card", "新卡申办", NewCard


def member(number: int) -> dict[str, Any]:
    """The headings of one of many members."""
    body = f"9900001905{1 + number // 1000 % 12:02d}{1 + number // 12000 % 28:02d}{number % 1000:03d}"
    return {
        "团组编号": f"G{number // PER_GROUP}",
        "成员编号": str(number % PER_GROUP + 1),
        "姓名": "覃样例",
        "身份证号": body + mod_11_2.calc_check_digit(body),
        "拼音姓": "QIN",
        "拼音名": "YANGLI",
        "性别": "男" if int(body[16]) % 2 else "女",
        "出生日期": f"{body[6:10]}-{body[10:12]}-{body[12:14]}",
        "出生地点": "广西壮族自治区",
        "手机号": f"139{number:08d}",
        "职务": "业务经理",
        "从事行业": "商贸",
        "有无被拒签记录": "无",
        "有无犯罪记录": "无",
        "护照种类": "普通护照",
        "护照号码": f"EA{number:07d}",
        "签发日期": "2025/3/10",
        "有效期至": date(2035, 3, 9),
        "签发地点": "广西壮族自治区",
        "签发机关": "国家移民管理局",
        "照片": "照片.jpg",
        "签名": "签名.jpg",
        "护照信息页": "护照信息页.jpg",
    }


def group(number: int) -> dict[str, Any]:
    """The headings of one of many groups."""
    return {
        "团组编号": f"G{number}",
        "申请事由": "与各经济体的贸易伙伴长期往来，需频繁出访。",
        "领取方式": "自取",
        "支付方式": "窗口支付",
        "抬头类型": "个人",
        "发票抬头": "样例",
        "接收邮箱": "a@example.invalid",
    }


def attachments(number: int) -> list[dict[str, Any]]:
    """The headings of a member's attachments."""
    whose = {"团组编号": f"G{number // PER_GROUP}", "成员编号": str(number % PER_GROUP + 1)}
    return [{**whose, "材料名称": name, "文件": "证明.pdf"} for name in ("身份证正反面", "往来证明")]


def prepare(folder: Path) -> None:
    """The files that every row names."""
    for picture in (ROOT / "fixtures" / "new_card" / "A-1").glob("*.jpg"):
        shutil.copy(picture, folder)
    shutil.copy(ROOT / "fixtures" / "new_card" / "A-1" / "身份证正反面.pdf", folder / "证明.pdf")


def write(path: Path, members: int) -> None:
    """The workbook."""
    groups, people, files = SheetSet.of(NewCardType()).tables
    book = Workbook(write_only=True)
    _sheet(book, groups, [group(number) for number in range((members + PER_GROUP - 1) // PER_GROUP)])
    _sheet(book, people, [member(number) for number in range(members)])
    _sheet(book, files, [one for number in range(members) for one in attachments(number)])
    book.save(path)


def _sheet(book: Workbook, table: Table, rows: list[dict[str, Any]]) -> None:
    sheet = book.create_sheet(table.sheet)
    headings = [column.heading for column in table.columns]
    sheet.append(headings)
    for row in rows:
        sheet.append([row.get(heading) for heading in headings])


def peak_megabytes() -> float:
    """The most memory this process has had; psutil knows it on Windows only."""
    try:
        import resource
    except ImportError:
        import psutil

        return psutil.Process().memory_info().peak_wset / 2**20  # type: ignore[no-any-return,attr-defined,unused-ignore]
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes / (2**20 if sys.platform == "darwin" else 2**10)


def main() -> None:
    """Prints rows, seconds, processor seconds and the most memory the whole process had."""
    members = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        path = folder / "many.xlsx"
        write(path, members)
        start, busy = time.perf_counter(), time.process_time()
        intake = read([path], {"new_card": NewCardType()}, today=date(2026, 11, 23))
        seconds, busy = time.perf_counter() - start, time.process_time() - busy
        if intake.problems or sum(len(one.application.members) for one in intake.applications) != members:
            raise SystemExit(f"unexpected: {len(intake.problems)} problems")
    print(
        f"intake: {members} members, {2 * members} attachments, {seconds:.2f} s"
        f" ({busy:.2f} s of the processor), at most {peak_megabytes():.0f} MB"
    )


if __name__ == "__main__":
    main()
