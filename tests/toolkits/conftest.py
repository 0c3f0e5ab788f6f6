"""The engine and the site of the screen tests, for pages made with real toolkits."""

from __future__ import annotations

from ..screen.conftest import account, engine, portal, screen_of, site, site_server, tab

__all__ = ["account", "engine", "portal", "screen_of", "site", "site_server", "tab"]
