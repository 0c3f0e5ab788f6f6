"""What is proposed for a missing element, and the overlay that a person is given."""

from __future__ import annotations

from pathlib import Path

import pytest

from rpa.doctor.changes import changed, portals_differ
from rpa.doctor.findings import Examination, Finding, Kind, Proposal, Seen
from rpa.doctor.nearest import Missing, Thing, nearest, nearest_table
from rpa.doctor.options import options_amiss
from rpa.doctor.overlay import overlay
from rpa.flow import flows, pack_files
from rpa.screen import Element, load_packs
from rpa.screen.pack import Candidate
from rpa.screen.survey import TableHead

PAGE = "new_card.member"
MOBILE = Missing(
    PAGE,
    "fields",
    Element("mobile", (Candidate(texts=("手机号", "手机号码")),)),
    "手机号",
    ("手机号", "手机号码"),
    (("birth_place", "birth_date"), ("email", "department")),
)


def test_what_stands_between_the_same_neighbours_is_the_renamed_one() -> None:
    things = [Thing("联系方式", 1, "text", 8), Thing("紧急联系人", 2, "text", 12)]
    assert nearest(MOBILE, things, {"birth_place": 7, "email": 9}, 1) == (things[0], True)


def test_what_reads_alike_is_the_renamed_one_wherever_it_stands() -> None:
    things = [Thing("备注", 1, "text", 0), Thing("本人手机号", 2, "text", 30)]
    assert nearest(MOBILE, things, {}, 2) == (things[1], True)


def test_of_two_that_fit_alike_none_is_called_the_renamed_one() -> None:
    things = [Thing("手机号甲", 1, "text", 1), Thing("手机号乙", 2, "text", 2)]
    found = nearest(MOBILE, things, {}, 1)
    assert found is not None
    assert not found[1]


def test_nothing_like_it_is_no_proposal() -> None:
    things = [Thing("备注", 1, "text", 0), Thing("籍贯", 2, "text", 1)]
    assert nearest(MOBILE, things, {}, 1) is None


def test_a_date_is_not_a_tick_box() -> None:
    born = Missing(PAGE, "fields", Element("birth_date", (), kind="date"), "出生日期", ("出生日期",))
    assert nearest(born, [Thing("出生日期保密", 1, "checkbox", 0)], {}, 1) is None


def test_the_heading_that_is_new_stands_for_the_one_that_is_gone() -> None:
    tables = [TableHead(("编号", "说明"), "", ()), TableHead(("团组号", "目前状态", "操作"), "", ())]
    assert nearest_table(["团组号", "当前状态", "操作"], tables) == {"当前状态": "目前状态"}
    assert nearest_table(["卡号"], tables) is None


@pytest.mark.parametrize(
    ("part", "key", "text", "found"),
    [
        ("fields", "mobile", "联系方式", ("联系方式", "手机号")),
        ("fields", "birth_date", "生日", ("生日", "出生日期")),
        ("buttons", "save_draft", "存草稿", ("存草稿", "暂存")),
        ("uploads", "portrait", "标准照", ("标准照", "照片")),
    ],
)
def test_an_overlay_puts_the_new_word_first_and_keeps_all_else(
    tmp_path: Path, part: str, key: str, text: str, found: tuple[str, str]
) -> None:
    pack = load_packs(pack_files())
    finding = Finding(PAGE, part, key, key, Kind.RENAMED, "很可能", Proposal(text))
    written = overlay(pack, [finding, Finding(PAGE, part, "x", "x", Kind.MISSING)])
    assert written is not None
    path = tmp_path / "proposed.yaml"
    path.write_text(written, encoding="utf-8")
    laid = getattr(load_packs(pack_files(), [path]).screen(PAGE), part)[key]
    old = getattr(pack.screen(PAGE), part)[key]
    assert laid.texts[:2] == found
    assert laid.texts == (text, *old.texts)
    assert (laid.kind, laid.section, laid.within) == (old.kind, old.section, old.within)


def test_without_a_likely_proposal_there_is_no_overlay() -> None:
    guess = Finding(PAGE, "fields", "mobile", "手机号", Kind.MISSING, "", Proposal("备注"))
    assert overlay(load_packs(pack_files()), [guess]) is None


def _looked(portal: str = "mock", **fields: object) -> Examination:
    industry = {
        "label": "从事行业",
        "kind": "select",
        "required": True,
        "options": ["商贸", "农业"],
        **fields,
    }
    return Examination(
        portal, "a", seen=(Seen(PAGE, {"industry": industry}, tables={"t": ("团组号", "操作")}),)
    )


def test_what_has_changed_since_it_was_accepted_is_told() -> None:
    before = {seen.screen: seen.as_dict() for seen in _looked().seen}
    assert changed(_looked(), before) == []
    now = _looked(options=["商贸", "金融"], required=False)
    assert [one.message for one in changed(now, before)] == [
        "不再必填",
        "选项新增“金融”；少了“农业”",
    ]
    assert Examination("mock", "a", findings=tuple(changed(now, before))).is_safe


def test_two_portals_differ_where_only_one_has_something() -> None:
    assert portals_differ(_looked("one"), _looked("other")) == []
    other = Examination("other", "a", seen=(Seen(PAGE, {}, tables={"t": ("操作", "团组号")}),))
    told = [(one.key, one.message) for one in portals_differ(_looked("one"), other)]
    assert told == [("industry", "只在 one 有"), ("t.headings", "列次序变了")]


def test_a_list_of_the_page_is_held_against_what_the_input_allows() -> None:
    sexes = {"label": "性别", "options": ["请选择", "男", "其他"]}
    seen = Seen(PAGE, {"sex": sexes, "mobile": {"label": "手机号", "options": []}})
    found = list(options_amiss(load_packs(pack_files()), flows().values(), [seen]))
    assert [(one.key, one.message) for one in found] == [
        ("sex", "选项与输入允许的不同：页面没有“女”；页面另有“其他”")
    ]
