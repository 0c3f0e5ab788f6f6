"""``ywtb inspect``: what a page has that a pack could name, and a pack drafted for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rpa.cli.exit_codes import ExitCode
from rpa.cli.options import AsJson, Headed, Portal

if TYPE_CHECKING:
    from rich.console import RenderableType

    from rpa.cli.office import Office
    from rpa.profile import Profile
    from rpa.screen.survey import Survey

__all__ = ["inspect"]

_MOST_OPTIONS = 6


def inspect(
    what: Annotated[
        str,
        typer.Argument(
            metavar="页面",
            help="http(s) 地址，或 selectors 中的页面名，如 new_card.member",
            show_default=False,
        ),
    ],
    *,
    portal: Portal = None,
    account: Annotated[
        str | None,
        typer.Option(
            "--account", metavar="账号", help="先用这个账号登录；看地址时不填就不登录", show_default=False
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="文件.yaml", help="把起草的配置写到这里", show_default=False),
    ] = None,
    headed: Headed = None,
    as_json: AsJson = False,
) -> int:
    """看一个页面有哪些字段、选项、按钮、表格，并为它起草 selectors 配置；什么都不填，什么都不选；为看选项，下拉列表会打开一下再关上。

    看地址时加 --headed，可以先在窗口里自己走到要看的页面，再按回车。
    """
    from rpa.cli.office import Office
    from rpa.cli.started import start
    from rpa.doctor.draft import draft
    from rpa.errors import SettingsError

    started = start(as_json=as_json, portal=portal, headed=headed)
    with Office.open(started) as office:
        is_address = "://" in what
        profile = _profile(office, what if is_address else None, portal)
        seen = _look(office, profile, what, account, is_address=is_address)
        screen = "new_page" if is_address else what
        written = draft(office.pack(profile), seen, screen)
    if output is not None:
        try:
            output.write_text(written, encoding="utf-8")
        except OSError as error:
            raise SettingsError(f"无法写入：{error.strerror}", where=str(output)) from None
    started.out.show(_document(seen, written), *_told(seen), *([] if output else [written]))
    return ExitCode.DONE


def _profile(office: Office, address: str | None, portal: str | None) -> Profile:
    """The portal that is asked; an address of none that is known is a portal of its own."""
    from urllib.parse import urlsplit

    from rpa.profile import load_profile, profile_names

    settings = office.started.settings
    if address is None:
        return office.profile(portal)
    parts = urlsplit(address)
    origin = f"{parts.scheme}://{parts.netloc}"
    names = [portal] if portal else profile_names(settings)
    known = (load_profile(name, settings) for name in names)
    return next((one for one in known if one.origin == origin), None) or load_profile(origin, settings)


def _look(office: Office, profile: Profile, what: str, account: str | None, *, is_address: bool) -> Survey:
    from rpa.doctor.inspect import at_address, at_screen
    from rpa.errors import SettingsError
    from rpa.flow import flows

    chosen = account
    if not is_address and chosen is None:
        settings = office.started.settings
        chosen = settings.account or next(iter(office.do(office.accounts_of(profile))), None)
        if chosen is None:
            raise SettingsError(
                "没有可用的账号", where=profile.name, advice="请用 ywtb account add 添加，或用 --account 指定"
            )
    passwords = office.passwords([(profile.name, chosen)] if chosen else [])
    known = list(flows().values())
    folder = office.started.settings.prepare_home() / "doctor"

    def ready() -> None:
        office.started.out.say("请在窗口中走到要看的页面，然后在这里按回车。")
        input()

    async def look() -> Survey:
        sign_ins = await office.sign_ins(profile, passwords)
        if is_address:
            wait = ready if office.started.settings.headed else None
            return await at_address(sign_ins, what, chosen, known[0], wait)
        return await at_screen(sign_ins, what, chosen or "", known, folder)

    return office.do(look())


def _document(seen: Survey, written: str) -> dict[str, Any]:
    def plain(one: Any) -> dict[str, Any]:
        hidden = ("refs", "ref", "value", "model")
        return {name: value for name, value in asdict(one).items() if name not in hidden}

    return {
        "titles": list(seen.titles),
        "fields": [plain(one) for one in seen.controls],
        "buttons": [plain(one) for one in seen.buttons],
        "uploads": [plain(one) for one in seen.materials],
        "tables": [plain(one) for one in seen.tables],
        "pack": written,
    }


def _told(seen: Survey) -> Iterator[RenderableType]:
    from rpa.cli.drawing import table

    if seen.controls:
        fields = table("字段", "区域", "种类", "必填", "选项", title=f"{len(seen.controls)} 个字段")
        for one in seen.controls:
            options = [option for option in one.options if option]
            more = f" 等 {len(options)} 项" if len(options) > _MOST_OPTIONS else ""
            fields.add_row(
                one.label or f"（{one.placeholder}）",
                one.section,
                one.kind,
                "是" if one.required else "",
                "、".join(options[:_MOST_OPTIONS]) + more,
            )
        yield fields
    for title, texts in (
        ("标题", seen.titles),
        ("按钮", tuple(one.text for one in seen.buttons)),
        ("附件", tuple(one.text for one in seen.materials)),
    ):
        if texts:
            yield f"{title}：{'、'.join(dict.fromkeys(texts))}"
    for head in seen.tables:
        yield f"表格：{'、'.join(head.headings)}"
