"""What pydantic finds wrong, told to a filing officer in Chinese and without the value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rpa.intake.columns import Column

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

__all__ = ["explain"]

_MANY = 8
_FIXED = {"missing": "必须填写", "extra_forbidden": "未知的项目"}
_LENGTHS = ("string_too_short", "string_too_long", "too_short", "too_long")
_WANTED = {"date": "应为日期，例如 2026-11-23", "path": "应为文件路径", "number": "应为数字"}


def explain(error: ErrorDetails, column: Column | None) -> str:
    """The message for one error of a field; `column` tells what the field takes."""
    kind: str = error["type"]
    context: dict[str, Any] = error.get("ctx", {})
    if kind in ("value_error", "rule"):
        return str(context.get("error") or context.get("why"))
    if kind in _FIXED:
        return _FIXED[kind]
    if kind == "literal_error" and column and column.options:
        return _choices(column)
    if kind == "too_short" and context.get("field_type") == "List":
        return "没有成员，至少要有一个"
    if kind in _LENGTHS:  # of a text that may be left out, pydantic tells the length as of any value
        return _length(context)
    return _WANTED.get(column.kind, "应为文本") if column else "内容不正确"


def _choices(column: Column) -> str:
    if len(column.options) > _MANY:
        return f"不在可选范围内，请从列表中选择（如 {column.options[0]}、{column.options[1]}…）"
    return f"不在可选范围内，可填：{'、'.join(column.options)}"


def _length(context: dict[str, Any]) -> str:
    if (shortest := context.get("min_length")) is not None:
        return f"太短，至少 {shortest} 个字"
    return f"太长，最多 {context.get('max_length')} 个字"
