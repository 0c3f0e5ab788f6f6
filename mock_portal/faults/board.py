"""The faults that are switched on, and which of them strike a request."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any

from .captcha import Captcha
from .names import KINDS, NAMES, WORDS, Kind

__all__ = ["Fault", "Faults"]

_EVERY_FILE = ("latency", "slow")
"""Without `at` these strike scripts, styles and pictures of the portal as well."""


@dataclass(slots=True)
class Fault:
    """One fault: from the `nth` request that matches `at`, `times` requests are struck (0: all that follow).

    `at` is a word (login, save, submit, upload, list, page …) or a pattern over "METHOD /path"; empty matches all.
    `ms` is a lag or a delay, `status` the code of an error, `account` narrows the fault to one account's requests;
    what `field` and `to` mean depends on the fault.
    """

    name: str
    at: str = ""
    nth: int = 1
    times: int = 0
    ms: int = 0
    status: int = 502
    account: str = ""
    field: str = ""
    to: str = ""
    seen: int = 0

    @property
    def kind(self) -> Kind:
        """What every fault of this name has in common."""
        return KINDS[self.name]

    def strikes(self, request: str, is_page: bool) -> bool:
        """Whether this request ("METHOD /path") is struck; counts it when it matches."""
        return self._matches(request, is_page) and self.count()

    def count(self) -> bool:
        """Count one request that matches; whether it is struck."""
        due = self.due
        self.seen += 1
        return due

    @property
    def due(self) -> bool:
        """Whether the next request that matches will be struck."""
        following = self.seen + 1
        return following >= self.nth and (self.times == 0 or following < self.nth + self.times)

    def _matches(self, request: str, is_page: bool) -> bool:
        if self.kind.pages and not is_page:
            return False
        if self.at == "page":
            return is_page
        if not self.at:
            return self.name in _EVERY_FILE or not request.startswith("GET /static/")
        return any(fnmatchcase(request, pattern) for pattern in WORDS.get(self.at, (self.at,)))


class Faults:
    """The faults that are switched on.

    `captcha` keeps the codes that are asked for, `filed` which group an unsaved page became, by account and page (only
    while double_click_trap is on).
    """

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self.captcha = Captcha()
        self.filed: dict[tuple[str, str], int] = {}

    def add(self, spec: object) -> Fault:
        """Switch a fault on; ValueError tells what is wrong with the description."""
        if not isinstance(spec, dict) or spec.get("name") not in NAMES:
            raise ValueError(f"no fault of that name; known: {', '.join(NAMES)}")
        unknown = set(spec) - (set(Fault.__slots__) - {"seen"})
        if unknown:
            raise ValueError(f"unknown keys: {', '.join(sorted(unknown))}")
        kind = KINDS[spec["name"]]
        times = 1 if kind.name == "captcha" and spec.get("at", kind.at) != "login" else kind.times
        usual = {"times": times, "at": kind.at, "ms": kind.ms, "status": kind.status, "to": kind.to}
        fault = Fault(**{**usual, **spec})
        for number in ("nth", "times", "ms", "status"):
            if not isinstance(getattr(fault, number), int):
                raise ValueError(f"{number} is a whole number")
        for text in ("at", "account", "field", "to"):
            if not isinstance(getattr(fault, text), str):
                raise ValueError(f"{text} is a text")
        if fault.name == "label_renamed" and bool(fault.field) != bool(fault.to):
            raise ValueError("field and to belong together")
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Switch every fault off and forget what they left behind."""
        self._faults.clear()
        self.filed.clear()
        self.captcha = Captcha()

    def listed(self) -> list[dict[str, Any]]:
        """The faults as the back office prints them."""
        return [asdict(fault) for fault in self._faults]

    def named(self, *names: str) -> list[Fault]:
        """The faults of these names."""
        return [fault for fault in self._faults if fault.name in names]

    def on(self, name: str, account: str) -> bool:
        """Whether a switch (one that has no request of its own) is on for the account."""
        return any(fault.account in ("", account) for fault in self.named(name))

    def lag_ms(self, account: str) -> int:
        """How far 我的办件 lags behind."""
        return max((f.ms for f in self.named("list_lag") if f.account in ("", account)), default=0)

    def sign_in_codes(self, account: str | None = None) -> list[Fault]:
        """The faults that ask for a code when the account (None: anybody) signs in."""
        found = [fault for fault in self.named("captcha") if fault.at == "login"]
        return [fault for fault in found if account is None or fault.account in ("", account)]

    def trapped(self, account: str) -> bool:
        """Whether a second press of 保存并上报 files a second group; counts it."""
        found = [fault for fault in self.named("double_click_trap") if fault.account in ("", account)]
        return True in [fault.count() for fault in found]

    def struck(self, request: str, is_page: bool, account: str, *, but: str = "") -> list[Fault]:
        """The faults that strike the request, `but` one by name; each that matches counts it."""
        return [
            fault
            for fault in self._faults
            if fault.name != but
            and self._concerns(fault, is_page, account)
            and fault.strikes(request, is_page)
        ]

    def _concerns(self, fault: Fault, is_page: bool, account: str) -> bool:
        if fault.kind.switch or fault.account not in ("", account):
            return False
        if fault.name == "captcha":  # that of the sign-in is asked for by the login page itself
            return fault.at != "login" and is_page and bool(account)
        return bool(account) or not fault.kind.session
