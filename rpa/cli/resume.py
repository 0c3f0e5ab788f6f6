"""``ywtb resume``: cases go on where they waited or stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rpa.cli.options import AsJson, CaseIds, Headed

if TYPE_CHECKING:
    from rpa.cases import Case
    from rpa.cli.office import Office

__all__ = ["resume"]


def resume(ids: CaseIds = None, headed: Headed = None, as_json: AsJson = False) -> int:
    """继续办理：扫描件已放好的、网站故障后未完的、人工处理过的；不写编号则处理全部未上报的办件。"""
    from rpa.cli.filing import code_of, documents, file_cases, told
    from rpa.cli.office import Office
    from rpa.cli.started import start

    started = start(as_json=as_json, headed=headed)
    with Office.open(started) as office:
        filed = file_cases(office, _chosen(office, ids or []), again=True)
    started.out.show({"cases": documents(filed)}, *(told(filed) if filed else ["没有需要继续的办件。"]))
    return code_of(filed)


def _chosen(office: Office, ids: list[str]) -> list[Case]:
    """The cases named, each once; without names all that are not submitted yet."""
    from rpa.cases.case import REVISABLE, CaseState

    if not ids:
        unfinished = REVISABLE | {CaseState.COMMITTING, CaseState.NEEDS_PERSON}
        return list(office.do(office.ledger.list(states=unfinished)))
    cases = [office.do(office.ledger.get(one)) for one in ids]
    return list({case.id: case for case in cases}.values())
