"""What ``--allow-filing`` files: the applications of ``--filing-input``, or on a replica of this run invented ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rpa.application import Application
from rpa.flow import flow, flows
from rpa.intake import read
from rpa.resources import folder
from rpa.testing.regression.sample import scan
from rpa.testing.replica import Replica

__all__ = ["given", "invented"]

_DECIDING = "经济体审批中"
_RECEIPT: Mapping[str, Any] = {
    "delivery": {"method": "自取"},
    "payment": {"method": "窗口支付"},
    "invoice": {"title_type": "个人", "title": "样发票抬头", "email": "check@soe.example.invalid"},
}
_PAPERS = {"passport_change": ("新护照信息页", "旧护照信息页"), "card_replacement": ("原卡正反面扫描件",)}
_REASONS = {"passport_change": "护照污损", "card_replacement": "旅行卡旧卡破损", "card_cancellation": "退休"}


def given(files: list[Path], business_type: str) -> Application | None:
    """The first application of that business type in input files; None when they have none.

    Raises :class:`~rpa.errors.InputError` when something in them is wrong.
    """
    intake = read(files, flows(), today=datetime.now(UTC).date())
    intake.require()
    found = (one.application for one in intake.applications)
    return next((one for one in found if type(one).business_type == business_type), None)


def invented(replica: Replica, account: str, business_type: str, papers: Path) -> Application:
    """An application that a replica with the scenario ``small`` accepts; its papers are put into a folder."""
    if business_type == "new_card":
        sample = given([folder("fixtures") / "new_card.yaml"], business_type)
        assert sample
        return sample
    whom = _member(replica, account, business_type)
    source = {"source_group": whom.pop("group_no")} if "group_no" in whom else {}
    if business_type == "passport_change":
        whom["new_passport"] = {
            "number": "PE0000777",
            "issued_on": "2026-06-10",
            "expires_on": "2031-06-09",
            "issue_place": "广西壮族自治区",
            "authority": "外交部",
        }
    files = [{"material": name, "path": scan(papers, name)} for name in _PAPERS.get(business_type, ())]
    reason = {"reason": _REASONS[business_type]} if business_type in _REASONS else {}
    receipt = _RECEIPT if business_type == "card_replacement" else {}
    values: dict[str, Any] = {"key": "A", "account": account, "members": [whom], "files": files}
    return flow(business_type).model(**values, **source, **reason, **receipt)


def _member(replica: Replica, account: str, business_type: str) -> dict[str, Any]:
    """Somebody whom the replica lets one choose: of a group on which economies are deciding, or the holder of a card."""
    if business_type in ("passport_change", "early_card"):
        groups = [one for one in replica.groups() if (one["account"], one["state"]) == (account, _DECIDING)]
        place = 0 if business_type == "early_card" else -1  # nobody is in two groups at once
        fields = groups[0]["members"][place]["fields"]
        own = {"group_no": groups[0]["group_no"]}
    else:
        cards = [one for one in replica.cards() if (one["account"], one["shown"]) == (account, "有效")]
        card = cards[0 if business_type == "card_replacement" else -1]
        fields, own = card["fields"], {"card_no": card["card_no"]}
    return {"key": "1", "name": fields["姓名"], "id_no": fields["身份证号"], **own}
