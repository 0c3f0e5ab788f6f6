"""A corrected input that comes while nobody knows what became of the last press files nothing old and nothing twice."""

from __future__ import annotations

import pytest

from rpa.testing import Replica

from .kit import Ywtb, one_group, put_scans


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
