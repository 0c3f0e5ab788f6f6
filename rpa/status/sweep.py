"""One sweep: every account is signed in once and its 我的办件 is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from loguru import logger

from rpa.cases.sign_ins import SignIns
from rpa.cases.trouble import as_ours
from rpa.errors import YwtbError
from rpa.flow import Listing, flows

__all__ = ["Swept", "sweep"]


def _silent(_account: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Swept:
    """What 我的办件 of one account says. Without a proved complete list nothing may be concluded from what is missing.

    After an `error` the list is empty and not complete.
    """

    account: str
    listing: Listing
    error: YwtbError | None = None


async def sweep(
    sign_ins: SignIns, accounts: Sequence[str], *, tell: Callable[[str], None] = _silent
) -> list[Swept]:
    """Read 我的办件 of each account; one that fails is told in its place and stops no other."""
    reader = next(iter(flows().values()))  # the list is one for all business types, any flow reads it
    swept = []
    for account in dict.fromkeys(accounts):
        tell(account)
        try:
            async with sign_ins.signed_in(account, reader) as desk:
                swept.append(Swept(account, await reader.list_groups(desk)))
        except Exception as trouble:
            error = as_ours(trouble)
            logger.error("账号 {}：{}", account, error)
            swept.append(Swept(account, Listing((), complete=False), error))
    return swept
