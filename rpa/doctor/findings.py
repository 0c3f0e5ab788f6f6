"""What holding the packs against a portal's pages has shown, and what it means for filing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

__all__ = ["Examination", "Finding", "Kind", "Proposal", "Seen"]


class Kind(StrEnum):
    """What became of one element of a pack."""

    FOUND = "found"
    ALIAS = "alias"  # found, but not by its first word
    MISSING = "missing"
    RENAMED = "renamed"  # missing, and one thing on the page is most likely it
    AMBIGUOUS = "ambiguous"
    CHANGED = "changed"  # there, but otherwise than when a person last accepted it
    STUCK = "stuck"  # what was found could not be used
    UNREACHED = "unreached"  # the portal had nothing to go on with

    @property
    def meaning(self) -> str:
        """In Chinese."""
        return _MEANINGS[self]


_MEANINGS = {
    Kind.FOUND: "找到",
    Kind.ALIAS: "用了别名",
    Kind.MISSING: "找不到",
    Kind.RENAMED: "改名",
    Kind.AMBIGUOUS: "不止一个",
    Kind.CHANGED: "有变化",
    Kind.STUCK: "走不下去",
    Kind.UNREACHED: "没有走到",
}

_UNSAFE = (Kind.MISSING, Kind.RENAMED, Kind.AMBIGUOUS, Kind.STUCK)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What on the page is most likely a missing element: its words, Playwright's normalised locator, a masked picture."""

    text: str
    locator: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One element of one screen: `part` and `key` are the pack's, `title` its first word, `message` says what differs."""

    screen: str
    part: str
    key: str
    title: str
    kind: Kind
    message: str = ""
    proposal: Proposal | None = None

    @property
    def blocks(self) -> bool:
        """Whether nothing may be filed until somebody has looked at it."""
        return self.kind in _UNSAFE

    def as_dict(self) -> dict[str, Any]:
        """As ``ywtb doctor --json`` prints it and the ledger keeps it."""
        return asdict(self) | {"kind": self.kind.value, "blocks": self.blocks}

    def __str__(self) -> str:
        return f"“{self.title}”{self.kind.meaning}" + (f"（{self.message}）" if self.message else "")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a screen was like, for the next time and for another portal: nothing of what is written in it."""

    screen: str
    fields: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    buttons: Mapping[str, str] = field(default_factory=dict)
    uploads: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, Sequence[str]] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """As it is kept."""
        return {name: value for name, value in asdict(self).items() if name != "screen"}


@dataclass(frozen=True, slots=True)
class Examination:
    """One walk through a portal: every finding, and what each screen was like."""

    portal: str
    account: str
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    findings: tuple[Finding, ...] = ()
    seen: tuple[Seen, ...] = ()

    @property
    def is_safe(self) -> bool:
        """Whether filing is: nothing that a filing needs is missing or there twice."""
        return not any(finding.blocks for finding in self.findings)

    @property
    def amiss(self) -> tuple[Finding, ...]:
        """What is not simply found."""
        return tuple(finding for finding in self.findings if finding.kind is not Kind.FOUND)

    def as_dict(self) -> dict[str, Any]:
        """As ``ywtb doctor --json`` prints it and the ledger keeps it."""
        return {
            "portal": self.portal,
            "account": self.account,
            "at": self.at.isoformat(),
            "safe": self.is_safe,
            "found": sum(finding.kind is Kind.FOUND for finding in self.findings),
            "findings": [finding.as_dict() for finding in self.amiss],
            "screens": {seen.screen: seen.as_dict() for seen in self.seen},
        }
