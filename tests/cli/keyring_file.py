"""A keyring that a test can have: a file beside the data folder. Chosen with PYTHON_KEYRING_BACKEND."""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend

__all__ = ["Keyring"]


class Keyring(KeyringBackend):
    """Passwords in a JSON file; in the open, so for invented accounts only."""

    priority = 1

    @property
    def _file(self) -> Path:
        return Path(os.environ["YWTB_HOME"]).parent / "keyring.json"

    def _read(self) -> dict[str, str]:
        return dict(json.loads(self._file.read_text(encoding="utf-8"))) if self._file.exists() else {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._read().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        kept = {**self._read(), f"{service}/{username}": password}
        self._file.write_text(json.dumps(kept), encoding="utf-8")

    def delete_password(self, service: str, username: str) -> None:
        kept = {name: word for name, word in self._read().items() if name != f"{service}/{username}"}
        self._file.write_text(json.dumps(kept), encoding="utf-8")
