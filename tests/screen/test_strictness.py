"""Exactly one control is filled or none: never the first of many, never one that is merely alike."""

from __future__ import annotations

import pytest

from rpa.errors import PageChanged

from .conftest import ScreenOf

TWO_NAMES = (
    "<h3>收件人信息</h3><div><label>姓名</label><input id=a></div><div><label>邮编</label><input id=c></div>"
    "<h3>联系人信息</h3><div><label>姓名</label><input id=b></div>"
)


def test_two_equal_labels_fill_nothing(screen_of: ScreenOf) -> None:
    clerk = screen_of(TWO_NAMES, {"fields": {"name": "姓名", "postcode": "邮编"}})
    with pytest.raises(PageChanged, match="2 个“姓名”"):
        clerk.fill({"postcode": "530000", "name": "甲"})
    assert [clerk.value(box) for box in ("#a", "#b", "#c")] == ["", "", ""]


def test_a_section_tells_equal_labels_apart(screen_of: ScreenOf) -> None:
    fields = {
        "recipient": {"label": "姓名", "section": "收件人信息"},
        "contact": {"label": "姓名", "section": "联系人信息"},
    }
    clerk = screen_of(TWO_NAMES, {"fields": fields})
    clerk.fill({"recipient": "甲", "contact": "乙"})
    assert (clerk.value("#a"), clerk.value("#b")) == ("甲", "乙")


def test_a_section_that_is_not_there_finds_nothing(screen_of: ScreenOf) -> None:
    clerk = screen_of(TWO_NAMES, {"fields": {"name": {"label": "姓名", "section": "发票信息"}}}, patience=0.2)
    with pytest.raises(PageChanged, match="找不到：姓名"):
        clerk.fill({"name": "甲"})


def test_an_alias_is_taken_where_the_first_word_is_missing(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        "<div><label>中文姓名</label><input id=a></div>", {"fields": {"name": ["姓名", "中文姓名"]}}
    )
    clerk.fill({"name": "甲"})
    assert clerk.value("#a") == "甲"


def test_an_alias_beside_the_first_word_is_ambiguous(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        "<div><label>中文姓名</label><input></div><div><label>姓名</label><input></div>",
        {"fields": {"name": ["姓名", "中文姓名"]}},
    )
    with pytest.raises(PageChanged, match="2 个“姓名”"):
        clerk.fill({"name": "甲"})


def test_candidates_are_tried_in_order_and_counted(screen_of: ScreenOf) -> None:
    fields = {
        "code": [
            {"label": "编码"},
            {"placeholder": "请输入编码"},
            {"css": "#c"},
            {"role": "textbox", "name": "码"},
        ]
    }
    html = "<div><input id=a placeholder=请输入编码></div><div>其他 <input id=c></div>"
    clerk = screen_of(html, {"fields": fields})
    clerk.fill({"code": "甲"})
    assert (clerk.value("#a"), clerk.value("#c")) == ("甲", "")
    assert clerk.screen.pack.matched["t.page", "code", 1] > 0


@pytest.mark.parametrize("last", [{"css": "#c"}, {"role": "textbox", "name": "编 码"}])
def test_the_last_resorts_find_one_or_none(screen_of: ScreenOf, last: dict[str, str]) -> None:
    clerk = screen_of("<input id=c aria-label='编 码'>", {"fields": {"code": [{"label": "代码"}, last]}})
    clerk.fill({"code": "甲"})
    assert clerk.value("#c") == "甲"


def test_a_selector_that_finds_two_fills_nothing(screen_of: ScreenOf) -> None:
    clerk = screen_of("<input class=c><input class=c>", {"fields": {"code": {"css": ".c"}}})
    with pytest.raises(PageChanged, match="2 个"):
        clerk.fill({"code": "甲"})
    assert clerk.value(".c") == ""


NEAR = [
    ("有效期至", "原卡有效期至"),
    ("手机号", "接收手机号"),
    ("姓名", "姓名拼音"),
    ("部门", "部 门 代码"),
    ("照片", "护照照片"),
]


@pytest.mark.parametrize(("asked", "shown"), NEAR)
def test_a_longer_label_is_another_one(screen_of: ScreenOf, asked: str, shown: str) -> None:
    clerk = screen_of(
        f"<div><label>{shown}</label><input id=a></div>", {"fields": {"x": asked}}, patience=0.2
    )
    with pytest.raises(PageChanged, match=f"找不到：{asked}"):
        clerk.fill({"x": "甲"})
    assert clerk.value("#a") == ""


def test_of_two_labels_that_contain_each_other_the_whole_one_is_filled(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        "<div><label>原卡有效期至</label><input id=old></div><div><label>有效期至</label><input id=new></div>",
        {"fields": {"expires": "有效期至"}},
    )
    clerk.fill({"expires": "2030-01-31"})
    assert (clerk.value("#old"), clerk.value("#new")) == ("", "2030-01-31")


OPTIONS = [
    (["公务普通护照", "普通护照"], "普通护照"),
    (["吉林省", "吉林"], "吉林"),
    (["吉林", "吉林省"], "吉林省"),
    (["无犯罪记录", "无"], "无"),
]


@pytest.mark.parametrize("place", ["item", "body"])
@pytest.mark.parametrize(("offered", "wanted"), OPTIONS)
def test_of_two_options_that_contain_each_other_the_whole_one_is_chosen(
    screen_of: ScreenOf, offered: list[str], wanted: str, place: str
) -> None:
    options = ",".join(f'"{text}"' for text in offered)
    clerk = screen_of(
        f"""<div><label>种类</label><div><i data-select='{{"name":"x","options":[{options}],"at":"{place}"}}'></i></div></div>""",
        {"fields": {"kind": "种类"}},
    )
    clerk.fill({"kind": wanted})
    assert clerk.js("Kit.model.x") == wanted


def test_an_option_that_is_only_alike_is_not_chosen_and_the_offer_is_told(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        """<div><label>省份</label><i data-select='{"name":"x","options":["吉林省","广西"]}'></i></div>""",
        {"fields": {"province": "省份"}},
        patience=0.5,
    )
    with pytest.raises(PageChanged, match="吉林省、广西"):
        clerk.fill({"province": "吉林"})
    assert clerk.js("Kit.model.x") is None


def test_an_option_that_is_there_twice_is_not_chosen(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        """<div><label>省份</label><i data-select='{"name":"x","options":["广西","广西"]}'></i></div>""",
        {"fields": {"province": "省份"}},
        patience=0.5,
    )
    with pytest.raises(PageChanged, match="2 个所要的选项"):
        clerk.fill({"province": "广西"})
    assert clerk.js("Kit.model.x") is None


def test_a_radio_that_is_only_alike_is_not_pressed(screen_of: ScreenOf) -> None:
    radios = "<label><input type=radio name=k value=1>公务普通护照</label>"
    clerk = screen_of(
        f"<div><label>种类</label><div>{radios}</div></div>", {"fields": {"kind": "种类"}}, patience=0.3
    )
    with pytest.raises(PageChanged, match="没有可点击的所要选项"):
        clerk.fill({"kind": "普通护照"})
    assert not clerk.js("document.querySelector('input').checked")


def test_an_error_names_the_field_and_never_its_value(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        "<div><label>身份证号</label><input id=a oninput=\"this.value='x'\"></div>",
        {"fields": {"id_no": "身份证号"}},
    )
    with pytest.raises(Exception) as caught:
        clerk.fill({"id_no": "11010519491231002X"})
    assert "身份证号" in str(caught.value)
    assert "110105" not in repr(caught.value.__dict__) + str(caught.value)
