"""What a channel's sender is, whatever the service behind it."""

from __future__ import annotations

from typing import Protocol

from rpa.status.telling.message import Message

__all__ = ["Sender"]


class Sender(Protocol):
    """Sends messages to one service. It keeps no connection between two messages."""

    @property
    def room(self) -> int:
        """Bytes that the lines of a message may take."""

    @property
    def burst(self) -> int:
        """Messages that it may be sent within a minute."""

    async def send(self, message: Message) -> str:
        """Send a message that fits. Returns once the service has said that it took it.

        What it says of a part that it did not take (a single address of several) is returned. Raises
        :class:`~rpa.status.telling.errors.NotTold` for any other answer, and for none.
        """
