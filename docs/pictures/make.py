"""Makes the pictures of the README and the docs anew: `python docs/pictures/make.py`, or with the names of some.

The people are invented. The member page is shown as the robot has filled it; the evidence picture is the very file that
a case keeps, so everything marked as personal is covered in it. The report is that of the ledger which its tests seed.
"""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.async_api import expect
from pydantic import SecretStr

from flows.new_card import NewCard, fill_attachments, fill_member, take_up
from flows.parts.sign_in import sign_in
from rpa import resources
from rpa.browser import find_browser
from rpa.browser.chromium import Chromium
from rpa.cases import Ledger
from rpa.desk import Desk, Papers, page_scripts
from rpa.flow import flows, pack_files
from rpa.intake import read
from rpa.logs import set_up_logs
from rpa.private_files import private_folder
from rpa.profile import load_profile
from rpa.screen import load_packs
from rpa.settings import Settings
from rpa.status.report import Scope, write_report
from rpa.testing import Replica
from rpa.vault import open_vault
from tests.unit.report import seeded

HERE = Path(__file__).resolve().parent
WIDTH = 900
COLOURS = 256
LIMIT = 300_000


def keep(data: bytes, name: str) -> None:
    """Write a picture small enough for a README."""
    with Image.open(io.BytesIO(data)) as picture:
        height = round(picture.height * WIDTH / picture.width)
        small = picture.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    path = HERE / name
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    if size >= LIMIT:
        raise SystemExit(f"{name} has {size} bytes: too many")
    sys.stdout.write(f"{name}  {WIDTH}x{height}  {size // 1024} KB\n")


async def member_page(home: Path) -> bytes:
    """The member page of group B of the sample input, filled, with its files."""
    found = read([resources.folder("fixtures") / "new_card.xlsx"], flows()).applications
    group = next(one.application for one in found if one.application.key == "B")
    if not isinstance(group, NewCard):
        raise TypeError(group.business_type)
    with Replica() as replica:
        profile = load_profile(replica.address, Settings(home=home))
        account = group.account or ""
        async with Chromium.started(find_browser(headed=False)) as chromium:
            packs = load_packs(pack_files())
            context = await chromium.context(profile.address, scripts=page_scripts(packs))
            papers = Papers(home, group.key, lambda _form, _member: None)
            desk = Desk(await context.new_page(), packs, profile, papers)
            await sign_in(desk, account, SecretStr(profile.demo_accounts[account].get_secret_value()))
            page = await take_up(desk, group)
            await fill_member(desk, page, group.members[0])
            await fill_attachments(desk, page, group.members[0])
            await expect(desk.page.get_by_text("上传成功", exact=True)).to_have_count(
                0
            )  # the toast goes by itself
            return await desk.page.screenshot(full_page=True)


def evidence(home: Path) -> bytes:
    """The picture that a case of the demo keeps of its detail page."""
    command = [sys.executable, "-m", "rpa.cli", "demo", "--keep", str(home), "--json"]
    ran = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=600)  # noqa: S603 - our own program
    case = next(one for one in json.loads(ran.stdout)["cases"] if one["members"] == 1)
    return next(Path(case["evidence"]).glob("*-verified.png")).read_bytes()


async def report(home: Path) -> bytes:
    """The upper part of the report's page."""
    async with await Ledger.open(
        f"sqlite+aiosqlite:///{(home / 'ledger.db').as_posix()}", open_vault(home)
    ) as ledger:
        made = await seeded.aged(ledger, await seeded.filed(ledger))
        await seeded.seed(ledger, seeded.past_of(made))
        for account in ("demo-soe", "demo-private"):
            await seeded.swept(ledger, account)
        written = await write_report(
            ledger,
            Scope(seeded.NOW),
            home,
            titles={slug: one.title for slug, one in flows().items()},
            kind_of=load_packs(pack_files()).state_kind,
        )
    async with Chromium.started(find_browser(headed=False)) as chromium:
        page = await chromium.browser.new_page(viewport={"width": 1180, "height": 1480})
        await page.goto(written.page.as_uri())
        return await page.screenshot()


def main() -> None:
    """Make all, or those that are named."""
    set_up_logs("ERROR")
    wanted = set(sys.argv[1:]) or {"member-page.png", "evidence.png", "report.png"}
    with tempfile.TemporaryDirectory() as folder:
        if "member-page.png" in wanted:
            keep(asyncio.run(member_page(Path(folder) / "member")), "member-page.png")
        if "evidence.png" in wanted:
            keep(evidence(Path(folder) / "demo"), "evidence.png")
        if "report.png" in wanted:
            keep(asyncio.run(report(private_folder(Path(folder) / "report"))), "report.png")


if __name__ == "__main__":
    main()
