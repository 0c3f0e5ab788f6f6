"""Files and folders that only their owner may read (PIPL Art. 51).

On Windows there are no such permission bits; there the user's profile folder keeps others out.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

__all__ = ["create_private", "private_folder", "private_opener", "write_private"]


def private_folder(path: Path) -> Path:
    """`path` as an existing folder of its owner alone (0700); parents are made the same way."""
    if not path.is_dir():
        private_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)
    return path


def private_opener(path: str, flags: int) -> int:
    """An ``opener=`` for :func:`open`: a file it creates is 0600 from its first moment."""
    return os.open(path, flags, 0o600)


def write_private(path: Path, data: bytes) -> None:
    """Put `data` at `path`, 0600, whole or not at all: a reader never sees half a file."""
    draft = _draft(path, data)
    try:
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def create_private(path: Path, data: bytes) -> bool:
    """Like :func:`write_private`, but only the first of several writers wins; False for the others."""
    draft = _draft(path, data)
    try:
        if os.name == "nt":
            draft.rename(path)  # refuses an existing target on Windows
        else:
            path.hardlink_to(draft)  # refuses an existing target everywhere else
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    return True


def _draft(path: Path, data: bytes) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=private_folder(path.parent))  # mkstemp: 0600
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise
    return draft
