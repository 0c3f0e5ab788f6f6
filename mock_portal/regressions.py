"""Regressions of the portal: promises of the manual that the replica breaks when it is told to, each by a name.

They are what a suite of checks must find. A fault (see :mod:`mock_portal.faults`) is trouble that passes; a regression
is a version of the portal that works in another way than the manual says. None of them is built into a page: each changes a request
on its way in, an answer on its way out, or answers in the portal's place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .blank_forms import personal_form
from .desk import Portal
from .faults.changes import Answer

__all__ = ["REGRESSIONS", "Asked", "Regression", "Regressions"]


@dataclass(slots=True)
class Asked:
    """A request before the portal reads it: the query, and the JSON object the page sent (empty when it sent none)."""

    portal: Portal
    query: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Regression:
    """One broken promise: the manual's `row`, `what` no longer holds, and how it is done to requests that `at` matches.

    `ask` changes the request, `unheard` answers that all is well without asking the portal, `after` sets something right
    (or wrong) once the portal has answered, `answer` changes what it says.
    """

    name: str
    row: str
    what: str
    at: str
    ask: Callable[[Asked], None] | None = None
    unheard: Callable[[Asked], bool] | None = None
    after: Callable[[Asked], None] | None = None
    answer: Callable[[Answer], None] | None = None

    def concerns(self, mark: str) -> bool:
        """Whether it is done to a request, by its ``METHOD /path``."""
        return re.fullmatch(self.at, mark) is not None


class Regressions:
    """Those that are switched on; a reset of the portal's data leaves them so."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._on: tuple[Regression, ...] = ()
        self.switch(names)

    def switch(self, names: Iterable[str]) -> None:
        """Have exactly these on; ValueError for a name that is not in `REGRESSIONS`."""
        wanted = list(names)
        unknown = [name for name in wanted if name not in REGRESSIONS]
        if unknown:
            raise ValueError(f"no regression {', '.join(unknown)}; known: {', '.join(REGRESSIONS)}")
        self._on = tuple(REGRESSIONS[name] for name in wanted)

    def listed(self) -> list[dict[str, object]]:
        """Every regression there is, and whether it is on."""
        on = {one.name for one in self._on}
        return [
            {"name": one.name, "row": one.row, "what": one.what, "on": one.name in on}
            for one in REGRESSIONS.values()
        ]

    def concerning(self, mark: str) -> list[Regression]:
        """Those that are done to a request."""
        return [one for one in self._on if one.concerns(mark)]


# --- what is done ---------------------------------------------------------------------------------------------------


def _without(pattern: str, *, only_with: str = "") -> Callable[[Answer], None]:
    """The page without what `pattern` matches; only a page that has `only_with` in it."""

    def act(answer: Answer) -> None:
        if answer.html is not None and only_with in answer.html:
            answer.put(re.sub(pattern, "", answer.html, flags=re.DOTALL))

    return act


def _instead(old: str, new: str) -> Callable[[Answer], None]:
    def act(answer: Answer) -> None:
        if answer.html is not None:
            answer.put(answer.html.replace(old, new))

    return act


def _reply(change: Callable[[dict[str, Any]], None]) -> Callable[[Answer], None]:
    """The JSON reply, changed."""

    def act(answer: Answer) -> None:
        reply = json.loads(answer.body)
        change(reply)
        answer.put(json.dumps(reply))

    return act


def _always(_asked: Asked) -> bool:
    return True


def _is_change(asked: Asked) -> bool:
    """Whether an entry that is stored already is saved."""
    return bool(asked.data.get("id"))


def _somebody_else(reply: dict[str, Any]) -> None:
    if reply.get("found"):
        reply["values"] |= {"surname_py": "LU", "given_py": "YANGKA", "pp_no": "PE0000012"}


def _forget_passport(asked: Asked) -> None:
    values = asked.data.get("values")
    if asked.data.get("action") == "draft" and isinstance(values, dict):
        values |= {name: "" for name in values if name.startswith("pp_")}


def _forget_reason(asked: Asked) -> None:
    asked.query = re.sub(r"(^|&)reason=[^&]*", "", asked.query)


def _forget_filters(asked: Asked) -> None:
    for name in ("group_no", "name", "card_no"):
        asked.data.pop(name, None)


def _forgive(asked: Asked) -> None:
    asked.portal.store.accounts.forgive(str(asked.data.get("username", "")).strip())


def _revive(asked: Asked) -> None:
    asked.portal.sessions.revive(str(asked.data.get("username", "")).strip())


def _other_picture(answer: Answer) -> None:
    """Bytes of the same kind that are not the file's."""
    answer.body += b"\n%changed" if answer.body.startswith(b"%PDF") else b"\0changed"


def _form_of_nobody(answer: Answer) -> None:
    answer.body = personal_form({}, "")[1]


def _only_new_cards(asked: Asked) -> None:
    """The list of all business types; a type's own list asks for its kind by itself."""
    asked.data["kind"] = asked.data.get("kind") or "新卡申办"


def _no_states(reply: dict[str, Any]) -> None:
    for row in reply["rows"]:
        row["state"] = ""


def _nobody_offered(reply: dict[str, Any]) -> None:
    reply["people"] = []


_DEAD_CROSS = """<script>document.addEventListener("click", (event) => {
  if (event.target.matches(".remove")) event.stopImmediatePropagation();
}, true);</script></body>"""

_MEMBER = r"GET /new_card/(member|[^/]+/member(/\d+)?)"
_SUBMISSION = r"GET /new_card/[^/]+/submission"

REGRESSIONS = {
    one.name: one
    for one in (
        Regression(
            "service_gone", "L1", "the portal's first page has no APEC商务旅行卡", r"GET /",
            answer=_without(r'<a class="service" href[^>]*>.*?</a>'),
        ),
        Regression(
            "no_lock_after_five", "L2", "five wrong passwords do not lock the account", r"POST /login", ask=_forgive
        ),
        Regression(
            "second_sign_in_does_not_kick", "L2", "a second sign-in leaves the first one alive", r"POST /login",
            after=_revive,
        ),
        Regression(
            "tile_gone", "C1", "the home page has no 注销", r"GET /home",
            answer=_without(r'<a class="tile[^>]*href="/card_cancellation">.*?</a>'),
        ),
        Regression(
            "notice_read_at_once", "N2", "我已经阅读 can be pressed before 《办理须知》 is read", r"GET /new_card/notice",
            answer=_instead('layui-btn-disabled notice-read" style="pointer-events: none"', 'notice-read"'),
        ),
        Regression(
            "wrong_person_brought_in", "N4", "成员核查 fills in another person's data", r"POST /new_card/member/check",
            answer=_reply(_somebody_else),
        ),
        Regression(
            "soe_row_missing", "N7", "the list for 国有企业 lacks a row", _MEMBER,
            answer=_without(r'<tr data-slot="NP05".*?</tr>'),
        ),
        Regression(
            "private_row_missing", "N8", "the list for 民营企业 lacks a row", _MEMBER,
            answer=_without(r'<tr data-slot="NP03".*?</tr>', only_with='value="民营企业"'),
        ),
        Regression(
            "personal_form_empty", "N9", "《个人事项表》 is not filled with the member's data",
            r"GET /new_card/[^/]+/member/\d+/template", answer=_form_of_nobody,
        ),
        Regression(
            "preview_shows_other_file", "N12", "预览 shows other bytes than those uploaded", r"GET /files/[^/]+/raw",
            answer=_other_picture,
        ),
        Regression(
            "download_gives_other_file", "N13", "下载 in the preview gives other bytes than those uploaded",
            r"GET /files/[^/]+/download", answer=_other_picture,
        ),
        Regression(
            "delete_keeps_file", "N14", "删除 says that the file is gone, and it is not", r"POST /files/delete",
            unheard=_always,
        ),
        Regression(
            "no_custom_rows", "N15", "新增附件 is gone", _MEMBER, answer=_without(r"<button[^>]*data-add>.*?</button>")
        ),
        Regression(
            "draft_forgets_passport", "N16", "暂存 does not keep B 护照信息", r"POST /new_card/member/save",
            ask=_forget_passport,
        ),
        Regression(
            "next_member_gone", "N17", "保存并下一人 is gone", _MEMBER,
            answer=_without(r'<button[^>]*data-save="next_member">.*?</button>'),
        ),
        Regression(
            "next_step_gone", "N18", "保存并下一步 is gone", _MEMBER,
            answer=_without(r'<button[^>]*data-save="next_step">.*?</button>'),
        ),
        Regression(
            "pickup_gone", "N19", "领取方式 has no 自取", _SUBMISSION,
            answer=_without(r'<input type="radio" name="delivery" value="自取"[^>]*>'),
        ),
        Regression(
            "address_change_lost", "N22", "a changed address is not stored", r"POST /book/address/save", unheard=_is_change
        ),
        Regression(
            "invoice_delete_lost", "N29", "a deleted invoice title is still there", r"POST /book/invoice/delete",
            unheard=_always,
        ),
        Regression(
            "letter_without_reason", "N31", "《申请函》 does not tell the 申请事由", r"GET /new_card/[^/]+/template",
            ask=_forget_reason,
        ),
        Regression(
            "list_lacks_types", "N35", "我的办件 shows groups of 新卡申办 only", r"POST /my-applications/list",
            ask=_only_new_cards,
        ),
        Regression(
            "detail_without_members", "N36", "办件详情 does not show the members", r"GET /my-applications/[A-Z]+\d+",
            answer=_without(r'<h3 class="part-title">成员\d+</h3>.*?</table>'),
        ),
        Regression(
            "state_not_shown", "N37", "我的办件 does not show the states", r"POST /my-applications/list",
            answer=_reply(_no_states),
        ),
        Regression(
            "filters_do_nothing", "P2", "查询 shows every group whatever the filters say", r"POST /passport_change/sources",
            ask=_forget_filters,
        ),
        Regression(
            "nobody_to_add", "P4", "添加 offers nobody", r"POST /passport_change/candidates",
            answer=_reply(_nobody_offered),
        ),
        Regression(
            "cross_keeps_person", "E4", "a person's 【X】 does nothing", r"GET /early_card/fill",
            answer=_instead("</body>", _DEAD_CROSS),
        ),
        Regression(
            "reason_gone", "R6", "换卡原因 has no 旅行卡丢失", r"GET /card_replacement/fill",
            answer=_without(r'<option value="旅行卡丢失">.*?</option>'),
        ),
        Regression(
            "menu_entry_gone", "C14", "the menu has no 我的办件_注销", r"GET /.*",
            answer=_without(r"<li[^>]*><a[^>]*>我的办件_注销</a></li>"),
        ),
    )
}  # fmt: skip
"""Every regression by its name, in the manual's order of what they break (the sign-in first)."""
