"""What a flow is: one business type's model and its steps on the portal's pages, brought in through entry points.

A flow prepares and completes; it never submits. The last press belongs to the engine, which only needs to know on
which screen it is made (design D4). A distribution offers its flows under the entry point group ``ywtb.flows``.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol

from pydantic import SecretStr

from rpa import resources
from rpa.application import Application
from rpa.desk import Desk
from rpa.errors import SettingsError
from rpa.screen import StateKind
from rpa.tour import Stop, Tour

__all__ = [
    "Difference",
    "Entrance",
    "Flow",
    "Group",
    "Listing",
    "Progress",
    "flow",
    "flows",
    "pack_files",
    "slug_of",
]


@dataclass(frozen=True, slots=True)
class Group:
    """A row of 我的办件: what the portal says of one group. `business_type` is the portal's word for it.

    `kind` is what its `state` means by the packs, `link` the address of its detail page where the row has one.
    """

    group_no: str
    business_type: str
    state: str
    members: int | None
    submitted_at: str
    first_member: str = ""
    kind: StateKind = StateKind.UNKNOWN
    link: str = ""

    @property
    def is_draft(self) -> bool:
        """Whether it has been kept but not submitted."""
        return self.kind is StateKind.DRAFT

    @property
    def is_returned(self) -> bool:
        """Whether the office wants it corrected."""
        return self.kind is StateKind.RETURNED

    def as_dict(self) -> dict[str, Any]:
        """The row as ``ywtb sync --json`` prints it (no name of a person)."""
        return {
            "group_no": self.group_no,
            "business_type": self.business_type,
            "state": self.state,
            "members": self.members,
            "submitted_at": self.submitted_at,
        }


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of groups, and whether it is proved complete: as many rows as the portal says, over all its pages."""

    groups: tuple[Group, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a group is by its detail page: its own state, that of each member in their order, and what the economies
    have decided on each (by their codes). `opinion` is what the office says of the group, without personal data.
    """

    state: str
    opinion: str = ""
    members: tuple[str, ...] = ()
    economies: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class HeldCard:
    """A card that the portal says somebody holds, and the day it ends on."""

    number: str
    ends: date


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where what the portal shows differs from the input; never the values themselves."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where} {self.what}".strip()


class _Steps(Protocol):
    def __call__(self, desk: Desk, application: Any, /) -> Awaitable[None]: ...


@dataclass(frozen=True)
class Entrance:
    """The portal's way in, which its business types share.

    - `enter(desk)`: from the portal's address to its login page, then False; or to the home page, then True, because the
      portal still knows the sign-in;
    - `sign_in(desk, account, password)`: from the login page to the home page;
    - `login`: the screen of the login page; its pack has the fields ``account`` and ``password``;
    - `home`: a screen that only somebody signed in gets to see;
    - `tour(desk)`: the screens up to the login page, for somebody who is not signed in.
    """

    enter: Callable[[Desk], Awaitable[bool]]
    sign_in: Callable[[Desk, str, SecretStr], Awaitable[None]]
    login: str
    home: str
    tour: Callable[[Desk], AsyncGenerator[Stop, None]] | None = None


@dataclass(frozen=True)
class Flow:
    """One business type, in every room under the slug `business_type`.

    - `title`: the portal's word for it;
    - `model`: the typed input;
    - `entrance`: the way to the signed-in home page;
    - `prepare(desk, application)`: fill the pages, keep the draft, hand out the forms to sign;
    - `complete(desk, application)`: bring the scans in, fill and prove everything, stop before the last press;
    - `submission`: the screen of the last press; its pack has the buttons ``submit`` and ``confirm``, the messages
      ``sure`` and ``submitted``, and the pattern ``group_no``;
    - `list_groups(desk)`: 我的办件 as it is now;
    - `read_progress(desk, group)`: how far a listed group is, by its detail page;
    - `is_of(desk, application, group_no)`: whether a listed group is of the application's people, by its detail page;
    - `find_differences(desk, application, group_no)`: the detail page against the input, field by field, file by file;
    - `list_cards(desk)`: the cards that the portal offers for this business, where it is about cards and offers all of them;
    - `packs`: extra pack files of a flow that lives outside this project;
    - `section`: the section of the manual that it follows, by which business types are put in order; without one it
      comes last;
    - `tour`: the screens that can be looked at without filing; without one nobody looks.
    """

    business_type: str
    title: str
    model: type[Application]
    entrance: Entrance
    prepare: _Steps
    complete: _Steps
    submission: str
    list_groups: Callable[[Desk], Awaitable[Listing]]
    read_progress: Callable[[Desk, Group], Awaitable[Progress]]
    is_of: Callable[[Desk, Any, str], Awaitable[bool]]
    find_differences: Callable[[Desk, Any, str], Awaitable[Sequence[Difference]]]
    list_cards: Callable[[Desk], Awaitable[Sequence[HeldCard]]] | None = None
    packs: Sequence[Path] = field(default_factory=tuple)
    section: str = ""
    tour: Tour | None = None


@cache
def flows() -> Mapping[str, Flow]:
    """Every business type of the installed distributions, by its slug, in the manual's order."""
    loaded: list[Flow] = [entry.load() for entry in entry_points(group="ywtb.flows")]
    loaded.sort(key=lambda one: (not one.section, one.section, one.business_type))
    return {one.business_type: one for one in loaded}


def flow(business_type: str) -> Flow:
    """The flow of a slug or of the portal's word; raises :class:`~rpa.errors.SettingsError` naming those there are."""
    for one in flows().values():
        if business_type in (one.business_type, one.title):
            return one
    names = "、".join(f"{one.business_type}（{one.title}）" for one in flows().values())
    raise SettingsError(f"没有业务类型“{business_type}”", advice=f"可用的业务类型：{names}")


def slug_of(title: str) -> str:
    """The slug of the business type that the portal calls so; the portal's own word where no flow knows it."""
    return next((one.business_type for one in flows().values() if one.title == title), title)


def pack_files() -> list[Path]:
    """The packs of all business types and the common one."""
    folder = resources.folder("selectors")
    own = [
        folder / "common.yaml",
        *(folder / f"{name}.yaml" for name in flows() if (folder / f"{name}.yaml").exists()),
    ]
    return own + [path for one in flows().values() for path in one.packs]
