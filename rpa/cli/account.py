"""``ywtb account``: the portal's accounts; their passwords live in the system's keyring."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from rpa.cli.exit_codes import ExitCode
from rpa.cli.help_texts import Command, Group
from rpa.cli.options import AsJson, Headed, Portal

if TYPE_CHECKING:
    from pydantic import SecretStr

    from rpa.accounts import Accounts
    from rpa.cli.started import Started
    from rpa.profile import Profile

__all__ = ["app"]

app = typer.Typer(
    cls=Group,
    help="管理登录账号；密码保存在系统的密码库中。",
    no_args_is_help=True,
    subcommand_metavar="命令 …",
    options_metavar="[选项]",
)
_Name = Annotated[str, typer.Argument(metavar="账号", show_default=False)]


@app.command("add", cls=Command, options_metavar="[选项]")
def add(
    name: _Name,
    portal: Portal = None,
    from_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="从标准输入读密码（一行），供脚本使用")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """添加账号，或更换它的密码。"""
    started, profile, accounts = _open(portal, as_json=as_json)
    accounts.add(name, _password(name, from_stdin=from_stdin))
    started.out.show(
        {"portal": profile.name, "account": name, "saved": True}, f"已保存 {profile.title} 的账号 {name}。"
    )
    return ExitCode.DONE


@app.command("list", cls=Command, options_metavar="[选项]")
def list_accounts(portal: Portal = None, as_json: AsJson = False) -> int:
    """列出已知的账号（不显示密码）。"""
    started, profile, accounts = _open(portal, as_json=as_json)
    names = accounts.names()
    started.out.show(
        {"portal": profile.name, "accounts": names},
        *(names or [f"{profile.title} 还没有账号；请用 ywtb account add 添加。"]),
    )
    return ExitCode.DONE


@app.command("remove", cls=Command, options_metavar="[选项]")
def remove(name: _Name, portal: Portal = None, as_json: AsJson = False) -> int:
    """删除账号和它的密码。"""
    started, profile, accounts = _open(portal, as_json=as_json)
    accounts.remove(name)
    started.out.show(
        {"portal": profile.name, "account": name, "removed": True}, f"已删除 {profile.title} 的账号 {name}。"
    )
    return ExitCode.DONE


@app.command("login", cls=Command, options_metavar="[选项]")
def login(name: _Name, portal: Portal = None, headed: Headed = None, as_json: AsJson = False) -> int:
    """登录一次，看账号和密码是否可用。"""
    from rpa.cli.office import Office
    from rpa.cli.started import start
    from rpa.flow import flows

    started = start(as_json=as_json, portal=portal, headed=headed)
    with Office.open(started) as office:
        profile = office.profile(portal)
        passwords = office.passwords([(profile.name, name)])

        async def try_it() -> None:
            sign_ins = await office.sign_ins(profile, passwords)
            async with sign_ins.signed_in(name, next(iter(flows().values()))):
                pass

        office.do(try_it())
    started.out.show(
        {"portal": profile.name, "account": name, "signed_in": True},
        f"账号 {name} 可以登录 {profile.title}。",
    )
    return ExitCode.DONE


def _open(portal: str | None, *, as_json: bool) -> tuple[Started, Profile, Accounts]:
    from rpa.accounts import Accounts
    from rpa.cli.started import start
    from rpa.profile import load_profile

    started = start(as_json=as_json, portal=portal)
    profile = load_profile(started.settings.portal, started.settings)
    return started, profile, Accounts(profile, started.settings.home)


def _password(name: str, *, from_stdin: bool) -> SecretStr:
    from pydantic import SecretStr

    from rpa.errors import SettingsError

    if from_stdin:
        word = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty() and sys.stderr.isatty():
        word = getpass.getpass(f"{name} 的密码：")
        if word != getpass.getpass("再输入一次："):
            raise SettingsError("两次输入的密码不同", where=name)
    else:
        raise SettingsError("没有终端，不能询问密码", where=name, advice="请加 --password-stdin")
    if not word:
        raise SettingsError("密码是空的", where=name)
    return SecretStr(word)
