"""Files that an input names: where they may lie, and what they must be."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PIL import Image

from rpa.intake import UnfitError, check_file, default_limits, file_kind, load_limits

LIMITS = default_limits()


def picture(path: Path, size: tuple[int, int], *, kind: str = "JPEG", kilobytes: int = 30) -> Path:
    """A picture of a size; what JPEG readers skip at its end brings it to its kilobytes."""
    buffer = io.BytesIO()
    Image.new("RGB", size, "white").save(buffer, kind)
    path.write_bytes(buffer.getvalue().ljust(kilobytes * 1024, b"\0"))
    return path


def pdf(path: Path, *, pages: int = 1, password: str = "") -> Path:
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password)
    writer.write(path)
    return path


def refusal(path: Path, rule: str) -> str:
    with pytest.raises(UnfitError) as caught:
        check_file(path, LIMITS[rule])
    return str(caught.value)


@pytest.mark.parametrize(
    ("size", "word"), [((300, 380), "宽高比"), ((240, 320), "过小"), ((900, 1200), "过大")]
)
def test_a_photo_of_a_wrong_size_is_refused(tmp_path: Path, size: tuple[int, int], word: str) -> None:
    assert word in refusal(picture(tmp_path / "照片.jpg", size), "photo")


def test_all_faults_of_a_picture_are_told_at_once(tmp_path: Path) -> None:
    told = refusal(picture(tmp_path / "照片.png", (200, 150), kilobytes=9), "photo")
    assert told.split("；") == [
        "文件内容是 JPG，扩展名应为 .jpg、.jpeg",
        "文件过小，应不小于 20 KB",
        "图片宽高比应为 3:4",
        "图片像素过小，应不小于 300×400",
    ]


@pytest.mark.parametrize("size", [(300, 400), (600, 800), (303, 400), (450, 600)])
def test_a_photo_within_the_limits_passes(tmp_path: Path, size: tuple[int, int]) -> None:
    check_file(picture(tmp_path / "照片.JPG", size), LIMITS["photo"])


@pytest.mark.parametrize(("size", "word"), [((300, 200), "宽高比"), ((40, 20), "过小"), ((700, 350), "过大")])
def test_a_signature_of_a_wrong_size_is_refused(tmp_path: Path, size: tuple[int, int], word: str) -> None:
    assert word in refusal(picture(tmp_path / "签名.jpg", size), "signature")


@pytest.mark.parametrize(
    ("rule", "kilobytes", "word"),
    [("photo", 210, "200 KB"), ("signature", 101, "100 KB"), ("passport_page", 2100, "2 MB")],
)
def test_a_file_too_large_is_refused(tmp_path: Path, rule: str, kilobytes: int, word: str) -> None:
    assert word in refusal(picture(tmp_path / "a.jpg", (300, 400), kilobytes=kilobytes), rule)


@pytest.mark.parametrize(("rule", "word"), [("photo", "20 KB"), ("passport_page", "100 KB")])
def test_a_file_too_small_is_refused(tmp_path: Path, rule: str, word: str) -> None:
    assert word in refusal(picture(tmp_path / "a.jpg", (300, 400), kilobytes=1), rule)


def test_an_attachment_over_ten_megabytes_is_refused(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf")
    with path.open("ab") as file:
        file.truncate(10 * 2**20 + 1)
    assert "10 MB" in refusal(path, "attachment")


def test_the_kind_is_told_by_the_bytes_and_the_suffix_must_agree(tmp_path: Path) -> None:
    png = picture(tmp_path / "照片.jpg", (300, 400), kind="PNG")
    assert file_kind(png) == "png"
    assert "JPG" in refusal(png, "photo")
    wrong = picture(tmp_path / "证明.pdf", (300, 400))
    assert "扩展名" in refusal(wrong, "attachment")
    text = tmp_path / "证明.jpg"
    text.write_text("不是图片", encoding="utf-8")
    assert file_kind(text) is None
    assert "PDF、JPG、PNG" in refusal(text, "attachment")


def test_an_empty_a_cut_off_and_a_broken_file_are_refused(tmp_path: Path) -> None:
    empty = tmp_path / "a.jpg"
    empty.touch()
    assert "空" in refusal(empty, "photo")
    noise = Image.effect_noise((300, 400), 60).convert("RGB")
    noise.save(tmp_path / "b.jpg")
    (tmp_path / "b.jpg").write_bytes((tmp_path / "b.jpg").read_bytes()[: 30 * 1024])
    assert "损坏" in refusal(tmp_path / "b.jpg", "photo")
    broken = tmp_path / "c.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing more")
    assert "损坏" in refusal(broken, "attachment")


def test_a_pdf_with_a_password_or_without_pages_is_refused(tmp_path: Path) -> None:
    assert "密码" in refusal(pdf(tmp_path / "a.pdf", password="secret"), "attachment")
    assert "页面" in refusal(pdf(tmp_path / "b.pdf", pages=0), "attachment")
    check_file(pdf(tmp_path / "c.pdf"), LIMITS["attachment"])


def test_a_wrong_file_is_named_in_its_cell(sample: Any) -> None:
    picture(sample.folder / "new_card" / "A-1" / "照片.jpg", (300, 300))
    (problem,) = sample.problems()
    assert problem[:3] == ("成员", sample.cell("成员", "照片", 2), "照片")
    assert "3:4" in problem[3]
    assert sample.keys() == ["B"]


def test_backslashes_quotes_and_dots_lead_to_the_same_file(sample: Any) -> None:
    sample.set("成员", "照片", 2, '"new_card\\A-1\\照片.jpg"')
    sample.set("成员", "签名", 2, "./new_card/../new_card/A-1/签名.jpg")
    assert sample.problems() == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("/etc/hostname", "相对路径"),
        ("C:\\照片\\a.jpg", "相对路径"),
        ("\\\\server\\share\\a.jpg", "相对路径"),
        ("../a.jpg", "不在"),
        ("new_card\\..\\..\\a.jpg", "不在"),
        ("new_card", "文件夹"),
        ("new_card/没有.jpg", "找不到"),
        ("a\0b.jpg", "无效"),
        ("很" * 2000, "无效"),
    ],
)
def test_a_path_may_not_leave_the_inputs_folder(sample: Any, text: str, word: str) -> None:
    picture(sample.folder.parent / "a.jpg", (300, 400))
    tree = sample.document()
    tree["团组"][0]["成员"][0]["照片"] = text
    (problem,) = sample.problems(sample.write_json(tree))
    assert word in problem[3]
    assert problem[2] == "照片"


def test_a_link_may_not_lead_out_either(sample: Any) -> None:
    outside = picture(sample.folder.parent / "a.jpg", (300, 400))
    link = sample.folder / "new_card" / "link.jpg"
    try:
        link.symlink_to(outside)
    except OSError:
        pytest.skip("this system gives no links to everyone")
    sample.set("成员", "照片", 2, "new_card/link.jpg")
    assert "不在" in sample.problems()[0][3]
    assert sample.problems(allow_outside=True) == []


def test_a_link_to_itself_is_no_file(sample: Any) -> None:
    try:
        for name in ("loop.jpg", "loop.xlsx"):
            (sample.folder / name).symlink_to(name)
    except OSError:
        pytest.skip("this system gives no links to everyone")
    cell = sample.set("成员", "照片", 2, "loop.jpg")
    assert sample.problems() == [("成员", cell, "照片", "文件路径无效")]
    assert [problem[3] for problem in sample.problems(sample.folder / "loop.xlsx")] == ["找不到输入文件"]


def test_a_path_may_carry_marks_that_nobody_sees(sample: Any) -> None:
    sample.set("成员", "照片", 2, "\u202anew_card\\A-1\\照片.jpg")
    sample.set("成员", "签名", 2, "new_card/A-1/签名.jpg\u200b")
    assert sample.problems() == []


def test_an_input_that_is_no_file_is_told(sample: Any) -> None:
    said = {name: sample.problems(sample.folder / name)[0][3] for name in ("new_card", "很" * 300 + ".xlsx")}
    assert "文件夹" in said["new_card"]
    assert "无法读取" in said["很" * 300 + ".xlsx"]


def test_settings_may_let_paths_leave(sample: Any) -> None:
    outside = picture(sample.folder.parent / "a.jpg", (300, 400))
    sample.set("成员", "照片", 2, str(outside))
    sample.set("成员", "签名", 2, "../签名.jpg")
    (sample.folder / "new_card" / "A-1" / "签名.jpg").rename(sample.folder.parent / "签名.jpg")
    assert sample.problems(allow_outside=True) == []


def test_limits_are_data(tmp_path: Path) -> None:
    path = tmp_path / "files.yaml"
    path.write_text("photo:\n  kinds: [png]\n  max_kb: 50\n", encoding="utf-8")
    check_file(picture(tmp_path / "a.png", (10, 10), kind="PNG"), load_limits(path)["photo"])
    assert set(LIMITS) == {"photo", "signature", "passport_page", "attachment"}
