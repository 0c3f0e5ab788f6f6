"""``ywtb cases``: the ledger as a list, or one case with its history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rpa.cli.exit_codes import ExitCode
from rpa.cli.options import AsJson

if TYPE_CHECKING:
    from rich.console import RenderableType

    from rpa.cases import Case, CaseState, Event
    from rpa.cli.office import Office

__all__ = ["cases"]

_KINDS: Mapping[str, str] = {
    "received": "接收",
    "revised": "输入已修改，重新开始",
    "moved": "",
    "kept": "记录",
    "verified": "办件详情与输入一致",
}


def cases(
    case_id: Annotated[
        str | None, typer.Argument(metavar="办件编号", help="只看这一个，连同经过", show_default=False)
    ] = None,
    state: Annotated[
        list[str] | None,
        typer.Option(
            "--state", metavar="状态", help="只看这个状态，中英文均可；可以写多次", show_default=False
        ),
    ] = None,
    account: Annotated[
        str | None, typer.Option("--account", metavar="账号", help="只看这个账号的", show_default=False)
    ] = None,
    last: Annotated[
        int,
        typer.Option(
            "--last", metavar="个数", min=0, help="只列最近的这么多个，需要人处理的都列出；0 为全部"
        ),
    ] = 200,
    as_json: AsJson = False,
) -> int:
    """查看台账：全部办件，或一个办件的经过、要签字的表和所在文件夹。"""
    from rpa.cli.case_drawing import case_table, trouble_lines
    from rpa.cli.office import Office
    from rpa.cli.started import start

    started = start(as_json=as_json)
    states = _states(state or [])
    with Office.open(started) as office:
        if case_id is not None:
            case = office.do(office.ledger.get(case_id))
            events = office.do(office.ledger.events(case.id))
            started.out.show({"cases": [_document(case, events)]}, *_whole(case, events))
            return ExitCode.DONE
        found, more = office.do(_newest(office, states, account, last))
    left_out = f"还有较早的办件没有列出：最近 {last} 个和需要人处理的在上面；全部用 --last 0"
    started.out.show(
        {"cases": [one.as_dict() for one in found], "more": more},
        *([case_table(found), *trouble_lines(found)] if found else ["没有办件。"]),
        *([left_out] if more else []),
    )
    return ExitCode.DONE


async def _newest(
    office: Office, states: Sequence[CaseState] | None, account: str | None, last: int
) -> tuple[list[Case], bool]:
    """The newest cases and, however old, those that a person must see to; whether there are more."""
    from rpa.cases import CaseState

    limit = last + 1 if last else None  # one more than wanted tells whether there are more
    newest = await office.ledger.list(states=states, account=account, limit=limit)
    if not last or len(newest) <= last:
        return list(newest), False
    waits = {CaseState.NEEDS_PERSON, CaseState.AWAITING_SIGNATURE, CaseState.RETURNED, CaseState.COMMITTING}
    due = await office.ledger.list(states=waits.intersection(states or waits), account=account)
    known = {case.id for case in newest[1:]}
    return [*(case for case in due if case.id not in known), *newest[1:]], True


def _states(words: Sequence[str]) -> list[CaseState] | None:
    from rpa.cases import CaseState
    from rpa.errors import SettingsError

    known = {word: state for state in CaseState for word in (state.value, state.meaning)}
    for word in words:
        if word not in known:
            raise SettingsError(
                f"没有“{word}”这个状态", where="--state", advice=f"可用的状态：{'、'.join(CaseState)}"
            )
    return [known[word] for word in words] or None


def _document(case: Case, events: Sequence[Event]) -> dict[str, Any]:
    return {
        **case.as_dict(),
        "folder": str(case.folder),
        "source": case.source,
        "events": [
            {
                "at": event.at.isoformat(),
                "kind": event.kind,
                "from": event.from_state.value if event.from_state else None,
                "to": event.to_state.value if event.to_state else None,
                "detail": dict(event.detail),
            }
            for event in events
        ],
    }


def _whole(case: Case, events: Sequence[Event]) -> Iterator[RenderableType]:
    from rpa.cli.case_drawing import case_table, to_sign_lines, trouble_lines
    from rpa.cli.drawing import table

    yield case_table([case])
    yield f"文件夹  {case.folder}"
    yield f"输入    {case.source}"
    yield f"网站    {case.portal}"
    yield from trouble_lines([case])
    history = table("时间", "状态", "说明", title="经过")
    for event in events:
        history.add_row(_time(event.at), event.to_state.meaning if event.to_state else "", _story(event))
    yield history
    yield from to_sign_lines([case])


def _time(at: datetime) -> str:
    return f"{at.astimezone():%m-%d %H:%M:%S}"


def _story(event: Event) -> str:
    detail = event.detail
    error = detail.get("error") or {}
    parts = [
        _KINDS.get(event.kind, event.kind),
        str(detail.get("reason", "")),
        f"团组号 {detail['group_no']}" if detail.get("group_no") else "",
        str(error.get("message", "")),
    ]
    return "；".join(part for part in parts if part)
