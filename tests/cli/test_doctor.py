"""`ywtb doctor` and `ywtb inspect` as a person runs them, and a server that files nothing on a portal that has changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from rpa.testing import Replica

from .kit import Ywtb, closed_port, one_group, put_scans
from .server import rows, serving, write_settings

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


def _settings(ywtb: Ywtb, replica: Replica, overlay: Path | None = None) -> None:
    laid = f'overlay = "{overlay.as_posix()}"\n' if overlay else ""
    write_settings(
        ywtb.home,
        f'[portals.city]\nextends = "mock"\ntitle = "市级"\naddress = "{replica.address}"\n{laid}',
    )


def test_what_the_doctor_proposes_is_reviewed_and_only_then_filed(
    ywtb: Ywtb, replica: Replica, tmp_path: Path
) -> None:
    _settings(ywtb, replica)
    source = one_group(ywtb.work, "B")
    prepared = ywtb("submit", source, "--portal", "city", "--json")
    assert prepared.code == 0, prepared.text
    put_scans(prepared.document)
    replica.faults("label_renamed", field="手机号", to="联系方式")
    proposed = tmp_path / "proposed.yaml"
    asked = ("doctor", "--portal", "city", "--account", "demo-private")
    looked = ywtb(*asked, "--write-overlay", proposed, "--json")
    assert looked.code == 4, looked.text
    blocking = [one for one in looked.document["findings"] if one["blocks"]]
    assert "mobile" in [one["key"] for one in blocking]
    assert {(one["title"], one["proposal"]["text"]) for one in blocking} == {("手机号", "联系方式")}
    ((kind, detail),) = rows(ywtb.home, "SELECT kind, detail FROM notices")
    assert kind == "portal_changed"
    assert "new_card.member" in detail

    with serving(ywtb) as server:
        server.until("暂停申报")
        assert server.stop() == 0
    assert "submit" not in [event["kind"] for event in replica.events()]

    assert (
        YAML(typ="safe").load(proposed)["new_card"]["screens"]["member"]["fields"]["mobile"][0] == "联系方式"
    )
    _settings(ywtb, replica, proposed)
    assert ywtb(*asked).code == 0
    with serving(ywtb) as server:
        server.until("已上报")
        assert server.stop() == 0


def test_two_portals_are_compared_screen_by_screen(ywtb: Ywtb, replica: Replica) -> None:
    with Replica() as other:
        other.faults("label_renamed", field="手机号", to="联系方式")
        ran = ywtb("doctor", "--compare", replica.address, other.address, "--account", "demo-soe", "--json")
    assert ran.code == 1, ran.text
    assert ran.document["portals"] == [f"{replica.address}/", f"{other.address}/"]
    assert ran.document["screens"] > 10
    told = {(one["screen"], one["title"], one["message"]) for one in ran.document["differences"]}
    assert (
        "new_card.member",
        "手机号",
        f"只在 {replica.address}/ 有；{other.address}/ 很可能现在叫“联系方式”",
    ) in told
    assert {title for _, title, _ in told} == {"手机号"}


def test_a_portal_that_cannot_be_reached_is_not_examined(ywtb: Ywtb) -> None:
    ran = ywtb("doctor", "--portal", closed_port(), "--account", "demo-soe", "--json")
    assert ran.code == 5, ran.text
    assert ran.document["error"]["kind"] == "PortalFault"
    assert rows(ywtb.home, "SELECT portal FROM examinations") == []


def test_what_lives_on_its_second_word_is_in_the_report(ywtb: Ywtb, replica: Replica, tmp_path: Path) -> None:
    overlay = tmp_path / "other.yaml"
    words = "new_card: {screens: {member: {fields: {mobile: [手机, 手机号]}}}}"
    overlay.write_text(words, encoding="utf-8")
    _settings(ywtb, replica, overlay)
    prepared = ywtb("submit", one_group(ywtb.work, "B"), "--portal", "city", "--json")
    assert prepared.code == 0, prepared.text
    [counted] = rows(
        ywtb.home,
        "SELECT screen, element, place, times FROM matches WHERE portal = 'city' AND element LIKE '%mobile%' AND screen = 'new_card.member'",
    )
    assert counted[2] == 1
    assert counted[3] > 0
    page = Path(ywtb("report", "--portal", "city", "--json").document["page"]).read_text(encoding="utf-8")
    section = page.partition('<section id="moved">')[2].partition("</section>")[0]
    assert section.count("<tr>") == 2, "the headings and this one"
    assert "new_card.member" in section
    assert 'data-word="第 ">2<' in section


def test_a_page_is_shown_and_a_pack_drafted_for_it(ywtb: Ywtb, replica: Replica, tmp_path: Path) -> None:
    drafted = tmp_path / "drafted.yaml"
    login = ywtb("inspect", f"{replica.address}/login", "-o", drafted, "--json")
    assert login.code == 0, login.text
    assert [one["label"] for one in login.document["fields"]] == ["用户名", "密码"]
    assert YAML(typ="safe").load(drafted)["screens"]["new_page"]["fields"] == {
        "account": "用户名",
        "password": "密码",
    }
    member = ywtb("inspect", "new_card.member", "--portal", replica.address, "--json")
    assert member.code == 0, member.text
    page = YAML(typ="safe").load(member.document["pack"])["screens"]["member"]
    assert page["fields"]["mobile"] == "手机号"
    assert page["buttons"]["save_draft"] == "暂存"
    assert page["uploads"]["portrait"] == "照片"
