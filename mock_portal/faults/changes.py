"""Faults that change an answer on its way out: lists, states, labels, downloads, and what a page's scripts do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote, unquote

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

from .board import Fault
from .disguise import Disguise

__all__ = ["Answer", "Held", "add_script", "change"]

RENAMED = {
    "手机号": "联系方式",
    "办理原因": "申办原因",
    "换卡原因": "换补原因",
    "新护照号码": "新护照编号",
    "申请报告": "情况报告",
}
"""What label_renamed renames unless told: something on the pages of every business type."""

_FOOTER = re.compile(r'<div class="site-footer">.*?</div>')
_NAMED = re.compile(r"filename\*=UTF-8''(\S+)")
_DRAFT = "暂存"


@dataclass(slots=True)
class Answer:
    """An answer that is not on its way yet."""

    status: int
    headers: MutableHeaders
    body: bytes

    @property
    def html(self) -> str | None:
        """The page, if it is one."""
        if self.headers.get("content-type", "").startswith("text/html"):
            return self.body.decode()
        return None

    @property
    def rows(self) -> tuple[dict[str, Any], list[dict[str, Any]]] | None:
        """The reply and its rows, if it is a list."""
        if not self.headers.get("content-type", "").startswith("application/json"):
            return None
        reply = json.loads(self.body)
        return (reply, reply["rows"]) if isinstance(reply, dict) and "rows" in reply else None

    def put(self, body: str) -> None:
        """Put another body in the place of its own."""
        self.body = body.encode()


class Held:
    """Takes an answer in whole and sends it on changed."""

    def __init__(self, send: Send, changes: list[Callable[[Answer], None]]) -> None:
        self._send = send
        self._changes = changes
        self._start: Message = {}
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        """Keep what comes; with the last piece everything goes."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        headers = MutableHeaders(raw=list(self._start.get("headers", [])))
        answer = Answer(self._start["status"], headers, bytes(self._body))
        for one in self._changes:
            one(answer)
        if "content-length" in headers:
            headers["content-length"] = str(len(answer.body))
        await self._send({**self._start, "status": answer.status, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": answer.body})


def change(fault: Fault) -> Callable[[Answer], None] | None:
    """What the fault does to an answer, if it does anything to answers."""
    act = _CHANGES.get(fault.name)
    if act is None:
        return None
    return lambda answer: act(fault, answer)


def add_script(name: str, **data: object) -> Callable[[Answer], None]:
    """Let one of static/faults run on the page, after the kit and before the page's own scripts."""
    told = "".join(f' data-{key}="{escape(str(value))}"' for key, value in data.items())
    tag = f'<script src="/static/faults/{name}.js"{told}></script>'

    def act(answer: Answer) -> None:
        if answer.html is not None:
            answer.put(_FOOTER.sub(lambda found: f"{found[0]}\n{tag}", answer.html, count=1))

    return act


def _script(fault: Fault, answer: Answer) -> None:
    add_script(fault.name, ms=fault.ms, to=fault.to)(answer)


def _partial_list(fault: Fault, answer: Answer) -> None:
    """The newest row is left out (`to` last_page: the last page is empty), and the total says otherwise."""
    if answer.rows is None:
        return
    reply, rows = answer.rows
    last = reply["page"] * reply["size"] >= reply["total"]
    reply["rows"] = ([] if last else rows) if fault.to == "last_page" else rows[1:]
    for row in reply["rows"] if fault.to != "last_page" else ():
        row["number"] -= 1
    answer.put(json.dumps(reply))


def _empty_list(fault: Fault, answer: Answer) -> None:
    """No row, and a total that says so too."""
    if answer.rows is not None:
        reply, _ = answer.rows
        reply.update(rows=[], total=0)
        answer.put(json.dumps(reply))


def _unknown_state(fault: Fault, answer: Answer) -> None:
    """Every group but drafts, or the one that `field` names, is in a state of that text."""
    if answer.rows is not None:
        reply, rows = answer.rows
        for row in rows:
            if row.get("state", _DRAFT) != _DRAFT and fault.field in ("", row["group_no"]):
                row["state"] = fault.to
        answer.put(json.dumps(reply))
    elif answer.html is not None and fault.field in answer.html:
        shown = rf'(<td class="label">当前状态</td><td[^>]*>)(?!{_DRAFT}<)[^<]*'
        answer.put(re.sub(shown, lambda found: found[1] + escape(fault.to), answer.html))


def _other_wording(fault: Fault, answer: Answer) -> None:
    """The detail page says `to` where the list says `field`, or whatever it says of a group that is no draft."""
    if answer.html is not None:
        worded = re.escape(fault.field) if fault.field else rf"(?!{_DRAFT}<)[^<]*"
        shown = rf'(<td class="label">(?:当前状态|办理状态)</td><td[^>]*>){worded}(?=<)'
        answer.put(re.sub(shown, lambda found: found[1] + escape(fault.to), answer.html))


def _label_renamed(fault: Fault, answer: Answer) -> None:
    """Labels, table headings and the names of rows; what the portal says in its messages stays."""
    if answer.html is None:
        return
    html = answer.html
    for word, other in ({fault.field: fault.to} if fault.field else RENAMED).items():
        cell = rf"(<(label|th|td)\b[^>]*>(?:<em[^>]*>\*</em>)?){re.escape(word)}(?=</\2>)"
        html = re.sub(cell, rf"\g<1>{escape(other)}", html)
    answer.put(html)


def _garbled_download_name(fault: Fault, answer: Answer) -> None:
    """`to`: mojibake, missing (no name at all) or do (the name of the portal's action)."""
    found = _NAMED.search(answer.headers.get("content-disposition", ""))
    if found is None or not answer.headers["content-disposition"].startswith("attachment"):
        return
    if fault.to == "missing":
        answer.headers["content-disposition"] = "attachment"
    elif fault.to == "do":
        answer.headers["content-disposition"] = 'attachment; filename="downloadFile.do"'
    else:
        wrong = unquote(found[1]).encode().decode("cp1252", "replace").replace("\ufffd", "?")
        answer.headers["content-disposition"] = f"attachment; filename*=UTF-8''{quote(wrong)}"


def _ids_changed(fault: Fault, answer: Answer) -> None:
    if answer.html is not None:
        answer.put(Disguise.new(whole=fault.to == "all").page(answer.html))


_CHANGES: dict[str, Callable[[Fault, Answer], None]] = {
    "partial_list": _partial_list,
    "empty_list": _empty_list,
    "unknown_state": _unknown_state,
    "other_wording": _other_wording,
    "label_renamed": _label_renamed,
    "garbled_download_name": _garbled_download_name,
    "native_confirm": _script,
    "layer_in_iframe": _script,
    "notice_popup": _script,
    "order_changed": _script,
    "ids_changed": _ids_changed,
}
