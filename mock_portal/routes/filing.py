"""The fill pages of 制卡前更换护照, 提前制卡, 换补卡 and 注销, and their 保存并上报 (manual 2.2 to 2.5, (3) and (4)).

Nothing is stored before 保存并上报 but the files, which belong to the page's key until then. A group that was returned
is filed again from the same page, with its own files.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from .. import schema
from ..business import BUSINESS_TYPES, EDITABLE, BusinessType
from ..clock import today
from ..desk import Desk, Handler, Refused, action, filed, page, reply
from ..filing_rules import LAST_PERSON, check_filing, check_new_passport, check_papers, check_twice
from ..filings import FILINGS, REASON_LOST, Filing
from ..rules import check_receipt
from ..sources import Person, Sources
from ..store import Group, Owner
from ..twice import file_again, first_of, note_first
from .filing_sent import Sent, person_of, read_filing
from .receipt import Receipt, page_context, read_receipt

__all__ = ["ROUTES"]

_KEPT = ("身份证号", "护照种类")
"""What a group keeps of a person besides what the page shows."""


def _fill(kind: BusinessType) -> Handler:
    async def show(desk: Desk) -> Response:
        number = desk.request.query_params.get("source", "")
        sources = Sources(desk.store, kind, desk.account.name)
        person = _first(desk, kind, sources, number)
        return _page(desk, kind, None, source=number, fields={}, people=[(person, {})])

    return show


def _first(desk: Desk, kind: BusinessType, sources: Sources, number: str) -> Person:
    """Who stands on the page when it opens: the group's first member that can be chosen, or the card's holder."""
    if kind.source == "card":
        card = desk.store.cards.numbered(number, desk.account.name)
        if card is None:
            raise HTTPException(404)
        if message := sources.refuse_card(card):
            raise Refused(message)
        return sources.holder(card)
    group = desk.group(number)
    if message := sources.refuse_group(group):
        raise Refused(message)
    people = sources.people(group)
    if not people:
        raise Refused(sources.refuse_member(group, desk.store.groups.members(group)[0]))
    return people[0]


def _editable(desk: Desk, kind: BusinessType, group_no: str) -> Group:
    """The account's returned group of this business type; one of another type is not there (404)."""
    group = desk.editable_group(group_no)
    if group.business_type != kind.slug:
        raise HTTPException(404)
    return group


def _edit(kind: BusinessType) -> Handler:
    async def show(desk: Desk) -> Response:
        group = _editable(desk, kind, desk.path("group_no"))
        sources = Sources(desk.store, kind, desk.account.name, group)
        members = {member.id: member for member in desk.store.groups.members(group)}
        people = []
        for origin in desk.store.origins.of(group.id):
            key = str(origin.member_id or origin.source)
            person, _ = person_of(desk, kind, sources, origin.source, key)
            if person:
                people.append((person, members[origin.taken_by].fields))
        source = desk.store.origins.sources(group.id)[0]
        return _page(desk, kind, group, source=source, fields=group.fields, people=people)

    return show


def _page(
    desk: Desk,
    kind: BusinessType,
    group: Group | None,
    *,
    source: str,
    fields: dict[str, str],
    people: Sequence[tuple[Person, dict[str, str]]],
) -> Response:
    filing = FILINGS[kind.slug]
    files = desk.store.files.of(Owner(desk.account.name, group.id)) if group else []
    known = {row.name for row in filing.rows}
    return desk.show(
        "filing.html",
        title=f"{kind.title}-填报",
        crumbs=["商务旅行卡", kind.title],
        kind=kind,
        filing=filing,
        group=group,
        source=source,
        fields=fields,
        names={field.label: field.name for field in filing.fields},
        people=[_shown(filing, person, typed) for person, typed in people],
        rows=filing.rows,
        files={file.slot: file for file in files},
        custom=[file for file in files if file.slot not in known],
        upload_key=secrets.token_hex(8),
        fee=schema.FEE,
        last_person=LAST_PERSON,
        **page_context(),
    )


def _shown(filing: Filing, person: Person, typed: dict[str, str]) -> dict[str, object]:
    return {
        "key": person.key,
        "lines": [[label, person.facts.get(label, "")] for label in filing.facts],
        "values": schema.to_names(filing.member_fields, typed),
    }


def _candidates(kind: BusinessType) -> Handler:
    async def candidates(desk: Desk) -> Response:
        """The members of the source group who can still be added."""
        data = await desk.sent()
        but = _editable(desk, kind, str(data["group_no"])) if data.get("group_no") else None
        group = desk.group(str(data.get("source", "")))
        people = Sources(desk.store, kind, desk.account.name, but).people(group)
        sent = data.get("without")
        without = {str(key) for key in sent} if isinstance(sent, list) else set()
        shown = [_shown(FILINGS[kind.slug], one, {}) for one in people if one.key not in without]
        return reply(people=shown)

    return candidates


def _submit(kind: BusinessType) -> Handler:
    filing = FILINGS[kind.slug]

    async def submit(desk: Desk) -> Response:
        data = await desk.sent()
        # No await from here on: the second of two presses finds what the first one filed.
        group = desk.group(str(data["group_no"])) if data.get("group_no") else None
        if group and group.business_type != kind.slug:
            raise HTTPException(404)
        key = str(data.get("upload_key", ""))
        if group and group.state not in EDITABLE and desk.portal.faults.trapped(desk.account.name):
            return filed(file_again(desk, group))
        if group and group.state not in EDITABLE:
            raise Refused("该团组已上报，请勿重复上报")
        if first := None if group else first_of(desk, key):
            return filed(file_again(desk, first))
        owner = Owner(desk.account.name, group.id) if group else Owner(desk.account.name, upload_key=key)
        sent = read_filing(desk, kind, data, group)
        receipt = read_receipt(desk, data) if filing.receipt else None
        uploaded = {file.slot for file in desk.store.files.of(owner)}
        messages = _messages(desk, filing, sent, receipt, uploaded)
        if messages:
            desk.note("submit", group.group_no if group else "", f"{kind.slug} refused")
            raise Refused(*messages)
        stored = _file(desk, kind, group, sent=sent, receipt=receipt, upload_key=key)
        note_first(desk, key, stored)
        return filed(stored)

    return submit


def _messages(
    desk: Desk, filing: Filing, sent: Sent, receipt: Receipt | None, uploaded: set[str]
) -> list[str]:
    reason = _reason(filing, sent)
    messages = check_filing(filing, sent.fields)
    if receipt:
        messages += check_receipt(
            receipt.chosen, has_address=bool(receipt.address), has_invoice=bool(receipt.invoice)
        )
    messages += [] if sent.people or sent.refused else [LAST_PERSON]
    messages += sent.refused
    months = desk.portal.settings.min_passport_months
    for number, (person, typed) in enumerate(zip(sent.people, sent.typed, strict=True), 1):
        if filing.slug == "card_replacement" and person.facts["状态"] == "已遗失" and reason != REASON_LOST:
            messages.append(f"成员{number}：该旅行卡已遗失，换卡原因应为旅行卡丢失")
        if typed:
            old = person.fields.get("护照号码", "")
            found = check_new_passport(typed, old, desk.account.ownership, today(), months)
            messages += [f"成员{number}：{message}" for message in found]
    return messages + check_twice(sent.typed) + check_papers(filing, reason, uploaded)


def _reason(filing: Filing, sent: Sent) -> str:
    return sent.fields[filing.reason.label] if filing.reason else ""


def _file(
    desk: Desk,
    kind: BusinessType,
    group: Group | None,
    *,
    sent: Sent,
    receipt: Receipt | None,
    upload_key: str,
) -> Group:
    """Store the group with its people and files, and hand it to the first reviewer, all at once."""
    filing, store = FILINGS[kind.slug], desk.store
    count = len(sent.people)
    fields = {**sent.fields, **(receipt.fields(count) if receipt else {}), "人数": str(count)}
    with store.database.transaction():
        if group:
            store.groups.drop_members(group)
        else:
            group = store.groups.create(desk.account.name, kind.slug, draft=False)
            store.files.adopt(desk.account.name, upload_key, group.id, None)
        for person, typed in zip(sent.people, sent.typed, strict=True):
            kept = {label: person.facts.get(label, "") for label in filing.facts}
            own = {label: person.fields.get(label, "") for label in _KEPT}
            member = store.groups.save_member(group, None, {**kept, **own, **typed})
            store.origins.note(group.id, member.id, person.source, person.member_id)
            if sent.fields.get("换卡原因") == REASON_LOST:
                store.cards.set_state(person.source, "已遗失")
        asked = {row.name for row in filing.rows_for(_reason(filing, sent))}
        for file in store.files.of(Owner(desk.account.name, group.id)):
            if file.slot in {row.name for row in filing.rows} - asked:
                store.files.delete(file)  # the reason changed after it was uploaded
        store.groups.submit(group, fields)
        desk.note("submit", group.group_no, "accepted")
    return store.groups.with_id(group.id)


ROUTES = [
    route
    for kind in BUSINESS_TYPES
    if kind.source
    for route in (
        Route(f"/{kind.slug}/fill", page(_fill(kind))),
        Route(f"/{kind.slug}/candidates", action(_candidates(kind)), methods=["POST"]),
        Route(f"/{kind.slug}/submit", action(_submit(kind)), methods=["POST"]),
        Route(f"/{kind.slug}/{{group_no}}/edit", page(_edit(kind))),
    )
]
