"""Every error the engine raises, as one tree.

::

    YwtbError
    ├── SettingsError        wrong use or wrong settings; nothing was started
    ├── InputError           the input is refused: a whole list of located problems
    ├── PortalRefusal        the portal said no for a business reason; its words are kept; never retried
    ├── NeedsPerson          only a person can go on: locked account, missing scan
    │   ├── Challenged       the portal asks for a captcha or another proof that a person is there
    │   ├── PageChanged      a page does not look as its pack says; nothing was pressed
    │   └── StoredOtherwise  what the portal stored differs from the input
    ├── PortalFault          the portal or the network failed; safe to do again before the intent is written
    │   ├── NotNow           the portal is not to be asked at this time
    │   │   └── Barred       it refuses to be asked (403, 429)
    │   └── SignInLost       the portal no longer knows this sign-in
    └── OutcomeUnknown       the last press was made and its outcome is not known: reconcile, never press again

Each error says in Chinese what happened (`message`), where (`where`) and what to do next (`advice`).
None of them may quote personal data: a field is named, its value is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = [
    "Barred",
    "Challenged",
    "InputError",
    "NeedsPerson",
    "OutcomeUnknown",
    "PageChanged",
    "PortalFault",
    "PortalRefusal",
    "Problem",
    "SettingsError",
    "SignInLost",
    "StoredOtherwise",
    "YwtbError",
]


class YwtbError(Exception):
    """Base of the tree: `message` says what happened, `where` the place, `advice` what to do next."""

    exit_code = 1
    advice = ""

    def __init__(self, message: str, *, where: str = "", advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        if advice:
            self.advice = advice

    def __str__(self) -> str:
        place = f"{self.where}：" if self.where else ""
        then = f"（{self.advice}）" if self.advice else ""
        return f"{place}{self.message}{then}"

    def as_dict(self) -> dict[str, str]:
        """The error as JSON prints it and the ledger keeps it: kind, where, message, advice."""
        return {
            "kind": type(self).__name__,
            "where": self.where,
            "message": self.message,
            "advice": self.advice,
        }


class SettingsError(YwtbError):
    """The command or the settings are wrong; nothing was started."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the input, at its place; `message` never quotes the value."""

    file: str
    sheet: str
    cell: str
    field: str
    message: str

    def as_dict(self) -> dict[str, str]:
        """The problem as `ywtb check --json` prints it."""
        return {
            "file": self.file,
            "sheet": self.sheet,
            "cell": self.cell,
            "field": self.field,
            "message": self.message,
        }

    def __str__(self) -> str:
        place = " ".join(part for part in (self.file, self.sheet, self.cell, self.field) if part)
        return f"{place}：{self.message}"


class InputError(YwtbError):
    """The input is refused; `problems` is the whole list, each with its place."""

    exit_code = 3
    advice = "请按位置改正后重新提交"

    def __init__(self, problems: Sequence[Problem], message: str = "") -> None:
        super().__init__(message or f"输入有 {len(problems)} 处错误")
        self.problems = tuple(problems)


class PortalRefusal(YwtbError):
    """The portal refused for a business reason; `message` keeps its own words. Doing it again changes nothing."""

    advice = "请按网站提示更正输入后重新提交"


class NeedsPerson(YwtbError):
    """The robot must not or cannot go on; `advice` says what a person does."""

    exit_code = 4


class Challenged(NeedsPerson):
    """The portal asks for a captcha, or for something else that only a person may answer. The robot answers none."""

    advice = "请用 ywtb account login 账号 --headed 人工登录一次，再用 ywtb resume 继续"


class PageChanged(NeedsPerson):
    """A page does not look as its pack says: an element is missing, or there are several. Nothing was pressed."""

    advice = "网站页面可能已改版，请核对页面后更新 selectors 配置"


class StoredOtherwise(NeedsPerson):
    """What the portal stored differs from the input; `fields` names the places that differ."""

    advice = "请在网站上核对这些内容"

    def __init__(
        self, message: str, *, fields: Sequence[str] = (), where: str = "", advice: str = ""
    ) -> None:
        super().__init__(message, where=where, advice=advice)
        self.fields = tuple(fields)


class Returned(NeedsPerson):
    """The office has given a group back to be corrected (退回补正); `message` has its opinion."""

    advice = "请按审批意见改正输入后，用 ywtb submit 重新提交；原团组将重新填报、签字、上报"


class PortalFault(YwtbError):
    """The portal or the network failed. Before the intent is written it is safe to do again."""

    exit_code = 5
    advice = "请稍后用 ywtb resume 继续"


class NotNow(PortalFault):
    """The portal is not to be asked at this time (quiet hours, a daily cap, a pause); trying at once changes nothing."""


class Barred(NotNow):
    """The portal refuses to be asked (403, 429): nothing more is asked of it for a while, by any account (design D13)."""

    advice = "暂停访问一段时间后再用 ywtb resume 继续；反复出现时请放慢速度（pace_ms）或联系网站管理方"


class SignInLost(PortalFault):
    """The portal no longer knows this sign-in: idle too long, or signed in elsewhere."""

    advice = "请确认该账号没有在别处登录，再用 ywtb resume 继续"


class AccountTaken(SignInLost):
    """Another program holds the account now: this one must neither go on nor sign in again."""

    advice = "请等另一个程序结束后，再用 ywtb resume 继续"


class AccountContested(NeedsPerson):
    """Signed in again, and out again: somebody else uses the account, and the robot does not fight for it."""

    advice = "请确认没有人在别处使用该账号，再用 ywtb resume 继续"


class OutcomeUnknown(YwtbError):
    """保存并上报 was pressed and the outcome is not known. The engine looks in 我的办件; nobody presses again."""

    exit_code = 4
    advice = (
        "请在“我的办件”中核对该团组是否已上报，切勿重复上报；"
        "核对后已上报的用 ywtb settle 办件编号 --filed 团组号，没有上报的用 ywtb settle 办件编号 --not-filed 说明"
    )
