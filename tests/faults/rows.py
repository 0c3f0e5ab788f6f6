"""Every fault of the replica at the places where it may strike, and what must come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["ROWS", "SHARE", "Row"]

FILED = "submitted 1"
_DRAFTLESS = ("passport_change", "early_card", "card_replacement", "card_cancellation")


@dataclass(frozen=True)
class Row:
    """A fault, switched on before the robot begins, and what there is `also` at the same time.

    `during` is how the case stands when the robot can do no more while the fault lasts, and how many groups of it the
    portal then holds as filed (several, with a bar between, where it may be either); `after` the same once the fault is
    over and a person has let the case go on. A business type may have words of its own in `but`. `error` is the kind of
    error that the case must have told of, `sign_ins` how often the robot may sign in while the fault lasts.
    """

    name: str
    at: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    during: str = FILED
    after: str = FILED
    but: Mapping[str, str] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    also: tuple[Row, ...] = ()
    error: str = ""
    sign_ins: int = 0

    @property
    def title(self) -> str:
        """The fault and where it strikes, as the table says it."""
        options = " ".join(f"{key}={value}" for key, value in self.options.items())
        own = " ".join(part for part in (self.name, self.at, options) if part)
        return " + ".join([own, *(other.title for other in self.also)])

    @property
    def specs(self) -> list[dict[str, Any]]:
        """The faults as the back office takes them."""
        own = {"name": self.name, **({"at": self.at} if self.at else {}), **self.options}
        return [own, *(spec for other in self.also for spec in other.specs)]


def _anywhere(name: str, **options: Any) -> tuple[Row, ...]:
    """A fault that strikes once: at the last press, at an upload, on the way to a page, in 我的办件."""
    return (
        Row(name, "submit", options),
        Row(name, "upload", options),
        Row(name, "page", {"nth": 4, **options}),
        Row(name, "list", options),
        Row(name, "detail", options),
    )


_CONTESTED: dict[str, Any] = {
    "during": "needs_person 0 | needs_person 1",
    "error": "AccountContested",
    "sign_ins": 4,
}
_LAGGING = "submitted 1 | needs_person 1 | committing 1 | ready 1"  # never one that says it was not filed

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
    # whoever signs in elsewhere is never fought, wherever it strikes
    Row("kicked", "GET /home", {"times": 0}, **_CONTESTED),
    Row("kicked", "submit", {"times": 0}, **_CONTESTED),
    Row("kicked", "list", {"times": 0}, **_CONTESTED),
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
    # nothing but the list can tell what became of the press: shorter than the profile waits for it, and longer
    Row("error_after", "submit", also=(Row("list_lag", options={"ms": 1500}),)),
    Row("error_after", "submit", also=(Row("list_lag", options={"ms": 15000}),), during=_LAGGING),
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
    Row("ids_changed", options={"to": "all"}, also=(Row("order_changed"),)),
    Row("order_changed"),
    Row("double_click_trap"),
    Row("double_click_trap", also=(Row("drop_after", "submit"),)),
    Row("double_click_trap", also=(Row("error_after", "submit"),)),
)

SHARE = frozenset(
    {
        "error_after submit",
        "drop_after submit",
        "drop_after upload",
        "session_lost submit",
        "kicked page times=0 nth=4",
        "busy_page submit",
        "captcha",
        "native_confirm",
        "error_after submit + list_lag ms=1500",
        "partial_list",
        "upload_rejected",
        "double_click_trap + drop_after submit",
    }
)
"""The rows that every change is tried with, by their titles."""
