"""Whatever goes wrong while a case is worked on, as one of the tree of `rpa.errors`."""

from __future__ import annotations

import errno

from loguru import logger
from playwright.async_api import Error

from rpa.errors import NeedsPerson, PortalFault, YwtbError
from rpa.screen.script import Navigated

__all__ = ["as_ours"]


def as_ours(error: Exception) -> YwtbError:
    """An error of the browser's driver, of a file or of ours as one of the tree.

    Of the driver's text, which may quote the page, the first line.
    """
    if isinstance(error, YwtbError):
        return error
    if isinstance(error, TimeoutError):
        return PortalFault("操作超时")
    if isinstance(error, Navigated):
        return PortalFault("页面意外跳转")
    if isinstance(error, OSError):
        return _of_files(error)
    if not isinstance(error, Error):
        logger.opt(exception=error).error("程序内部错误")
        return YwtbError(
            f"程序内部错误（{type(error).__name__}）", advice="请把该办件的 log.txt 交给维护人员"
        )
    first = next(iter(str(error).splitlines()), type(error).__name__)
    return PortalFault(f"浏览器操作失败：{first[:120]}")


def _of_files(error: OSError) -> NeedsPerson:
    if error.errno == errno.ENOSPC:
        return NeedsPerson("磁盘已满，无法保存文件", advice="请清理磁盘空间，再用 ywtb resume 继续")
    return NeedsPerson(f"无法读取输入引用的文件（{error.strerror}）", advice="请确认文件仍在原处后再继续")
