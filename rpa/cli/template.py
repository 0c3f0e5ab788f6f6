"""``ywtb template``: a blank workbook of a business type."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rpa.cli.exit_codes import ExitCode
from rpa.cli.options import AsJson

__all__ = ["template"]


def template(
    business_type: Annotated[
        str,
        typer.Argument(metavar="业务类型", help="例如 new_card 或 新卡申办", show_default=False),
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
    from rpa.flow import flow
    from rpa.intake import template as write_template

    started = start(as_json=as_json)
    one = flow(business_type)
    if output.suffix.lower() != ".xlsx":
        raise SettingsError("文件名应以 .xlsx 结尾", where=str(output))
    if output.exists() and not force:
        raise SettingsError(
            "文件已存在，没有覆盖", where=str(output), advice="请换一个文件名，或加 --force 覆盖"
        )
    write_template(one, output)
    started.out.show(
        {"business_type": one.business_type, "path": str(output.absolute())},
        f"已生成“{one.title}”的空白工作簿：{output}",
        "填好后用 ywtb check 检查，用 ywtb submit 申报。",
    )
    return ExitCode.DONE
