"""The replica as a test, the demo or a person's script starts it."""

from rpa.testing.replica import Replica, ReplicaError

__all__ = ["Replica", "ReplicaError"]
