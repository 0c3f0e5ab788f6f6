"""What is written into a workbook or a document comes back as the same application."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from ruamel.yaml import YAML
from stdnum.iso7064 import mod_11_2

from rpa.intake import BusinessType, SheetSet, read

TODAY = date(2026, 11, 23)
FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=6)
PINYIN = st.text(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), min_size=1, max_size=12)
WORDS = (
    st.text(st.sampled_from("贸易合作（越南）、，；ABCabc019 -_/=#@'\"%&<>"), min_size=1, max_size=20)
    .map(str.strip)
    .filter(bool)
)


@st.composite
def person(draw: st.DrawFn, number: int) -> dict[str, Any]:
    """A member's headings, all right; the ID and passport numbers differ by `number`."""
    born = draw(st.dates(date(1900, 1, 1), date(1910, 12, 31)))
    body = f"990000{born:%Y%m%d}{number:02d}{draw(st.integers(0, 9))}"
    issued = draw(st.dates(date(2020, 1, 1), TODAY))
    held = draw(st.sampled_from("是否"))
    old_card = {"原卡号": f"CHN{number:08d}", "原卡有效期至": date(2024, 1, 1) + timedelta(number)}
    return {
        "姓名": draw(HAN),
        "身份证号": body + mod_11_2.calc_check_digit(body),
        "拼音姓": draw(PINYIN),
        "拼音名": draw(PINYIN),
        "性别": "男" if int(body[16]) % 2 else "女",
        "出生日期": born,
        "出生地点": draw(st.sampled_from(["广西壮族自治区", "北京市", "澳门特别行政区"])),
        "手机号": f"139000000{number:02d}",
        "部门": draw(st.none() | WORDS),
        "职务": draw(WORDS),
        "从事行业": draw(st.sampled_from(["商贸", "物流"])),
        "是否曾持有APEC卡": held,
        **(old_card if held == "是" else {}),
        "有无被拒签记录": "无",
        "有无犯罪记录": "无",
        "护照种类": "普通护照",
        "护照号码": f"EA{number:07d}",
        "签发日期": issued,
        "有效期至": issued + timedelta(3652),
        "签发地点": "广西壮族自治区",
        "签发机关": "国家移民管理局",
        "照片": "照片.jpg",
        "签名": "签名.jpg",
        "护照信息页": "护照信息页.jpg",
    }


@st.composite
def group(draw: st.DrawFn, number: int) -> dict[str, Any]:
    """A group's headings and members."""
    people = [draw(person(number * 10 + place)) for place in range(draw(st.integers(1, 3)))]
    return {
        "团组编号": f"G{number}",
        "申请事由": "与各经济体的贸易伙伴往来。" + draw(WORDS),
        "领取方式": "自取",
        "支付方式": draw(st.sampled_from(["在线支付", "窗口支付"])),
        "抬头类型": "个人",
        "发票抬头": draw(WORDS),
        "接收邮箱": "a@example.invalid",
        "成员": [{"成员编号": str(place), **one} for place, one in enumerate(people, 1)],
    }


GROUPS = st.integers(1, 3).flatmap(lambda count: st.tuples(*(group(number) for number in range(count))))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("round")
    for picture in (FIXTURES / "new_card" / "A-1").glob("*.jpg"):
        shutil.copy(picture, path)
    return path


def write_workbook(path: Path, groups: tuple[dict[str, Any], ...], types: Mapping[str, BusinessType]) -> None:
    book = Workbook(write_only=True)
    rows: dict[str, list[dict[str, Any]]] = {"团组": list(groups), "附件": []}
    rows["成员"] = [{"团组编号": one["团组编号"], **member} for one in groups for member in one["成员"]]
    for table in SheetSet.of(types["new_card"]).tables:
        sheet = book.create_sheet(table.sheet)
        headings = [column.heading for column in table.columns]
        sheet.append(headings)
        for row in rows[table.sheet]:
            sheet.append([_text(row.get(heading)) for heading in headings])
    book.save(path)


def _text(value: Any) -> Any:
    # A text that begins with = would be written as a formula; people type it into a text-formatted cell.
    return value.replace("=", "＝") if isinstance(value, str) else value


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(groups=GROUPS)
def test_the_same_input_in_three_formats_gives_the_same_applications(
    groups: tuple[dict[str, Any], ...], folder: Path, types: Mapping[str, BusinessType]
) -> None:
    clean: Any = json.loads(
        json.dumps(groups, default=str), object_hook=lambda row: {k: _text(v) for k, v in row.items()}
    )
    tree = {"业务类型": "新卡申办", "团组": clean}
    write_workbook(folder / "a.xlsx", groups, types)
    (folder / "a.json").write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    with (folder / "a.yaml").open("w", encoding="utf-8") as file:
        YAML().dump(tree, file)
    results = []
    for name in ("a.xlsx", "a.json", "a.yaml"):
        intake = read([folder / name], types, today=TODAY)
        assert intake.problems == []
        results.append([located.application for located in intake.applications])
    assert results[0] == results[1] == results[2]
    for wanted, got in zip(groups, results[0], strict=True):
        assert [member["身份证号"] for member in wanted["成员"]] == [member.id_no for member in got.members]
        assert type(got).model_validate_json(got.model_dump_json()) == got
