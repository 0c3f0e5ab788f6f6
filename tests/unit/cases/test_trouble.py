"""A full disk is told as one, wherever it is met."""

from __future__ import annotations

from pathlib import Path

import pytest

from rpa.cases import LedgerFull
from rpa.cases.errors import retold
from rpa.cases.trouble import as_ours
from rpa.errors import NeedsPerson

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_told_as_one() -> None:
    with pytest.raises(OSError, match="space") as met:
        FULL.write_bytes(b"x")
    told = as_ours(met.value)
    assert isinstance(told, NeedsPerson) and "磁盘已满" in told.message and "清理磁盘" in told.advice
    with pytest.raises(LedgerFull, match="磁盘已满"), retold():
        FULL.write_bytes(b"x")


def test_a_file_that_is_gone_is_told_as_that(tmp_path: Path) -> None:
    with pytest.raises(OSError) as met:
        (tmp_path / "gone.pdf").read_bytes()
    assert "无法读取输入引用的文件" in as_ours(met.value).message
