"""What only some machines have."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def ffmpeg() -> None:
    """Skips where Playwright cannot film: its ffmpeg comes with ``playwright install ffmpeg``."""
    command = [sys.executable, "-m", "playwright", "install", "--dry-run", "ffmpeg"]
    ran = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8", timeout=60)
    places = re.findall(r"Install location:\s+(.+)", ran.stdout)
    if not any(Path(place.strip()).exists() for place in places):
        pytest.skip("films need ffmpeg: playwright install ffmpeg")
