"""A webhook of the unit's own: a JSON document, signed, with a key by which a repetition is known.

The headers and the document are described in ``docs/alerts.md``; who receives it answers 2xx once it has kept it.
"""

from __future__ import annotations

import hmac
import time
from hashlib import sha256

from pydantic import SecretStr

from rpa.logs import masked_data
from rpa.personal import mask_account
from rpa.status.telling.errors import NotTold
from rpa.status.telling.http import as_json, checked_address, post
from rpa.status.telling.message import Message
from rpa.status.texts import words

__all__ = ["Webhook", "signature"]


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The value of ``Ywtb-Signature``: HMAC-SHA256 over the time, a full stop and the body, in hex."""
    return "sha256=" + hmac.digest(secret.encode(), timestamp.encode() + b"." + body, sha256).hex()


class Webhook:
    """Sends messages to one address."""

    room = 500_000
    burst = 600

    def __init__(self, channel: str, url: SecretStr, secret: SecretStr | None) -> None:
        self._channel = channel
        self._url = checked_address(url.get_secret_value(), channel, in_the_open=True)
        self._secret = secret.get_secret_value() if secret else ""

    async def send(self, message: Message) -> str:
        """POST the document; told by an answer of the 2xx that says nothing to the contrary in its own JSON."""
        body = as_json(_document(self._channel, message))
        timestamp = str(int(time.time()))
        headers = {"Idempotency-Key": message.id, "Ywtb-Timestamp": timestamp}
        if self._secret:
            headers["Ywtb-Signature"] = signature(self._secret, timestamp, body)
        answer = await post(self._url, body, headers)
        said = answer.document
        if said.get("errcode", 0) not in (0, "0") or said.get("ok") is False or said.get("success") is False:
            raise NotTold(f"HTTP {answer.status}，但回答说没有收到")
        return ""


def _document(channel: str, message: Message) -> dict[str, object]:
    return {
        "version": 1,
        "id": message.id,
        "channel": channel,
        "at": message.at.isoformat(),
        "title": message.title,
        "text": message.text,
        "notices": [
            {
                "key": notice.key,
                "kind": str(notice.kind),
                "title": words(notice).title,
                "portal": notice.portal,
                "account": mask_account(notice.account),
                "group_no": notice.group_no,
                "case_id": notice.case_id,
                "at": notice.at.isoformat(),
                "detail": masked_data(dict(notice.detail)),
            }
            for notice in message.notices
        ],
    }
