"""A group's life after 上报: its states, those of its members, and what they bring about.

Every effect looks at what is so now and does what is not done yet, so that a state may be set twice or be skipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from .business import CLOSED, DECIDING, MADE, MAILED, MAKING, NEW_CARD, REFUSED, WAITING, rank, type_named
from .clock import now, stamp
from .economies import APPROVED, approved, pending
from .filings import NEW_PASSPORT, REASON_PASSPORT
from .rules import months_on, passport_kind
from .store import Card, Group, Member, Origin, Store

__all__ = ["CARD_YEARS", "MADE_ALREADY", "advance", "following", "member_state", "move"]

CARD_YEARS = 5
MADE_ALREADY = "已制卡，请办理换补卡"
"""The opinion on a 更换护照 group whose source went into 制卡 first."""


def member_state(group: Group, member: Member) -> str:
    """The member's own state: the group's, unless the member went ahead."""
    return member.state or group.state


def move(
    store: Store,
    group: Group,
    state: str,
    opinion: str = "",
    *,
    only: Sequence[Member] | None = None,
    at: datetime | None = None,
) -> None:
    """Put a group, or `only` some members of it, into a state, with all that follows.

    Members who are ahead of the group's new state stay where they are; the group shows its slowest member.
    """
    with store.database.transaction():
        members = store.groups.members(group)
        chosen = {member.id for member in (members if only is None else only)}
        there = rank(group.business_type, state)
        for member in members:
            ahead = 0 <= there < rank(group.business_type, member_state(group, member)) and member.state != ""
            if member.id in chosen and not (only is None and ahead):
                store.groups.go_ahead(member, state, member.economies)
        _settle(store, group, state if only is None else "", opinion, at)
        _follow(store, store.groups.with_id(group.id), at)


def _settle(store: Store, group: Group, wanted: str, opinion: str, at: datetime | None) -> None:
    """Let the group show its slowest member, and keep a state of their own for those only who are ahead of it."""
    members = store.groups.members(group)
    states = [member_state(group, member) for member in members] or [wanted]
    slowest = min(states, key=lambda state: rank(group.business_type, state))
    if wanted or slowest != group.state:
        store.groups.move(group, slowest, opinion, at)
    for member in members:
        if member.state == slowest:
            store.groups.go_ahead(member, "", member.economies)


def _follow(store: Store, group: Group, at: datetime | None) -> None:
    """What the group's state brings about."""
    if group.business_type == NEW_CARD:
        _new_card(store, group, at)
    elif group.business_type == "passport_change" and group.state == CLOSED:
        _change_passports(store, group)
    elif group.business_type == "early_card" and group.state == CLOSED:
        _make_early(store, group, at)
    elif group.business_type == "card_replacement" and _reached(group, group.state, MADE):
        _replace_cards(store, group, at)
    elif group.business_type == "card_cancellation" and group.state == CLOSED:
        for origin in store.origins.of(group.id):
            store.cards.set_state(origin.source, "已注销")


def _reached(group: Group, state: str, goal: str) -> bool:
    return rank(group.business_type, state) >= rank(group.business_type, goal)


def _new_card(store: Store, group: Group, at: datetime | None) -> None:
    for member in store.groups.members(group):
        state = member_state(group, member)
        if _reached(group, state, DECIDING):
            store.economies.ask(member.id)
        if _reached(group, state, MAKING):
            _end_changes(store, member, at)
        if _reached(group, state, MADE) and store.cards.made_for(member.id) is None:
            codes = member.economies or approved(store.economies.states(member.id))
            _issue(store, group, member, member.fields, codes=codes, at=at)


def _end_changes(store: Store, member: Member, at: datetime | None) -> None:
    """The member's card is being made: what could only be done before is refused."""
    texts = {"passport_change": MADE_ALREADY, "early_card": "已进入制卡环节，无需提前制卡"}
    for origin in store.origins.open_from(member.id):
        if origin.kind in texts:
            move(store, store.groups.with_id(origin.group_id), REFUSED, texts[origin.kind], at=at)


def _issue(
    store: Store,
    group: Group,
    member: Member,
    fields: dict[str, str],
    *,
    codes: Sequence[str],
    at: datetime | None,
) -> Card:
    """A card for five years, at most until the passport ends."""
    issued = (at or now()).date()
    ends = months_on(issued, 12 * CARD_YEARS).isoformat()
    expiry = min(filter(None, (ends, fields.get("有效期至", ""))))
    return store.cards.issue(
        group.account,
        fields,
        issued=issued.isoformat(),
        expiry=expiry,
        economies=codes,
        member_id=member.id,
    )


def new_passport(old: dict[str, str], sent: dict[str, str]) -> dict[str, str]:
    """A holder's fields with the new passport that was sent for them."""
    fresh = {label.removeprefix("新护照"): sent[label] for label in (field.label for field in NEW_PASSPORT)}
    fresh["护照号码"] = fresh.pop("号码")
    return {**old, **fresh, "护照种类": passport_kind(fresh["护照号码"]) or old.get("护照种类", "")}


def _change_passports(store: Store, group: Group) -> None:
    """The source's members get their new passports; the 更换护照 group keeps the old numbers."""
    members = {member.id: member for member in store.groups.members(group)}
    for origin, source, person in _sources(store, group):
        fields = new_passport(person.fields, members[origin.taken_by].fields)
        store.groups.save_member(source, person, fields)
        account = store.accounts.named(group.account)
        if account:
            store.people.remember(account.unit, fields)


def _make_early(store: Store, group: Group, at: datetime | None) -> None:
    """The chosen members go on to 制卡中; what is approved by now is what their cards will show."""
    for _, source, person in _sources(store, group):
        if not _reached(source, member_state(source, person), MAKING):
            store.groups.go_ahead(person, MAKING, approved(store.economies.states(person.id)))
            move(store, source, MAKING, only=[person], at=at)


def _sources(store: Store, group: Group) -> list[tuple[Origin, Group, Member]]:
    """Each origin of the group's members with the group and the member it points to, as they are now."""
    found = []
    for origin in store.origins.of(group.id):
        source = store.groups.numbered(origin.source)
        person = store.groups.member(source, origin.member_id) if source else None
        if source and person:
            found.append((origin, source, person))
    return found


def _replace_cards(store: Store, group: Group, at: datetime | None) -> None:
    """Old cards are void, new ones valid; a new passport and, for that reason, newly approved economies show on them."""
    members = {member.id: member for member in store.groups.members(group)}
    reason = group.fields.get("换卡原因", "")
    for origin in store.origins.of(group.id):
        old, member = store.cards.expect(origin.source), members[origin.taken_by]
        if store.cards.made_for(member.id):
            continue
        fields = new_passport(old.fields, member.fields) if reason == REASON_PASSPORT else old.fields
        known = dict.fromkeys(old.economies, APPROVED)
        decided = store.economies.states(old.member_id)
        codes = approved(known | {code: state for code, state in decided.items() if state == APPROVED})
        _issue(store, group, member, fields, codes=codes, at=at)
        store.cards.set_state(old.card_no, "已换发")


def following(group: Group) -> str:
    """The next state on the line of the group's type; nothing at its end or off the line."""
    line, at = type_named(group.business_type).line, rank(group.business_type, group.state)
    if not 0 <= at < len(line) - 1:
        return ""
    mailed = line[at + 1] == WAITING and group.fields.get("领取方式") == "邮寄"
    return MAILED if mailed else line[at + 1]


def advance(store: Store, group: Group, at: datetime | None = None) -> str:
    """Move a group one state on, its pending economies approving first; the state, nothing when it cannot move."""
    state = following(group)
    if not state:
        return ""
    with store.database.transaction():
        if group.state == DECIDING:
            for member in store.groups.members(group):
                codes = pending(store.economies.states(member.id))
                store.economies.decide(member.id, dict.fromkeys(codes, APPROVED), stamp(at))
        move(store, group, state, at=at)
    return state
