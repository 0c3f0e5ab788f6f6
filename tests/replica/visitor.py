"""A visitor of the replica without a browser: what the pages' scripts send, sent by hand."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Any

import httpx
from PIL import Image
from stdnum.cn import ric

PASSWORDS = {"demo-soe": "Demo-soe-2026", "demo-private": "Demo-private-2026"}
REASON = "赴东盟各国开展经贸洽谈，需经常往来。"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
REQUIRED_ROWS = {"demo-soe": ("NP02", "NP05"), "demo-private": ("NP02", "NP03", "NP04")}


def person(number: int, account: str = "demo-soe", **changes: str) -> dict[str, str]:
    """A complete invented person, by control name."""
    body = f"990000190504{number % 28 + 1:02d}{number:03d}"
    official = account == "demo-soe"
    values = {
        "name_cn": "韦样" + "甲乙丙丁戊己庚辛壬癸"[number % 10],
        "id_no": body + ric.calc_check_digit(body + "0"),
        "surname_py": "WEI",
        "given_py": "YANG",
        "sex": "男" if number % 2 else "女",
        "birth_date": f"1905-04-{number % 28 + 1:02d}",
        "birth_place": "广西壮族自治区",
        "mobile": f"139{number:08d}",
        "position": "业务经理",
        "industry": "商贸",
        "held_before": "否",
        "visa_refused": "无",
        "criminal": "无",
        "pp_type": "公务普通护照" if official else "普通护照",
        "pp_no": f"PE{number:07d}" if official else f"EA{number:07d}",
        "pp_issue_date": "2025-06-10",
        "pp_expiry": "2030-06-09",
        "pp_issue_place": "广西壮族自治区",
        "pp_authority": "外交部" if official else "国家移民管理局",
    }
    return {**values, **changes}


@cache
def jpeg(width: int, height: int, kilobytes: int) -> bytes:
    """A JPEG of that measure and of at least so many kilobytes."""
    stream = BytesIO()
    Image.new("RGB", (width, height), "white").save(stream, "JPEG")
    return stream.getvalue() + b"\0" * max(0, kilobytes * 1024 - stream.tell())


PHOTOS = {
    "photo": jpeg(300, 400, 30),
    "signature": jpeg(300, 150, 10),
    "passport_page": jpeg(900, 640, 120),
}


class Visitor:
    """One signed-in account. Methods return the portal's JSON; `messages` of a refusal are its own words."""

    def __init__(self, address: str, account: str, *, sign_in: bool = True) -> None:
        self.account = account
        self.http = httpx.Client(base_url=address, timeout=20, trust_env=False)
        if sign_in:
            assert self.login()["code"] == 0

    def login(self, password: str | None = None) -> dict[str, Any]:
        """Sign in, with the right password unless told another."""
        words = {
            "username": self.account,
            "password": PASSWORDS.get(self.account, "") if password is None else password,
        }
        return dict(self.http.post("/login", json=words).json())

    def ask(self, address: str, **data: Any) -> dict[str, Any]:
        """Post JSON as a page's script does."""
        answer = self.http.post(address, json=data, headers={"Accept": "application/json"})
        return {"status": answer.status_code, **answer.json()}

    def page(self, address: str) -> httpx.Response:
        """Open a page, following redirects."""
        return self.http.get(address, headers={"Accept": "text/html"}, follow_redirects=True)

    def upload(
        self, slot: str, content: bytes, filename: str = "扫描件.pdf", name: str = "", **owner: str
    ) -> dict[str, Any]:
        """Upload a file; `owner` says whose (upload_key, group_no and member_id, or scope and group_no)."""
        answer = self.http.post(
            "/files/upload",
            data={"slot": slot, "name": name, **owner},
            files={"file": (filename, content)},
            headers={"Accept": "application/json"},
        )
        return {"status": answer.status_code, **answer.json()}

    def save(self, values: dict[str, str], action: str = "draft", **owner: Any) -> dict[str, Any]:
        """Press one of the member page's three buttons."""
        return self.ask("/new_card/member/save", action=action, values=values, **owner)

    def draft(self, number: int, **changes: str) -> tuple[str, str]:
        """A new group whose one member is complete, signed form included: 团组号 and the member's row."""
        key = f"key-{self.account}-{number}"
        self.files(key)
        saved = self.save(person(number, self.account, **changes), upload_key=key)
        assert saved["code"] == 0, saved
        return saved["group_no"], str(saved["member_id"])

    def files(self, upload_key: str) -> None:
        """All images and required rows of an unsaved page."""
        for slot, content in PHOTOS.items():
            assert self.upload(slot, content, f"{slot}.jpg", upload_key=upload_key)["code"] == 0
        # accounts that a test adds are private units
        for slot in ("NP01", *REQUIRED_ROWS.get(self.account, REQUIRED_ROWS["demo-private"])):
            assert self.upload(slot, PDF, upload_key=upload_key)["code"] == 0

    def letter(self, group_no: str) -> None:
        """Upload the signed 申请函."""
        assert self.upload("NG01", PDF, scope="group", group_no=group_no)["code"] == 0

    def invoice(self) -> int:
        """Add an invoice title; its row."""
        values = {"title_type": "个人", "title": "样例个人", "email": "a@b.example.invalid"}
        return int(self.ask("/book/invoice/save", values=values)["id"])

    def receipt(self) -> dict[str, str]:
        """What the 上报 page sends of 自取, 窗口支付 and the first invoice."""
        entries = self.http.get("/book/invoice").json()["entries"]
        return {
            "delivery": "自取",
            "payment": "窗口支付",
            "invoice_id": str(entries[0]["id"] if entries else self.invoice()),
            "reason": REASON,
        }

    def submit(self, group_no: str, **changes: Any) -> dict[str, Any]:
        """Press 保存并上报 with 自取, 窗口支付 and the first invoice, unless told otherwise."""
        return self.ask(f"/new_card/{group_no}/submit", **{**self.receipt(), **changes})

    def list(self, **filters: str) -> dict[str, Any]:
        """Read 我的办件."""
        return self.ask("/my-applications/list", **filters)
