"""The same person twice: in one group, or in two groups that one account would file.

It is looked for in the rows, whatever else is wrong with them: a second fault in a row must not hide the first. A cell
that is refused itself repeats nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rpa.intake.columns import Column
from rpa.intake.judge import Judge, Judged
from rpa.intake.rows import Row
from rpa.intake.values import tidy_code, tidy_text

__all__ = ["find_repeats"]

_ACCOUNT = ("account",)


@dataclass(frozen=True, slots=True)
class _Here:
    """A group, and the file it stands in."""

    judge: Judge
    judged: Judged
    account: str | None

    @property
    def name(self) -> str:
        """The group as another's complaint names it."""
        key = self.judged.group.row.values.get(("key",))
        return f"团组 {key}（{self.judge.file.name}）" if isinstance(key, str) else self.judge.file.name

    def may_share_account(self, other: _Here) -> bool:
        """A group without an account may be given the one of the other."""
        return self.account == other.account or not (self.account and other.account)


def find_repeats(judges: Sequence[Judge]) -> None:
    """Complains, where the second stands, of numbers that only one person has, and of groups that are the same."""
    groups = [_Here(judge, one, _account(one.group.row)) for judge in judges for one in judge.judged]
    doubles = set(_hold_back_doubles(groups))
    seen: dict[tuple[str, Column, str], list[tuple[int, _Here]]] = defaultdict(list)
    for place, here in enumerate(groups):
        group = here.judged.group
        for member in group.members:
            for column, number in _numbers(member.row):
                before = seen[group.sheets.business_type, column, number]
                earlier = next((one for one in before if here.may_share_account(one[1])), None)
                if earlier is None:
                    if before:
                        here.judge.reading.warnings.append(
                            member.row.problem(column.path, _doubt(column, before[0][1]))
                        )
                    before.append((place, here))
                elif (earlier[0], place) not in doubles:
                    other = None if earlier[0] == place else earlier[1]
                    problem = member.row.spoil(column.path, _message(column, other))
                    here.judge.reading.problems.append(problem)


def _hold_back_doubles(groups: Sequence[_Here]) -> Iterator[tuple[int, int]]:
    """Two groups of exactly the same people are one application to the ledger, where the second would silently
    take the first one's place: nobody can tell which is meant, so neither is filed."""
    alike: dict[tuple[Any, ...], list[tuple[int, _Here]]] = defaultdict(list)
    for place, here in enumerate(groups):
        application = here.judged.application
        if application is None or not here.judged.is_good:
            continue
        before = alike[application.business_type, *sorted(application.identity)]
        earlier = next((one for one in before if here.may_share_account(one[1])), None)
        before.append((place, here))
        if earlier is None:
            continue
        group = here.judged.group
        message = (
            f"与{earlier[1].name}的成员完全相同，会被当成同一份申请；"
            "请只留一个，同一批人要办两次的，等前一个办结后再提交"
        )
        here.judge.reading.problems.append(replace(group.row.problem(("key",), message), field=""))
        group.blocked = earlier[1].judged.group.blocked = True
        yield from ((one[0], place) for one in before[:-1])


def _account(row: Row) -> str | None:
    value = row.values.get(_ACCOUNT)
    return tidy_text(value) or None if isinstance(value, str) and _ACCOUNT not in row.bad else None


def _numbers(row: Row) -> Iterator[tuple[Column, str]]:
    """The row's good numbers that nobody else may have."""
    for column in row.table.once:
        value = row.values.get(column.path)
        if isinstance(value, str) and column.path not in row.bad:
            yield column, tidy_code(value)


def _doubt(column: Column, other: _Here) -> str:
    return f"该成员也在另一账号的{other.name}中（{column.heading}相同），请核对"


def _message(column: Column, other: _Here | None) -> str:
    if other is None:
        return f"与本团组前面的成员重复（{column.heading}相同）"
    return (
        f"该成员已在{other.name}中（{column.heading}相同），同一账号的同一业务中一人只能在一个团组；"
        "请只留一处，确由不同账号申报的，请在两个团组都填写账号"
    )
