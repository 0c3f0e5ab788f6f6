"""What the server refuses on a fill page: reasons, papers, new passports, nobody left."""

from __future__ import annotations

import json
from io import BytesIO
from urllib.parse import unquote

import httpx
import pytest
from pypdf import PdfReader

from .filer import NEW_PASSPORT, Filer, Office
from .visitor import PDF


def test_the_right_pages_are_accepted_and_keep_everything(filer: Filer, office: Office) -> None:
    source = filer.sources("passport_change")[0]["key"]
    group = office.group(filer.filed("passport_change", source))
    assert group["group_no"].startswith("HZ")
    assert (group["state"], group["source"]) == ("待初审", [source])
    assert group["fields"] == {"办理原因": "护照污损", "其他原因": "", "人数": "1"}
    assert group["members"][0]["fields"]["新护照号码"] == "PE0009991"
    assert [file["slot"] for file in group["files"]] == ["护照更换申请", "新护照信息页", "旧护照信息页"]
    card = filer.sources("card_replacement")[0]["key"]
    group = office.group(filer.filed("card_replacement", card))
    assert group["group_no"].startswith("HB")
    assert (group["source"], group["fields"]["应缴金额"]) == ([card], "720元")
    assert "新护照号码" not in group["members"][0]["fields"]


@pytest.mark.parametrize(
    ("slug", "reason", "missing"),
    [
        ("passport_change", "护照污损", ["护照更换申请", "新护照信息页", "旧护照信息页"]),
        ("passport_change", "护照遗失", ["护照更换申请", "新护照信息页", "护照遗失证明"]),
        ("early_card", "", ["申请报告"]),
        ("card_replacement", "旅行卡旧卡破损", ["换卡报告", "原卡正反面扫描件"]),
        ("card_replacement", "申请提前制卡后获更多经济体批准", ["换卡报告", "原卡正反面扫描件"]),
        (
            "card_replacement",
            "关联护照丢失/过期/签证页满",
            ["换卡报告", "原卡正反面扫描件", "新护照信息页", "旧护照信息页"],
        ),
        ("card_replacement", "旅行卡丢失", ["换卡报告", "报案或挂失证明"]),
        ("card_cancellation", "退休", ["注销报告"]),
    ],
)
def test_the_reason_decides_the_papers(filer: Filer, slug: str, reason: str, missing: list[str]) -> None:
    source = filer.sources(slug)[0]["key"]
    refused = filer.file(slug, source, codes=(), reason=reason)
    assert refused["messages"] == [f"请上传{name}" for name in missing]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"new_pp_no": ""}, "请填写新护照号码"),
        ({"new_pp_no": "12"}, "护照号码格式不正确"),
        ({"new_pp_no": "K12345678"}, "港澳特别行政区护照不能申办"),
        ({"new_pp_issue_date": ""}, "请选择新护照签发日期"),
        ({"new_pp_issue_date": "2199-01-01", "new_pp_expiry": "2204-01-01"}, "新护照签发日期不能晚于今天"),
        ({"new_pp_expiry": "2026-06-01"}, "新护照有效期至应晚于签发日期"),
        ({"new_pp_issue_date": "2020-01-01", "new_pp_expiry": "2021-01-01"}, "新护照已过期"),
        ({"new_pp_expiry": "2027-01-01"}, "新护照有效期不足12个月"),
        ({"new_pp_authority": "无"}, "新护照签发机关的选项不正确"),
    ],
)
def test_a_new_passport_is_checked(filer: Filer, changes: dict[str, str], message: str) -> None:
    source = filer.sources("passport_change")[0]["key"]
    refused = filer.file("passport_change", source, typed={**NEW_PASSPORT, **changes})
    assert f"成员1：{message}" in refused["messages"]


def test_a_new_passport_is_another_one_and_nobody_elses(filer: Filer, office: Office) -> None:
    source = filer.sources("passport_change")[0]["key"]
    old = office.group(source)["members"][0]["fields"]["护照号码"]
    refused = filer.file("passport_change", source, typed={**NEW_PASSPORT, "new_pp_no": old.lower()})
    assert refused["messages"] == ["成员1：新护照号码不能与原护照号码相同"]
    keys = filer.keys("passport_change", source)[:2]
    assert filer.file("passport_change", source, keys)["messages"] == ["成员1与成员2的新护照号码重复"]


@pytest.mark.parametrize("slug", ["passport_change", "early_card", "card_replacement", "card_cancellation"])
def test_somebody_must_be_left_and_nobody_twice(filer: Filer, slug: str) -> None:
    source = filer.sources(slug)[0]["key"]
    filled = filer.page_of(slug, source)
    filer.papers(slug, "k")
    assert filer.ask(f"/{slug}/submit", upload_key="k", **{**filled, "people": []})["messages"] == [
        "至少保留一名成员"
    ]
    twice = filer.ask(f"/{slug}/submit", upload_key="k", **{**filled, "people": filled["people"] * 2})
    assert "成员2：不能重复选择" in twice["messages"]


def test_other_reasons_are_told(filer: Filer) -> None:
    card = filer.sources("card_cancellation")[0]["key"]
    assert filer.file("card_cancellation", card, reason="")["messages"] == ["请选择办理原因"]
    assert filer.file("card_cancellation", card, reason="其他")["messages"] == ["请填写其他原因"]
    told = filer.file(
        "card_cancellation", card, reason="其他", values={"reason": "其他", "other_reason": "单位撤并"}
    )
    assert told["code"] == 0


def test_a_lost_card_is_replaced_for_that_reason_only(filer: Filer, office: Office) -> None:
    number = office.card(account="demo-soe", state="已遗失")["card_no"]
    refused = filer.file("card_replacement", number)
    assert refused["messages"] == ["成员1：该旅行卡已遗失，换卡原因应为旅行卡丢失"]
    assert filer.filed("card_replacement", number, reason="旅行卡丢失", codes=("RC01", "RC05"))


def test_delivery_payment_and_invoice_are_demanded_where_a_card_is_handed_over(filer: Filer) -> None:
    card = filer.sources("card_replacement")[0]["key"]
    refused = filer.file("card_replacement", card, delivery="邮寄", address_id="", payment="", invoice_id="")
    assert refused["messages"] == ["请选择邮寄地址", "请选择支付方式", "请选择发票信息"]


def test_files_of_papers_that_the_reason_does_not_ask_for_are_not_filed(filer: Filer, office: Office) -> None:
    card = filer.sources("card_replacement")[0]["key"]
    codes = ("RC01", "RC02", "RC03", "RC05")
    group = office.group(filer.filed("card_replacement", card, codes=codes))
    assert [file["slot"] for file in group["files"]] == ["换卡报告", "原卡正反面扫描件"]


def test_a_page_that_is_left_stores_nothing(filer: Filer, office: Office) -> None:
    before = office.get("/groups")
    card = filer.sources("card_cancellation")[0]["key"]
    filer.page(f"/card_cancellation/fill?source={card}")
    filer.papers("card_cancellation", "left")
    assert office.get("/groups") == before
    assert filer.sources("card_cancellation")[0]["key"] == card


def test_a_second_press_files_nothing(filer: Filer, office: Office) -> None:
    card = filer.sources("card_cancellation")[0]["key"]
    filled = filer.page_of("card_cancellation", card)
    filer.papers("card_cancellation", "twice")
    assert filer.ask("/card_cancellation/submit", upload_key="twice", **filled)["code"] == 0
    again = filer.ask("/card_cancellation/submit", upload_key="twice", **filled)
    assert "成员1：该旅行卡已在其他办理中的注销团组中" in again["messages"]
    assert len([g for g in office.get("/groups") if g["source"] == [card]]) == 1


def test_custom_rows_belong_to_the_group(filer: Filer, office: Office) -> None:
    card = filer.sources("card_cancellation")[0]["key"]
    for name in ("补充说明", "注销报告"):
        answer = filer.upload("custom", PDF, name=name, upload_key="c", filing="card_cancellation")
        assert answer.get("messages", [None]) == (["材料名称已存在"] if name == "注销报告" else [None])
    group = office.group(filer.filed("card_cancellation", card, upload_key="c"))
    assert [file["slot"] for file in group["files"]] == ["补充说明", "注销报告"]


def test_a_returned_group_is_filed_again_under_its_number(filer: Filer, office: Office) -> None:
    card = filer.sources("card_cancellation")[0]["key"]
    group_no = filer.filed("card_cancellation", card)
    office.state(group_no, "初审退回", opinion="请改原因")
    assert "请改原因" in filer.page(f"/card_cancellation/{group_no}/edit").text
    filled = filer.page_of("card_cancellation", card, reason="退休")
    assert filer.ask("/card_cancellation/submit", group_no=group_no, **filled)["group_no"] == group_no
    group = office.group(group_no)
    assert (group["state"], group["fields"]["办理原因"], len(group["members"])) == ("待初审", "退休", 1)
    assert [file["slot"] for file in group["files"]] == ["注销报告"]
    again = filer.ask("/card_cancellation/submit", group_no=group_no, **filled)
    assert again["messages"] == ["该团组已上报，请勿重复上报"]


@pytest.mark.parametrize(
    ("slug", "slot", "name"),
    [
        ("passport_change", "CP01", "护照更换申请.pdf"),
        ("early_card", "EM01", "申请报告.pdf"),
        ("card_replacement", "RC01", "换卡报告.pdf"),
        ("card_cancellation", "CX01", "注销报告.pdf"),
    ],
)
def test_the_blank_form_holds_what_the_page_holds(filer: Filer, slug: str, slot: str, name: str) -> None:
    source = filer.sources(slug)[0]["key"]
    held = {**filer.page_of(slug, source), "slot": slot}
    answer = filer.http.post(f"/{slug}/template", data={"data": json.dumps(held)})
    assert unquote(answer.headers["content-disposition"]).endswith(name)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages).replace("\n", "")
    assert (held["values"]["reason"] or source) in text
    assert (NEW_PASSPORT["new_pp_no"] in text) == (slug == "passport_change")


def test_a_form_for_nobody_is_refused(filer: Filer) -> None:
    answer: httpx.Response = filer.http.post("/early_card/template", data={"data": '{"slot": "EM01"}'})
    assert "至少保留一名成员" in answer.text
    assert filer.http.post("/early_card/template", data={"data": "x"}).status_code == 400
