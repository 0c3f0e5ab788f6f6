"""A corrected input that comes while nobody knows what became of the last press files nothing old and nothing twice."""

from __future__ import annotations

import json

import pytest

from rpa.testing import Replica

from .kit import Ywtb, copied_samples, one_group, put_scans


@pytest.mark.long
@pytest.mark.parametrize("arrived", [True, False])
def test_a_correction_after_a_press_of_unknown_outcome(ywtb: Ywtb, replica: Replica, arrived: bool) -> None:
    source = one_group(ywtb.work, "B")
    first = ywtb("submit", source, "--portal", replica.address, "--json")
    put_scans(first.document)
    replica.faults("drop_after" if arrived else "drop_before", at="submit", times=0)
    replica.faults("partial_list", nth=2, times=0)  # once the draft was found
    (doubtful,) = ywtb("resume", "--json").document["cases"]
    assert (doubtful["state"], doubtful["error"]["kind"]) == ("needs_person", "OutcomeUnknown")
    replica.clear_faults()

    corrected = one_group(
        ywtb.work, "B", name="corrected.json", 申请事由="参加亚太经合组织工商咨询理事会会议"
    )
    ran = ywtb("submit", corrected, "--portal", replica.address, "--json")
    (case,) = ran.document["cases"]
    assert case["id"] == doubtful["id"]
    (group,) = replica.groups()
    if arrived:
        assert (case["state"], group["state"]) == ("submitted", "待初审")
        told = ywtb("submit", corrected, "--portal", replica.address)
        assert "没有再次申报。输入中的改动没有采用" in told.text
        assert replica.groups() == [group]
        return
    # proved absent: the correction is taken, and its forms are signed anew
    assert (case["state"], group["state"]) == ("awaiting_signature", "暂存")
    put_scans(ran.document)
    (filed,) = ywtb("resume", "--json").document["cases"]
    assert filed["state"] == "submitted"
    (group,) = replica.groups()
    assert group["state"] == "待初审"
    assert "参加亚太经合组织工商咨询理事会会议" in group["fields"].values()


@pytest.mark.long
def test_a_person_says_what_became_of_a_press(ywtb: Ywtb, replica: Replica) -> None:
    source = one_group(ywtb.work, "B")
    put_scans(ywtb("submit", source, "--portal", replica.address, "--json").document)
    replica.faults("drop_after", at="submit", times=0)
    replica.faults("partial_list", nth=2, times=0)
    (doubtful,) = ywtb("resume", "--json").document["cases"]
    assert (doubtful["state"], doubtful["error"]["kind"]) == ("needs_person", "OutcomeUnknown")
    replica.clear_faults()
    (group,) = replica.groups()

    for words in ([], ["--filed", group["group_no"], "--not-filed"], ["--not-filed"]):
        assert ywtb("settle", doubtful["id"], *words).code == 2  # the last one without --yes
    settled = ywtb("settle", doubtful["id"], "--filed", group["group_no"], "--json")
    (case,) = settled.document["cases"]
    assert (settled.code, case["state"], case["group_no"]) == (0, "submitted", group["group_no"])
    assert ywtb("settle", doubtful["id"], "--not-filed", "--yes").code == 1  # there is no doubt any more
    assert replica.groups() == [group]


def test_somebody_of_another_open_case_is_refused_at_the_cell_and_the_other_groups_go_on(
    ywtb: Ywtb, replica: Replica
) -> None:
    both = ywtb("submit", one_group(ywtb.work, "A"), "--portal", replica.address, "--dry-run", "--json")
    (first,) = both.document["cases"]
    copied_samples(ywtb.work)
    content = json.loads((ywtb.work / "new_card.json").read_text(encoding="utf-8"))
    content["团组"][0]["成员"] = content["团组"][0]["成员"][1:]
    overlapping = ywtb.work / "overlapping.json"
    overlapping.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    ran = ywtb("submit", overlapping, "--portal", replica.address, "--json")
    assert ran.code == 3, ran.text
    (problem,) = ran.document["errors"]
    assert (problem["sheet"], problem["field"]) == ("团组[0].成员[0]", "身份证号")
    assert f"另一份未办结的办件 {first['id']}（团组 A，等待签字盖章的扫描件）" in problem["message"]
    assert f"ywtb abandon {first['id']}" in problem["message"]
    (other,) = ran.document["cases"]
    assert (other["account"], other["state"]) == ("demo-private", "awaiting_signature")
    assert len(replica.groups()) == 2

    assert ywtb("abandon", first["id"], "--yes").code == 0
    again = ywtb("submit", overlapping, "--portal", replica.address, "--dry-run", "--json")
    assert again.document["errors"] == []
    assert len(again.document["cases"]) == 2
