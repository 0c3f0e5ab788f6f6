"""``ywtb doctor --compare A B``: where two portals differ, screen by screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rpa.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from rpa.cli.office import Office

__all__ = ["compare_portals"]


def compare_portals(office: Office, one: str, other: str, *, account: str | None, drafts: bool) -> int:
    """Walk both, then tell every element that only one of them has, or that is otherwise there. 1 when they differ."""
    from rpa.cli.doctor import examined
    from rpa.cli.drawing import table
    from rpa.doctor.changes import portals_differ

    names = [office.profile(portal).name for portal in (one, other)]
    first, second = [examined(office, name, account=account, drafts=drafts) for name in names]
    found = portals_differ(first, second)
    document: dict[str, Any] = {
        "portals": names,
        "screens": len({seen.screen for seen in (*first.seen, *second.seen)}),
        "differences": [difference.as_dict() for difference in found],
    }
    made = table("页面", "元素", "不同")
    for difference in found:
        made.add_row(difference.screen, difference.title, difference.message)
    summary = f"比较了 {document['screens']} 个页面：{len(found)} 处不同。"
    office.started.out.show(document, *([made] if found else []), summary)
    return ExitCode.FAILED if found else ExitCode.DONE
