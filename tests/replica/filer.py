"""A visitor who files the four business types that start from a group or a card, and the office that moves them on."""

from __future__ import annotations

import secrets
from typing import Any

import httpx

from rpa.testing import Replica

from .visitor import PDF, Visitor

NEW_PASSPORT = {
    "new_pp_no": "PE0009991",
    "new_pp_issue_date": "2026-06-10",
    "new_pp_expiry": "2031-06-09",
    "new_pp_issue_place": "广西壮族自治区",
    "new_pp_authority": "外交部",
}
BASE_PAPERS = {
    "passport_change": ("CP01", "CP02", "CP03"),
    "early_card": ("EM01",),
    "card_replacement": ("RC01", "RC02"),
    "card_cancellation": ("CX01",),
}
REASONS = {
    "passport_change": "护照污损",
    "card_replacement": "旅行卡旧卡破损",
    "card_cancellation": "离职/调离原单位",
}


class Office:
    """The back office, asked by hand."""

    def __init__(self, replica: Replica) -> None:
        self._address = f"{replica.address}/_backoffice"

    def get(self, path: str) -> Any:
        """Read something."""
        return httpx.get(self._address + path, trust_env=False).json()

    def post(self, path: str, **data: Any) -> httpx.Response:
        """Do something."""
        return httpx.post(self._address + path, json=data, trust_env=False, timeout=30)

    def scenario(self, name: str) -> dict[str, Any]:
        """Begin anew."""
        return dict(self.post("/scenario", name=name).json())

    def group(self, group_no: str) -> dict[str, Any]:
        """A group as it is."""
        return next(group for group in self.get("/groups") if group["group_no"] == group_no)

    def state(self, group_no: str, state: str, **more: Any) -> dict[str, Any]:
        """Put a group into a state; how it is then."""
        answer = self.post(f"/groups/{group_no}/state", state=state, **more)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def decide(self, group_no: str, decisions: dict[str, str], **more: Any) -> None:
        """Let economies decide."""
        answer = self.post(f"/groups/{group_no}/economies", decisions=decisions, **more)
        assert answer.status_code == 200, answer.text

    def card(self, **data: Any) -> dict[str, Any]:
        """Make or change a card."""
        answer = self.post("/cards", **data)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def card_of(self, card_no: str) -> dict[str, Any]:
        """A card as it is."""
        return next(card for card in self.get("/cards") if card["card_no"] == card_no)


class Filer(Visitor):
    """Files without a browser; what is not told is complete and right."""

    def sources(self, slug: str, **filters: Any) -> list[dict[str, Any]]:
        """What the selection page offers."""
        return list(self.ask(f"/{slug}/sources", **filters)["rows"])

    def keys(self, slug: str, source: str) -> list[str]:
        """The members of a group that can be added."""
        return [one["key"] for one in self.ask(f"/{slug}/candidates", source=source)["people"]]

    def page_of(
        self, slug: str, source: str, keys: list[str] | None = None, **changes: Any
    ) -> dict[str, Any]:
        """What the fill page would send: the first member (or the card) with complete values."""
        by_card = slug in ("card_replacement", "card_cancellation")
        keys = keys or ([source] if by_card else self.keys(slug, source)[:1])
        reason = changes.pop("reason", REASONS.get(slug, ""))
        typed = changes.pop("typed", NEW_PASSPORT)
        invoices = self.http.get("/book/invoice").json()["entries"]
        receipt = {
            "delivery": "自取",
            "payment": "窗口支付",
            "invoice_id": str(invoices[0]["id"] if invoices else self.invoice()),
        }
        people = [{"key": key, "values": typed} for key in keys]
        values = {"reason": reason, **changes.pop("values", {})}
        return {"source": source, "values": values, "people": people, **receipt, **changes}

    def papers(self, slug: str, key: str, codes: tuple[str, ...] | None = None) -> None:
        """Upload papers to an unsaved page, those of the usual reason unless told."""
        for code in BASE_PAPERS[slug] if codes is None else codes:
            answer = self.upload(code, PDF, f"{code}.pdf", upload_key=key, filing=slug)
            assert answer["code"] == 0, answer

    def file(
        self,
        slug: str,
        source: str,
        keys: list[str] | None = None,
        *,
        codes: tuple[str, ...] | None = None,
        **changes: Any,
    ) -> dict[str, Any]:
        """Fill the page and press 保存并上报."""
        upload_key = changes.pop("upload_key", None) or secrets.token_hex(8)
        self.papers(slug, upload_key, codes)
        return self.ask(
            f"/{slug}/submit", upload_key=upload_key, **self.page_of(slug, source, keys, **changes)
        )

    def filed(self, slug: str, source: str, keys: list[str] | None = None, **changes: Any) -> str:
        """File it; the 团组号."""
        answer = self.file(slug, source, keys, **changes)
        assert answer["code"] == 0, answer
        return str(answer["group_no"])
