"""Workbooks of the business types, to be spoilt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.flows.books import Book


@pytest.fixture
def book(tmp_path: Path) -> Callable[[str], Book]:
    """``book(business_type)``: its sample in a workbook of its own."""
    return lambda business_type: Book(tmp_path, business_type)
