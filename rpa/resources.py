"""Where the data shipped with the program lie: the selector packs and the sample inputs."""

from __future__ import annotations

from pathlib import Path

__all__ = ["folder"]

_HERE = Path(__file__).resolve().parent
_SHIPPED = ("selectors", "fixtures")


def folder(name: str) -> Path:
    """The shipped data folder `name`: ``selectors`` or ``fixtures``.

    An installed wheel carries them inside the package (``rpa/data/<name>``); in a checkout they are the
    repository's own folders, so that an edited pack is used at once.
    """
    if name not in _SHIPPED:
        raise ValueError(f"no shipped folder {name!r}: {', '.join(_SHIPPED)}")
    packaged = _HERE / "data" / name
    return packaged if packaged.is_dir() else _HERE.parent / name
