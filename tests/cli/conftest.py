"""The program, with an empty data folder and a folder to work in."""

from __future__ import annotations

from pathlib import Path

import pytest

from .kit import Ywtb


@pytest.fixture
def ywtb(tmp_path: Path) -> Ywtb:
    """`ywtb`, as a person starts it."""
    work = tmp_path / "申报 资料"
    work.mkdir()
    return Ywtb(tmp_path / "home", work)
