"""What can go wrong with a case or with the ledger that keeps it.

::

    YwtbError
    ├── IllegalTransition    the case may not go there from where it stands
    │   └── LostRace         someone else moved the case in between
    └── LedgerError          the database cannot be used; nothing was changed
        ├── LedgerBusy       another program holds it
        ├── LedgerFull       the disk is full or fails
        ├── LedgerUnwritable the file or its folder may not be written or opened
        └── LedgerBroken     it is no ledger, is damaged, or is of a newer program
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from rpa.errors import YwtbError

__all__ = [
    "IllegalTransition",
    "LedgerBroken",
    "LedgerBusy",
    "LedgerError",
    "LedgerFull",
    "LedgerUnwritable",
    "LostRace",
    "retold",
]


class IllegalTransition(YwtbError):
    """The case may not go there from where it stands; nothing was changed."""

    advice = "请用 ywtb cases 查看该办件的当前状态"


class LostRace(IllegalTransition):
    """Another process moved the case since it was read; nothing was changed."""

    advice = "另一个程序正在处理该办件，请稍后再试"


class LedgerError(YwtbError):
    """The ledger's database failed. The step was undone as a whole."""

    advice = "请检查台账数据库，再用 ywtb resume 继续"


class LedgerBusy(LedgerError):
    """Another program holds the database too long."""

    advice = "请关闭正在占用台账的其他程序（包括数据库查看工具、同步盘），再用 ywtb resume 继续"


class LedgerFull(LedgerError):
    """The disk is full, or reading and writing fail."""

    advice = "请清理磁盘空间或更换磁盘，再用 ywtb resume 继续"


class LedgerUnwritable(LedgerError):
    """The database file or its folder may not be opened or written."""

    exit_code = 2
    advice = "请检查数据文件夹是否存在、是否有写入权限，或用 YWTB_HOME 指定别的文件夹"


class LedgerBroken(LedgerError):
    """The file is no ledger, is damaged, or was made by a newer program."""

    exit_code = 2
    advice = "请从备份恢复台账文件，或升级本程序；不要删除它，以免重复上报"


# SQLite's result codes by the start of their names (sqlite.org/rescode.html), PostgreSQL's SQLSTATE
# classes below.
_SQLITE: tuple[tuple[str, type[LedgerError], str], ...] = (
    ("SQLITE_BUSY", LedgerBusy, "台账被占用"),
    ("SQLITE_LOCKED", LedgerBusy, "台账被占用"),
    ("SQLITE_FULL", LedgerFull, "磁盘已满，台账无法写入"),
    ("SQLITE_READONLY", LedgerUnwritable, "台账是只读的"),
    ("SQLITE_PERM", LedgerUnwritable, "没有台账的访问权限"),
    ("SQLITE_AUTH", LedgerUnwritable, "没有台账的访问权限"),
    ("SQLITE_CANTOPEN", LedgerUnwritable, "无法打开台账文件"),
    ("SQLITE_IOERR", LedgerFull, "读写台账时磁盘出错"),
    ("SQLITE_CORRUPT", LedgerBroken, "台账文件已损坏"),
    ("SQLITE_NOTADB", LedgerBroken, "该文件不是台账"),
)
# A whole code is a start of itself and comes before its class.
_SQLSTATE: tuple[tuple[str, type[LedgerError], str], ...] = (
    ("53100", LedgerFull, "数据库服务器的磁盘已满"),
    ("58", LedgerFull, "数据库服务器的磁盘出错"),
    ("25006", LedgerUnwritable, "数据库是只读的"),
    ("42501", LedgerUnwritable, "没有数据库的写入权限"),
    ("28", LedgerUnwritable, "数据库拒绝了登录"),
    ("3D", LedgerUnwritable, "没有这个数据库"),
    ("XX", LedgerBroken, "数据库中的台账已损坏"),
    ("55P03", LedgerBusy, "台账被占用"),
    ("57014", LedgerBusy, "台账被占用"),
    ("40", LedgerBusy, "台账被占用"),
    ("53", LedgerBusy, "数据库服务器繁忙"),
    ("57P", LedgerError, "数据库服务器正在停止或重新启动"),
)
_ASK_WHO_RUNS_IT = "请数据库管理员检查数据库和 YWTB_LEDGER 中的用户权限，再用 ywtb resume 继续"
_ASK_WHERE = "请检查 YWTB_LEDGER 的地址、用户名和密码，以及数据库服务和网络"

_FULL = frozenset(
    {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
)  # Windows knows no quota by this name


@contextmanager
def retold() -> Iterator[None]:
    """Tell database failures inside it as :class:`LedgerError`: in Chinese, with advice, quoting no data."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise _retell(error) from None


def _retell(error: Exception) -> LedgerError:
    cause = error.orig if isinstance(error, DBAPIError) else error
    name = str(getattr(cause, "sqlite_errorname", "") or "")
    state = str(getattr(cause, "sqlstate", "") or "")
    for code, table in ((name, _SQLITE), (state, _SQLSTATE)):
        for start, kind, message in table:
            if code.startswith(start):
                elsewhere = kind is LedgerUnwritable and table is _SQLSTATE
                return kind(message, advice=_ASK_WHO_RUNS_IT if elsewhere else "")
    if isinstance(error, OSError):
        if error.errno in _FULL:
            return LedgerFull("磁盘已满，台账无法写入")
        return LedgerUnwritable(f"无法建立台账文件：{error.strerror}")
    if state.startswith("08") or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return LedgerError("与台账数据库的连接中断")
    if isinstance(error, OperationalError) and not (name or state):
        return LedgerUnwritable("无法连接台账数据库", advice=_ASK_WHERE)
    return LedgerError(f"台账数据库出错（{name or state or type(cause).__name__}）")
