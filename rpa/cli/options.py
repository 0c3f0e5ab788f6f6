"""Options that several commands share, worded once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["AccountOption", "AsJson", "CaseIds", "Headed", "InputFiles", "Portal"]

AsJson = Annotated[bool, typer.Option("--json", help="在标准输出给出一个 JSON 文档，其余信息写到标准错误")]
Portal = Annotated[
    str | None,
    typer.Option("--portal", metavar="网站", help="网站名称（如 gxzf、mock）或 http(s) 地址；不填用设置中的"),
]
AccountOption = Annotated[
    str | None, typer.Option("--account", metavar="账号", help="团组未写明账号时使用的登录账号")
]
Headed = Annotated[bool | None, typer.Option("--headed", help="显示浏览器窗口", show_default=False)]
InputFiles = Annotated[
    list[Path],
    # readable: that a file cannot be read is told by the reading, with its place and what to do
    typer.Argument(
        metavar="文件", help="申报数据：.xlsx、.json 或 .yaml", show_default=False, readable=False
    ),
]
CaseIds = Annotated[
    list[str] | None,
    typer.Argument(metavar="办件编号", help="可只写编号开头几位，也可不写日期", show_default=False),
]
