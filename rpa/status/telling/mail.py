"""E-mail over SMTP (RFC 5321, submission RFC 6409), with TLS from the start or by STARTTLS."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.utils import format_datetime

from pydantic import SecretStr

from rpa.alerts import EmailChannel
from rpa.logs import masked
from rpa.profile import PORTAL_TIME
from rpa.status.telling.errors import NotTold
from rpa.status.telling.message import Message
from rpa.status.telling.trust import trust

__all__ = ["Mail"]

_SECONDS = 20.0  # for each answer of the server
# A machine's own name may be Chinese, and asking for the whole one may take long: an address literal is always right.
_GREETING = "[127.0.0.1]"


class Mail:
    """Sends each message as one e-mail to all addresses of the channel."""

    room = 500_000
    burst = 60

    def __init__(self, settings: EmailChannel, password: SecretStr | None) -> None:
        self._settings = settings
        self._password = password

    async def send(self, message: Message) -> str:
        """Send it; told once the server has taken it (250 after its text). Says how many addresses were refused."""
        try:
            refused = await asyncio.to_thread(self._deliver, self._letter(message))
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            raise NotTold(f"邮件服务器拒绝了所有收件人：{_said(code, words)}") from None
        except smtplib.SMTPResponseException as error:
            raise NotTold(f"邮件服务器回答 {_said(error.smtp_code, error.smtp_error)}") from None
        except ssl.SSLError as error:
            raise NotTold(f"安全连接失败（{error.reason or type(error).__name__}）") from None
        except smtplib.SMTPNotSupportedError:
            raise NotTold(
                "邮件服务器不支持所要求的加密或登录方式", advice="请核对 security 和 port"
            ) from None
        except (smtplib.SMTPException, OSError, ValueError) as error:
            if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
                raise NotTold("邮件服务器没有在时限内回答") from None
            raise NotTold(f"无法连接邮件服务器（{type(error).__name__}）") from None
        return "；".join(refused)

    def _letter(self, message: Message) -> EmailMessage:
        letter = EmailMessage()
        letter["Subject"] = message.title
        letter["From"] = self._settings.sender
        letter["To"] = ", ".join(self._settings.to)
        letter["Date"] = format_datetime(message.at.astimezone(PORTAL_TIME))
        # the same at every attempt: a reader, and many a server, keeps one of two
        letter["Message-ID"] = f"<{message.id}@{self._settings.sender.rpartition('@')[2]}>"
        letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes back
        letter.set_content(message.text, charset="utf-8", cte="base64")
        return letter

    def _deliver(self, letter: EmailMessage) -> list[str]:
        server = self._connected()
        try:
            if self._settings.user and self._password:
                server.login(self._settings.user, self._password.get_secret_value())
            refused = server.send_message(letter)
        finally:
            with suppress(smtplib.SMTPException, OSError):  # after 250 a hasty good-bye changes nothing
                server.quit()
            server.close()
        places = {address: place for place, address in enumerate(self._settings.to, 1)}
        return [f"第 {places[address]} 个收件人被拒绝：{_said(*why)}" for address, why in refused.items()]

    def _connected(self) -> smtplib.SMTP:
        host, port = self._settings.host, self._settings.at_port
        if self._settings.security == "ssl":
            return smtplib.SMTP_SSL(host, port, _GREETING, timeout=_SECONDS, context=trust())
        server = smtplib.SMTP(host, port, _GREETING, timeout=_SECONDS)
        if self._settings.security == "starttls":
            try:
                server.starttls(context=trust())
            except BaseException:
                server.close()
                raise
        return server


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {masked(' '.join(text.split()))[:300]}"
