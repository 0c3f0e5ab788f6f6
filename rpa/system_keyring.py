"""The system's keyring: the one place that opens it. It is imported at need: it searches all packages for backends."""

from __future__ import annotations

from typing import Protocol, cast

__all__ = ["SystemKeyring", "system_keyring"]


class SystemKeyring(Protocol):
    """What is used of it."""

    def get_password(self, service: str, account: str) -> str | None:
        """The secret, if there is one."""

    def set_password(self, service: str, account: str, password: str) -> None:
        """Keep the secret in the place of the last one."""

    def delete_password(self, service: str, account: str) -> None:
        """Forget the secret."""


def system_keyring() -> tuple[SystemKeyring, tuple[type[Exception], ...]]:
    """The keyring, and how it fails: there is none on this system, or it is locked."""
    import keyring
    from keyring.errors import KeyringError

    return cast(SystemKeyring, keyring), (KeyringError, RuntimeError, OSError)
