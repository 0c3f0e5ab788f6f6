"""我的办件: every group of the account, its details and states (manual 2.1.3)."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response
from starlette.routing import Route

from .. import schema
from ..business import BUSINESS_TYPES, DRAFT, EDITABLE, STATES, type_named
from ..clock import now, stamp
from ..desk import Desk, Refused, action, page, reply
from ..store import Group, Owner

__all__ = ["ROUTES"]

_CRUMBS = ["我的办件"]


async def _page(desk: Desk) -> Response:
    return desk.show(
        "my_applications.html",
        title="我的办件",
        crumbs=[],
        kinds=[kind.title for kind in BUSINESS_TYPES],
        states=[state.text for state in STATES],
    )


async def _list(desk: Desk) -> Response:
    filters = {str(key): str(value).strip() for key, value in (await desk.sent()).items()}
    size, groups = desk.portal.settings.page_size, desk.store.groups
    names = groups.names(desk.account.name)
    rows = [
        (group, names.get(group.id, []))
        for group in _as_seen(desk, groups.of(desk.account.name))
        if _fits(group, names.get(group.id, []), filters)
    ]
    last = max(1, -(-len(rows) // size))
    number = min(max(1, int(filters["page"]) if filters.get("page", "").isdigit() else 1), last)
    start = (number - 1) * size
    shown = [
        _row(desk, group, found, start + at)
        for at, (group, found) in enumerate(rows[start : start + size], 1)
    ]
    desk.note("list", detail=f"page {number} of {last}, {len(rows)} groups")
    return reply(total=len(rows), page=number, size=size, rows=shown)


def _as_seen(desk: Desk, groups: list[Group]) -> list[Group]:
    """The groups as the list knows them, which may lag behind what happened (fault list_lag)."""
    lag = desk.portal.faults.lag_ms(desk.account.name)
    if not lag:
        return groups
    seen_at = stamp(now() - timedelta(milliseconds=lag))
    return [
        _before(group) if group.submitted_at > seen_at else group
        for group in groups
        if group.created_at <= seen_at
    ]


def _before(group: Group) -> Group:
    """The group as it was before it was submitted."""
    return Group(
        group.id, group.group_no, group.business_type, group.account, DRAFT, "", {}, group.created_at, ""
    )


def _fits(group: Group, names: list[str], filters: dict[str, str]) -> bool:
    day = group.submitted_at[:10]
    since, until = filters.get("since", ""), filters.get("until", "")
    return (
        filters.get("group_no", "") in group.group_no
        and (not filters.get("name") or any(filters["name"] in name for name in names))
        and filters.get("kind", "") in ("", type_named(group.business_type).title)
        and filters.get("state", "") in ("", group.state)
        and (not since or day >= since)
        and (not until or "" < day <= until)
    )


def _row(desk: Desk, group: Group, names: list[str], number: int) -> dict[str, object]:
    first = names[0] if names else ""
    return {
        "number": number,
        "group_no": group.group_no,
        "kind": type_named(group.business_type).title,
        "unit": desk.account.unit,
        "names": f"{first}等{len(names)}人" if len(names) > 1 else first,
        "count": len(names),
        "reason": group.fields.get("申请事由", ""),
        "submitted_at": group.submitted_at[:19],
        "state": group.state,
        "detail": f"/my-applications/{group.group_no}",
        "edit": f"/{group.business_type}/{group.group_no}/edit" if group.state in EDITABLE else "",
        "delete": group.state == DRAFT,
    }


async def _delete(desk: Desk) -> Response:
    group = desk.group(str((await desk.sent()).get("group_no", "")))
    if group.state != DRAFT:
        raise Refused("只能删除暂存的团组")
    with desk.store.database.transaction():
        desk.store.groups.delete(group)
        desk.note("delete", group.group_no, "group")
    return reply()


async def _detail(desk: Desk) -> Response:
    group = desk.group(desk.path("group_no"))
    groups, files = desk.store.groups, desk.store.files
    members = groups.members(group)
    people = [
        {
            "fields": [(field.label, member.fields.get(field.label, "")) for field in schema.MEMBER_FIELDS]
            + [("办理状态", group.state)],
            "files": files.of(Owner(group.account, group.id, member.id)),
        }
        for member in members
    ]
    return desk.show(
        "detail.html",
        title="办件详情",
        crumbs=_CRUMBS,
        group=group,
        facts=_facts(desk, group, len(members)),
        members=people,
        files=files.of(Owner(group.account, group.id)),
        steps=groups.history(group),
    )


def _facts(desk: Desk, group: Group, count: int) -> list[tuple[str, str]]:
    sent = [
        "领取方式",
        *_labels(schema.ADDRESS),
        "支付方式",
        "应缴金额",
        *_labels(schema.INVOICE),
        "申请事由",
    ]
    return [
        ("团组号", group.group_no),
        ("业务类型", type_named(group.business_type).title),
        ("申请单位", desk.account.unit),
        ("当前状态", group.state),
        ("审批意见", group.opinion),
        ("上报时间", group.submitted_at[:19]),
        ("创建时间", group.created_at[:19]),
        ("人数", str(count)),
        *((label, group.fields.get(label, "")) for label in sent),
    ]


def _labels(form: tuple[schema.Field, ...]) -> list[str]:
    return [field.label for field in form if field.kind != "checkbox"]


ROUTES = [
    Route("/my-applications", page(_page)),
    Route("/my-applications/list", action(_list), methods=["POST"]),
    Route("/my-applications/delete", action(_delete), methods=["POST"]),
    Route("/my-applications/{group_no}", page(_detail)),
]
