"""The faults by name, and what each does when nothing more is told."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["KINDS", "NAMES", "WORDS", "Kind"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One fault's usual options.

    `pages` strikes pages only, `session` only requests of somebody signed in, `switch` no request by itself: the
    portal asks whether it is on. `late`: `ms` passes after the request was handled, not before.
    """

    name: str
    times: int = 0
    at: str = ""
    ms: int = 0
    status: int = 502
    to: str = ""
    pages: bool = False
    session: bool = False
    switch: bool = False
    late: bool = False


KINDS = {
    kind.name: kind
    for kind in (
        Kind("latency"),
        Kind("slow"),
        Kind("error_before", 1),
        Kind("error_after", 1, late=True),
        Kind("drop_before", 1),
        Kind("drop_after", 1, late=True),
        Kind("session_lost", 1, session=True),
        Kind("kicked", 1, session=True),
        Kind("busy_page", 1, status=200),
        Kind("maintenance", status=503),
        Kind("captcha", at="login"),
        Kind("native_confirm", pages=True),
        Kind("layer_in_iframe", pages=True),
        Kind("notice_popup", pages=True, late=True),
        Kind("list_lag", switch=True),
        Kind("partial_list", at="list"),
        Kind("empty_list", at="list"),
        Kind("unknown_state", at="states", to="业务流转中"),
        Kind("other_wording", at="detail", to="审核中"),
        Kind("upload_slow", at="upload", ms=2000),
        Kind("upload_rejected", 1, at="upload"),
        Kind("upload_error_after", 1, at="upload", status=500, late=True),
        Kind("garbled_download_name", at="attachment", to="mojibake"),
        Kind("one_error_at_a_time", switch=True),
        Kind("label_renamed", pages=True),
        Kind("ids_changed", pages=True),
        Kind("order_changed", pages=True),
        Kind("double_click_trap", switch=True),
        Kind("preview_direct", switch=True),
        Kind("strict_next_step", switch=True),
    )
}
"""`times` 0: until switched off."""

NAMES = tuple(KINDS)

WORDS: dict[str, tuple[str, ...]] = {
    "login": ("POST /login",),
    "save": ("POST /*/member/save",),
    "check_member": ("POST /*/member/check",),
    "submit": ("POST /*/submit",),
    "upload": ("POST /files/upload",),
    "delete": ("POST /*/delete",),
    "list": ("POST /my-applications/list",),
    "sources": ("POST /*/sources",),
    "candidates": ("POST /*/candidates",),
    "detail": ("GET /my-applications/*",),
    "states": ("POST /my-applications/list", "GET /my-applications/*"),
    "template": ("* /*/template",),
    "preview": ("GET /files/*/view",),
    "download": ("GET /files/*/download",),
    "attachment": ("* /*/template", "GET /files/*/download"),
    "address": ("* /book/address*",),
    "invoice": ("* /book/invoice*",),
}
"""Words for requests; each is one or more patterns over "METHOD /path"."""
