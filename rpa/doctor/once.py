"""What several stops have seen of the same screen, put together."""

from __future__ import annotations

from collections.abc import Iterable

from rpa.doctor.findings import Finding, Kind, Seen

__all__ = ["once", "together"]

_WORST_LAST = (
    Kind.FOUND,
    Kind.ALIAS,
    Kind.CHANGED,
    Kind.UNREACHED,
    Kind.STUCK,
    Kind.AMBIGUOUS,
    Kind.MISSING,
    Kind.RENAMED,
)


def once(findings: Iterable[Finding]) -> list[Finding]:
    """Each element once, by the worst that was seen of it, in the order of the walk."""
    kept: dict[tuple[str, str, str], Finding] = {}
    for one in findings:
        which = (one.screen, one.part, one.key)
        if which not in kept or _WORST_LAST.index(one.kind) > _WORST_LAST.index(kept[which].kind):
            kept[which] = one
    return list(kept.values())


def together(seen: Iterable[Seen]) -> list[Seen]:
    """Each screen once, with everything that any stop has seen of it."""
    kept: dict[str, Seen] = {}
    for one in seen:
        old = kept.get(one.screen, Seen(one.screen))
        kept[one.screen] = Seen(
            one.screen,
            {**old.fields, **one.fields},
            {**old.buttons, **one.buttons},
            {**old.uploads, **one.uploads},
            {**old.tables, **one.tables},
            {**old.forms, **one.forms},
        )
    return list(kept.values())
