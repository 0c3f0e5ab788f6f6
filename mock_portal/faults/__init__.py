"""Faults, switched on by name in the back office.

:mod:`mock_portal.faults.layer` makes them happen around the portal; few are asked for by the portal itself.
"""

from __future__ import annotations

from .board import Fault, Faults
from .names import NAMES

__all__ = ["NAMES", "Fault", "Faults"]
