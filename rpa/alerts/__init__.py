"""Who is told of what, and when: the settings of alerts. Their secrets are in `rpa.alerts.secrets`, the telling in `rpa.status`."""

from rpa.alerts.kinds import NoticeKind
from rpa.alerts.settings import (
    Alerts,
    AnyChannel,
    AppriseChannel,
    Channel,
    DingTalkChannel,
    EmailChannel,
    FeishuChannel,
    Reminders,
    WebhookChannel,
    WeComChannel,
)

__all__ = [
    "Alerts",
    "AnyChannel",
    "AppriseChannel",
    "Channel",
    "DingTalkChannel",
    "EmailChannel",
    "FeishuChannel",
    "NoticeKind",
    "Reminders",
    "WeComChannel",
    "WebhookChannel",
]
