"""Whose certificates are believed: those of the system and, for a system that has none, those that httpx brings along."""

from __future__ import annotations

import os
import ssl
from functools import cache

import certifi

__all__ = ["trust"]


def trust() -> ssl.SSLContext:
    """What a line to a service is secured with; ``SSL_CERT_FILE`` names a unit's own root certificate (PEM)."""
    return _made(os.environ.get("SSL_CERT_FILE", ""))


@cache
def _made(_file: str) -> ssl.SSLContext:
    context = ssl.create_default_context()  # reads the variable itself
    context.load_verify_locations(certifi.where())
    return context
