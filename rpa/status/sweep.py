"""One sweep: every account is signed in once and its lists of 我的办件 are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from loguru import logger

from rpa.cases import Case
from rpa.cases.sign_ins import SignIns
from rpa.cases.trouble import as_ours
from rpa.desk import Desk
from rpa.errors import YwtbError
from rpa.flow import Group, Listing, flows
from rpa.status.follow import follow

__all__ = ["Swept", "sweep"]


def _silent(_account: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Swept:
    """What 我的办件 of one account says: the list of each business type, by its slug; and the cases that `moved` with it.

    After an `error` there are no lists and nothing is complete.
    """

    account: str
    lists: Mapping[str, Listing] = field(default_factory=dict)
    moved: Sequence[Case] = ()
    error: YwtbError | None = None

    @property
    def listing(self) -> Listing:
        """All groups of the account, those of the longest list first; complete when every list is proved complete.

        Without a proved complete list nothing may be concluded from what is missing.
        """
        found: dict[str, Group] = {}
        for listing in sorted(self.lists.values(), key=lambda listing: -len(listing.groups)):
            found |= {group.group_no: group for group in listing.groups if group.group_no not in found}
        complete = bool(self.lists) and all(listing.complete for listing in self.lists.values())
        return Listing(tuple(found.values()), complete)


async def sweep(
    sign_ins: SignIns, accounts: Sequence[str], *, tell: Callable[[str], None] = _silent
) -> list[Swept]:
    """Read the lists of each account; one that fails is told in its place and stops no other."""
    swept = []
    for account in dict.fromkeys(accounts):
        tell(account)
        try:
            # any flow signs in: the portal is one for all business types
            async with sign_ins.signed_in(account, next(iter(flows().values()))) as desk:
                found = Swept(account, await _lists(desk))
                groups = {group.group_no: group for group in found.listing.groups}
                moved = await follow(sign_ins.ledger, desk, account, groups)
                swept.append(replace(found, moved=tuple(moved)))
        except Exception as trouble:
            error = as_ours(trouble)
            logger.error("账号 {}：{}", account, error)
            swept.append(Swept(account, error=error))
    return swept


async def _lists(desk: Desk) -> dict[str, Listing]:
    return {kind: await flow.list_groups(desk) for kind, flow in flows().items()}
