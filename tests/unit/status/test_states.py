"""What a portal's words for states mean, by the packs and their overlays."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_portal.business import EDITABLE, FINAL, STATES
from rpa.errors import SettingsError
from rpa.flow import pack_files
from rpa.screen import Pack, StateKind, load_packs


@pytest.fixture(scope="module")
def pack() -> Pack:
    """The packs as they are shipped."""
    return load_packs(pack_files())


def _with(folder: Path, overlay: str) -> Pack:
    path = folder / "overlay.yaml"
    path.write_text(overlay, encoding="utf-8")
    return load_packs(pack_files(), [path])


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.text)
def test_every_state_of_the_replica_has_its_kind(pack: Pack, state: object) -> None:
    text = state.text  # type: ignore[attr-defined]
    kind = pack.state_kind(text, "new_card")
    assert kind is not StateKind.UNKNOWN
    assert kind.is_final == (text in FINAL)
    if text in EDITABLE:
        assert kind in {StateKind.DRAFT, StateKind.RETURNED, StateKind.WITHDRAWN}


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("市外办退回（补正）", "returned"),
        ("审核未通过", "refused"),
        ("自治区外事办待审核", "in_review"),
        ("经 济 体 审 批 中", "deciding"),
        ("业务流转中", "unknown"),
        ("", "unknown"),
    ],
)
def test_words_that_are_not_listed_whole_go_by_their_parts(pack: Pack, word: str, kind: str) -> None:
    assert pack.state_kind(word) == kind


def test_an_overlay_changes_kinds_for_one_portal_and_one_type(tmp_path: Path) -> None:
    changed = _with(
        tmp_path,
        "common:\n  states:\n    in_review: [业务流转中]\nearly_card:\n  states:\n    closed: [已制卡, {part: 流转}]\n",
    )
    assert changed.state_kind("业务流转中", "new_card") is StateKind.IN_REVIEW
    # whole texts win over parts, the type's own over those of all
    assert changed.state_kind("业务流转中", "early_card") is StateKind.IN_REVIEW
    assert changed.state_kind("流转", "early_card") is StateKind.CLOSED
    assert changed.state_kind("已制卡", "early_card") is StateKind.CLOSED
    assert changed.state_kind("已制卡", "new_card") is StateKind.MADE
    assert changed.state_kind("待复审") is StateKind.UNKNOWN  # the list was replaced whole


@pytest.mark.parametrize(
    "entry",
    ["finished: [好了]", "closed: [{word: 好了}]", "closed: [3]", "unknown: [好了]", "closed: 待领取"],
)
def test_a_wrong_entry_is_told_with_its_place(tmp_path: Path, entry: str) -> None:
    with pytest.raises(SettingsError) as told:
        _with(tmp_path, f"common:\n  states:\n    {entry}\n")
    assert "common states." in told.value.where
