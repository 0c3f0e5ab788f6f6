"""办理原因 and 换卡原因: why a group is filed; 其他 wants words of its own (manual 2.2.1, 2.4.1, 2.5.1 (3) A)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, ValidationInfo

from rpa.intake.values import Line

__all__ = ["OTHER", "OtherReason", "only_with_other"]

OTHER = "其他"

OtherReason = Annotated[
    Line | None,
    Field(
        title="其他原因",
        max_length=100,
        validate_default=True,
        description="办理原因为“其他”时必填，其余情况不填",
    ),
]


def only_with_other(words: str | None, info: ValidationInfo) -> str | None:
    """The rule of 其他原因, for the model that has a field `reason` before it."""
    reason = info.data.get("reason")
    if reason == OTHER and words is None:
        raise ValueError("办理原因为“其他”时必须填写")
    if reason not in (None, OTHER) and words is not None:
        raise ValueError("办理原因不是“其他”时不应填写")
    return words
