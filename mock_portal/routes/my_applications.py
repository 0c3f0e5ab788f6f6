"""我的办件: every group of the account, its details and states (manual 2.1.3, 2.2.2, 2.3.2, 2.4.2, 2.5.2)."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response
from starlette.routing import Route

from .. import schema
from ..business import BUSINESS_TYPES, DRAFT, EDITABLE, STATES, BusinessType, type_named
from ..clock import now, stamp
from ..desk import Desk, Handler, Refused, action, page, reply
from ..filings import FILINGS
from ..life import member_state
from ..store import Group, Member, Owner
from .receipt import LABELS as RECEIPT

__all__ = ["ROUTES"]

_REASONS = ("申请事由", "办理原因", "换卡原因")
"""What the column 申请事由 shows; 提前制卡 asks for none."""


def _page(kind: BusinessType | None) -> Handler:
    """The list of all business types, or of one with the type fixed."""

    async def show(desk: Desk) -> Response:
        return desk.show(
            "my_applications.html",
            title=f"我的办件_{kind.menu}" if kind else "我的办件",
            crumbs=[],
            fixed=kind.title if kind else "",
            kinds=[one.title for one in BUSINESS_TYPES],
            states=[state.text for state in STATES],
        )

    return show


async def _list(desk: Desk) -> Response:
    filters = {str(key): str(value).strip() for key, value in (await desk.sent()).items()}
    slugs = {kind.title: kind.slug for kind in BUSINESS_TYPES}
    filters["kind"] = slugs.get(filters.get("kind", ""), filters.get("kind", ""))
    size, page_no = desk.portal.settings.page_size, filters.get("page", "")
    lag = desk.portal.faults.lag_ms(desk.account.name)
    as_of = {"as_of": stamp(now() - timedelta(milliseconds=lag))} if lag else {}
    total, number, shown = desk.store.groups.listed(
        desk.account.name, filters, int(page_no) if page_no.isdecimal() else 1, size, **as_of
    )
    names = desk.store.groups.names(desk.account.name, shown)
    rows = [
        {"number": at, **_row(desk, group, names.get(group.id, []))}
        for at, group in enumerate(shown, (number - 1) * size + 1)
    ]
    desk.note("list", detail=f"page {number}, {total} groups")
    return reply(total=total, page=number, size=size, rows=rows)


def _row(desk: Desk, group: Group, names: list[str]) -> dict[str, object]:
    first = names[0] if names else ""
    return {
        "group_no": group.group_no,
        "kind": type_named(group.business_type).title,
        "unit": desk.account.unit,
        "names": f"{first}等{len(names)}人" if len(names) > 1 else first,
        "count": len(names),
        "reason": next((group.fields[label] for label in _REASONS if group.fields.get(label)), ""),
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
    kind, files = type_named(group.business_type), desk.store.files
    members = desk.store.groups.members(group)
    return desk.show(
        "detail.html",
        title="办件详情",
        crumbs=[f"我的办件_{kind.menu}" if kind.menu else "我的办件"],
        group=group,
        facts=_facts(desk, kind, group, len(members)),
        members=[_member(desk, group, member) for member in members],
        files=files.of(Owner(group.account, group.id)),
        steps=desk.store.groups.history(group),
        has_source=bool(kind.source),
        back=f"/my-applications/of/{kind.slug}" if kind.menu else "/my-applications",
    )


def _member(desk: Desk, group: Group, member: Member) -> dict[str, object]:
    filing = FILINGS.get(group.business_type)
    if filing:
        asked = [field.label for field in filing.member_fields if field.label in member.fields]
        labels = [*filing.facts, *asked]
    else:
        labels = [field.label for field in schema.MEMBER_FIELDS]
    return {
        "fields": [
            *((label, member.fields.get(label, "")) for label in labels),
            ("办理状态", member_state(group, member)),
        ],
        "files": desk.store.files.of(Owner(group.account, group.id, member.id)),
        "economies": desk.store.economies.of(member.id),
    }


def _facts(desk: Desk, kind: BusinessType, group: Group, count: int) -> list[tuple[str, str]]:
    filing = FILINGS.get(kind.slug)
    sent = [
        *(field.label for field in (filing.fields if filing else ())),
        *(RECEIPT if filing is None or filing.receipt else ()),
        *(() if filing else (schema.REASON.label,)),
    ]
    source = {"": "", "group": "原团组号", "card": "原卡号"}[kind.source]
    facts = [
        ("团组号", group.group_no),
        ("业务类型", kind.title),
        ("申请单位", desk.account.unit),
        ("当前状态", group.state),
        ("审批意见", group.opinion),
        ("上报时间", group.submitted_at[:19]),
        ("创建时间", group.created_at[:19]),
        ("人数", str(count)),
    ]
    if source:
        facts.append((source, "、".join(desk.store.origins.sources(group.id))))
    return facts + [(label, group.fields.get(label, "")) for label in sent]


ROUTES = [
    Route("/my-applications", page(_page(None))),
    *(Route(f"/my-applications/of/{kind.slug}", page(_page(kind))) for kind in BUSINESS_TYPES if kind.menu),
    Route("/my-applications/list", action(_list), methods=["POST"]),
    Route("/my-applications/delete", action(_delete), methods=["POST"]),
    Route("/my-applications/{group_no}", page(_detail)),
]
