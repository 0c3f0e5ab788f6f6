"""Manual 2.1.1, 新建团组: from 办理须知 to 保存并下一步."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader

from rpa.desk import Desk
from rpa.screen import Screen
from rpa.testing.regression.conftest import AtDesk
from rpa.testing.regression.sample import Sample, sample, scan
from rpa.testing.regression.steps import (
    Draft,
    can_press,
    new_member,
    open_business,
    open_draft,
    save_draft,
    shown_bytes,
)
from rpa.testing.robot import Portal, Robot

ID_CARD = "身份证正反面"


@pytest.mark.manual("N2")
async def test_the_notice_is_read_before_it_is_confirmed(desk: Desk) -> None:
    """阅读《办理须知》，阅读完毕后，点击“我已经阅读”."""
    await open_business(desk, "new_card")
    notice = await desk.screen("new_card.notice")
    button = notice.words.buttons["read"].texts[0]
    assert not await can_press(desk.page, button), "没有读完《办理须知》就可以点击“我已经阅读”"
    await notice.read_to_end()
    await notice.press("read")
    await desk.screen("new_card.member")


@pytest.mark.manual("N4")
@pytest.mark.usefixtures("on_replica")
async def test_check_brings_in_the_person_asked_for(desk: Desk, soe: Sample) -> None:
    """成员核查: the data entered before are brought in, those of this very person."""
    page = await new_member(desk)
    await page.fill({key: soe.known[key] for key in ("name", "id_no")})
    await page.press("check_member")
    await page.await_message("member_known")
    assert await page.differences(soe.known) == []


@pytest.mark.parametrize(
    "ownership",
    [
        pytest.param("国有企业", marks=pytest.mark.manual("N7")),
        pytest.param("民营企业", marks=pytest.mark.manual("N8")),
    ],
)
def test_the_list_of_papers_is_that_of_the_enterprise(
    robot: Robot, portal: Portal, at_desk: AtDesk, ownership: str
) -> None:
    """D 附件信息: every required paper has its row."""
    wanted = sample(ownership)
    if portal.account != wanted.account and wanted.account not in portal.profile.demo_accounts:
        pytest.skip(f"needs an account of a {ownership}")

    async def missing(desk: Desk) -> set[str]:
        page = await new_member(desk)
        rows = [
            row["材料名称"].strip("*＊ ") for table in await page.tables("attachments") for row in table.rows
        ]
        return set(wanted.rows) - set(rows)

    with at_desk(wanted.account) as desk:
        assert robot.do(missing, desk) == set()


@pytest.mark.manual("N9")
async def test_the_personal_form_has_the_members_data_in_it(desk: Desk, draft: Draft, soe: Sample) -> None:
    """下载《APEC商务旅行卡个人事项表》: a document, filled with what was kept."""
    await draft.page.fill({"id_no": soe.member["id_no"]})
    await save_draft(draft.page)
    text = await _text_of(desk, draft.page, "personal_form")
    for key in ("name", "id_no"):
        assert str(soe.member[key]) in text, f"个人事项表中没有{draft.page.words.fields[key].title}"


@pytest.mark.manual("N6")
async def test_the_pictures_are_uploaded(draft: Draft, soe: Sample) -> None:
    """C 照片信息: each row shows its file."""
    await draft.page.upload(soe.photos)
    rows = await draft.page.upload_rows(soe.photos)
    assert {key for key, row in rows.items() if row.filled} == set(soe.photos)


@pytest.mark.manual("N11")
async def test_a_paper_is_uploaded(draft: Draft, tmp_path: Path) -> None:
    """扫描上传至系统: the row shows the file."""
    await draft.page.upload({ID_CARD: scan(tmp_path, ID_CARD)})
    assert (await draft.page.upload_rows([ID_CARD]))[ID_CARD].filled


@pytest.mark.manual("N12")
async def test_the_preview_shows_the_file(desk: Desk, draft: Draft, tmp_path: Path) -> None:
    """点击“预览”，可在线预览上传的附件材料: those very bytes."""
    paper = scan(tmp_path, ID_CARD)
    await draft.page.upload({ID_CARD: paper})
    row = (await draft.page.upload_rows([ID_CARD]))[ID_CARD]
    async with desk.page.context.expect_page() as opened:
        await draft.page.press_on(row, row.words.preview)
    viewer = await opened.value
    await viewer.wait_for_load_state("domcontentloaded")
    shown = await shown_bytes(desk, viewer)
    await viewer.close()
    assert paper.read_bytes() in shown, "预览显示的不是上传的文件"


@pytest.mark.manual("N13")
async def test_the_download_in_the_preview_gives_the_file(desk: Desk, draft: Draft, tmp_path: Path) -> None:
    """点击阅览界面中的“下载”，可将该文件下载至本地: those very bytes."""
    paper = scan(tmp_path, ID_CARD)
    await draft.page.upload({ID_CARD: paper})
    row = (await draft.page.upload_rows([ID_CARD]))[ID_CARD]
    assert await desk.preview(row) == paper.read_bytes(), "下载到的不是上传的文件"


@pytest.mark.manual("N14")
async def test_a_deleted_file_is_gone(desk: Desk, draft: Draft, tmp_path: Path) -> None:
    """点击“删除”，可删除已上传的文件: it is gone when the draft is opened again, too."""
    await draft.page.upload({ID_CARD: scan(tmp_path, ID_CARD)})
    questions = desk.pack.screen("common.question").messages["delete_file"]
    await draft.page.remove_file(ID_CARD, questions)
    page = await open_draft(desk, draft.number)
    assert not (await page.upload_rows([ID_CARD]))[ID_CARD].filled, "删除的文件在重新打开后仍在"


@pytest.mark.manual("N15")
async def test_a_material_of_ones_own_is_added(desk: Desk, draft: Draft, tmp_path: Path) -> None:
    """点击“新增附件”，自定义新增材料名称，再将该文件上传."""
    await add_material(desk, draft.page, tmp_path)


async def add_material(desk: Desk, page: Screen, folder: Path) -> None:
    """新增附件, and a file for it."""
    material = "检查材料"
    await desk.at("common.attachments").press("add")
    layer = await desk.screen("common.new_attachment")
    await layer.fill({"material": material})
    await layer.close_layer()
    await page.upload({material: scan(folder, material)})
    assert (await page.upload_rows([material]))[material].filled


@pytest.mark.manual("N3", "N5", "N16")
async def test_what_is_filled_in_is_kept(desk: Desk, draft: Draft, soe: Sample) -> None:
    """暂存: 基本信息 and 护照信息 are there when the draft is opened again."""
    await draft.page.fill(soe.member)
    await save_draft(draft.page)
    page = await open_draft(desk, draft.number)
    assert await page.differences(soe.member) == []


@pytest.mark.manual("N17")
async def test_the_next_member_is_entered(desk: Desk, whole_draft: str, soe: Sample) -> None:
    """保存并下一人: an empty page for the next member."""
    page = await open_draft(desk, whole_draft)
    await page.press("save_and_next_member")
    await page.await_changed("id_no", str(soe.member["id_no"]))
    assert (await page.read(["id_no"]))["id_no"] == ""


@pytest.mark.manual("N18")
async def test_the_next_step_is_the_submission(desk: Desk, whole_draft: str) -> None:
    """保存并下一步: all members done, 上报 comes."""
    page = await open_draft(desk, whole_draft)
    await page.press("save_and_next_step")
    await desk.screen("new_card.submission")


async def _text_of(desk: Desk, page: Screen, key: str) -> str:
    """The words of a blank form."""
    row = (await page.upload_rows([key]))[key]
    data, kind = await desk.download(lambda: page.press_on(row, row.words.template), row.material)
    return form_text(data, kind)


def form_text(data: bytes, kind: str) -> str:
    """The words of a document, white space left out."""
    if kind == "docx":
        document = Document(BytesIO(data))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        words = [*(paragraph.text for paragraph in document.paragraphs), *cells]
    else:
        words = [page.extract_text() for page in PdfReader(BytesIO(data)).pages]
    return "".join("".join(words).split())
