"""Private files: whole or not at all, and nobody else's."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from rpa import resources
from rpa.private_files import create_private, private_folder, write_private


def test_a_file_is_replaced_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b"
    write_private(path, b"one")
    write_private(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


def test_only_the_first_creator_wins(tmp_path: Path) -> None:
    path = tmp_path / "key"
    assert create_private(path, b"one") is True
    assert create_private(path, b"two") is False
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permission bits")
def test_files_are_0600_and_folders_0700_with_the_parents_they_needed(tmp_path: Path) -> None:
    write_private(private_folder(tmp_path / "x" / "y") / "f", b"")
    modes = [stat.S_IMODE((tmp_path / part).stat().st_mode) for part in ("x", "x/y", "x/y/f")]
    assert modes == [0o700, 0o700, 0o600]


def test_a_folder_that_was_there_keeps_its_permissions(tmp_path: Path) -> None:
    before = tmp_path.stat().st_mode
    assert private_folder(tmp_path).stat().st_mode == before


def test_the_shipped_folders_are_found_and_no_others() -> None:
    assert (resources.folder("selectors") / "portals" / "mock.yaml").is_file()
    with pytest.raises(ValueError, match="no shipped folder"):
        resources.folder("../rpa")
