"""Many accounts at the same moment: each keeps what is its own, and nothing of anybody is lost."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx

from rpa.testing import Replica

from .visitor import PDF, REASON, Visitor, person

ACCOUNTS = [f"unit-{number}" for number in range(8)]
PASSWORD = "Unit-2026-pass"
MATERIAL = "自定义材料"


def proof(account: str) -> bytes:
    """A file that only this account has."""
    return PDF + f"%{account}\n".encode()


def file_a_group(replica: Replica, number: int, together: threading.Barrier) -> str:
    """One account's whole work, begun and submitted at the same moment as all the others'."""
    account = ACCOUNTS[number]
    visitor = Visitor(replica.address, account, sign_in=False)
    try:
        assert visitor.login(PASSWORD)["code"] == 0
        together.wait(60)
        group_no, member_id = visitor.draft(number, position=f"{account} 经理")
        owner = {"group_no": group_no, "member_id": member_id}
        assert visitor.upload("custom", proof(account), name=MATERIAL, **owner)["code"] == 0
        visitor.letter(group_no)
        visitor.invoice()
        together.wait(60)
        answer = visitor.submit(group_no, reason=f"{REASON}{account}")
        assert answer["code"] == 0, answer
        assert [row["group_no"] for row in visitor.list()["rows"]] == [group_no]
        return group_no
    finally:
        visitor.http.close()


def test_many_accounts_save_upload_and_submit_at_once_and_each_keeps_its_own(replica: Replica) -> None:
    replica.add_accounts(ACCOUNTS, PASSWORD)
    together = threading.Barrier(len(ACCOUNTS))
    with ThreadPoolExecutor(len(ACCOUNTS)) as pool:
        filed = list(pool.map(lambda number: file_a_group(replica, number, together), range(len(ACCOUNTS))))
    assert len(set(filed)) == len(ACCOUNTS)
    groups = {group["group_no"]: group for group in replica.groups()}
    assert set(groups) == set(filed)
    for number, (account, group_no) in enumerate(zip(ACCOUNTS, filed, strict=True)):
        group = groups[group_no]
        assert (group["account"], group["state"]) == (account, "待初审")
        assert group["fields"]["申请事由"] == f"{REASON}{account}"
        [member] = group["members"]
        assert member["fields"]["身份证号"] == person(number)["id_no"]
        assert member["fields"]["职务"] == f"{account} 经理"
        [file] = [file for file in member["files"] if file["slot"] == MATERIAL]
        assert file["sha256"] == hashlib.sha256(proof(account)).hexdigest()


def test_one_account_that_presses_many_times_at_once_files_one_group(replica: Replica) -> None:
    visitor = Visitor(replica.address, "demo-private")
    group_no, _ = visitor.draft(1)
    visitor.letter(group_no)
    visitor.invoice()
    together = threading.Barrier(6)

    def press(_: int) -> int:
        with httpx.Client(base_url=replica.address, cookies=visitor.http.cookies, trust_env=False) as http:
            one = Visitor(replica.address, "demo-private", sign_in=False)
            one.http.close()
            one.http = http
            together.wait(60)
            return int(one.submit(group_no)["code"])

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(press, range(6)))
    visitor.http.close()
    assert answers.count(0) == 1
    [group] = replica.groups()
    assert (group["group_no"], group["state"]) == (group_no, "待初审")


def test_what_was_slow_to_come_in_finds_the_group_as_it_is_by_then(replica: Replica) -> None:
    visitor = Visitor(replica.address, "demo-private")
    group_no, _ = visitor.draft(1)
    visitor.letter(group_no)
    told = visitor.receipt()
    begun, ended = threading.Event(), threading.Event()

    def body() -> Iterator[bytes]:
        sent = json.dumps(told).encode()
        yield sent[:1]
        begun.set()
        assert ended.wait(60)
        yield sent[1:]

    def press_slowly() -> int:
        with httpx.Client(base_url=replica.address, cookies=visitor.http.cookies, trust_env=False) as http:
            return int(http.post(f"/new_card/{group_no}/submit", content=body()).json()["code"])

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(press_slowly)
        assert begun.wait(60)
        assert visitor.submit(group_no)["code"] == 0
        ended.set()
        assert slow.result() != 0
    visitor.http.close()
