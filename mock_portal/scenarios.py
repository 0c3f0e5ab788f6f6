"""What a new portal holds besides its accounts: nothing, a handful of groups and cards, or hundreds. All invented.

The same name gives the same people; only the dates follow the day. ID numbers can be nobody's (see seed.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from .business import BUSINESS_TYPES, DECIDING, MAKING, NEW_CARD, SUBMITTED, rank, type_named
from .clock import now, stamp
from .economies import APPROVED, ECONOMIES
from .filings import FILINGS
from .life import move
from .rules import months_on
from .schema import FEE
from .seed import holder, plant
from .sources import Sources
from .store import Account, Group, Store

__all__ = ["SCENARIOS", "load"]

SCENARIOS = ("empty", "small", "busy")

_REASON = "赴亚太经合组织经济体开展经贸洽谈，需经常往来。"
_CARDS = (  # state, months since issue; five years after it the card ends
    ("有效", 12), ("有效", 30), ("有效", 56), ("有效", 70), ("已遗失", 20), ("已注销", 40), ("已换发", 25), ("有效", 6),
)  # fmt: skip
_SMALL = (("已受理", 2), (DECIDING, 3), ("制卡中", 2), (DECIDING, 2))
_BUSY_GROUPS, _BUSY_CARDS, _BUSY_OTHERS = 110, 120, 60


def load(store: Store, name: str) -> None:
    """Fill an empty store; ValueError for a name that is not in `SCENARIOS`."""
    if name not in SCENARIOS:
        raise ValueError(f"no scenario of that name; known: {', '.join(SCENARIOS)}")
    with store.database.transaction():
        plant(store)
        for number, account in enumerate(("demo-soe", "demo-private")):
            found = store.accounts.named(account)
            if name != "empty" and found:
                _Filler(store, found, 5000 * number).fill(busy=name == "busy")


class _Filler:
    """Fills one account; `first` keeps the people of two accounts apart."""

    def __init__(self, store: Store, account: Account, first: int) -> None:
        self._store = store
        self._account = account
        self._next = first
        self._random = Random(first)  # noqa: S311 - nothing depends on its secrecy
        self._now = now()

    def fill(self, *, busy: bool) -> None:
        """Put in the handful, and the hundreds when `busy`."""
        for state, months in _CARDS:
            self._card(state, months)
        for days, (state, count) in enumerate(_SMALL, 20):
            self._group(state, count, self._now - timedelta(days=5 * days))
        if busy:
            self._busy()

    def _busy(self) -> None:
        pick = self._random
        for _ in range(_BUSY_CARDS):
            self._card(*pick.choice(_CARDS))
        line = type_named(NEW_CARD).line
        states = [*line, DECIDING, DECIDING, "初审退回", "复审退回", "不予受理", "已邮寄", "已撤回"]
        for _ in range(_BUSY_GROUPS):
            at = self._now - timedelta(days=pick.randint(40, 400), minutes=pick.randint(0, 1440))
            self._group(pick.choice(states), pick.randint(1, 4), at)
        for _ in range(_BUSY_OTHERS):
            self._other(pick.choice([kind.slug for kind in BUSINESS_TYPES if kind.source]))

    def _person(self) -> dict[str, str]:
        self._next += 1
        return holder(self._next, self._account.unit, self._account.ownership)

    def _card(self, state: str, months: int) -> None:
        issued = months_on(self._now.date(), -months)
        self._store.cards.issue(
            self._account.name,
            self._person(),
            issued=issued.isoformat(),
            expiry=months_on(issued, 60).isoformat(),
            economies=self._random.sample(list(ECONOMIES), 10),
            state=state,
        )

    def _group(self, state: str, count: int, at: datetime) -> None:
        """A 新卡 group that went the usual way up to a state."""
        store = self._store
        group = store.groups.create(self._account.name, NEW_CARD, at=at)
        for _ in range(count):
            person = self._person()
            store.groups.save_member(group, None, person)
            store.people.remember(self._account.unit, person)
        if state == group.state:
            return
        fields = {**self._receipt(count), "申请事由": _REASON, "人数": str(count)}
        store.groups.submit(group, fields, at + timedelta(hours=1))
        self._walk(group, state, at)

    def _receipt(self, count: int) -> dict[str, str]:
        return {
            "领取方式": "自取",
            "支付方式": "窗口支付",
            "应缴金额": f"{FEE * count}元",
            "抬头类型": "企业",
            "发票抬头": self._account.unit,
        }

    def _walk(self, group: Group, state: str, at: datetime) -> None:
        """Move a submitted group along its line, a few days a step, and at last off it if need be."""
        line = type_named(group.business_type).line
        goal, first = rank(group.business_type, state), line.index(SUBMITTED) + 1
        way = [] if state == SUBMITTED else [*line[first : max(goal, first)], state]
        if goal < 0:
            way = [state]
        moment = at
        for step in way:
            moment = min(moment + timedelta(days=self._random.randint(2, 6)), self._now)
            if (
                step in (MAKING, state)
                and group.business_type == NEW_CARD
                and goal >= rank(NEW_CARD, DECIDING)
            ):
                self._decide(group, part=state == DECIDING, at=moment)
            move(self._store, group, step, "请补正材料" if "退回" in step else "", at=moment)

    def _decide(self, group: Group, *, part: bool, at: datetime) -> None:
        """Let the economies decide on every member; in `part`, some of them only, on the second member none."""
        codes = list(ECONOMIES)
        for place, member in enumerate(self._store.groups.members(group)):
            decided = ([] if place == 1 else codes[: self._random.randint(4, 12)]) if part else codes
            self._store.economies.decide(member.id, dict.fromkeys(decided, APPROVED), stamp(at))

    def _other(self, slug: str) -> None:
        """A group of another business type from the first source that is free, somewhere on its line."""
        store, kind, filing = self._store, type_named(slug), FILINGS[slug]
        sources = Sources(store, kind, self._account.name)
        if kind.source == "card":
            people = [sources.holder(card) for card in sources.cards()[:1]]
        else:
            people = [person for group in sources.groups()[:1] for person in sources.people(group)[:1]]
        if not people:
            return
        at = self._now - timedelta(days=self._random.randint(1, 35))
        group = store.groups.create(self._account.name, slug, at=at, draft=False)
        fields = {"人数": str(len(people))}
        if filing.reason:
            fields[filing.reason.label] = filing.reason.options[0]
        if filing.receipt:
            fields |= self._receipt(len(people))
        for person in people:
            kept = {label: person.facts.get(label, "") for label in (*filing.facts, "身份证号")}
            typed = _typed(slug, person.fields)
            member = store.groups.save_member(group, None, {**kept, **typed})
            store.origins.note(group.id, member.id, person.source, person.member_id)
        store.groups.submit(group, fields, at)
        self._walk(group, self._random.choice(kind.line), at)


def _typed(slug: str, fields: dict[str, str]) -> dict[str, str]:
    if slug != "passport_change":
        return {}
    number = fields["护照号码"]
    return {
        "新护照号码": f"{number[:2]}8{number[3:]}",
        "新护照签发日期": "2026-05-11",
        "新护照有效期至": "2036-05-10" if number.startswith("E") else "2031-05-10",
        "新护照签发地点": fields["签发地点"],
        "新护照签发机关": fields["签发机关"],
    }
