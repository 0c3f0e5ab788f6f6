"""The whole job with the ledger on PostgreSQL: the same commands, the same answers."""

from __future__ import annotations

from contextlib import closing

import psycopg

from rpa.testing import Replica
from tests.postgres import Postgres

from .kit import Ywtb, one_group, put_scans


def test_a_group_is_filed_once_with_the_ledger_on_a_server(
    ywtb: Ywtb, replica: Replica, postgres: Postgres
) -> None:
    address = postgres.database()
    ywtb.variables["YWTB_LEDGER"] = address
    source = one_group(ywtb.work, "B")
    prepared = ywtb("submit", source, "--portal", replica.address, "--json")
    assert prepared.code == 0, prepared.text
    (waiting,) = ywtb("cases", "--json").document["cases"]
    assert waiting["state"] == "awaiting_signature"
    put_scans(prepared.document)
    filed = ywtb("resume", "--json")
    assert filed.code == 0, filed.text
    (case,) = filed.document["cases"]
    (group,) = replica.groups()
    assert (case["id"], case["state"], case["group_no"]) == (waiting["id"], "submitted", group["group_no"])
    again = ywtb("submit", source, "--portal", replica.address, "--json")
    assert (again.code, [one["id"] for one in again.document["cases"]]) == (0, [case["id"]])
    assert [event["kind"] for event in replica.events()].count("submit") == 1
    (told,) = ywtb("cases", case["id"], "--json").document["cases"]
    assert [event["to"] for event in told["events"] if event["to"]][-2:] == ["committing", "submitted"]
    with closing(psycopg.connect(address)) as ledger:
        assert ledger.execute("SELECT state, group_no FROM cases").fetchall() == [
            ("submitted", group["group_no"])
        ]
        assert ledger.execute("SELECT count(*) FROM leases").fetchone() == (0,)
    assert not list(ywtb.home.glob("*.db"))


def test_a_server_that_is_not_there_is_told(ywtb: Ywtb) -> None:
    ywtb.variables["YWTB_LEDGER"] = "postgresql://clerk:Secret-77@127.0.0.1:9/ledger"
    ran = ywtb("cases", "--json")
    assert ran.code == 2
    error = ran.document["error"]
    assert (error["kind"], error["message"]) == ("LedgerUnwritable", "无法连接台账数据库")
    assert "YWTB_LEDGER" in error["advice"]
    assert "Secret-77" not in ran.text and "Traceback" not in ran.text
