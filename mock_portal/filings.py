"""What the fill pages of the four other business types ask for (manual 2.2 to 2.5). Data only, like the schema.

The four reasons of 换卡 and the names of the reports are the manual's; the rest is assembled from other cities' notices.
"""

from __future__ import annotations

from dataclasses import dataclass

from .schema import PASSPORT, AttachmentRow, Field, by_label

__all__ = [
    "CARD_FACTS", "FILINGS", "NEW_PASSPORT", "OTHER", "REASON_LOST", "REASON_PASSPORT", "Filing",
]  # fmt: skip

_PASSPORT_FIELDS = by_label(PASSPORT.fields)
NEW_PASSPORT = (
    Field("新护照号码", "new_pp_no", required=True, upper=True, max_length=9),
    Field("新护照签发日期", "new_pp_issue_date", "date", required=True),
    Field("新护照有效期至", "new_pp_expiry", "date", required=True),
    Field(
        "新护照签发地点",
        "new_pp_issue_place",
        "select",
        _PASSPORT_FIELDS["签发地点"].options,
        required=True,
    ),
    Field(
        "新护照签发机关",
        "new_pp_authority",
        "select",
        _PASSPORT_FIELDS["签发机关"].options,
        required=True,
    ),
)

OTHER = "其他"
_PASSPORT_LOST = "护照遗失"
_CHANGE_REASONS = (
    "护照到期(或有效期不足)",
    _PASSPORT_LOST,
    "护照污损",
    "签证页用完",
    "护照信息变更",
    OTHER,
)
_CANCEL_REASONS = (
    "离职/调离原单位", "退休", "旅行卡遗失", "旅行卡到期", "重新申办", "违规用卡", OTHER,
)  # fmt: skip
REASON_PASSPORT, REASON_LOST = "关联护照丢失/过期/签证页满", "旅行卡丢失"
_REPLACE_REASONS = ("旅行卡旧卡破损", "申请提前制卡后获更多经济体批准", REASON_PASSPORT, REASON_LOST)

CARD_FACTS = ("姓名", "性别", "护照号码", "卡号", "发卡日期", "有效期至", "已批准经济体", "状态")


@dataclass(frozen=True, slots=True)
class Filing:
    """The fill page of one business type; `parts` are its headed sections in order, lettered from A.

    `facts` are what it shows of a chosen person, `member_fields` what it asks about each, `others` heads the cards that
    can be pressed to be added.
    """

    slug: str
    parts: tuple[tuple[str, str], ...]
    rows: tuple[AttachmentRow, ...]
    facts: tuple[str, ...]
    fields: tuple[Field, ...] = ()
    member_fields: tuple[Field, ...] = ()
    others: str = ""

    @property
    def headings(self) -> list[tuple[str, str]]:
        """Each part's name and its heading, e.g. `A 办理原因`."""
        return [(part, f"{chr(ord('A') + at)} {title}") for at, (part, title) in enumerate(self.parts)]

    @property
    def receipt(self) -> bool:
        """Whether a card is handed over, paid for and invoiced."""
        return any(part == "delivery" for part, _ in self.parts)

    @property
    def reason(self) -> Field | None:
        """The reason that decides which papers are asked for."""
        return next((field for field in self.fields if field.name == "reason"), None)

    def rows_for(self, reason: str) -> tuple[AttachmentRow, ...]:
        """The papers asked for with that reason."""
        return tuple(row for row in self.rows if row.applies(reason))


def _reasons(label: str, options: tuple[str, ...], *, other: bool) -> tuple[Field, ...]:
    reason = Field(label, "reason", "select", options, required=True)
    if not other:
        return (reason,)
    return (reason, Field("其他原因", "other_reason", required=True, when=(label, OTHER)))


def _report(code: str, name: str) -> AttachmentRow:
    return AttachmentRow(code, name, "下载模板，签字盖章后扫描上传", required=True, template=True)


def _paper(code: str, name: str, reasons: tuple[str, ...] = ()) -> AttachmentRow:
    return AttachmentRow(code, name, "原件扫描件", required=True, reasons=reasons)


def _without(options: tuple[str, ...], left_out: str) -> tuple[str, ...]:
    return tuple(option for option in options if option != left_out)


_WITH_PASSPORT = tuple(
    Field(
        field.label, field.name, field.kind, field.options, True,
        upper=field.upper, max_length=field.max_length, when=("换卡原因", REASON_PASSPORT),
    )
    for field in NEW_PASSPORT
)  # fmt: skip

FILINGS = {
    filing.slug: filing
    for filing in (
        Filing(
            "passport_change",
            (("reason", "办理原因"), ("people", "补充信息"), ("files", "附件信息")),
            (
                _report("CP01", "护照更换申请"),
                _paper("CP02", "新护照信息页"),
                _paper("CP03", "旧护照信息页", _without(_CHANGE_REASONS, _PASSPORT_LOST)),
                _paper("CP04", "护照遗失证明", (_PASSPORT_LOST,)),
            ),
            ("姓名", "性别", "护照种类", "护照号码", "有效期至"),
            _reasons("办理原因", _CHANGE_REASONS, other=True),
            NEW_PASSPORT,
        ),
        Filing(
            "early_card",
            (("people", "人员列表"), ("files", "附件信息")),
            (_report("EM01", "申请报告"),),
            ("姓名", "护照号码", "已批准经济体", "待审批经济体"),
        ),
        Filing(
            "card_replacement",
            (
                ("reason", "换卡原因"),
                ("delivery", "领取方式"),
                ("payment", "支付方式"),
                ("invoice", "发票信息"),
                ("people", "补充信息"),
                ("files", "附件信息"),
            ),
            (
                _report("RC01", "换卡报告"),
                _paper("RC02", "原卡正反面扫描件", _without(_REPLACE_REASONS, REASON_LOST)),
                _paper("RC03", "新护照信息页", (REASON_PASSPORT,)),
                _paper("RC04", "旧护照信息页", (REASON_PASSPORT,)),
                _paper("RC05", "报案或挂失证明", (REASON_LOST,)),
            ),
            CARD_FACTS,
            _reasons("换卡原因", _REPLACE_REASONS, other=False),
            _WITH_PASSPORT,
            others="其他可换补的旅行卡",
        ),
        Filing(
            "card_cancellation",
            (("reason", "办理原因"), ("people", "补充信息"), ("files", "附件信息")),
            (_report("CX01", "注销报告"),),
            CARD_FACTS,
            (
                *_reasons("办理原因", _CANCEL_REASONS, other=True),
                Field("说明", "note", "textarea", max_length=500),
            ),
            others="其他可注销的旅行卡",
        ),
    )
}
