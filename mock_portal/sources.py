"""What the four other business types may start from: which groups, members and cards, and why others may not.

The refusals follow the manual where it says when a job can be done (2.2 to 2.5); their words are a guess.
"""

from __future__ import annotations

from dataclasses import dataclass

from .business import DECIDING, MAKING, NEW_CARD, BusinessType, rank, type_named
from .clock import today
from .economies import approved, named, pending
from .life import member_state
from .rules import months_on
from .store import Card, Group, Member, Origin, Store

__all__ = ["Person", "Sources", "card_state"]

_SOON_MONTHS = 6
_BEFORE_MAKING = ("已受理", "外交部审核中", DECIDING)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody a fill page can choose: a member of the source group, or a card's holder.

    `key` names the person to the page: a member's row, or the card's number. `facts` (by label) are what is shown.
    """

    key: str
    source: str
    member_id: int
    fields: dict[str, str]
    facts: dict[str, str]


def card_state(card: Card, open_kinds: set[str]) -> str:
    """A card's state as pages show it; `open_kinds` are the business types of its open groups."""
    if card.state != "有效":
        return card.state
    if open_kinds:
        return f"{type_named(sorted(open_kinds)[0]).menu}办理中"
    if card.expiry < today().isoformat():
        return "已到期"
    return "即将到期" if card.expiry <= months_on(today(), _SOON_MONTHS).isoformat() else "有效"


class Sources:
    """What one account may choose for one business type; `but` is a returned group that is being filed again."""

    def __init__(self, store: Store, kind: BusinessType, account: str, but: Group | None = None) -> None:
        self._store = store
        self._kind = kind
        self._account = account
        taken = [
            origin for origin in store.origins.open_of(account) if but is None or origin.group_id != but.id
        ]
        self._members: dict[int, set[str]] = {}
        self._cards: dict[str, set[str]] = {}
        for origin in taken:
            self._note(origin)

    def _note(self, origin: Origin) -> None:
        if origin.member_id:
            self._members.setdefault(origin.member_id, set()).add(origin.kind)
        else:
            self._cards.setdefault(origin.source, set()).add(origin.kind)

    def groups(self) -> list[Group]:
        """The groups that can be chosen, newest first."""
        found = self._store.groups.of(self._account)
        return [group for group in found if not self.refuse_group(group) and self.people(group)]

    def people(self, group: Group) -> list[Person]:
        """The members of a group that can be chosen."""
        members = self._store.groups.members(group)
        return [self.person(group, member) for member in members if not self.refuse_member(group, member)]

    def person(self, group: Group, member: Member) -> Person:
        """A member as the fill page shows it."""
        states = self._store.economies.states(member.id)
        facts = {
            **member.fields,
            "已批准经济体": named(approved(states)),
            "待审批经济体": named(pending(states)),
        }
        return Person(str(member.id), group.group_no, member.id, member.fields, facts)

    def refuse_group(self, group: Group) -> str:
        """Why the group cannot be the source; nothing when it can."""
        if group.business_type != NEW_CARD:
            return "只能选择新卡团组"
        early = self._kind.slug == "early_card"
        if rank(NEW_CARD, group.state) >= rank(NEW_CARD, MAKING):
            return "该团组已进入制卡环节，" + ("无需提前制卡" if early else "请办理换补卡")
        if early and group.state != DECIDING:
            return "该团组不在经济体审批中，不能提前制卡"
        return "" if group.state in _BEFORE_MAKING else "该团组尚未受理，不能办理制卡前更换护照"

    def refuse_member(self, group: Group, member: Member) -> str:
        """Why the member cannot be chosen; nothing when it can."""
        taken = self._members.get(member.id, set())
        early = self._kind.slug == "early_card"
        if self._kind.slug in taken:
            return f"该成员已在其他办理中的{self._kind.menu}团组中"
        if rank(NEW_CARD, member_state(group, member)) >= rank(NEW_CARD, MAKING):
            return "该成员已进入制卡环节，" + ("无需提前制卡" if early else "请办理换补卡")
        if not early:
            return ""
        states = self._store.economies.states(member.id)
        if not approved(states):
            return "该成员尚无经济体批准，不能提前制卡"
        if not pending(states):
            return "该成员的经济体已全部完成审批，无需提前制卡"
        return "该成员正在办理制卡前更换护照，不能提前制卡" if taken else ""

    def cards(self) -> list[Card]:
        """The cards that can be chosen, the newest number first."""
        return [card for card in self._store.cards.of(self._account) if not self.refuse_card(card)]

    def holder(self, card: Card) -> Person:
        """A card as the selection page and the fill page show it."""
        facts = {
            "姓名": card.name,
            "性别": card.fields.get("性别", ""),
            "护照号码": card.fields.get("护照号码", ""),
            "卡号": card.card_no,
            "发卡日期": card.issued,
            "有效期至": card.expiry,
            "已批准经济体": named(card.economies),
            "状态": card_state(card, self._cards.get(card.card_no, set())),
        }
        return Person(card.card_no, card.card_no, 0, card.fields, facts)

    def refuse_card(self, card: Card) -> str:
        """Why the card cannot be chosen; nothing when it can."""
        if card.state in ("已注销", "已换发"):
            return f"该旅行卡{card.state}"
        taken = self._cards.get(card.card_no, set())
        if taken:
            return f"该旅行卡已在其他办理中的{type_named(sorted(taken)[0]).menu}团组中"
        if self._kind.slug == "card_replacement" and card_state(card, taken) == "已到期":
            return "该旅行卡已到期，不能换补，请申办新卡"
        return ""
