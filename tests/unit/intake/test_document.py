"""JSON and YAML: the same applications, the same complaints, with lines instead of cells."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest


def test_the_three_samples_are_the_same_applications(sample: Any) -> None:
    workbook, as_json, as_yaml = (
        [located.application for located in sample.read(sample.folder / name).applications]
        for name in ("new_card.xlsx", "new_card.json", "new_card.yaml")
    )
    assert len(workbook) == 2
    assert workbook == as_json == as_yaml


def test_english_names_and_nested_sections_are_taken_too(sample: Any) -> None:
    tree = sample.document()
    member = tree["团组"][0]["成员"][0]
    member["name"] = member.pop("姓名")
    member["passport"] = {"number": member.pop("护照号码"), "签发日期": member.pop("签发日期")}
    member["照片信息"] = {"portrait": member.pop("照片")}
    member["files"] = member.pop("附件")
    changed = {"business_type": "new_card", "groups": tree["团组"]}
    intake = sample.read(sample.write_json(changed))
    assert intake.problems == []
    assert intake.applications[0].application == sample.read().applications[0].application


def test_places_are_paths_and_lines(sample: Any) -> None:
    tree = sample.document()
    tree["团组"][1]["成员"][0]["手机号"] = "1"
    del tree["团组"][0]["成员"][1]["职务"]
    tree["团组"][0]["成员"][0]["附件"][1]["文件"] = "没有.pdf"
    path = sample.write_json(tree)
    lines = path.read_text(encoding="utf-8").splitlines()
    mobile = next(number for number, line in enumerate(lines, 1) if '"手机号": "1"' in line)
    gone = next(number for number, line in enumerate(lines, 1) if "没有.pdf" in line)
    problems = {problem[0]: problem[1:] for problem in sample.problems(path)}
    assert problems["团组[1].成员[0]"][:2] == (f"第{mobile}行", "手机号")
    assert problems["团组[0].成员[0].附件[1]"][:2] == (f"第{gone}行", "文件")
    sheet, cell, field, message = ("团组[0].成员[1]", *problems["团组[0].成员[1]"])
    assert (field, message) == ("职务", "必须填写")
    assert cell.startswith("第"), sheet


def test_yaml_knows_its_lines_and_its_own_days(sample: Any) -> None:
    path = sample.folder / "new_card.yaml"
    text = path.read_text(encoding="utf-8")
    assert "'1905-03-12'" in text or '"1905-03-12"' in text
    path.write_text(
        text.replace("'1905-03-12'", "1905-03-12").replace("手机号: '13900000011'", "手机号: '1'"), "utf-8"
    )
    line = next(
        number for number, one in enumerate(path.read_text("utf-8").splitlines(), 1) if "手机号: '1'" in one
    )
    assert sample.problems(path) == [
        ("团组[0].成员[0]", f"第{line}行", "手机号", "应为 11 位手机号（以 13–19 开头）")
    ]


@pytest.mark.parametrize("heading", ["身份证号", "手机号", "护照号码"])
def test_a_code_without_quotes_is_an_error(sample: Any, heading: str) -> None:
    tree = sample.document()
    tree["团组"][0]["成员"][0][heading] = 13900000011
    (problem,) = sample.problems(sample.write_json(tree))
    assert problem[2] == heading
    assert "引号" in problem[3]


@pytest.mark.parametrize(
    ("heading", "written", "word"),
    [
        ("部门", "0771001", "引号"),
        ("部门", "1.10", "引号"),
        ("部门", ".nan", "引号"),
        ("部门", "2026-11-23", "引号"),
        ("身份证号", "0123", "引号"),
    ],
)
def test_a_number_or_a_day_in_yaml_that_was_meant_as_text_is_an_error(
    sample: Any, heading: str, written: str, word: str
) -> None:
    path = sample.folder / "new_card.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(rf"{heading}: .*", f"{heading}: {written}", text, count=1), encoding="utf-8")
    (problem,) = sample.problems(path)
    assert problem[2] == heading
    assert word in problem[3]


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_a_key_twice_is_refused_with_its_line(tmp_path: Path, sample: Any, suffix: str) -> None:
    path = tmp_path / f"twice.{suffix}"
    path.write_text('{\n"业务类型": "new_card",\n"团组": [],\n"团组": []\n}\n', encoding="utf-8")
    assert sample.problems(path) == [("", "第4行", "", "同一对象中有重复的键")]


@pytest.mark.parametrize(
    ("suffix", "text", "message"),
    [
        ("json", '{"业务类型": ', "JSON 语法错误"),
        ("json", "[" * 100_000, "嵌套过深"),
        ("yaml", "业务类型: [\n", "YAML 语法错误"),
        ("yaml", "a: &x [*x", "YAML 语法错误"),
        ("json", '"text"', "最外层应为对象（或对象的列表），含“业务类型”和“团组”"),
        ("yaml", "", "最外层应为对象（或对象的列表），含“业务类型”和“团组”"),
        ("json", '{"团组": []}', "必须填写"),
        ("json", '{"业务类型": "签证", "团组": []}', "未知的业务类型，可填：新卡申办"),
        ("json", '{"业务类型": "新卡申办"}', "没有填写任何团组"),
        ("json", '{"业务类型": "新卡申办", "团组": {}}', "应为列表"),
        ("json", '{"业务类型": "新卡申办", "团组": [1]}', "应为对象"),
        ("json", "[]", "没有填写任何团组"),
        ("json", "9" * 5000, "有一个数字长得无法读取，请给它加上引号"),
        ("yaml", "? [[a]]\n: 1", "YAML 语法错误"),
        ("yaml", "生日: 1905-13-45", "有一个日期或数字无法读取（例如没有这一天），请核对，并给它加上引号"),
        ("yaml", "[" * 2000, "嵌套过深"),
    ],
)
def test_a_wrong_shape_is_told(tmp_path: Path, sample: Any, suffix: str, text: str, message: str) -> None:
    path = tmp_path / f"wrong.{suffix}"
    path.write_text(text, encoding="utf-8")
    assert [problem[3] for problem in sample.problems(path)] == [message]


def test_aliases_that_would_grow_without_end_are_not_followed(tmp_path: Path, sample: Any) -> None:
    path = tmp_path / "bomb.yaml"
    steps = [f"  - &a{step} [{', '.join([f'*a{step - 1}'] * 10)}]\n" for step in range(1, 10)]
    path.write_text(f"团组:\n  - &a0 [x]\n{''.join(steps)}业务类型: *a9\n", encoding="utf-8")
    assert "未知的业务类型" in sample.problems(path)[0][3]


def test_an_unknown_key_is_not_quoted(tmp_path: Path, sample: Any) -> None:
    path = tmp_path / "people.yaml"
    path.write_text(
        "业务类型: 新卡申办\n13900000011: x\n团组:\n  - 成员:\n      - 990000190503120012: x\n",
        encoding="utf-8",
    )
    found = [problem for problem in sample.problems(path) if problem[3] == "未知的项目"]
    assert [problem[:2] for problem in found] == [("", "第2行"), ("团组[0].成员[0]", "第5行")]


def test_another_encoding_is_told_and_a_byte_order_mark_accepted(tmp_path: Path, sample: Any) -> None:
    path = tmp_path / "gbk.json"
    path.write_bytes('{"业务类型": "新卡申办"}'.encode("gbk"))
    assert "UTF-8" in sample.problems(path)[0][3]
    marked = sample.folder / "marked.json"
    marked.write_bytes(b"\xef\xbb\xbf" + (sample.folder / "new_card.json").read_bytes())
    assert sample.problems(marked) == []


def test_an_unknown_key_or_the_same_field_twice_holds_the_group_back(sample: Any) -> None:
    tree = sample.document()
    tree["团组"][0]["成员"][0]["星座"] = "白羊"
    tree["团组"][1]["成员"][0]["name"] = "蓝样三"
    path = sample.write_json(tree)
    assert [problem[3] for problem in sample.problems(path)] == ["未知的项目", "同一项目写了两次"]
    assert sample.keys(path) == []


def test_keys_may_be_left_out(sample: Any) -> None:
    tree = sample.document()
    del tree["团组"][0]["团组编号"], tree["团组"][0]["成员"][1]["成员编号"]
    group = sample.read(sample.write_json(tree)).applications[0].application
    assert (group.key, [member.key for member in group.members]) == ("1", ["1", "2"])


def test_several_business_types_may_stand_in_one_file(sample: Any) -> None:
    tree = sample.document()
    parts = [{"业务类型": "new_card", "团组": [group]} for group in tree["团组"]]
    assert sample.keys(sample.write_json(parts)) == ["A", "B"]


def test_json_indented_by_tabs_still_knows_its_lines(sample: Any) -> None:
    tree = sample.document()
    tree["团组"][0]["成员"][0]["手机号"] = "1"
    path = sample.folder / "tabs.json"
    path.write_text(json.dumps(tree, ensure_ascii=False, indent="\t"), encoding="utf-8")
    assert sample.problems(path)[0][1].startswith("第")


def test_a_group_without_members_and_one_with_nothing(sample: Any) -> None:
    tree = sample.document()
    tree["团组"][0]["成员"] = []
    del tree["团组"][1]["成员"]
    problems = sample.problems(sample.write_json(tree))
    assert [(problem[0], problem[3]) for problem in problems] == [
        ("团组[0]", "没有成员，至少要有一个"),
        ("团组[1]", "没有成员，至少要有一个"),
    ]
