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
    from rpa.cli.office import Office, Passwords
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
    """删除账号、它的密码和保存的登录。"""
    from rpa.cli.office import Office

    started, profile, accounts = _open(portal, as_json=as_json)
    with Office.open(started) as office:
        forgotten = office.do(office.ledger.saved_sign_ins.forget(profile.name, name))
    if accounts.is_added(name) or not forgotten:
        accounts.remove(name)
    started.out.show(
        {"portal": profile.name, "account": name, "removed": True}, f"已删除 {profile.title} 的账号 {name}。"
    )
    return ExitCode.DONE


@app.command("login", cls=Command, options_metavar="[选项]")
def login(name: _Name, portal: Portal = None, headed: Headed = None, as_json: AsJson = False) -> int:
    """登录一次，看账号是否可用；加 --headed 则由人在窗口中登录（例如输入验证码），登录状态加密保存，供以后使用。"""
    from rpa.cli.office import Office
    from rpa.cli.started import start

    started = start(as_json=as_json, portal=portal, headed=headed)
    by_person = started.settings.headed
    with Office.open(started) as office:
        profile = office.profile(portal)
        if by_person:
            office.do(_by_person(office, profile, name))
        else:
            office.do(_try(office, profile, office.passwords([(profile.name, name)]), name))
    said = f"账号 {name} 可以登录 {profile.title}。"
    if by_person:
        said = (
            f"账号 {name} 已由人工登录 {profile.title}，登录状态已加密保存；请用 ywtb resume 继续等待的办件。"
        )
    started.out.show({"portal": profile.name, "account": name, "signed_in": True, "saved": by_person}, said)
    return ExitCode.DONE


async def _try(office: Office, profile: Profile, passwords: Passwords, name: str) -> None:
    from rpa.flow import flows

    sign_ins = await office.sign_ins(profile, passwords)
    # any flow signs in: the portal is one for all business types
    async with sign_ins.signed_in(name, next(iter(flows().values()))):
        pass


async def _by_person(office: Office, profile: Profile, name: str) -> None:
    from rpa.accounts import Accounts
    from rpa.cases.hand_over import hand_over
    from rpa.flow import flows

    started = office.started
    await hand_over(
        await office.sign_ins(profile, {}),
        name,
        next(iter(flows().values())).entrance,
        password=Accounts(profile, started.settings.home).find(name),
        say=started.out.say,
    )


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
