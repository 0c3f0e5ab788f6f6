"""The 上报 page (manual 2.1.2): stored addresses and invoices chosen, added, changed and deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from flows.new_card import NewCard
from rpa.cases import CaseState
from rpa.testing import Replica
from tests.people import group_of
from tests.replica.visitor import Visitor

from .clerk import Clerk, outcome
from .observer import sign_in

STORED_ADDRESS = {
    "recipient": "覃样例",
    "phone": "13900000011",
    "province": "广西壮族自治区",
    "city": "南宁市",
    "district": "青秀区",
    "street": "样例路1号国贸大厦10层",
    "postcode": "530022",
}


def one_of(soe_group: NewCard, delivery: dict[str, Any], invoice: dict[str, Any], payment: str) -> NewCard:
    """One invented person of the state-owned unit, with these answers on the 上报 page."""
    return group_of(1, soe_group).model_copy(
        update={
            "delivery": soe_group.delivery.model_copy(update=delivery),
            "invoice": soe_group.invoice.model_copy(update=invoice),
            "payment": soe_group.payment.model_copy(update={"method": payment}),
        }
    )


def acts(replica: Replica, kind: str, since: int = 0) -> list[str]:
    """What was done to the book: add, change, delete."""
    return [event["detail"].split(" ")[0] for event in replica.events()[since:] if event["kind"] == kind]


def book(visitor: Visitor, kind: str) -> list[dict[str, str]]:
    """The account's entries, as their cards show them."""
    return [dict(entry["lines"]) for entry in visitor.http.get(f"/book/{kind}").json()["entries"]]


@pytest.mark.manual("N20", "N26", "N25")
def test_a_stored_address_and_invoice_are_chosen_and_the_books_stay_as_they_are(
    clerk: Clerk, replica: Replica, soe_group: NewCard, visit: Callable[[str], Visitor]
) -> None:
    visitor = visit("demo-soe")
    other = {"recipient": "韦样一", "mobile": "13900000013", "province": "广西壮族自治区", "city": "南宁市"}
    address = {**other, "district": "良庆区", "detail": "样例大道2号外贸中心3层"}
    assert visitor.ask("/book/address/save", values=address)["code"] == 0
    visitor.invoice()
    before = len(replica.events())

    case = clerk.file(one_of(soe_group, STORED_ADDRESS, {}, "窗口支付"))
    assert outcome(case) == "submitted"
    [group] = replica.groups()
    fields = group["fields"]
    assert (fields["领取方式"], fields["支付方式"]) == ("邮寄", "窗口支付")
    assert (fields["收件人"], fields["详细地址"]) == ("覃样例", "样例路1号国贸大厦10层")
    assert fields["发票抬头"] == soe_group.invoice.title
    assert acts(replica, "address", before) == acts(replica, "invoice", before) == []


@pytest.mark.manual("N22", "N28", "N24")
def test_the_entry_of_the_same_name_is_changed_when_the_input_says_so(
    clerk: Clerk, replica: Replica, soe_group: NewCard, page: Page
) -> None:
    delivery = {**STORED_ADDRESS, "street": "样例路9号新大楼2层", "address_book": "修改"}
    invoice = {"email": "new@soe.example.invalid", "invoice_book": "修改"}
    case = clerk.file(one_of(soe_group, delivery, invoice, "在线支付"))
    assert outcome(case) == "submitted"
    assert acts(replica, "address") == acts(replica, "invoice") == ["change"]
    [group] = replica.groups()
    assert group["fields"]["详细地址"] == "样例路9号新大楼2层"
    assert group["fields"]["接收邮箱"] == "new@soe.example.invalid"
    assert group["fields"]["支付方式"] == "在线支付"

    sign_in(page, replica, "demo-soe")
    shown = page.request.get(f"{replica.address}/book/address").json()["entries"]
    assert [dict(entry["lines"])["详细地址"] for entry in shown] == ["样例路9号新大楼2层"]


@pytest.mark.manual("N21", "N23", "N27", "N29")
def test_replacing_adds_the_new_entry_and_deletes_the_others_of_that_name_only(
    clerk: Clerk, replica: Replica, soe_group: NewCard, visit: Callable[[str], Visitor]
) -> None:
    visitor = visit("demo-soe")
    region = {"province": "广西壮族自治区", "city": "南宁市", "district": "青秀区"}
    for recipient, street in (("覃样例", "样例路3号旧址一层"), ("韦样一", "样例路4号别人的地址")):
        values = {"recipient": recipient, "mobile": "13900000011", **region, "detail": street}
        assert visitor.ask("/book/address/save", values=values)["code"] == 0
    visitor.invoice()  # of another title: not touched
    before = len(replica.events())

    delivery = {**STORED_ADDRESS, "street": "样例路9号新大楼2层", "address_book": "替换"}
    invoice = {"email": "new@soe.example.invalid", "invoice_book": "替换"}
    case = clerk.file(one_of(soe_group, delivery, invoice, "窗口支付"))
    assert outcome(case) == "submitted"
    assert acts(replica, "address", before) == ["add", "delete", "delete"]
    assert acts(replica, "invoice", before) == ["add", "delete"]

    visitor = visit("demo-soe")
    streets = [entry["详细地址"] for entry in book(visitor, "address")]
    assert sorted(streets) == ["样例路4号别人的地址", "样例路9号新大楼2层"]
    titles = [(entry["发票抬头"], entry["接收邮箱"]) for entry in book(visitor, "invoice")]
    assert sorted(titles) == [
        (soe_group.invoice.title, "new@soe.example.invalid"),
        ("样例个人", "a@b.example.invalid"),
    ]
    [group] = replica.groups()
    assert group["fields"]["详细地址"] == "样例路9号新大楼2层"


@pytest.mark.manual("N19", "N30")
def test_a_group_that_is_collected_needs_no_address_and_keeps_the_line_breaks_of_its_reason(
    clerk: Clerk, replica: Replica, private_group: NewCard
) -> None:
    reason = "一、赴越南洽谈采购合同。\n二、赴泰国参加展会。\n三、赴新加坡交付软件产品。"
    case = clerk.file(private_group.model_copy(update={"reason": reason}))
    assert outcome(case) == "submitted"
    [group] = replica.groups()
    assert group["fields"]["领取方式"] == "自取"
    assert group["fields"]["申请事由"] == reason
    assert acts(replica, "address") == []


def test_two_stored_entries_of_one_name_are_a_persons_matter_and_none_is_changed(
    clerk: Clerk, replica: Replica, soe_group: NewCard, visit: Callable[[str], Visitor]
) -> None:
    region = {"province": "广西壮族自治区", "city": "南宁市", "district": "青秀区"}
    values = {"recipient": "覃样例", "mobile": "13900000011", **region, "detail": "样例路3号旧址一层"}
    assert visit("demo-soe").ask("/book/address/save", values=values)["code"] == 0
    delivery = {**STORED_ADDRESS, "street": "样例路9号新大楼2层", "address_book": "修改"}
    case = clerk.file(one_of(soe_group, delivery, {}, "窗口支付"))
    assert case.state is CaseState.NEEDS_PERSON
    assert case.error
    assert "不能确定修改哪一条" in case.error["message"]
    assert acts(replica, "address") == ["add"]  # the person's own, above
