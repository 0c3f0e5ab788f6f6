"""The words of each kind of notice: what happened, what is known of it, what to do next. No personal data.

The `detail` of a notice, by kind; each is text, and what is not there is not told:

- all that are about a group: ``business_type`` (slug, or the portal's word), ``from``, ``to``, ``since`` (ISO 8601),
  ``members`` and ``economies`` (by number and code);
- ``returned``: ``opinion``; ``unknown_state``: ``word``; ``stalled``: ``days``; ``expiring``: ``what``, ``months`` (0: run out), ``member``, ``key``,
  or of a card ``card`` (its number, masked) and ``ends``;
- ``sweep_failing``: ``since``, ``error``, ``works_again``; ``portal_changed``: ``where``, ``message``;
- ``needs_person``: ``key``, ``error``, ``advice``;
- ``channel_failing``: ``channel``, ``since``, ``error``; ``works_again``; or ``given_up``, the days for which it was tried.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from rpa.alerts import NoticeKind
from rpa.errors import SettingsError
from rpa.flow import flow
from rpa.logs import masked
from rpa.personal import mask_account
from rpa.profile import PORTAL_TIME
from rpa.status.notices import Notice

__all__ = ["KIND_TITLES", "Words", "words"]

#: What a person calls each kind.
KIND_TITLES: Mapping[NoticeKind, str] = {
    NoticeKind.STATE_CHANGED: "状态变化",
    NoticeKind.RETURNED: "退回补正",
    NoticeKind.TO_PAY: "待缴费",
    NoticeKind.TO_COLLECT: "可以领卡",
    NoticeKind.UNKNOWN_STATE: "不认识的状态",
    NoticeKind.GONE: "团组从列表中消失",
    NoticeKind.STALLED: "长时间没有变化",
    NoticeKind.EXPIRING: "证件即将到期",
    NoticeKind.SWEEP_FAILING: "读取“我的办件”失败",
    NoticeKind.PORTAL_CHANGED: "网站页面有变",
    NoticeKind.NEEDS_PERSON: "办件需要人工处理",
    NoticeKind.CHANNEL_FAILING: "提醒渠道送不到",
}

_TITLE = 80  # characters; what it says stands below it as well, whole


@dataclass(frozen=True, slots=True)
class Words:
    """A notice in words: a `title` of one line, `facts` with their labels, and the `advice` what to do next."""

    title: str
    facts: tuple[tuple[str, str], ...]
    advice: str

    @property
    def lines(self) -> tuple[str, ...]:
        """Everything below the title, line by line."""
        told = [f"{label}：{value}" for label, value in self.facts]
        return (*told, f"下一步：{self.advice}") if self.advice else tuple(told)


def words(notice: Notice) -> Words:
    """What a channel tells of a notice. Free text of the portal and of errors is masked once more."""
    # an account may be somebody's telephone number
    notice = replace(notice, account=mask_account(notice.account))
    detail = {name: masked(str(text)) for name, text in notice.detail.items()}
    title, facts, advice = _TOLD[notice.kind](notice, detail)
    shown = [
        ("团组号", notice.group_no or ""),
        ("业务类型", _business_type(detail.get("business_type", ""))),
        *facts,
        ("办件", notice.case_id or ""),
        ("账号", notice.account),
        ("发现时间", _moment(notice.at)),
    ]
    kept = tuple((label, " ".join(value.split())) for label, value in shown if value)
    title = " ".join(f"【{KIND_TITLES[notice.kind]}】{title}".split())
    return Words(title if len(title) <= _TITLE else f"{title[:_TITLE]}…", kept, advice)


_Told = tuple[str, list[tuple[str, str]], str]


def _change(detail: Mapping[str, str]) -> list[tuple[str, str]]:
    was, now = detail.get("from", ""), detail.get("to", "")
    return [
        ("状态", f"{was} → {now}" if was and now else now or was),
        ("自", _since(detail)),
        ("成员", detail.get("members", "")),
        ("经济体", detail.get("economies", "")),
    ]


def _state_changed(notice: Notice, detail: Mapping[str, str]) -> _Told:
    return (
        f"{notice.group_no} {detail.get('to', '')}".rstrip(),
        _change(detail),
        "知悉即可；详情见 ywtb report",
    )


def _returned(notice: Notice, detail: Mapping[str, str]) -> _Told:
    facts = [*_change(detail), ("审批意见", detail.get("opinion", ""))]
    if notice.case_id is None:
        return f"{notice.group_no}", facts, "请登录网站查看审批意见，改正后重新上报"
    return f"{notice.group_no}", facts, "请按审批意见改正输入文件，再用 ywtb submit 重新提交"


def _to_pay(notice: Notice, detail: Mapping[str, str]) -> _Told:
    return f"{notice.group_no}", _change(detail), "请登录网站缴费；程序不会代为付款"


def _to_collect(notice: Notice, detail: Mapping[str, str]) -> _Told:
    return f"{notice.group_no}", _change(detail), "请按申报时选择的方式领取，或留意邮件"


def _unknown_state(notice: Notice, detail: Mapping[str, str]) -> _Told:
    advice = "请在网站上核对它的含义；维护人员可把它加进 selectors 的 states，之后不再提醒"
    return f"“{detail.get('word') or detail.get('to', '')}”", _change(detail), advice


def _gone(notice: Notice, detail: Mapping[str, str]) -> _Told:
    return f"{notice.group_no}", _change(detail), "请登录网站核对该团组是否被删除或转到了别的账号"


def _stalled(notice: Notice, detail: Mapping[str, str]) -> _Told:
    days = detail.get("days", "")
    return f"{notice.group_no} 已 {days} 天没有变化", _change(detail), "请登录网站核对，必要时向受理部门询问"


def _expiring(notice: Notice, detail: Mapping[str, str]) -> _Told:
    what, months = detail.get("what", "证件"), detail.get("months", "")
    when = "已到期" if months == "0" else f"将在 {months} 个月内到期"
    if card := detail.get("card"):
        facts = [("卡号", card), ("有效期至", detail.get("ends", ""))]
        return f"旅行卡{when}", facts, "请提醒持卡人；到期的卡不能换补，仍需要的请及早办理新卡申办"
    who = f"{notice.group_no or '团组编号 ' + detail.get('key', '')} 第 {detail.get('member', '')} 名成员"
    advice = "请提醒本人换发；已有 APEC 卡或在办申请的，换发后办理护照变更"
    return f"{who}的{what}{when}", [("团组编号", detail.get("key", ""))], advice


def _sweep_failing(notice: Notice, detail: Mapping[str, str]) -> _Told:
    if detail.get("works_again"):
        return f"账号 {notice.account} 已恢复", [("此前自", _since(detail))], "不需要处理"
    facts = [("没有完整读取，自", _since(detail)), ("最近的错误", detail.get("error", ""))]
    advice = f"请用 ywtb sync --account {notice.account} 查看原因；恢复以前，状态变化不会被发现"
    return f"账号 {notice.account}", facts, advice


def _portal_changed(notice: Notice, detail: Mapping[str, str]) -> _Told:
    facts = [("位置", detail.get("where", "")), ("现象", detail.get("message", ""))]
    return (
        detail.get("where", ""),
        facts,
        "请维护人员核对页面，更新 selectors 配置；在此之前程序会停在该处，不会误操作",
    )


def _needs_person(notice: Notice, detail: Mapping[str, str]) -> _Told:
    facts = [("团组编号", detail.get("key", "")), ("原因", detail.get("error", ""))]
    advice = (
        detail.get("advice")
        or f"请用 ywtb cases {notice.case_id} 查看，处理后用 ywtb resume {notice.case_id} 继续"
    )
    return f"{notice.case_id}", facts, advice


def _channel_failing(notice: Notice, detail: Mapping[str, str]) -> _Told:
    name = detail.get("channel", "")
    if detail.get("works_again"):
        return f"{name} 已恢复", [("此前自", _since(detail))], "不需要处理"
    if days := detail.get("given_up"):
        advice = f"请用 ywtb alerts list 查看条数，用 ywtb report 查看变化，并修好或删除渠道 {name}"
        return f"{name} 有提醒 {days} 天没有送到，已放弃", [("最近的错误", detail.get("error", ""))], advice
    facts = [("送不到，自", _since(detail)), ("最近的错误", detail.get("error", ""))]
    return name, facts, f"请用 ywtb alerts test {name} 查看原因；恢复以前，发给它的提醒都在等待"


_TOLD: Mapping[NoticeKind, Callable[[Notice, Mapping[str, str]], _Told]] = {
    NoticeKind.STATE_CHANGED: _state_changed,
    NoticeKind.RETURNED: _returned,
    NoticeKind.TO_PAY: _to_pay,
    NoticeKind.TO_COLLECT: _to_collect,
    NoticeKind.UNKNOWN_STATE: _unknown_state,
    NoticeKind.GONE: _gone,
    NoticeKind.STALLED: _stalled,
    NoticeKind.EXPIRING: _expiring,
    NoticeKind.SWEEP_FAILING: _sweep_failing,
    NoticeKind.PORTAL_CHANGED: _portal_changed,
    NoticeKind.NEEDS_PERSON: _needs_person,
    NoticeKind.CHANNEL_FAILING: _channel_failing,
}


def _business_type(said: str) -> str:
    try:
        return flow(said).title if said else ""
    except SettingsError:  # the portal's word for one that the program does not file
        return said


def _since(detail: Mapping[str, str]) -> str:
    said = detail.get("since", "")
    try:
        return _moment(datetime.fromisoformat(said))
    except ValueError:
        return said


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(PORTAL_TIME):%Y-%m-%d %H:%M}"
