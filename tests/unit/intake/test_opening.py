"""Is it a workbook at all, and do its formulas have results? Each no in its own words."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import msoffcrypto
import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook


def test_a_formula_without_a_stored_result_is_an_error(sample: Any) -> None:
    cell = sample.set("成员", "职务", 2, '="业务"&"经理"')
    (problem,) = sample.problems()
    assert problem[:3] == ("成员", cell, "职务")
    assert "公式" in problem[3]


def test_a_formula_is_seen_in_a_file_that_writes_its_tags_with_a_prefix(sample: Any) -> None:
    cell = sample.set("成员", "部门", 2, '="国际"&"部"')
    part = "xl/worksheets/sheet2.xml"
    with zipfile.ZipFile(sample.workbook) as archive:
        content = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", archive.read(part))
    content = content.replace(b'xmlns="', b'xmlns:x="')
    sample.workbook.write_bytes(_spoiled(sample.workbook, part, content))
    assert [problem[:3] for problem in sample.problems()] == [("成员", cell, "部门")]


def test_a_formula_with_a_stored_result_gives_the_result(sample: Any) -> None:
    cell = sample.set("成员", "职务", 2, '="业务"&"经理"')
    _store_result(sample.workbook, cell, "业务经理")
    intake = sample.read()
    assert intake.problems == []
    assert intake.applications[0].application.members[0].position == "业务经理"


def _store_result(path: Path, cell: str, result: str) -> None:
    """What Excel does when it saves: the result beside the formula."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, content in parts.items():
        if name.startswith("xl/worksheets/sheet"):
            pattern = rf'(<c r="{cell}"[^>]*?)(?: t="\w+")?>(<f>.*?</f>)<v ?/?>(?:</v>)?</c>'
            text = re.sub(pattern, rf'\1 t="str">\2<v>{result}</v></c>', content.decode("utf-8"))
            parts[name] = text.encode("utf-8")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_what_is_not_a_workbook_is_told_apart(sample: Any, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    messages = {}
    for name, content in {
        "text": b"not a workbook at all",
        "empty": b"",
        "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "cut": sample.workbook.read_bytes()[:4000],
    }.items():
        path.write_bytes(content)
        ((_, _, _, messages[name]),) = sample.problems(path)
    assert "不是 Excel 工作簿" in messages["text"]
    assert "空" in messages["empty"]
    assert "不是 Excel 工作簿" in messages["ole"]
    assert "损坏" in messages["cut"]


def _spoiled(workbook: Path, part: str, content: bytes) -> bytes:
    """The workbook's bytes with one of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(workbook) as archive, zipfile.ZipFile(out, "w") as copy:
        for name in archive.namelist():
            copy.writestr(name, content if name == part else archive.read(name))
    return out.getvalue()


def test_a_sheet_that_breaks_off_is_a_damaged_workbook(sample: Any, tmp_path: Path) -> None:
    part = "xl/worksheets/sheet2.xml"
    with zipfile.ZipFile(sample.workbook) as archive:
        whole = archive.read(part)
    path = tmp_path / "x.xlsx"
    for content in (whole[: len(whole) // 2], b"<f>" + whole):
        path.write_bytes(_spoiled(sample.workbook, part, content))
        ((_, _, _, message),) = sample.problems(path)
        assert "损坏" in message
        assert sample.keys(path) == []


@pytest.mark.parametrize(("name", "word"), [("x.xls", "扩展名"), ("x.xlsb", "扩展名"), ("x.xlsx", "xlsb")])
def test_a_workbook_under_another_kind_of_name_is_told_apart(
    sample: Any, tmp_path: Path, name: str, word: str
) -> None:
    path = tmp_path / name
    path.write_bytes(sample.workbook.read_bytes())
    if word == "xlsb":
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("xl/workbook.bin", b"")
    ((_, _, _, message),) = sample.problems(path)
    assert word in message


def test_a_workbook_of_the_strict_format_is_told(sample: Any, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    content = b'<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>'
    path.write_bytes(_spoiled(sample.workbook, "xl/workbook.xml", content))
    ((_, _, _, message),) = sample.problems(path)
    assert "另存为" in message


def test_a_password_protected_workbook_is_told(sample: Any, tmp_path: Path) -> None:
    path = tmp_path / "locked.xlsx"
    with path.open("wb") as out:
        OOXMLFile(io.BytesIO(sample.workbook.read_bytes())).encrypt("secret", out)
    with path.open("rb") as file:
        assert msoffcrypto.OfficeFile(file).is_encrypted()
    ((_, _, _, message),) = sample.problems(path)
    assert "密码" in message


def test_a_workbook_of_something_else_is_told(sample: Any, tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    Workbook().save(path)
    ((_, _, _, message),) = sample.problems(path)
    assert "团组、成员、附件" in message


def test_other_files_and_missing_ones_are_told(sample: Any, tmp_path: Path) -> None:
    other = tmp_path / "x.csv"
    other.write_text("a,b", encoding="utf-8")
    messages = [problem[3] for problem in sample.problems(other, tmp_path / "none.xlsx")]
    assert messages == ["不支持的输入文件；应为 .xlsx、.json 或 .yaml", "找不到输入文件"]


def test_a_file_that_cannot_be_opened_is_told(sample: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.open

    def locked(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.suffix == ".xlsx":
            raise PermissionError
        return real(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", locked)
    assert "关闭" in sample.problems()[0][3]


def test_one_file_is_read_once(sample: Any) -> None:
    assert sample.keys(sample.workbook, sample.workbook) == ["A", "B"]
