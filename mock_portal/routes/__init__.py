"""Every address of the portal, one module per page family."""

from __future__ import annotations

from starlette.routing import BaseRoute

from . import (
    book,
    captcha,
    entrance,
    files,
    filing,
    home,
    my_applications,
    new_card,
    regions,
    selection,
    submission,
    templates,
)

__all__ = ["ROUTES"]

ROUTES: list[BaseRoute] = [
    *entrance.ROUTES,
    *captcha.ROUTES,
    *home.ROUTES,
    *new_card.ROUTES,
    *submission.ROUTES,
    *selection.ROUTES,
    *filing.ROUTES,
    *templates.ROUTES,
    *files.ROUTES,
    *book.ROUTES,
    *regions.ROUTES,
    *my_applications.ROUTES,
]
"""Fixed addresses stand before those with a group number in them."""
