"""Every fault of the replica at the places where it may strike, and what must come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["ROWS", "Row"]

FILED = "submitted 1"
_DRAFTLESS = ("passport_change", "early_card", "card_replacement", "card_cancellation")


@dataclass(frozen=True)
class Row:
    """A fault, switched on before the robot begins.

    `during` is how the case stands when the robot can do no more while the fault lasts, and how many groups of it the
    portal then holds as filed; `after` the same once the fault is over and a person has let the case go on. A business
    type may have words of its own in `but`.
    """

    name: str
    at: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    during: str = FILED
    after: str = FILED
    but: Mapping[str, str] = field(default_factory=dict)
    only: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The fault and where it strikes, as the table says it."""
        options = " ".join(f"{key}={value}" for key, value in self.options.items())
        return " ".join(part for part in (self.name, self.at, options) if part)

    @property
    def spec(self) -> dict[str, Any]:
        """The fault as the back office takes it."""
        return {"name": self.name, **({"at": self.at} if self.at else {}), **self.options}


def _anywhere(name: str, **options: Any) -> tuple[Row, ...]:
    """A fault that strikes once: at the last press, at an upload, on the way to a page, in 我的办件."""
    return (
        Row(name, "submit", options),
        Row(name, "upload", options),
        Row(name, "page", {"nth": 4, **options}),
        Row(name, "list", options),
        Row(name, "detail", options),
    )


ROWS: tuple[Row, ...] = (
    Row("slow", options={"ms": 300}),
    *_anywhere("error_before"),
    *_anywhere("error_after"),
    Row("error_after", "save", only=("new_card",)),
    *_anywhere("drop_before"),
    *_anywhere("drop_after"),
    Row("drop_after", "save", only=("new_card",)),
    Row("drop_after", "template"),
    *_anywhere("session_lost"),
    Row("session_lost", "save", only=("new_card",)),
    Row("kicked", "upload"),
    Row("kicked", "submit"),
    Row("kicked", "page", {"times": 0, "nth": 4}, during="needs_person 0"),
    Row("busy_page", "page", {"nth": 4}),
    Row("busy_page", "submit"),
    Row("error_before", "page", {"status": 429, "nth": 4, "times": 0}, during="received 0"),
    Row("error_before", "submit", {"status": 403, "times": 0}, during="needs_person 0"),
    Row("maintenance", during="received 0"),
    Row("maintenance", "page", {"nth": 5}, during="received 0"),
    Row("captcha", during="needs_person 0"),
    Row("captcha", "page", {"nth": 5}, during="needs_person 0"),
    Row("native_confirm"),
    Row("layer_in_iframe"),
    Row("layer_in_iframe", options={"to": "all"}),
    Row("notice_popup"),
    Row("notice_popup", options={"ms": 400}),
    Row("list_lag", options={"ms": 1500}),
    # a list that hides the new group proves nothing; one that hides the group to start from stops the case before
    Row("partial_list", during="submitted? 1"),
    Row(
        "partial_list",
        options={"to": "last_page"},
        during="submitted? 1",
        but=dict.fromkeys(("passport_change", "early_card"), "received 0"),
    ),
    Row("unknown_state"),
    Row("upload_slow"),
    Row("upload_rejected", during="rejected 0", after="rejected 0"),
    Row("upload_error_after"),
    Row("upload_error_after", options={"status": 0}),
    Row("garbled_download_name"),
    Row("garbled_download_name", options={"to": "missing"}),
    Row("garbled_download_name", options={"to": "do"}),
    Row("one_error_at_a_time"),
    Row("label_renamed", during="needs_person 0"),
    Row("ids_changed"),
    Row("ids_changed", options={"to": "all"}),
    Row("order_changed"),
    Row("double_click_trap"),
)
