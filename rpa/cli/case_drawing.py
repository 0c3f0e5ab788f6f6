"""Cases as a filing officer reads them: a table, what went wrong, what is to be signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from rpa.cases import SIGNED_FOLDER, Case, CaseState
from rpa.cli.drawing import table
from rpa.flow import flows

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["case_table", "title_of", "to_sign_lines", "trouble_lines"]

_COLOURS = {
    CaseState.SUBMITTED: "green",
    CaseState.CLOSED: "green",
    CaseState.AWAITING_SIGNATURE: "yellow",
    CaseState.NEEDS_PERSON: "red",
    CaseState.REJECTED: "red",
    CaseState.RETURNED: "red",
    CaseState.ABANDONED: "dim",
}


def title_of(business_type: str) -> str:
    """The portal's word for a business type; its slug if its flow is not installed."""
    one = flows().get(business_type)
    return one.title if one else business_type


def case_table(cases: Sequence[Case], seconds: Mapping[str, float] | None = None) -> Table:
    """A row per case; with the seconds it took when there are any."""
    made = table("办件编号", "团组", "业务类型", "账号", "成员", "状态", "团组号")
    timed = any((seconds or {}).values())
    if timed:
        made.add_column("用时", justify="right", no_wrap=True)
    for name in ("办件编号", "团组号"):
        column = next(column for column in made.columns if column.header == name)
        column.no_wrap = True
    for case in cases:
        spent = (seconds or {}).get(case.id, 0.0)
        row: list[str | Text] = [
            case.id,
            case.key,
            title_of(case.business_type),
            case.account,
            str(case.members),
            Text(case.state.meaning, style=_COLOURS.get(case.state, "")),
            case.group_no or "",
        ]
        made.add_row(*row, *([f"{spent:.1f} 秒" if spent else ""] if timed else []))
    return made


def trouble_lines(cases: Iterable[Case]) -> Iterator[RenderableType]:
    """For each case that keeps an error: what happened, what to do."""
    for case in cases:
        if case.error:
            error = {name: str(value or "") for name, value in case.error.items()}
            where = f"{error['where']}：" if error.get("where") else ""
            yield Text(f"{case.id}  {where}{error.get('message', '')}", style="red")
            if error.get("advice"):
                yield Text(f"  → {error['advice']}")


def to_sign_lines(cases: Iterable[Case]) -> Iterator[RenderableType]:
    """For each case at the signature gate: which forms a person signs, and where the scans go."""
    waiting = [case for case in cases if case.state is CaseState.AWAITING_SIGNATURE and case.to_sign]
    if not waiting:
        return
    yield Text(
        "请打印下列空白表，签字并加盖公章后扫描，用同样的文件名（.pdf 或 .jpg）放入 signed 文件夹：",
        style="bold",
    )
    for case in waiting:
        yield ""
        yield f"团组 {case.key}（{case.id}）"
        yield f"  扫描件放入  {case.folder / SIGNED_FOLDER}"
        yield f"  空白表在    {case.to_sign[0].path.parent}"
        for form in case.to_sign:
            whose = form.member_name or form.member_key or "全组"
            yield f"    {form.path.name}（{whose}）"
    yield ""
    yield "放好后运行 ywtb resume 继续。"
