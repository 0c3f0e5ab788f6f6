"""``ywtb template``: a blank workbook of one or several business types."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rpa.cli.exit_codes import ExitCode
from rpa.cli.options import AsJson

__all__ = ["template"]

_ALL = ("全部", "all")


def template(
    business_types: Annotated[
        list[str],
        typer.Argument(
            metavar="业务类型...",
            help="例如 新卡申办 或 new_card；可写几种，每种有自己的工作表；全部（或 all）是所有业务类型",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="文件.xlsx", help="写到哪里", show_default=False)
    ],
    force: Annotated[bool, typer.Option("--force", help="文件已存在时覆盖")] = False,
    as_json: AsJson = False,
) -> int:
    """生成空白工作簿：带说明、下拉选项和文本格式的列。"""
    from rpa.cli.started import start
    from rpa.errors import SettingsError
    from rpa.flow import flow, flows
    from rpa.intake import template as write_template

    started = start(as_json=as_json)
    everything = any(name in _ALL for name in business_types)
    chosen = list(
        flows().values()
        if everything
        else {flow(name).business_type: flow(name) for name in business_types}.values()
    )
    if output.suffix.lower() != ".xlsx":
        raise SettingsError("文件名应以 .xlsx 结尾", where=str(output))
    if output.exists() and not force:
        raise SettingsError(
            "文件已存在，没有覆盖", where=str(output), advice="请换一个文件名，或加 --force 覆盖"
        )
    write_template(chosen, output)
    started.out.show(
        {"business_types": [one.business_type for one in chosen], "path": str(output.absolute())},
        f"已生成“{'、'.join(one.title for one in chosen)}”的空白工作簿：{output}",
        "填好后用 ywtb check 检查，用 ywtb submit 申报。",
    )
    return ExitCode.DONE
