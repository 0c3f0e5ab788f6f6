"""``ywtb check``: is the input good? Without a browser, without the portal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rpa.cli.exit_codes import ExitCode, worst
from rpa.cli.options import AsJson, InputFiles, Portal

if TYPE_CHECKING:
    from rpa.cli.started import Started
    from rpa.intake import Intake

__all__ = ["check"]


def check(
    files: InputFiles,
    annotate: Annotated[
        Path | None,
        typer.Option(
            "--annotate", metavar="结果.xlsx", help="另存一份工作簿，标出错误的单元格；一次只标注一个"
        ),
    ] = None,
    portal: Portal = None,
    as_json: AsJson = False,
) -> int:
    """检查申报数据，列出全部错误及其位置；不打开浏览器，不访问网站。"""
    from rpa.cli.drawing import problem_tables
    from rpa.cli.inputs import read_inputs
    from rpa.cli.progress import is_watched
    from rpa.cli.started import start
    from rpa.errors import SettingsError
    from rpa.intake import refuse_other_names

    if annotate is not None and len(files) != 1:
        raise SettingsError("--annotate 一次只能标注一个工作簿", where="--annotate")
    started = start(as_json=as_json)
    if annotate is not None:
        refuse_other_names(files[0], annotate)
    if is_watched():  # many thousand rows take their time
        started.out.say(f"正在检查 {len(files)} 个文件……")
    inputs = read_inputs(started, files, portal=portal, to_file=False)
    good = len(inputs.intake.applications)
    codes = [ExitCode.DONE if inputs.intake.ok else ExitCode.INPUT_REFUSED]
    if annotate is not None:
        codes.append(_annotate(started, inputs.intake, files[0], annotate))
    started.out.show(
        {"ok": inputs.intake.ok, "applications": good, **inputs.report()},
        *problem_tables(inputs),
        f"{good} 个团组可以申报。"
        if inputs.intake.ok
        else f"{good} 个团组可以申报；请改正以上错误后再检查一遍。",
    )
    return worst(codes)


def _annotate(started: Started, intake: Intake, source: Path, out: Path) -> ExitCode:
    """Mark the copy; where that cannot be done, say so: what the check found is shown all the same."""
    from rpa.errors import YwtbError
    from rpa.intake import annotate

    try:
        annotate(intake, source, out)
    except YwtbError as error:
        started.out.complain(str(error))
        return ExitCode(error.exit_code)
    started.out.say(f"已标注：{out}")
    return ExitCode.DONE
