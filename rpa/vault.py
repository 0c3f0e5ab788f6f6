"""Encryption of what the ledger keeps about people, and keyed fingerprints to compare it without reading it.

The key is ``YWTB_KEY`` (several machines on one ledger need the same one), else the file ``key`` in the data
folder, made at first use. Losing the key loses the stored applications, not what the portal has.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import os
import secrets
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from rpa.errors import SettingsError
from rpa.private_files import create_private

__all__ = ["Vault", "open_vault"]

_KEY_BYTES = 32


class Vault:
    """Encrypts texts and fingerprints them. Two separate keys are derived from the one master key."""

    def __init__(self, key: bytes) -> None:
        if len(key) != _KEY_BYTES:
            raise ValueError(f"the key is {_KEY_BYTES} bytes")
        self._fernet = Fernet(base64.urlsafe_b64encode(_derive(key, b"ywtb texts at rest")))
        self._fingerprint_key = _derive(key, b"ywtb fingerprints")

    def encrypt(self, text: str) -> str:
        """`text` as an ASCII token that only this key opens (Fernet: AES-128-CBC with HMAC-SHA256)."""
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def decrypt(self, token: str) -> str:
        """The text of a token; :class:`SettingsError` when another key made it or it was altered."""
        try:
            return self._fernet.decrypt(token.encode("ascii")).decode()
        except InvalidToken:
            raise SettingsError(
                "台账中的资料无法解密：当前密钥不是写入时的密钥，或资料已损坏",
                advice="请恢复数据文件夹中的 key 文件，或把 YWTB_KEY 设为原来的值",
            ) from None

    def fingerprint(self, parts: Iterable[str]) -> str:
        """64 hex digits, the same for the same parts in the same order, and no way back without the key."""
        text = json.dumps(
            list(parts), ensure_ascii=False, separators=(",", ":")
        )  # unambiguous: ["a","b"] is not ["ab"]
        return hmac.new(self._fingerprint_key, text.encode(), sha256).hexdigest()


def open_vault(home: Path) -> Vault:
    """The vault of this data folder. Two processes that open a new one at once get the same key."""
    said = os.environ.get("YWTB_KEY", "").strip()
    if said:
        return Vault(_decode(said, "YWTB_KEY"))
    path = home / "key"
    try:
        if not path.exists():
            create_private(path, base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)) + b"\n")
        text = path.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        raise SettingsError(
            f"无法读取或建立密钥文件：{error.strerror}",
            where=str(path),
            advice="请检查数据文件夹的权限和剩余空间",
        ) from None
    return Vault(_decode(text.strip(), str(path)))


def _decode(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise SettingsError(
            "密钥的格式不对",
            where=where,
            advice="密钥是 32 个随机字节的 base64（URL 安全）写法，共 44 个字符",
        )
    return key


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=purpose).derive(key)
