"""Whom and what the suite enters: invented people and the files of the sample inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from rpa.resources import folder
from rpa.screen import Value
from rpa.testing.scans import sample_scan

__all__ = ["ADDRESS", "INVOICE", "REASON", "Sample", "sample", "scan"]

ADDRESS: Mapping[str, Value] = {
    "recipient": "样收件人",
    "phone": "13900000088",
    "region": ("广西壮族自治区", "南宁市", "良庆区"),
    "street": "样例大道8号检查楼1层",
    "postcode": "530200",
}
INVOICE: Mapping[str, Value] = {
    "title_type": "个人",
    "title": "样发票抬头",
    "email": "check@soe.example.invalid",
}
REASON = "为检查网站功能填写的申请事由，不作申报之用。"


@dataclass(frozen=True, slots=True)
class Sample:
    """The sample of one kind of enterprise: its list of 附件信息, a member with files, somebody entered before."""

    account: str
    rows: tuple[str, ...]
    member: Mapping[str, Value]
    known: Mapping[str, Value]
    photos: Mapping[str, Path]
    files: Mapping[str, Path]


@cache
def sample(ownership: str) -> Sample:
    """The sample of ``国有企业`` or ``民营企业``."""
    text = (Path(__file__).parent / "people.yaml").read_text(encoding="utf-8")
    told: dict[str, Any] = YAML(typ="safe").load(text)[ownership]
    home = folder("fixtures") / "new_card" / told["folder"]
    pictures = {"portrait": "照片.jpg", "signature": "签名.jpg", "passport_page": "护照信息页.jpg"}
    return Sample(
        told["account"],
        tuple(told["rows"]),
        told.get("member", {}),
        told.get("known", {}),
        {key: home / name for key, name in pictures.items()},
        {material: home / name for material, name in told["files"].items()},
    )


def scan(folder: Path, name: str) -> Path:
    """A scan of that name to upload, unlike any other."""
    path = folder / f"{name}.pdf"
    path.write_bytes(sample_scan(str(folder), name))
    return path
