"""The replica: a stateful stand-in for the portal 领事业务“一网通办”, for tests, the demo and people.

It imports nothing of the robot. Its back office under ``/_backoffice`` shows what really happened.
"""

from .app import create_app
from .settings import Settings

__all__ = ["Settings", "create_app"]
