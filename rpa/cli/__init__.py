"""The command line ``ywtb``: one module per command, on top of everything else. Starting it loads no engine."""

from rpa.cli.app import main

__all__ = ["main"]
