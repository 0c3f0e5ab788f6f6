"""E-mail over SMTP (RFC 5321, submission RFC 6409), with TLS from the start or by STARTTLS."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import ssl
import threading
from contextlib import suppress
from email.message import EmailMessage
from email.utils import format_datetime

from pydantic import SecretStr

from rpa.alerts import EmailChannel
from rpa.logs import masked
from rpa.profile import PORTAL_TIME
from rpa.status.telling.aside import aside
from rpa.status.telling.errors import NotTold
from rpa.status.telling.message import Message
from rpa.status.telling.trust import trust

__all__ = ["Mail"]

_SECONDS = 20.0  # for each answer of the server
_WHOLE = 120.0  # seconds for everything: a server that says a little now and then must not hold the outbox
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
        letter, line = self._letter(message), _Line()
        try:
            async with asyncio.timeout(_WHOLE):
                refused = await aside(lambda: self._deliver(letter, line))
        except TimeoutError:
            if line.refused is None:
                raise NotTold("邮件服务器没有在时限内收下邮件") from None
            refused = line.refused  # it has the letter, and was slow to say good-bye
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
            if isinstance(error.__context__, TimeoutError):
                raise NotTold("邮件服务器没有在时限内回答") from None
            raise NotTold(f"无法连接邮件服务器（{type(error).__name__}）") from None
        finally:
            line.cut()
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

    def _deliver(self, letter: EmailMessage, line: _Line) -> list[str]:
        server = self._connected(line)
        try:
            if self._settings.user and self._password:
                server.login(self._settings.user, self._password.get_secret_value())
            refused = server.send_message(letter)
            places = {address: place for place, address in enumerate(self._settings.to, 1)}
            line.refused = [
                f"第 {places[address]} 个收件人被拒绝：{_said(*why)}" for address, why in refused.items()
            ]
        finally:
            with suppress(smtplib.SMTPException, OSError):  # after 250 a hasty good-bye changes nothing
                server.quit()
            server.close()
        return line.refused

    def _connected(self, line: _Line) -> smtplib.SMTP:
        host, port = self._settings.host, self._settings.at_port
        server = _Smtp(host, port, line, trust() if self._settings.security == "ssl" else None)
        if self._settings.security == "starttls":
            try:
                server.starttls(context=trust())
            except BaseException:
                server.close()
                raise
        return server


class _Line:
    """The line of one letter, which another thread may cut; `refused` once the server has taken the letter."""

    def __init__(self) -> None:
        self.refused: list[str] | None = None
        self._lock = threading.Lock()
        self._end: socket.socket | None = None
        self._is_cut = False

    def hold(self, made: socket.socket) -> None:
        """This is the line. A second handle of it is kept: TLS will take the first for its own."""
        with self._lock:
            self._end = made.dup()
        if self._is_cut:
            self.cut()

    def cut(self) -> None:
        """Whoever waits for an answer on it is told at once that there is none."""
        with self._lock:
            self._is_cut = True
            end, self._end = self._end, None
        if end is not None:
            with suppress(OSError):  # it has ended already
                end.shutdown(socket.SHUT_RDWR)
            end.close()


class _Smtp(smtplib.SMTP):
    """Connects over a line that can be cut, with TLS from its start if there is a context."""

    def __init__(self, host: str, port: int, line: _Line, tls: ssl.SSLContext | None) -> None:
        self._line, self._tls = line, tls
        super().__init__(host, port, _GREETING, timeout=_SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        made = socket.create_connection((host, port), timeout)
        self._line.hold(made)
        return self._tls.wrap_socket(made, server_hostname=host) if self._tls else made


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {masked(' '.join(text.split()))[:300]}"
